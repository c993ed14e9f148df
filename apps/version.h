// SPDX-License-Identifier: Apache-2.0
// Which Saddle this is, and what it runs on.
#pragma once

#include <string>
#include <string_view>

namespace saddle {

/// "0.1.0"
[[nodiscard]] std::string_view saddle_version();

/// Saddle and the libraries that results depend on, a line each.
[[nodiscard]] std::string version_text();

}  // namespace saddle
