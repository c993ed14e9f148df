// SPDX-License-Identifier: Apache-2.0
// What counts as within limits, and how progress reads.
#include <saddle/apps/report.h>

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/apps/progress.h>

namespace saddle {
namespace {

const double kNan = std::nan("");

TEST(Report, TakesNumbersByName) {
  EnvironmentSpec spec;
  spec.constraints = {{"hazards", "steps", 25, ""}, {"speed", "m/s", 5, ""}};
  Metrics metrics;
  metrics.set("return", 3);
  metrics.set("episodes", 16);
  metrics.set("cost/hazards", 20);
  metrics.set("multiplier/hazards", 0.5);
  const UpdateReport report = report_of(metrics, spec, {24, 7});
  EXPECT_EQ(report.mean_return, 3);
  EXPECT_EQ(report.episodes, 16);
  EXPECT_EQ(report.constraints[0].mean, 20);
  EXPECT_EQ(report.constraints[0].limit, 24);
  EXPECT_EQ(report.constraints[0].multiplier, 0.5);
  EXPECT_EQ(report.constraints[1].limit, 7);
  EXPECT_TRUE(std::isnan(report.constraints[1].mean));
}

TEST(Report, MeritIsTheGreatestExcessThenTheReturn) {
  const auto merit = [](double result, double first, double second) {
    return merit_of({1, result, {{"a", 25, first, 0}, {"b", 0, second, 0}}});
  };
  EXPECT_EQ(merit(7, 25, 0), (Merit{0, 7}));
  EXPECT_EQ(merit(7, 50, 0), (Merit{1, 7}));  // twice the limit
  EXPECT_EQ(merit(7, 50, 3), (Merit{3, 7}));  // of a limit of 0
  EXPECT_TRUE(std::isfinite(merit_of({1, 7, {{"a", 1e-310, 50, 0}}})->violation));
  EXPECT_EQ(merit(7, kNan, 0), std::nullopt);
  EXPECT_EQ(merit(kNan, 0, 0), std::nullopt);
  EXPECT_EQ(merit_of({1, -3, {}}), (Merit{0, -3}));
  EXPECT_EQ(merit_of({0, -3, {}}), std::nullopt);  // guessed from unfinished episodes
  EXPECT_EQ(merit_of({kNan, -3, {}}), std::nullopt);

  EXPECT_TRUE(is_better(merit(1, 25, 0), merit(9, 26, 0)));
  EXPECT_TRUE(is_better(merit(1, 26, 0), merit(9, 27, 0)));
  EXPECT_TRUE(is_better(merit(9, 24, 0), merit(8, 0, 0)));
  EXPECT_FALSE(is_better(merit(8, 0, 0), merit(8, 0, 0)));
  EXPECT_TRUE(is_better(merit(-9, 99, 9), std::nullopt));
  EXPECT_FALSE(is_better(std::nullopt, std::nullopt));
  EXPECT_FALSE(is_better(std::nullopt, merit(-9, 99, 9)));
}

TEST(ProgressText, SaysHowFarHowFastAndHowWell) {
  const ProgressState state{
      160'000, 1'000'000, 52'310, {8, 12.345, {{"hazards", 25, 31.25, 0.421}, {"speed", 5, 4, 0}}}};
  EXPECT_EQ(progress_line(state),
            "160,000 of 1,000,000 steps (16%), 52,310 steps/s, 0:17 left, return 12.35, "
            "hazards 31.25 > 25 multiplier 0.421, speed 4 <= 5 multiplier 0");
  EXPECT_THAT(progress_bar(state, 200),
              testing::StartsWith("[#---------]  16%  52,310 steps/s, 0:17 left"));
  EXPECT_EQ(progress_bar(state, 40).size(), 40u);
  const std::string bar = progress_bar(state, 200);
  const std::size_t lambda = bar.find("λ");  // two bytes, never cut between them
  EXPECT_EQ(progress_bar(state, static_cast<int>(lambda)), bar.substr(0, lambda));
  EXPECT_EQ(progress_bar(state, static_cast<int>(lambda) + 1), bar.substr(0, lambda + 2));
}

TEST(ProgressText, LeavesOutMultipliersThatThereAreNot) {
  EXPECT_THAT(progress_line({1, 2, 1, {1, 0, {{"a", 5, 6, kNan}, {"b", 7, 6, kNan}}}}),
              testing::EndsWith(", a 6 > 5, b 6 <= 7"));
}

TEST(ProgressText, EdgesOfARun) {
  EXPECT_THAT(progress_line({0, 10, 0, {}}), testing::HasSubstr("(0%), 0 steps/s, ? left"));
  EXPECT_THAT(progress_line({12, 10, 5, {}}), testing::HasSubstr("12 of 10 steps (100%)"));
  EXPECT_THAT(progress_line({1, 36'000'001, 1000, {}}), testing::HasSubstr("10:00:00 left"));
  // An unknown cost is not within its limit.
  EXPECT_THAT(progress_line({1, 2, 1, {1, 0, {{"a", 5, kNan, 0}}}}),
              testing::HasSubstr("a nan > 5"));
}

}  // namespace
}  // namespace saddle
