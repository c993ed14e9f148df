// SPDX-License-Identifier: Apache-2.0
// Worlds made of another world, by name.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <saddle/base/fields.h>
#include <saddle/base/preset_option.h>
#include <saddle/envs/environment.h>

namespace saddle {

/// What a wrapped world is for. Only in training does it reshape rewards and end episodes: an
/// evaluation sees the world as it is, and what the policy needs to act in it.
enum class Purpose { kTraining, kEvaluation };

/// The options of a wrapper, and how to wrap a world with them.
class WrapperBuilder {
 public:
  virtual ~WrapperBuilder() = default;

  /// Lists the options, in a group: "saute.discount".
  virtual void fields(Fields& fields) = 0;

  /// Worlds from `make`, wrapped. `limits` [C], of the undiscounted episode cost.
  [[nodiscard]] virtual EnvironmentFactory wrap(EnvironmentFactory make,
                                                const std::vector<double>& limits,
                                                Purpose purpose) const = 0;
};

struct WrapperEntry {
  std::string doc;    ///< one line
  std::string paper;  ///< authors, year, title
  std::function<std::unique_ptr<WrapperBuilder>()> builder;
  std::vector<PresetOption> options = {};  ///< of the agent, that go with it unless set otherwise
};

using WrapperRegistry = Registry<WrapperEntry>;

/// Adds every wrapper of Saddle.
void register_wrappers(WrapperRegistry& registry);

}  // namespace saddle
