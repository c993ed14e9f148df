// SPDX-License-Identifier: Apache-2.0
// Grids against entries written down by hand, and maps that mean nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/envs/tabular/grid.h>

namespace saddle {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

enum Move { kUp, kRight, kDown, kLeft };

/// S . G
/// # X .   with cells 0 1 2 and 3 4
GridParameters small(bool sends_back) {
  return {.id = "Small-v0",
          .doc = "for tests",
          .rows = {"S.G", "#X."},
          .hazards = {{'X', {"holes", "steps", 1, "in a hole"}, sends_back}},
          .slip = 0.2};
}

double probability(const TabularModel& model, int from, Move move, int to) {
  return model.transition.at(static_cast<std::size_t>((from * 4 + move) * model.states + to));
}

TEST(Grid, LeadsWhereOneGoesAndSometimesToASide) {
  const TabularModel model = grid_model(small(false));
  EXPECT_NO_THROW(model.validate());
  ASSERT_EQ(model.states, 5);
  ASSERT_EQ(model.actions, 4);
  EXPECT_EQ(model.start, (std::vector<double>{1, 0, 0, 0, 0}));
  EXPECT_DOUBLE_EQ(probability(model, 0, kRight, 1), 0.8);
  EXPECT_DOUBLE_EQ(probability(model, 0, kRight, 0), 0.2) << "an edge above, a wall below";
  EXPECT_DOUBLE_EQ(probability(model, 1, kDown, 3), 0.8);
  EXPECT_DOUBLE_EQ(probability(model, 1, kDown, 0), 0.1);
  EXPECT_DOUBLE_EQ(probability(model, 1, kDown, 2), 0.1);
  EXPECT_DOUBLE_EQ(probability(model, 3, kLeft, 3), 0.9) << "a wall ahead, an edge below";
  EXPECT_DOUBLE_EQ(probability(model, 3, kLeft, 1), 0.1);
  EXPECT_DOUBLE_EQ(probability(model, 4, kUp, 2), 0.8);
}

TEST(Grid, TheGoalPaysAndLeadsToTheStart) {
  const TabularModel model = grid_model(small(false));
  for (std::size_t pair = 0; pair < model.reward.size(); ++pair) {
    EXPECT_EQ(model.reward[pair], pair / 4 == 2 ? 1 : 0);
    EXPECT_EQ(model.cost[pair], pair / 4 == 3 ? 1 : 0);
  }
  for (const Move move : {kUp, kRight, kDown, kLeft}) EXPECT_EQ(probability(model, 2, move, 0), 1);
}

TEST(Grid, AHazardMaySendBackToTheStart) {
  const TabularModel model = grid_model(small(true));
  for (const Move move : {kUp, kRight, kDown, kLeft}) EXPECT_EQ(probability(model, 3, move, 0), 1);
}

TEST(Grid, EpisodesMayStartInAnyFreeCell) {
  GridParameters parameters = small(true);
  parameters.starts_anywhere = true;
  const TabularModel model = grid_model(parameters);
  EXPECT_NO_THROW(model.validate());
  const double third = 1.0 / 3;
  EXPECT_EQ(model.start, (std::vector<double>{third, third, 0, 0, third}));
  for (const int from : {2, 3}) EXPECT_EQ(probability(model, from, kUp, 0), 1) << "only to 'S'";
}

TEST(Grid, ThoseOfSaddleHaveTheirCells) {
  const TabularModel grid = grid_model(grid_world()), cliff = grid_model(cliff_walk());
  EXPECT_EQ(grid.states, 23);
  ASSERT_EQ(grid.constraints.size(), 2);
  EXPECT_EQ(cliff.states, 24);
  ASSERT_EQ(cliff.constraints.size(), 1);
  EXPECT_DOUBLE_EQ(cliff.start.at(18), 1.0 / 19);
  EXPECT_EQ(probability(cliff, 19, kUp, 18), 1);
}

TEST(Grid, MapsThatMeanNothingAreRefused) {
  const auto refusal = [](std::vector<std::string> rows) {
    GridParameters parameters = small(false);
    parameters.rows = std::move(rows);
    return [parameters] { (void)grid_model(parameters); };
  };
  const auto says = [](const char* what) {
    return ThrowsMessage<Error>(AllOf(HasSubstr("'Small-v0'"), HasSubstr(what)));
  };
  EXPECT_THAT(refusal({"S.G", "##"}), says("rows of several lengths"));
  EXPECT_THAT(refusal({"S.G", "..Y"}), says("a cell 'Y' that means nothing"));
  EXPECT_THAT(refusal({"S.."}), says("one start 'S' and one goal 'G'"));
  EXPECT_THAT(refusal({"SSG"}), says("one start 'S' and one goal 'G'"));
  EXPECT_THAT(refusal({}), says("one start 'S' and one goal 'G'"));
}

}  // namespace
}  // namespace saddle
