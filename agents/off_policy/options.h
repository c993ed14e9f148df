// SPDX-License-Identifier: Apache-2.0
// Options of off-policy agents: what they have in common, and what tells them apart.
#pragma once

#include <saddle/agents/curriculum.h>
#include <saddle/agents/measure.h>
#include <saddle/agents/network.h>
#include <saddle/agents/rollout.h>
#include <saddle/agents/schedule.h>
#include <saddle/agents/smoothing.h>

namespace saddle {

/// What tells one off-policy agent from another. A stochastic policy is a squashed normal whose
/// entropy counts; a deterministic one explores with noise and has a target network.
struct ActorSettings {
  bool stochastic = false;
  bool twin = false;  ///< two critics of the reward, of which the lower one is believed
  double learning_rate = 0;
  /// Of the rates of policy and temperature.
  std::string schedule = "constant";
  std::int64_t delay = 1;        ///< gradient steps of critics for each of policy and targets
  double noise = 0;              ///< of exploration, standard deviation in half the action box
  double target_noise = 0;       ///< of the action that targets are of, likewise
  double target_noise_clip = 0;  ///< largest such noise
  double temperature = 0;        ///< α, what a unit of entropy is worth
  bool learn_temperature = false;
  double temperature_rate = 0;
  double entropy = 0;  ///< what α is learned for, for each number of an action
};

/// Lillicrap et al. 2016, arXiv:1509.02971. Differs: the noise has no memory, and observations are
/// normalised by running moments, not by layers.
struct DdpgOptions {
  double learning_rate = 1e-3;
  std::string schedule = "constant";
  double noise = 0.1;

  void fields(Fields& f) {
    f("learning_rate", learning_rate, positive(), "of Adam, for the policy");
    f("schedule", schedule, kScheduleShapes,
      "of the learning rate: constant, or to 0 at the end of the run");
    f("noise", noise, at_least(0),
      "standard deviation of the noise that explores, in units of half the action box");
  }

  [[nodiscard]] ActorSettings settings() const {
    return {.learning_rate = learning_rate, .schedule = schedule, .noise = noise};
  }
};

/// Fujimoto, van Hoof and Meger 2018, arXiv:1802.09477, algorithm 1.
struct Td3Options {
  double learning_rate = 1e-3;
  std::string schedule = "constant";
  double noise = 0.1;
  double target_noise = 0.2;
  double target_noise_clip = 0.5;
  std::int64_t delay = 2;

  void fields(Fields& f) {
    f("learning_rate", learning_rate, positive(), "of Adam, for the policy");
    f("schedule", schedule, kScheduleShapes,
      "of the learning rate: constant, or to 0 at the end of the run");
    f("noise", noise, at_least(0),
      "standard deviation of the noise that explores, in units of half the action box");
    f("target_noise", target_noise, at_least(0), "the same, of the actions that targets are of");
    f("target_noise_clip", target_noise_clip, at_least(0), "largest noise of those");
    f("delay", delay, at_least(1),
      "gradient steps of the critics for each one of the policy and the targets");
  }

  [[nodiscard]] ActorSettings settings() const {
    return {.twin = true,
            .learning_rate = learning_rate,
            .schedule = schedule,
            .delay = delay,
            .noise = noise,
            .target_noise = target_noise,
            .target_noise_clip = target_noise_clip};
  }
};

/// Haarnoja et al. 2018, arXiv:1812.05905, algorithm 1.
struct SacOptions {
  double learning_rate = 1e-3;
  std::string schedule = "constant";
  double temperature = 0.2;
  bool learn_temperature = true;
  double temperature_rate = 1e-3;
  double entropy = -1;

  void fields(Fields& f) {
    f("learning_rate", learning_rate, positive(), "of Adam, for the policy");
    f("schedule", schedule, kScheduleShapes,
      "of the learning rate, and that of the temperature: constant, or to 0 at the end of the run");
    f("temperature", temperature, positive(),
      "what a unit of entropy is worth in reward; where it is learned, at the start");
    f("learn_temperature", learn_temperature, "keep the entropy at `entropy`, or the temperature");
    f("temperature_rate", temperature_rate, positive(), "of Adam, for the temperature");
    f("entropy", entropy, {},
      "entropy of the policy that the temperature is learned for, for each number of an action, "
      "in units of half the action box");
  }

  [[nodiscard]] ActorSettings settings() const {
    return {.stochastic = true,
            .twin = true,
            .learning_rate = learning_rate,
            .schedule = schedule,
            .temperature = temperature,
            .learn_temperature = learn_temperature,
            .temperature_rate = temperature_rate,
            .entropy = entropy};
  }
};

struct ReplayOptions {
  std::int64_t size = 300'000;
  std::int64_t start = 1000;
  std::int64_t batch = 256;
  double ratio = 1;

  void fields(Fields& f) {
    f("size", size, between(1, 1e9),
      "transitions kept, the oldest give way; a checkpoint holds them all");
    f("start", start, at_least(0), "environment steps of uniform actions before learning starts");
    f("batch", batch, between(1, 1e6), "transitions a gradient step");
    f("ratio", ratio, positive(), "gradient steps an environment step");
  }
};

struct QCriticOptions {
  double gamma = 0.99;
  double cost_gamma = 0.99;
  double learning_rate = 1e-3;
  std::string schedule = "constant";
  double tau = 0.005;
  bool normalize_reward = false;

  void fields(Fields& f) {
    f("gamma", gamma, between(0, 1), "discount of the reward");
    f("cost_gamma", cost_gamma, between(0, 1), "discount of the costs");
    f("learning_rate", learning_rate, positive(), "of Adam, for the critics");
    f("schedule", schedule, kScheduleShapes,
      "of the learning rate: constant, or to 0 at the end of the run");
    f("tau", tau, {.low = 0, .high = 1, .open_low = true},
      "share of the way that target networks follow in a step");
    f("normalize_reward", normalize_reward,
      "learn values in units of the standard deviation of discounted returns so far");
  }
};

/// Everything off-policy agents have in common.
struct OffPolicyOptions {
  RolloutOptions rollout{.steps = 50};
  ReplayOptions replay;
  MeasureOptions measure;
  QCriticOptions critic;
  NetworkOptions network;
  SmoothingOptions policy;
  CurriculumOptions curriculum;

  void fields(Fields& f) {
    f.group("rollout", rollout);
    f.group("replay", replay);
    f.group("measure", measure);
    f.group("critic", critic);
    Architecture architecture{network};
    f.group("network", architecture);
    f.group("policy", policy);
    f.group("curriculum", curriculum);
  }

 private:
  /// A stochastic policy starts as NetworkOptions say; entropy takes it from there.
  struct Architecture {
    NetworkOptions& network;
    void fields(Fields& f) { network.architecture(f); }
  };
};

}  // namespace saddle
