// SPDX-License-Identifier: Apache-2.0
// Recurrent networks written out row by row in double precision.
#pragma once

#include <cmath>
#include <vector>

#include <saddle/agents/recurrent.h>

#include "tests/support/reference_mlp.h"

namespace saddle::testing {

/// Row by row: what the network puts out, and the memory after the row.
struct Recalled {
  std::vector<double> output, memory;
};

/// Block i of the cell, W x + b of gate g, with weight block i and bias block i + 1.
inline double gate_input(const NetworkShape& shape, const ParameterArena& arena, std::size_t i,
                         std::size_t k, const double* x, std::size_t n) {
  const std::size_t first = 2 * (shape.mlp.hidden.size() + 1) + i;
  const auto weight = arena.values(arena.blocks()[first]);
  double sum = arena.values(arena.blocks()[first + 1])[k];
  for (std::size_t j = 0; j < n; ++j) sum += static_cast<double>(weight[k * n + j]) * x[j];
  return sum;
}

/// The memory [S] after an input [O], given that before it.
inline std::vector<double> cell_step(const NetworkShape& shape, const ParameterArena& arena,
                                     const std::vector<double>& x,
                                     const std::vector<double>& before) {
  const auto m = static_cast<std::size_t>(shape.cell.width);
  std::vector<double> after(before.size());
  for (std::size_t j = 0; j < m; ++j) {
    const auto a = [&](std::size_t g) {
      return gate_input(shape, arena, 0, g * m + j, x.data(), x.size());
    };
    const auto b = [&](std::size_t g) {
      return gate_input(shape, arena, 2, g * m + j, before.data(), m);
    };
    const auto logistic = [&](std::size_t g) { return 1 / (1 + std::exp(-a(g) - b(g))); };
    if (shape.cell.kind == "gru") {
      const double r = logistic(0), z = logistic(1), n = std::tanh(a(2) + r * b(2));
      after[j] = (1 - z) * n + z * before[j];
    } else {
      after[m + j] = logistic(1) * before[m + j] + logistic(0) * std::tanh(a(2) + b(2));
      after[j] = logistic(3) * std::tanh(after[m + j]);
    }
  }
  return after;
}

/// Of rows [N,O + 1 + S].
inline Recalled recall(const NetworkShape& shape, const ParameterArena& arena,
                       const std::vector<float>& rows) {
  const auto o = static_cast<std::size_t>(shape.cell.inputs), s = shape.memory();
  const auto m = static_cast<std::size_t>(shape.cell.width), width = row_width(o, s);
  ParameterArena mlp;  // its blocks alone
  for (std::size_t i = 0; i < 2 * (shape.mlp.hidden.size() + 1); ++i) {
    mlp.add(arena.blocks()[i].name, arena.blocks()[i].shape);
  }
  std::ranges::copy(arena.values().first(mlp.values().size()), mlp.values().begin());
  Recalled all;
  std::vector<double> memory;
  for (std::size_t i = 0; i * width < rows.size(); ++i) {
    const auto row = rows.begin() + static_cast<std::ptrdiff_t>(i * width);
    const auto part = [&](std::size_t first, std::size_t count) {
      return std::vector<double>(row + static_cast<std::ptrdiff_t>(first),
                                 row + static_cast<std::ptrdiff_t>(first + count));
    };
    if (row[static_cast<std::ptrdiff_t>(o)] != 0) memory = part(o + 1, s);
    memory = cell_step(shape, arena, part(0, o), memory);
    all.memory.insert(all.memory.end(), memory.begin(), memory.end());
    std::vector<float> seen(row, row + static_cast<std::ptrdiff_t>(o));
    seen.insert(seen.end(), memory.begin(), memory.begin() + static_cast<std::ptrdiff_t>(m));
    const Matrix y = forward_pass(shape.mlp, mlp, seen).before.back();
    all.output.insert(all.output.end(), y.data(), y.data() + y.size());
  }
  return all;
}

}  // namespace saddle::testing
