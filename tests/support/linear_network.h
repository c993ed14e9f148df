// SPDX-License-Identifier: Apache-2.0
// A network without hidden layers, written out: tests that need no LibTorch use it as a back end.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <saddle/agents/network.h>

namespace saddle::testing {

/// y = W x + b on blocks "0.weight" and "0.bias".
class LinearNetwork final : public Network {
 public:
  LinearNetwork(const MlpShape& shape, ParameterArena& arena)
      : inputs_(static_cast<std::size_t>(shape.inputs)),
        outputs_(static_cast<std::size_t>(shape.outputs)),
        arena_(arena) {
    SADDLE_CHECK(shape.hidden.empty());
  }

  void forward(std::span<const float> x, std::span<float> y) const override {
    // Several threads read at once, and what is not const notes a write.
    const ParameterArena& arena = arena_;
    const auto weight = arena.values(arena.blocks()[0]), bias = arena.values(arena.blocks()[1]);
    apply(weight, bias, x, y);
  }

  void forward_keeping(std::span<const float> x, std::span<float> y) override {
    kept_.assign(x.begin(), x.end());
    forward(x, y);
  }

  void backward(std::span<const float> dy) override {
    const auto weight = arena_.gradient(arena_.blocks()[0]);
    const auto bias = arena_.gradient(arena_.blocks()[1]);
    for (std::size_t i = 0; i < dy.size(); ++i) {
      const std::size_t row = i / outputs_, k = i % outputs_;
      bias[k] += dy[i];
      for (std::size_t j = 0; j < inputs_; ++j) {
        weight[k * inputs_ + j] += dy[i] * kept_[row * inputs_ + j];
      }
    }
  }

  void input_gradient(std::span<const float> dy, std::span<float> dx) override {
    const ParameterArena& arena = arena_;
    const auto weight = arena.values(arena.blocks()[0]);
    for (std::size_t i = 0; i < dx.size(); ++i) {
      const std::size_t row = i / inputs_, j = i % inputs_;
      dx[i] = 0;
      for (std::size_t k = 0; k < outputs_; ++k) {
        dx[i] += dy[row * outputs_ + k] * weight[k * inputs_ + j];
      }
    }
  }

  void tangent(std::span<const float> v, std::span<const float> dx, std::span<float> dy) override {
    SADDLE_CHECK(dx.empty());
    const std::size_t weights = inputs_ * outputs_;
    apply(v.first(weights), v.subspan(weights, outputs_), kept_, dy);
  }

 private:
  void apply(std::span<const float> weight, std::span<const float> bias, std::span<const float> x,
             std::span<float> y) const {
    for (std::size_t i = 0; i < y.size(); ++i) {
      const std::size_t row = i / outputs_, k = i % outputs_;
      y[i] = bias[k];
      for (std::size_t j = 0; j < inputs_; ++j)
        y[i] += weight[k * inputs_ + j] * x[row * inputs_ + j];
    }
  }

  std::size_t inputs_, outputs_;
  ParameterArena& arena_;
  std::vector<float> kept_;
};

inline std::unique_ptr<Network> make_linear_network(const MlpShape& shape, ParameterArena& arena) {
  return std::make_unique<LinearNetwork>(shape, arena);
}

}  // namespace saddle::testing
