// SPDX-License-Identifier: Apache-2.0
// Grids with cells to avoid, as tables.
#include <saddle/envs/tabular/grid.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace saddle {
namespace {

constexpr int kActions = 4;

/// The map with its cells numbered.
class Grid {
 public:
  explicit Grid(const GridParameters& parameters) : rows_(parameters.rows) {
    const auto refuse = [&](const std::string& what) {
      throw Error(concat("the map of world '", parameters.id, "' ", what));
    };
    std::string known = ".#SG";
    for (const GridHazard& hazard : parameters.hazards) known += hazard.symbol;
    int starts = 0, goals = 0;
    for (const std::string& row : rows_) {
      if (row.size() != rows_.front().size()) refuse("has rows of several lengths");
      for (const char symbol : row) {
        if (known.find(symbol) == std::string::npos) {
          refuse(concat("has a cell '", symbol, "' that means nothing; it is one of ", known));
        }
        starts += symbol == 'S' ? 1 : 0;
        goals += symbol == 'G' ? 1 : 0;
        numbers_.push_back(symbol == '#' ? -1 : cells_++);
        if (symbol == 'S') start_ = numbers_.back();
      }
    }
    if (starts != 1 || goals != 1) refuse("needs one start 'S' and one goal 'G'");
  }

  [[nodiscard]] int cells() const { return cells_; }
  [[nodiscard]] int start() const { return start_; }
  [[nodiscard]] int height() const { return static_cast<int>(rows_.size()); }
  [[nodiscard]] int width() const { return static_cast<int>(rows_.front().size()); }

  [[nodiscard]] char symbol(int row, int column) const {
    return rows_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
  }

  /// Of a cell; −1 for a wall.
  [[nodiscard]] int number(int row, int column) const {
    return numbers_[static_cast<std::size_t>(row) * rows_.front().size() +
                    static_cast<std::size_t>(column)];
  }

  /// The cell that a move from a cell leads to.
  [[nodiscard]] int neighbour(int row, int column, int move) const {
    constexpr std::array<std::array<int, 2>, kActions> kMoves{{{-1, 0}, {0, 1}, {1, 0}, {0, -1}}};
    const auto [down, right] = kMoves[static_cast<std::size_t>(move)];
    const int to_row = row + down, to_column = column + right;
    const bool inside = to_row >= 0 && to_row < height() && to_column >= 0 && to_column < width();
    return inside && number(to_row, to_column) >= 0 ? number(to_row, to_column)
                                                    : number(row, column);
  }

 private:
  std::vector<std::string> rows_;
  std::vector<int> numbers_;
  int cells_ = 0, start_ = 0;
};

}  // namespace

TabularModel grid_model(const GridParameters& parameters) {
  const Grid grid(parameters);
  TabularModel model;
  model.id = parameters.id;
  model.doc = parameters.doc;
  model.states = grid.cells();
  model.actions = kActions;
  model.continuation = parameters.continuation;
  for (const GridHazard& hazard : parameters.hazards)
    model.constraints.push_back(hazard.constraint);
  const auto s = static_cast<std::size_t>(model.states);
  const std::size_t pairs = s * kActions, costs = parameters.hazards.size();
  model.start.assign(s, 0);
  model.places.resize(s);
  model.transition.assign(pairs * s, 0);
  model.reward.assign(pairs, 0);
  model.cost.assign(pairs * costs, 0);
  for (int row = 0; row < grid.height(); ++row) {
    for (int column = 0; column < grid.width(); ++column) {
      const int cell = grid.number(row, column);
      if (cell < 0) continue;
      model.places[static_cast<std::size_t>(cell)] = {0.5 + column, grid.height() - row - 0.5};
      const char symbol = grid.symbol(row, column);
      const bool starts = symbol == 'S' || (parameters.starts_anywhere && symbol == '.');
      if (starts) model.start[static_cast<std::size_t>(cell)] = 1;
      const auto hazard = std::ranges::find(parameters.hazards, symbol, &GridHazard::symbol);
      const bool is_hazard = hazard != parameters.hazards.end();
      const bool sends_back = symbol == 'G' || (is_hazard && hazard->sends_back);
      for (int action = 0; action < kActions; ++action) {
        const std::size_t pair =
            static_cast<std::size_t>(cell) * kActions + static_cast<std::size_t>(action);
        const auto lead = [&](int to, double probability) {
          model.transition[pair * s + static_cast<std::size_t>(to)] += probability;
        };
        if (symbol == 'G') model.reward[pair] = 1;
        if (is_hazard) {
          model.cost[pair * costs + static_cast<std::size_t>(hazard - parameters.hazards.begin())] =
              1;
        }
        if (sends_back) {
          lead(grid.start(), 1);
          continue;
        }
        lead(grid.neighbour(row, column, action), 1 - parameters.slip);
        for (const int turn : {1, kActions - 1}) {
          lead(grid.neighbour(row, column, (action + turn) % kActions), parameters.slip / 2);
        }
      }
    }
  }
  const double starts = std::accumulate(model.start.begin(), model.start.end(), 0.0);
  for (double& probability : model.start) probability /= starts;
  return model;
}

GridParameters grid_world() {
  return {.id = "GridWorld-v0",
          .doc = "reach the goal of a grid again and again with little time in water and fire",
          .rows = {"S.W.G",   //
                   "..W..",   //
                   "..F..",   //
                   ".#F#.",   //
                   "....."},  //
          .hazards = {{'W', {"water", "steps", 0.5, "a step begins in water"}},
                      {'F', {"fire", "steps", 0.2, "a step begins in fire"}}}};
}

GridParameters cliff_walk() {
  return {.id = "CliffWalk-v0",
          .doc = "walk along a cliff to the goal, again and again, with few falls",
          .rows = {"......",   //
                   "......",   //
                   "......",   //
                   "SCCCCG"},  //
          .hazards = {{'C', {"falls", "falls", 0.4, "a step begins beyond the edge"}, true}},
          .slip = 0.3,
          .continuation = 0.98,
          .starts_anywhere = true};
}

}  // namespace saddle
