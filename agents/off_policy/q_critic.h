// SPDX-License-Identifier: Apache-2.0
// Values of actions: one network with a head for every signal it predicts.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <saddle/agents/adam.h>
#include <saddle/agents/off_policy/options.h>
#include <saddle/agents/off_policy/target.h>

namespace saddle {

/// Q(s,a) for K signals, for batches of N rows x = (s,a), [N,O+D]; and the target network Q'.
/// Several critics may work side by side, each in a thread.
class QCritic {
 public:
  QCritic(int inputs, int signals, std::size_t rows, const NetworkOptions& network_options,
          const NetworkFactory& network, const QCriticOptions& options, Rng rng);
  QCritic(const QCritic&) = delete;
  QCritic& operator=(const QCritic&) = delete;

  [[nodiscard]] const ParameterArena& arena() const { return arena_; }
  [[nodiscard]] const TargetNetwork& target() const { return target_; }

  /// Q'(x), [N,K]; see next_values().
  void look_ahead(std::span<const float> x);
  [[nodiscard]] std::span<const float> next_values() const { return next_value_; }

  /// One step of Adam on the mean over rows of ½ Σ_k (Q_k(x) − target_k)²; see loss(). `progress`
  /// is the share of the run that is over.
  void fit(std::span<const float> x, std::span<const float> target, double progress = 0);
  [[nodiscard]] double loss() const { return loss_; }

  /// Q(x), [N,K], and the derivative of Σ_k weight_k Q_k(x) of every row by x, [N,O+D]; see
  /// values() and slope().
  void look(std::span<const float> x, std::span<const double> weight);
  [[nodiscard]] std::span<const float> values() const { return value_; }
  [[nodiscard]] std::span<const float> slope() const { return slope_; }

  /// The target network follows.
  void follow() { target_.follow(arena_, options_.tau); }

  void state(Archive& archive);

 private:
  QCriticOptions options_;
  MlpShape shape_;
  ParameterArena arena_;
  std::unique_ptr<Network> network_;
  TargetNetwork target_;
  Adam adam_;
  AlignedFloats value_, next_value_, d_value_, slope_;  // [N,K], the last [N,O+D]
  double loss_ = 0;
};

}  // namespace saddle
