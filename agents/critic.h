// SPDX-License-Identifier: Apache-2.0
// Value functions: a network with a head for every signal it predicts.
#pragma once

#include <memory>
#include <span>

#include <saddle/agents/adam.h>
#include <saddle/agents/recurrent.h>
#include <saddle/agents/schedule.h>
#include <saddle/agents/value_scale.h>
#include <saddle/base/metrics.h>

namespace saddle {

struct CriticOptions {
  std::int64_t epochs = 4;
  std::int64_t minibatch = 512;
  double learning_rate = 1e-3;
  std::string schedule = "constant";
  double max_gradient_norm = 0.5;
  std::string trunk = "shared";
  std::string costs = "valued";
  double weight = 0.5;

  void fields(Fields& f) {
    f("epochs", epochs, at_least(1), "passes over the batch");
    f("minibatch", minibatch, at_least(1), "rows a gradient step");
    f("learning_rate", learning_rate, positive(), "of Adam");
    f("schedule", schedule, kScheduleShapes,
      "of the learning rate: constant, or to 0 at the end of the run");
    f("max_gradient_norm", max_gradient_norm, at_least(0), "clips the gradient; 0: never");
    f("trunk", trunk, {"shared", "separate", "policy"},
      "of values: one network for the reward and one with a head for each cost, a network for "
      "each, or that of the policy, with heads for all, which learn by the options of its update");
    f("costs", costs, {"valued", "shaped"},
      "have values of their own, or are taken off the reward under the multipliers, and what is "
      "left has the only value");
    f("weight", weight, positive(),
      "of the loss of values against the policy's, where they are heads of its network");
  }
};

/// V(s) for K signals, each learned in its ValueScale.
class Critic {
 public:
  Critic(int inputs, int signals, const NetworkOptions& network_options,
         const NetworkFactory& network, const CriticOptions& options, Rng rng);

  /// observation [N,O] to values [N,K], in the signals' units. Safe to call from several threads.
  /// One with a memory takes rows of recurrent.h, and writes what it is after each to `memory`
  /// [N,S], unless that is empty.
  void values(std::span<const float> observation, std::span<float> out,
              std::span<float> memory = {}) const;

  /// Minimises the mean over rows of ½ Σ_k (V_k − target_k)², in scaled units, by epochs of Adam.
  /// target [N,K]; `progress` is the share of the run that is over, `starts` as Minibatches takes
  /// them. Returns the loss of the last epoch.
  double fit(std::span<const float> observation, std::span<const float> target, double progress = 0,
             std::span<const std::uint32_t> starts = {});

  /// S, floats that it remembers of an episode.
  [[nodiscard]] std::size_t memory_size() const { return shape_.memory(); }
  [[nodiscard]] const ParameterArena& arena() const { return arena_; }

  void state(Archive& archive);

 private:
  CriticOptions options_;
  std::size_t signals_;
  NetworkShape shape_;
  ParameterArena arena_;
  std::unique_ptr<Network> network_;
  Adam adam_;
  ValueScale scale_;
  Rng rng_;
};

}  // namespace saddle
