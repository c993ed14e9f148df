// SPDX-License-Identifier: Apache-2.0
// Distributions over actions, their densities and the derivatives that policy gradients need.
#pragma once

#include <span>
#include <vector>

#include <saddle/base/rng.h>
#include <saddle/envs/environment.h>

namespace saddle {

inline constexpr double kHalfLog2Pi = 0.918938533204672742;  ///< ½ log 2π

/// A family of distributions over one action, of which the outputs of a policy network (the head,
/// [H]) choose one and, for a Gaussian, log standard deviations that do not depend on the state
/// ([S]).
///
/// Box action: independent normals, head = means, H = S = D. Discrete action with n choices:
/// softmax of the head, H = n, S = 0, D = 1.
struct ActionDistribution {
  bool discrete = false;
  int head_size = 0;    ///< H
  int scale_size = 0;   ///< S
  int action_size = 0;  ///< D

  static ActionDistribution over(const Space& action);
};

/// One distribution of the family, π below. What its functions share is computed once: per row of
/// heads for a softmax, for all rows for a Gaussian. Sums are over the dimensions of the action,
/// never means. Allocates nothing once it was as large as it has to be.
class ActionDensity {
 public:
  /// Of this family, with these log standard deviations [S], which have to outlive its use.
  ActionDensity& of(const ActionDistribution& family, std::span<const float> log_std);
  /// That of a row of heads [H], which has to outlive its use.
  ActionDensity& at(std::span<const float> head);

  /// A sample, or without `rng` the mode. Writes `action` [D].
  void sample(Rng* rng, std::span<float> action) const;

  /// log π(a). Gaussian: Σ −½((a−μ)/σ)² − log σ − ½ log 2π. Softmax: head[a] − log Σ exp head.
  [[nodiscard]] double log_probability(std::span<const float> action) const;

  /// −E log π. Gaussian: Σ log σ + ½ log 2πe.
  [[nodiscard]] double entropy() const;

  /// KL(π‖q) = E_π[log π − log q]. Gaussian: Σ log(σq/σ) + (σ² + (μ−μq)²) / 2σq² − ½.
  [[nodiscard]] double kl(const ActionDensity& q) const;

  /// Adds weight · ∂ log π(a) / ∂(head, log_std).
  /// Gaussian: (a−μ)/σ² and ((a−μ)/σ)² − 1. Softmax: 1{k=a} − π_k.
  void add_score(std::span<const float> action, double weight, std::span<float> d_head,
                 std::span<float> d_log_std) const;

  /// Adds weight · ∂ KL(π‖q) / ∂(head, log_std).
  /// Gaussian: (μ−μq)/σq² and σ²/σq² − 1. Softmax: π_k (log π_k − log q_k − KL).
  void add_kl_gradient(const ActionDensity& q, double weight, std::span<float> d_head,
                       std::span<float> d_log_std) const;

  /// Adds weight · F v, F = ∂² KL(π‖q) / ∂(head_q, log_std_q)² where q = π, Fisher's matrix.
  /// Gaussian: v/σ² and 2v. Softmax: π_k (v_k − Σ π v).
  void add_curvature(std::span<const float> v_head, std::span<const float> v_log_std, double weight,
                     std::span<float> d_head, std::span<float> d_log_std) const;

  /// Adds weight · ∂ entropy / ∂(head, log_std). Gaussian: 0 and 1. Softmax: −π_k (log π_k +
  /// entropy).
  void add_entropy_gradient(double weight, std::span<float> d_head,
                            std::span<float> d_log_std) const;

 private:
  bool discrete_ = false;
  std::span<const float> head_, log_std_;
  std::vector<double> std_, inverse_std_;  // [S] σ and 1/σ
  std::vector<double> p_, log_p_;          // [H] π_k and log π_k
};

}  // namespace saddle
