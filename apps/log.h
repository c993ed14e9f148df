// SPDX-License-Identifier: Apache-2.0
// What the command says to people beside its results: on standard error, after its name.
#pragma once

#include <string>

namespace saddle {

/// Sends spdlog's default logger to standard error, each line after "saddle: ".
void set_up_log();

/// Something went wrong that the command could mend or do without.
void warn(const std::string& trouble);

}  // namespace saddle
