// SPDX-License-Identifier: Apache-2.0
// Distributions over actions, their densities and the derivatives that policy gradients need.
#pragma once

#include <span>

#include <saddle/base/rng.h>
#include <saddle/envs/environment.h>

namespace saddle {

inline constexpr double kHalfLog2Pi = 0.918938533204672742;  ///< ½ log 2π

/// A distribution over one action, given by the outputs of a policy network (the head, [H]) and,
/// for a Gaussian, by log standard deviations that do not depend on the state ([S]).
///
/// Box action: independent normals, head = means, H = S = D. Discrete action with n choices:
/// softmax of the head, H = n, S = 0, D = 1. Sums are over the dimensions of the action, never
/// means.
struct ActionDistribution {
  bool discrete = false;
  int head_size = 0;    ///< H
  int scale_size = 0;   ///< S
  int action_size = 0;  ///< D

  static ActionDistribution over(const Space& action);

  /// A sample, or without `rng` the mode. Writes `action` [D].
  void sample(std::span<const float> head, std::span<const float> log_std, Rng* rng,
              std::span<float> action) const;

  /// log π(a). Gaussian: Σ −½((a−μ)/σ)² − log σ − ½ log 2π. Softmax: head[a] − log Σ exp head.
  [[nodiscard]] double log_probability(std::span<const float> head, std::span<const float> log_std,
                                       std::span<const float> action) const;

  /// −E log π. Gaussian: Σ log σ + ½ log 2πe.
  [[nodiscard]] double entropy(std::span<const float> head, std::span<const float> log_std) const;

  /// KL(p‖q) = E_p[log p − log q].
  /// Gaussian: Σ log(σq/σp) + (σp² + (μp−μq)²) / 2σq² − ½.
  [[nodiscard]] double kl(std::span<const float> head_p, std::span<const float> log_std_p,
                          std::span<const float> head_q, std::span<const float> log_std_q) const;

  /// Adds weight · ∂ log π(a) / ∂(head, log_std).
  /// Gaussian: (a−μ)/σ² and ((a−μ)/σ)² − 1. Softmax: 1{k=a} − π_k.
  void add_score(std::span<const float> head, std::span<const float> log_std,
                 std::span<const float> action, double weight, std::span<float> d_head,
                 std::span<float> d_log_std) const;

  /// Adds weight · ∂ KL(p‖q) / ∂(head_p, log_std_p).
  /// Gaussian: (μp−μq)/σq² and σp²/σq² − 1. Softmax: p_k (log p_k − log q_k − KL).
  void add_kl_gradient(std::span<const float> head_p, std::span<const float> log_std_p,
                       std::span<const float> head_q, std::span<const float> log_std_q,
                       double weight, std::span<float> d_head, std::span<float> d_log_std) const;

  /// Adds weight · F v, F = ∂² KL(π‖q) / ∂(head_q, log_std_q)² where q = π, Fisher's matrix.
  /// Gaussian: v/σ² and 2v. Softmax: π_k (v_k − Σ π v).
  void add_curvature(std::span<const float> head, std::span<const float> log_std,
                     std::span<const float> v_head, std::span<const float> v_log_std, double weight,
                     std::span<float> d_head, std::span<float> d_log_std) const;

  /// Adds weight · ∂ entropy / ∂(head, log_std). Gaussian: 0 and 1. Softmax: −π_k (log π_k +
  /// entropy).
  void add_entropy_gradient(std::span<const float> head, double weight, std::span<float> d_head,
                            std::span<float> d_log_std) const;
};

}  // namespace saddle
