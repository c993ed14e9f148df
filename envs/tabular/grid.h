// SPDX-License-Identifier: Apache-2.0
// Grids with cells to avoid, as tables.
#pragma once

#include <string>
#include <vector>

#include <saddle/envs/tabular/model.h>

namespace saddle {

/// A kind of cell: a step begun in one costs 1.
struct GridHazard {
  char symbol = 0;
  ConstraintSpec constraint;
  bool sends_back = false;  ///< the step leads to 'S', whatever the action
};

struct GridParameters {
  std::string id, doc;
  std::vector<std::string> rows;  ///< from the top, of one length; see grid_model
  std::vector<GridHazard> hazards;
  double slip = 0.1;           ///< probability to go to the left or the right of where one wants to
  double continuation = 0.95;  ///< γ
  bool starts_anywhere = false;  ///< episodes start in 'S' and the free cells, in each alike
};

/// A walk on a grid, to the goal as often as possible.
///
/// State   a cell that is no wall, counted row by row. 'S' is the start, 'G' the goal, '#' a wall,
///         '.' free, and hazards have symbols of their own. Episodes start in 'S', or with
///         `starts_anywhere` in any cell that is 'S' or free.
/// Action  0, 1, 2, 3: up, right, down, left. With probability `slip` one goes to a side of that,
///         either alike. At a wall or the edge one stays.
/// Reward  1 for a step begun at the goal, which leads to 'S'.
/// Costs   1 for a step begun in a hazard, of the constraint of its kind.
///
/// Errors: saddle::Error if rows differ in length, a symbol is unknown, or there is not one start
/// and one goal.
[[nodiscard]] TabularModel grid_model(const GridParameters& parameters);

/// GridWorld-v0: a 5×5 grid. The straight way to the goal leads through water, one twice as long
/// through fire, one thrice as long past both.
[[nodiscard]] GridParameters grid_world();

/// CliffWalk-v0: the cliff of Sutton and Barto 2018, Reinforcement learning, example 6.6, where
/// stepping off it costs and leads to the start. It is four cells long where theirs is ten, and
/// three steps in ten slip: going along its edge is short and a risk. Theirs, with few slips, has
/// so few falls worth limiting that a batch of some thousand steps cannot measure them.
/// Episodes start in any free cell, the exploring starts of section 5.3: from 'S' alone, few would
/// see the goal before they have learned to keep off the cliff.
[[nodiscard]] GridParameters cliff_walk();

}  // namespace saddle
