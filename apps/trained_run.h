// SPDX-License-Identifier: Apache-2.0
// A run whose policy acts and no longer learns.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <saddle/agents/agent.h>
#include <saddle/apps/config.h>
#include <saddle/apps/run_directory.h>

namespace saddle {

/// What "episode e of seed s" is, for all that play episodes of a trained policy. Seeds of training
/// have no sign bit, so these, which have it, give other streams.
[[nodiscard]] constexpr std::uint64_t evaluation_seed(std::int64_t seed) {
  return static_cast<std::uint64_t>(seed) | (std::uint64_t{1} << 63);
}

/// The option that says which policy of a run is meant.
void checkpoint_field(Fields& fields, std::string& checkpoint);

/// The policy in a run's directory, and the worlds it was trained for.
class TrainedRun {
 public:
  /// `which` checkpoint: "last" or "best". Errors: saddle::Error if there is no run, no whole
  /// checkpoint, or one that was made with other options.
  TrainedRun(const Registries& registries, const std::string& directory, const Settings& plugins,
             const std::string& which);

  [[nodiscard]] const RunPaths& paths() const { return paths_; }
  [[nodiscard]] const RunConfig& config() const { return config_; }
  [[nodiscard]] const Agent& agent() const { return *agent_; }
  [[nodiscard]] std::int64_t step() const { return step_; }  ///< of training, that it is from

 private:
  RunPaths paths_;
  RunConfig config_;
  std::unique_ptr<Agent> agent_;
  std::int64_t step_ = 0;
};

}  // namespace saddle
