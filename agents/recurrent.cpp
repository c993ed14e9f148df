// SPDX-License-Identifier: Apache-2.0
// Layout and initial values of networks with a memory.
#include <saddle/agents/recurrent.h>

#include <algorithm>
#include <utility>

namespace saddle {
namespace {

/// One weight of a cell: an orthogonal one for each gate.
void add_gates(ParameterArena& arena, const std::string& name, std::int64_t gates,
               std::int64_t width, std::int64_t columns, Rng& rng) {
  arena.add(name, {gates * width, columns});
  const std::span<float> weight = arena.values(arena.blocks().back());
  const std::size_t size = weight.size() / static_cast<std::size_t>(gates);
  for (std::size_t first = 0; first < weight.size(); first += size) {
    fill_orthogonal(weight.subspan(first, size), width, columns, 1, rng);
  }
}

void add_cell(ParameterArena& arena, const CellShape& cell, Rng& rng) {
  const bool lstm = cell.kind == "lstm";
  const std::int64_t gates = lstm ? 4 : 3, width = cell.width;
  add_gates(arena, "cell.input.weight", gates, width, cell.inputs, rng);
  arena.add("cell.input.bias", {gates * width});
  if (lstm) {
    const auto m = static_cast<std::size_t>(width);
    std::ranges::fill(arena.values(arena.blocks().back()).subspan(m, m), 1.0f);
  }
  add_gates(arena, "cell.memory.weight", gates, width, width, rng);
  arena.add("cell.memory.bias", {gates * width});
}

}  // namespace

int CellShape::memory() const {
  if (is_none()) return 0;
  return kind == "lstm" ? 2 * width : width;
}

NetworkShape NetworkShape::of(int inputs, int outputs, const NetworkOptions& options) {
  const CellShape cell{options.recurrent, inputs, static_cast<int>(options.memory)};
  return {{inputs + (cell.is_none() ? 0 : cell.width), options.hidden, outputs, options.activation,
           options.initialization},
          cell};
}

void add_network(ParameterArena& arena, const NetworkShape& shape, double output_gain, Rng& rng) {
  add_mlp(arena, shape.mlp, output_gain, rng);
  if (!shape.cell.is_none()) add_cell(arena, shape.cell, rng);
}

std::unique_ptr<Network> make_network(const NetworkShape& shape, ParameterArena& arena,
                                      const NetworkFactory& mlp) {
  std::unique_ptr<Network> network = mlp(shape.mlp, arena);
  if (shape.cell.is_none()) return network;
  return make_recurrent(shape, std::move(network), arena, shape.mlp.last_layer() + 2);
}

}  // namespace saddle
