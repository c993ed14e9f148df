// SPDX-License-Identifier: Apache-2.0
// A registered agent with its constraint, trained by name, in small.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <span>

#include <gtest/gtest.h>

#include <saddle/agents/train.h>
#include <saddle/apps/config.h>

#include "tests/support/walk.h"

namespace saddle::test {

/// Goes one to the left, nowhere or one to the right on a line, and is paid where it is; being left
/// of the middle costs, and so does moving. 7 steps.
class Stroll final : public Environment {
 public:
  Stroll() {
    spec_.id = "Stroll-v0";
    spec_.observation = Space::box(1, -10, 10);
    spec_.action = Space::discrete(3);
    spec_.constraints = {{"left", "steps", 1, "left of 0"}, {"effort", "steps", 3, "moves"}};
    spec_.horizon = 7;
  }
  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float> observation) override { observation[0] = place_ = 0; }
  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    const float move = action[0] - 1;
    out.observation[0] = out.reward[0] = place_ += move;
    out.cost[0] = place_ < 0 ? 1.0f : 0.0f;
    out.cost[1] = std::abs(move);
    return false;
  }

 private:
  EnvironmentSpec spec_;
  float place_ = 0;
};

/// All names of Saddle but its worlds: a walk of two, with numbers for actions, and the stroll.
inline Registries small_registries() {
  Registries all;
  all.environments.add("Walk-v0", testing::make_walk);
  all.environments.add("Stroll-v0", [] { return std::make_unique<Stroll>(); });
  register_wrappers(all.wrappers);
  register_agents(all.agents);
  register_rules(all.rules);
  return all;
}

inline bool has_option(const RunConfig& config, const std::string& key) {
  return std::ranges::count(config.fields().all(), key, &Field::key) > 0;
}

class SmallRun {
 public:
  explicit SmallRun(const Settings& settings)
      : config_(small_registries(), settings, {}),
        environment_(small_worlds(), kWorlds, 1),
        agent_(config_.build_agent(kWorlds)),
        run_{environment_, *agent_, 0} {}

  /// Of a run of 10 updates, of which schedules take their share. Expects finite metrics, and
  /// returns how many were done.
  int train(
      int updates, const std::function<void(const Metrics&)>& after = [](const Metrics&) {}) {
    WorkerPool pool(1);
    int done = 0;
    saddle::train(run_, 10 * kSteps * kWorlds, pool, [&](std::int64_t, const Metrics& metrics) {
      for (const auto& [key, value] : metrics.values()) {
        EXPECT_TRUE(std::isfinite(value)) << key;
      }
      after(metrics);
      return ++done < updates;
    });
    return done;
  }

  [[nodiscard]] const RunConfig& config() const { return config_; }
  VectorEnvironment& environment() { return environment_; }
  Agent& agent() { return *agent_; }
  TrainingRun& run() { return run_; }

  static constexpr int kWorlds = 4;

 private:
  static constexpr std::int64_t kSteps = 10;

  EnvironmentFactory small_worlds() {
    const Fields& options = config_.fields();
    options.set("rollout.steps", kSteps);
    options.parse("network.hidden", "8");
    if (has_option(config_, "replay.start")) {
      options.parse("replay.start", "40");
      options.parse("replay.ratio", "0.2");
      options.parse("replay.size", "64");  // so that it goes round
    }
    return config_.environment(Purpose::kTraining);
  }

  RunConfig config_;
  VectorEnvironment environment_;
  std::unique_ptr<Agent> agent_;
  TrainingRun run_;
};

}  // namespace saddle::test
