// SPDX-License-Identifier: Apache-2.0
// Layout and initial values of multilayer perceptrons.
#include <saddle/agents/network.h>

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

#include <saddle/optim/linear_algebra.h>

namespace saddle {
namespace {

/// Rows (or columns, if there are fewer) are orthonormal, uniformly among such matrices.
Eigen::MatrixXd orthogonal(Eigen::Index rows, Eigen::Index columns, Rng& rng) {
  const Eigen::Index tall = std::max(rows, columns), wide = std::min(rows, columns);
  Eigen::MatrixXd gaussian(tall, wide);
  for (Eigen::Index i = 0; i < tall; ++i) {
    for (Eigen::Index j = 0; j < wide; ++j) gaussian(i, j) = rng.normal();
  }
  const Eigen::MatrixXd q = orthogonal_factor(gaussian);
  return rows >= columns ? q : Eigen::MatrixXd(q.transpose());
}

void fill_uniform(std::span<float> values, double bound, Rng& rng) {
  for (float& value : values) value = static_cast<float>(rng.uniform(-bound, bound));
}

}  // namespace

void fill_orthogonal(std::span<float> weight, std::int64_t rows, std::int64_t columns, double gain,
                     Rng& rng) {
  const Eigen::MatrixXd drawn = gain * orthogonal(rows, columns, rng);
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) {
      weight[static_cast<std::size_t>(i * columns + j)] = static_cast<float>(drawn(i, j));
    }
  }
}

void add_mlp(ParameterArena& arena, const MlpShape& shape, double output_gain, Rng& rng) {
  SADDLE_CHECK(shape.inputs > 0 && shape.outputs > 0, shape.inputs, shape.outputs);
  const bool kaiming = shape.initialization == "kaiming";
  SADDLE_CHECK(kaiming || shape.initialization == "orthogonal", shape.initialization);
  std::vector<std::int64_t> widths = shape.hidden;
  widths.insert(widths.begin(), shape.inputs);
  widths.push_back(shape.outputs);
  for (std::size_t layer = 0; layer + 1 < widths.size(); ++layer) {
    const std::int64_t in = widths[layer], out = widths[layer + 1];
    const bool last = layer + 2 == widths.size();
    arena.add(std::to_string(layer) + ".weight", {out, in});
    if (kaiming) {
      const double bound = (last ? output_gain : 1) / std::sqrt(static_cast<double>(in));
      fill_uniform(arena.values(arena.blocks().back()), bound, rng);
      arena.add(std::to_string(layer) + ".bias", {out});
      fill_uniform(arena.values(arena.blocks().back()), bound, rng);
      continue;
    }
    fill_orthogonal(arena.values(arena.blocks().back()), out, in,
                    last ? output_gain : std::sqrt(2.0), rng);
    arena.add(std::to_string(layer) + ".bias", {out});
  }
}

NetworkFactory network_factory(const NetworkOptions& options) {
  return options.backend == "autograd" ? make_autograd_mlp : make_fused_mlp;
}

}  // namespace saddle
