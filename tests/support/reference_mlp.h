// SPDX-License-Identifier: Apache-2.0
// Multilayer perceptrons and their chain rule written out with Eigen in double precision.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <saddle/agents/network.h>

namespace saddle::testing {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Stored = Eigen::Map<const Eigen::Matrix<float, -1, -1, Eigen::RowMajor>>;

inline double activate(const std::string& name, double x) {
  if (name == "tanh") return std::tanh(x);
  if (name == "relu") return std::max(x, 0.0);
  if (name == "elu") return x > 0 ? x : std::expm1(x);
  return x / (1 + std::exp(-x));
}

inline double slope(const std::string& name, double x) {
  if (name == "tanh") return 1 - std::tanh(x) * std::tanh(x);
  if (name == "relu") return x > 0 ? 1 : 0;
  if (name == "elu") return x > 0 ? 1 : std::exp(x);
  const double gate = 1 / (1 + std::exp(-x));
  return gate * (1 + x * (1 - gate));
}

/// What every layer gets and makes of it; the last of `before` is the output.
struct ForwardPass {
  std::vector<Matrix> weight, input, before;  ///< per layer; `before` its activation
};

inline ForwardPass forward_pass(const MlpShape& shape, const ParameterArena& arena,
                                const std::vector<float>& x) {
  ForwardPass pass;
  Matrix h = Stored(x.data(), static_cast<Eigen::Index>(x.size()) / shape.inputs, shape.inputs)
                 .cast<double>();
  for (std::size_t i = 0; i < arena.blocks().size(); i += 2) {
    const ParameterBlock& block = arena.blocks()[i];
    const Matrix bias =
        Stored(arena.values(arena.blocks()[i + 1]).data(), 1, block.shape[0]).cast<double>();
    if (i > 0) h = h.unaryExpr([&](double v) { return activate(shape.activation, v); }).eval();
    pass.weight.emplace_back(
        Stored(arena.values(block).data(), block.shape[0], block.shape[1]).cast<double>());
    pass.input.push_back(h);
    h = ((h * pass.weight.back().transpose()).rowwise() + bias.row(0)).eval();
    pass.before.push_back(h);
  }
  return pass;
}

/// Derivatives of ⟨y, dy⟩.
struct Gradients {
  std::vector<double> parameters;  ///< in the order of the arena
  std::vector<double> inputs;      ///< as x
};

/// For rows of x and dy.
inline Gradients chain_rule(const MlpShape& shape, const ParameterArena& arena,
                            const std::vector<float>& x, const std::vector<float>& dy) {
  const ForwardPass pass = forward_pass(shape, arena, x);
  std::vector<double> gradient(arena.values().size());
  Matrix d = Stored(dy.data(), pass.before.back().rows(), shape.outputs).cast<double>();
  for (std::size_t layer = pass.weight.size(); layer-- > 0;) {
    const auto place = [&](std::size_t block) {
      return gradient.begin() + static_cast<std::ptrdiff_t>(arena.blocks()[block].offset);
    };
    const Matrix weight = d.transpose() * pass.input[layer], bias = d.colwise().sum();
    std::copy_n(weight.data(), weight.size(), place(2 * layer));
    std::copy_n(bias.data(), bias.size(), place(2 * layer + 1));
    d = (d * pass.weight[layer]).eval();
    if (layer == 0) break;
    d = d.cwiseProduct(pass.before[layer - 1].unaryExpr([&](double v) {
           return slope(shape.activation, v);
         })).eval();
  }
  return {gradient, {d.data(), d.data() + d.size()}};
}

/// (∂y/∂θ) v [rows,outputs], v in the order of the arena, for rows of x.
inline std::vector<double> forward_mode(const MlpShape& shape, const ParameterArena& arena,
                                        const std::vector<float>& x, const std::vector<float>& v) {
  const ForwardPass pass = forward_pass(shape, arena, x);
  Matrix d = Matrix::Zero(pass.input[0].rows(), shape.inputs);
  for (std::size_t layer = 0; layer < pass.weight.size(); ++layer) {
    const Matrix& weight = pass.weight[layer];
    const auto part = [&](std::size_t block, Eigen::Index rows, Eigen::Index columns) {
      return Matrix(Stored(v.data() + arena.blocks()[block].offset, rows, columns).cast<double>());
    };
    const Matrix weight_v = part(2 * layer, weight.rows(), weight.cols());
    const Matrix bias_v = part(2 * layer + 1, 1, weight.rows());
    d = ((d * weight.transpose() + pass.input[layer] * weight_v.transpose()).rowwise() +
         bias_v.row(0))
            .eval();
    if (layer + 1 == pass.weight.size()) break;
    d = d.cwiseProduct(pass.before[layer].unaryExpr([&](double z) {
           return slope(shape.activation, z);
         })).eval();
  }
  return {d.data(), d.data() + d.size()};
}

}  // namespace saddle::testing
