// SPDX-License-Identifier: Apache-2.0
// Measures of cost against numbers worked out by hand.
#include <saddle/agents/measure.h>

#include <cmath>

#include <gtest/gtest.h>

namespace saddle {
namespace {

/// An episode of one agent with one constraint and these costs.
Episode episode(const std::vector<float>& costs, double discount = 1) {
  Episode result = Episode::empty(1, 1);
  for (const float cost : costs) {
    result.add(std::vector<float>{0}, std::vector<float>{cost}, discount);
  }
  return result;
}

/// Episodes that cost 1, 2, 3 and 10, in 1, 1, 3 and 5 steps.
std::vector<Episode> four() {
  return {episode({1}), episode({2}), episode({1, 1, 1}), episode({2, 2, 2, 2, 2})};
}

CostMeasure measure(const std::string& kind, double bound = 0, double level = 0) {
  MeasureOptions options;
  options.kind = kind;
  options.bound = bound;
  options.level = level;
  return {options, {{"cost", "", 25, ""}}, 0.5};
}

TEST(CostMeasure, TheSumIsTheMeanOverEpisodes) {
  const Measured m = CostMeasure().measure(four(), 0);
  EXPECT_DOUBLE_EQ(m.value, 4);
  // Deviations −3, −2, −1, 6: variance 50/3, of the mean of four √(50/12).
  EXPECT_DOUBLE_EQ(m.standard_error, std::sqrt(50.0 / 12));
  EXPECT_EQ(measure("sum").episode_limit(0, 25), 25);
}

TEST(CostMeasure, DiscountedCostsAreThoseOfTheirStep) {
  const CostMeasure m = measure("discounted");
  EXPECT_EQ(m.discount(), 0.5);
  // 1 + ½·1 + ¼·2 = 2 and 0 + ½·4 = 2: no deviation; then a third of 5.
  const std::vector<Episode> two = {episode({1, 1, 2}, 0.5), episode({0, 4}, 0.5)};
  EXPECT_DOUBLE_EQ(m.measure(two, 0).value, 2);
  EXPECT_DOUBLE_EQ(m.measure(two, 0).standard_error, 0);
  const std::vector<Episode> three = {two[0], two[1], episode({5}, 0.5)};
  EXPECT_DOUBLE_EQ(m.measure(three, 0).value, 3);
  EXPECT_DOUBLE_EQ(m.steps(1000), 2);  // 1/(1 − ½) steps count
  EXPECT_DOUBLE_EQ(m.steps(1), 1);
}

TEST(CostMeasure, TheRateIsPerStepWhateverTheLengths) {
  const Measured m = measure("rate").measure(four(), 0);
  EXPECT_DOUBLE_EQ(m.value, 16.0 / 10);
  // J_i − 1.6 L_i = −0.6, 0.4, −1.8, 2: squares 7.76; mean length 2.5.
  EXPECT_NEAR(m.standard_error, std::sqrt(7.76 / 3 / 4) / 2.5, 1e-12);
  EXPECT_EQ(measure("rate").steps(1000), 1);
}

TEST(CostMeasure, ExceedanceCountsEpisodesAboveTheBound) {
  EXPECT_DOUBLE_EQ(measure("exceedance", 2).measure(four(), 0).value, 0.5);
  EXPECT_DOUBLE_EQ(measure("exceedance", 1.5).measure(four(), 0).value, 0.75);
  EXPECT_DOUBLE_EQ(measure("exceedance", 10).measure(four(), 0).value, 0);
  // Two of four: deviations ±½.
  EXPECT_DOUBLE_EQ(measure("exceedance", 2).measure(four(), 0).standard_error,
                   std::sqrt(1.0 / 3 / 4));
  EXPECT_EQ(measure("exceedance", 2).episode_limit(0, 0.1), 2);
}

TEST(CostMeasure, TheBoundOfEachConstraintIsTheWorldsUnlessOneIsSetForAll) {
  const std::vector<ConstraintSpec> constraints = {{"fuel", "units", 80, ""}, {"tilt", "", 2, ""}};
  const std::vector<Episode> episodes = {{{0}, {90, 3}, 5, {}}, {{0}, {70, 3}, 5, {}}};
  MeasureOptions options;
  options.kind = "exceedance";
  const CostMeasure own(options, constraints, 1);
  EXPECT_EQ(own.measure(episodes, 0).value, 0.5);
  EXPECT_EQ(own.measure(episodes, 1).value, 1);
  EXPECT_EQ(own.episode_limit(0, 0.1), 80);
  EXPECT_EQ(own.episode_limit(1, 0.1), 2);
  options.bound = 3;
  EXPECT_EQ(CostMeasure(options, constraints, 1).measure(episodes, 0).value, 1);
  EXPECT_EQ(CostMeasure(options, constraints, 1).measure(episodes, 1).value, 0);
  options.bound = 0;  // any cost at all
  EXPECT_EQ(CostMeasure(options, constraints, 1).measure(episodes, 1).value, 1);
}

TEST(CostMeasure, CvarIsTheMeanOfTheWorst) {
  EXPECT_DOUBLE_EQ(measure("cvar", 0, 0.75).measure(four(), 0).value, 10);
  EXPECT_DOUBLE_EQ(measure("cvar", 0, 0.5).measure(four(), 0).value, 6.5);
  EXPECT_DOUBLE_EQ(measure("cvar", 0, 0).measure(four(), 0).value, 4);
  // The worst 0.4 of four episodes: all of the worst and 0.6 of the next, 10 + 0.6·3 over 1.6.
  EXPECT_NEAR(measure("cvar", 0, 0.6).measure(four(), 0).value, 11.8 / 1.6, 1e-12);
  EXPECT_TRUE(std::isnan(measure("cvar").episode_limit(0, 25)));
}

TEST(CostMeasure, ContributionsOfStepsAddUpToTheEpisodes) {
  for (const auto& [kind, bound] : {std::pair("exceedance", 4.0), {"cvar", 0.0}, {"sum", 0.0}}) {
    const CostMeasure m = measure(kind, bound, 0.5);
    const std::vector<Episode> episodes = four();
    const double threshold = m.threshold(episodes, 0);
    double mean = kind == std::string("cvar") ? threshold : 0;
    for (const Episode& it : episodes) {
      const double step = it.team_cost(0) / static_cast<double>(it.length);
      for (std::int64_t t = 0; t < it.length; ++t) {
        const auto before = static_cast<double>(t) * step;
        mean += m.contribution(before, before + step, threshold) / 4;
      }
    }
    EXPECT_NEAR(mean, m.measure(episodes, 0).value, 1e-12) << kind;
  }
}

TEST(CostMeasure, OfNoEpisodesIsZero) {
  for (const std::string kind : {"sum", "discounted", "rate", "exceedance", "cvar"}) {
    const Measured m = measure(kind, 1, 0.5).measure({}, 0);
    EXPECT_EQ(m.value, 0) << kind;
    EXPECT_EQ(m.standard_error, 0) << kind;
  }
}

TEST(CostMeasure, AProbabilityIsLimitedBelowOne) {
  EXPECT_NO_THROW(measure("exceedance", 2).check_limit("hazards", 0.1));
  EXPECT_NO_THROW(measure("cvar").check_limit("hazards", 25));
  try {
    measure("exceedance", 2).check_limit("hazards", 25);
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("'hazards' is 25"), std::string::npos);
  }
}

}  // namespace
}  // namespace saddle
