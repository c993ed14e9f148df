// SPDX-License-Identifier: Apache-2.0
// Passes through the network of a policy, in which values learn along with it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <saddle/agents/policy_update.h>

namespace saddle {

/// Adds weight · ½ Σ_k (V_k − target_k)², the mean over rows, in scaled units, to the loss of a
/// policy whose network has value heads; `target` and `weight` are those of the batch. Of any other
/// policy these are the passes of the network.
/// Ref  Schulman et al. 2017, arXiv:1707.06347, equation 9. Differs: scaled targets.
class JointPass {
 public:
  /// For passes of up to `rows` rows.
  JointPass(Policy& policy, const PolicyBatch& batch, std::size_t rows);

  /// Network::forward_keeping() of rows x [n,O]; writes the policy's head [n,H].
  void forward(std::span<const float> x, std::span<float> head);

  /// Network::backward() of the last forward(), whose rows have these places in the batch, given
  /// the gradient of the policy's loss with respect to its head [n,H].
  void backward(std::span<const float> d_head, std::span<const std::uint32_t> rows);

  /// [K], unweighted, since the last call: the sum over rows, divided by those of the batch.
  [[nodiscard]] std::vector<double> take_losses();

 private:
  Policy& policy_;
  std::span<const float> target_;  // [N,K]
  double weight_;
  std::size_t values_, width_;  // K, H + K
  std::vector<double> squares_;
  AlignedFloats outputs_;  // [rows,width]
};

}  // namespace saddle
