// SPDX-License-Identifier: Apache-2.0
// All parameters of a module as one vector.
#pragma once

#include <cstdint>
#include <vector>

#include <saddle/optim/torch/torch.h>

namespace saddle {

/// The parameters of a module, or any leaf tensors, one after another. They become views of one
/// arena, so that reading or writing all of them is one copy; the module works as before.
///
///     FlatParameters parameters(net->parameters());
///     torch::Tensor x = parameters.values();   // what a method starts from
///     ...
///     parameters.assign(x);                    // what the net uses from now on
///
/// Copies refer to the same parameters.
class FlatParameters {
 public:
  /// Errors: saddle::Error if there are none, or one is undefined, there twice, neither float32
  /// nor float64 on the CPU, of another type than the first, or does not require gradients.
  explicit FlatParameters(std::vector<torch::Tensor> parameters);

  [[nodiscard]] std::int64_t size() const { return arena_.numel(); }
  [[nodiscard]] const std::vector<torch::Tensor>& tensors() const { return parameters_; }

  /// A copy of all values, [size], that requires no gradients.
  /// Errors: saddle::Error if something, as Module::to(), has moved the parameters elsewhere.
  [[nodiscard]] torch::Tensor values() const;

  /// Gives the parameters the values of `flat` [size].
  /// Errors: saddle::Error if its shape or type is another one, and as values().
  void assign(const torch::Tensor& flat);

  /// What backward() left in the gradients of the parameters, [size]; 0 where it left nothing.
  [[nodiscard]] torch::Tensor gradient() const;

  /// One tensor a parameter, as autograd gives them, as [size]; 0 for those that are undefined.
  [[nodiscard]] torch::Tensor join(const std::vector<torch::Tensor>& parts) const;

  /// `flat` [size] as one tensor a parameter, of its shape. They share memory with `flat`.
  [[nodiscard]] std::vector<torch::Tensor> split(const torch::Tensor& flat) const;

 private:
  void require_arena() const;
  void require_like_arena(const torch::Tensor& flat) const;

  std::vector<torch::Tensor> parameters_;
  torch::Tensor arena_;  ///< [size]
};

}  // namespace saddle
