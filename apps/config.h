// SPDX-License-Identifier: Apache-2.0
// Everything a training run is made from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <saddle/apps/agent_parts.h>
#include <saddle/apps/checkpoint.h>
#include <saddle/apps/registries.h>
#include <saddle/apps/toml_file.h>
#include <saddle/envs/wrapper/adversarial.h>
#include <saddle/envs/wrapper/perturbed.h>

namespace saddle {

/// What a run has whatever it trains.
struct RunOptions {
  std::vector<std::string> plugins;  ///< absolute paths
  std::string environment;
  std::string agent = "ppo";
  std::string constraint;  ///< empty: the one that goes with the agent; RunConfig fills it in
  std::int64_t steps = 1'000'000;
  std::int64_t seed = 0;
  std::int64_t num_envs = 64;
  std::int64_t threads = 0;
  std::int64_t checkpoint_every = 10;

  void fields(Fields& f);
};

/// The groups of the options in Variation: those of the perturbation; how members of its family are
/// drawn, and their parameters; and those of the adversary.
inline constexpr const char* kPerturb = "perturb";
inline constexpr const char* kFamily = "family";
inline constexpr const char* kParameters = "world";
inline constexpr const char* kAdversary = "adversary";

/// In what the world of a run is another than the bare one.
struct Variation {
  Perturbation perturbation;
  Adversary adversary;

  void list(Fields& fields);
};

/// The options of one run: its own, a limit for each constraint of the world, how the world is
/// perturbed, varied and played against, and the groups of the agent and of its constraint: a rule,
/// or a wrapper of its worlds. Keys are "seed", "limits.hazards", "perturb.action_delay",
/// "world.mass", "ppo.clip"; the key "limits" stands for all limits.
class RunConfig {
 public:
  /// Defaults, overridden by the agent's preset, by `file` and by `flags`, in this order. Loads the
  /// plug-ins that these name. `spec_record` is what the world said of itself when the run began,
  /// in a file; empty for a run that begins. Errors: saddle::Error naming an unknown environment,
  /// agent, constraint or key with the nearest known, an agent and a constraint that do not go
  /// together, a value that its option does not take, a perturbation that the world does not, a
  /// plug-in that cannot be used, or what has changed in the world.
  RunConfig(const Registries& built_in, const Settings& file, const Settings& flags,
            const std::filesystem::path& spec_record = {});
  RunConfig(const RunConfig&) = delete;
  RunConfig& operator=(const RunConfig&) = delete;

  /// Changes what may change when a run is continued: steps, threads and where plug-ins lie.
  /// Errors: saddle::Error naming another option if a flag would change it.
  void resume_with(const Settings& flags);

  [[nodiscard]] const RunOptions& options() const { return options_; }
  /// Of the worlds that the agent sees: a wrapper, a family and an adversary add to them.
  [[nodiscard]] const EnvironmentSpec& spec() const { return spec_; }
  [[nodiscard]] EnvironmentFactory environment(Purpose purpose) const {
    return environment(purpose, variation_);
  }
  /// The same, varied in another way than in this run.
  [[nodiscard]] EnvironmentFactory environment(Purpose purpose, const Variation& variation) const;
  [[nodiscard]] const Variation& variation() const { return variation_; }

  /// The world as it is, without variation or wrapper.
  [[nodiscard]] const EnvironmentFactory& world() const { return environment_; }
  [[nodiscard]] const std::vector<double>& limits() const { return limits_; }
  [[nodiscard]] const Fields& fields() const { return fields_; }

  /// Whether anybody, agent, rule or wrapper, is to keep costs within the limits.
  [[nodiscard]] bool keeps_limits() const;

  /// `threads`, or the number of processors if that is 0.
  [[nodiscard]] int threads() const;

  /// The agent for `worlds` worlds; 0 for one that only acts.
  [[nodiscard]] std::unique_ptr<Agent> build_agent(int worlds) const;

  /// All options as a file that makes the same run again.
  [[nodiscard]] std::string toml() const;

  /// The options that results depend on: a continued run keeps them. The constraint of a preset is
  /// none of them, since its name says it.
  [[nodiscard]] OptionTexts lasting_options() const;

 private:
  void apply(const Settings& settings);
  void apply(const Setting& setting);
  [[nodiscard]] Settings one_by_one(const Settings& settings) const;
  void choose_parts(const Registries& registries, Settings& file);
  void check_known(const std::string& key) const;
  void check_limit_key(const std::string& key) const;
  void list_limits();
  void check_wrapper() const;
  void separate_players() const;

  RunOptions options_;
  Fields fields_;
  EnvironmentFactory environment_;
  EnvironmentSpec spec_;
  std::vector<double> limits_;
  Variation variation_;
  AgentParts parts_;
  bool constraint_is_fixed_ = false;
};

/// `threads` if positive, the number of processors if 0.
[[nodiscard]] int thread_count(std::int64_t threads);

}  // namespace saddle
