// SPDX-License-Identifier: Apache-2.0
// spdlog, set up for a command line.
#include <saddle/apps/log.h>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace saddle {

void set_up_log() {
  spdlog::drop("saddle");
  const auto log = spdlog::stderr_logger_mt("saddle");
  log->set_pattern("%n: %v");
  spdlog::set_default_logger(log);
}

void warn(const std::string& trouble) { spdlog::warn("warning: {}", trouble); }

}  // namespace saddle
