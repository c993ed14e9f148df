// SPDX-License-Identifier: Apache-2.0
// Published results are about these worlds, so they must stay what they were: recorded episodes.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/drive.h"

namespace saddle {
namespace {

// Of another libm; sums are of 600 steps.
constexpr double kTolerance = 1e-4;

class PublishedWorld : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(PointGoal, PublishedWorld,
                         ::testing::Values("PointGoal0-v0", "PointGoal1-v0", "PointGoal2-v0"),
                         [](const auto& world) { return world.param.substr(0, 10); });

TEST_P(PublishedWorld, PlaysAsItDidWhenItWasFirstReleased) {
  testing::Drive drive(testing::suite_world(GetParam()), 6);
  std::vector<double> sums(1 + drive.cost.size());
  std::ifstream file(std::filesystem::path(SADDLE_GOLDEN) / (GetParam() + ".txt"));
  int steps = 0, rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    std::istringstream numbers(line);
    if (!line.starts_with("=")) {
      testing::Action action{};
      numbers >> action[0] >> action[1];
      drive.step(action);
      sums[0] += drive.reward;
      for (std::size_t i = 0; i < drive.cost.size(); ++i) sums[1 + i] += drive.cost[i];
      ++steps;
      continue;
    }
    numbers.ignore();
    std::vector<double> recorded;
    for (double x = 0; numbers >> x;) recorded.push_back(x);
    std::vector<double> seen = sums;
    seen.insert(seen.end(), drive.observation.begin(), drive.observation.end());
    ASSERT_EQ(seen.size(), recorded.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      ASSERT_NEAR(seen[i], recorded[i], kTolerance) << "number " << i << " after step " << steps;
    }
    ++rows;
  }
  EXPECT_EQ(steps, 600);
  EXPECT_EQ(rows, 21);
}

}  // namespace
}  // namespace saddle
