// SPDX-License-Identifier: Apache-2.0
// Options that go with a name.
#pragma once

#include <string>

namespace saddle {

/// An option that a name stands for besides: that of a preset, or of a constraint.
struct PresetOption {
  std::string key;    ///< "ppo.clip"
  std::string value;  ///< as a person types it
};

}  // namespace saddle
