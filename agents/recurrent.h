// SPDX-License-Identifier: Apache-2.0
// Networks with a memory: a recurrent cell, and a perceptron that sees what it remembers.
#pragma once

#include <memory>
#include <string>

#include <saddle/agents/network.h>

namespace saddle {

/// A cell of width M: from a row's input o [O] and the memory before it to the memory after it.
/// "gru" remembers h [M]; "lstm" h and c [2M]; "none" is no cell. The equations, with their
/// derivatives, are in fused/cells_impl.inc.
struct CellShape {
  std::string kind = "none";
  int inputs = 0;  ///< O
  int width = 0;   ///< M

  [[nodiscard]] bool is_none() const { return kind == "none"; }
  [[nodiscard]] int memory() const;  ///< S, floats that it remembers
};

/// What a policy or a critic computes with: y = mlp(o), or with a cell y = mlp(o, h).
///
/// A network with a cell takes rows x = [o, start, m] and walks them in order. Where start is not
/// 0, the memory before the row is its m [S]; elsewhere it is what the row before left, and m has
/// no part. So rows that all start are independent of each other, as in acting; and rows of an
/// episode one after the other, of which only the first starts, are one sequence, through which
/// backward(), input_gradient() and tangent() go in time. The first row of a pass must start.
struct NetworkShape {
  MlpShape mlp;    ///< its inputs are O, or O + M
  CellShape cell;  ///< its kind says whether there is one

  /// As options say, for O `inputs`.
  [[nodiscard]] static NetworkShape of(int inputs, int outputs, const NetworkOptions& options);

  [[nodiscard]] std::size_t memory() const { return static_cast<std::size_t>(cell.memory()); }
};

/// Appends the perceptron as add_mlp(), then the cell: "cell.input.weight" [gates·M,O],
/// "cell.input.bias" [gates·M], and "cell.memory.weight" [gates·M,M] and "cell.memory.bias" alike,
/// as PyTorch lays them out: gates r, z, n or i, f, g, o. Whatever the perceptron's are, weights of
/// each gate are orthogonal, biases zero but for 1 of a forget gate (Jozefowicz et al. 2015, An
/// empirical exploration of recurrent network architectures).
void add_network(ParameterArena& arena, const NetworkShape& shape, double output_gain, Rng& rng);

/// Makes the network on the blocks that add_network() appended first to the arena.
[[nodiscard]] std::unique_ptr<Network> make_network(const NetworkShape& shape,
                                                    ParameterArena& arena,
                                                    const NetworkFactory& mlp);

/// A cell in front of `mlp`, both on the arena; the cell's blocks are those from `first` on.
/// Hand-written, whatever `mlp` is.
[[nodiscard]] std::unique_ptr<Network> make_recurrent(const NetworkShape& shape,
                                                      std::unique_ptr<Network> mlp,
                                                      ParameterArena& arena, std::size_t first);

/// Numbers of a row that such a network takes: O, or O + 1 + S.
[[nodiscard]] constexpr std::size_t row_width(std::size_t inputs, std::size_t memory) {
  return memory == 0 ? inputs : inputs + 1 + memory;
}

}  // namespace saddle
