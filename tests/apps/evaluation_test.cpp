// SPDX-License-Identifier: Apache-2.0
// The summary of episodes, by hand.
#include <saddle/apps/evaluation.h>

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace saddle {
namespace {

EnvironmentSpec spec() {
  EnvironmentSpec spec;
  spec.id = "World-v0";
  spec.agents = 2;
  spec.constraints = {{"hazards", "steps", 25, ""}, {"speed", "m/s", 5, ""}};
  return spec;
}

/// Four episodes of two agents; team returns 2, 4, 6, 8; hazards 10, 20, 30, 40; speed 0.
std::vector<Episode> episodes() {
  std::vector<Episode> all;
  for (const double i : {1.0, 2.0, 3.0, 4.0}) {
    all.push_back({{i, 3 * i}, {5 * i, 0, 15 * i, 0}, static_cast<std::int64_t>(100 * i)});
  }
  return all;
}

TEST(Evaluation, HandNumbers) {
  const Evaluation e = summarize(spec(), {25, 0}, episodes());
  EXPECT_EQ(e.episodes, 4);
  EXPECT_EQ(e.result.mean, 5);
  EXPECT_NEAR(e.result.deviation, 2.581989, 1e-6);         // √(20/3)
  EXPECT_NEAR(e.result.interval.high - 5, 4.10852, 1e-4);  // 3.18245 · 2.581989 / 2
  EXPECT_EQ(e.mean_length, 250);
  const ConstraintEstimate& hazards = e.constraints[0];
  EXPECT_EQ(hazards.cost.mean, 25);
  EXPECT_EQ(hazards.violation_rate, 0.5);
  EXPECT_NEAR(hazards.violation_interval.low, 0.0676, 5e-5);
  EXPECT_NEAR(hazards.violation_interval.high, 0.9324, 5e-5);
  EXPECT_NEAR(hazards.cvar90, 40, 1e-12);
  EXPECT_EQ(hazards.max, 40);
  EXPECT_TRUE(hazards.satisfied);
  EXPECT_TRUE(e.constraints[1].satisfied);
  EXPECT_EQ(e.constraints[1].violation_rate, 0);
  EXPECT_FALSE(summarize(spec(), {24.99, 0}, episodes()).constraints[0].satisfied);
}

TEST(Evaluation, JsonHasTheKeysInOrder) {
  const nlohmann::ordered_json json = to_json(summarize(spec(), {25, 0}, episodes()));
  const auto keys = [](const nlohmann::ordered_json& object) {
    std::vector<std::string> names;
    for (const auto& [name, value] : object.items()) names.push_back(name);
    return names;
  };
  using testing::ElementsAre;
  EXPECT_THAT(keys(json),
              ElementsAre("environment", "episodes", "return", "length", "constraints", "agents"));
  EXPECT_THAT(keys(json["return"]), ElementsAre("mean", "std", "ci95"));
  EXPECT_THAT(keys(json["constraints"][0]),
              ElementsAre("name", "limit", "mean", "std", "ci95", "measured", "violation_rate",
                          "violation_rate_ci95", "cvar90", "max", "satisfied"));
  EXPECT_EQ(json["constraints"][1]["name"], "speed");
  EXPECT_EQ(json["agents"].size(), 2u);
  EXPECT_THAT(keys(json["agents"][0]), ElementsAre("return", "constraints"));
}

TEST(Evaluation, TellsTheAgentsApart) {
  const Evaluation e = summarize(spec(), {25, 0}, episodes());
  ASSERT_EQ(e.agents.size(), 2u);
  EXPECT_EQ(e.agents[0].result.mean, 2.5);
  EXPECT_EQ(e.agents[1].result.mean, 7.5);
  EXPECT_EQ(e.agents[0].constraints[0].cost.mean, 12.5);
  EXPECT_EQ(e.agents[1].constraints[0].cost.mean, 37.5);
  EXPECT_THAT(to_text(e), testing::HasSubstr("agent 1\nreturn"));

  EnvironmentSpec alone = spec();
  alone.agents = 1;
  const Evaluation single = summarize(alone, {25, 0}, {{{3}, {10, 0}, 7}});
  EXPECT_TRUE(single.agents.empty());
  EXPECT_FALSE(to_json(single).contains("agents"));
  EXPECT_THAT(to_text(single), testing::Not(testing::HasSubstr("agent")));
}

TEST(Evaluation, WhereEachKeepsTheLimitTheCostliestIsJudged) {
  // Hazards of agent 1 are 15, 30, 45, 60, those of the team 10, 20, 30, 40.
  const CostMeasure each({}, spec().constraints, 1, true);
  const Evaluation over = summarize(spec(), {37, 0}, episodes(), each);
  EXPECT_EQ(over.constraints[0].cost.mean, 25);
  EXPECT_EQ(over.constraints[0].measured, 37.5);
  EXPECT_EQ(over.constraints[0].violation_rate, 0.5);
  EXPECT_EQ(over.constraints[0].max, 60);
  EXPECT_FALSE(over.constraints[0].satisfied);
  EXPECT_TRUE(over.agents[0].constraints[0].satisfied);
  EXPECT_FALSE(over.agents[1].constraints[0].satisfied);
  EXPECT_TRUE(summarize(spec(), {38, 0}, episodes(), each).constraints[0].satisfied);
  EXPECT_TRUE(summarize(spec(), {37, 0}, episodes()).constraints[0].satisfied);
}

TEST(Evaluation, OneEpisodeHasNoInterval) {
  const Evaluation e = summarize(spec(), {25, 0}, {episodes()[0]});
  const nlohmann::ordered_json json = to_json(e);
  EXPECT_TRUE(json["return"]["std"].is_null());
  EXPECT_TRUE(json["return"]["ci95"][0].is_null());
  EXPECT_THAT(to_text(e), testing::Not(testing::HasSubstr("nan")));
  EXPECT_NEAR(json["constraints"][0]["violation_rate_ci95"][1].get<double>(), 0.975, 1e-12);
}

/// The first line of the table that starts with this, each gap a single space.
std::string line_of(const Evaluation& e, const std::string& start) {
  std::istringstream table(to_text(e));
  for (std::string line; std::getline(table, line);) {
    std::istringstream cells(line);
    std::string words;
    for (std::string word; cells >> word;) words += (words.empty() ? "" : " ") + word;
    if (words.starts_with(start)) return words;
  }
  return "no " + start;
}

TEST(Evaluation, TableHasTheLimitBesideWhatIsHeldAgainstIt) {
  using testing::EndsWith;
  const auto measured = [](const std::string& kind, double limit, bool each = false) {
    MeasureOptions options;
    options.kind = kind;
    options.level = 0.75;
    return summarize(spec(), {limit, limit}, episodes(), {options, spec().constraints, 1, each});
  };
  const Evaluation sum = measured("sum", 26);
  EXPECT_THAT(line_of(sum, "hazards 25 12.91 ["),
              EndsWith("] 26 satisfied 50.0% [6.8%, 93.2%] 40"));
  EXPECT_EQ(line_of(sum, "sum"), "no sum");

  const Evaluation cvar = measured("cvar", 39);
  EXPECT_THAT(line_of(cvar, "hazards 25 12.91 ["), EndsWith("] - - 40"));
  EXPECT_EQ(line_of(cvar, "cvar"), "cvar 40 39 VIOLATED");
  const Evaluation rate = measured("rate", 0.2);  // 100 in 1,000 steps
  EXPECT_THAT(line_of(rate, "hazards 25 12.91 ["), EndsWith("] - - 40"));
  EXPECT_EQ(line_of(rate, "rate"), "rate 0.1 0.2 satisfied");
  const Evaluation exceedance = measured("exceedance", 0.1);  // of the limits 25 and 5 of the world
  EXPECT_THAT(line_of(exceedance, "hazards 25 12.91 ["), EndsWith("] 50.0% [6.8%, 93.2%] 40"));
  EXPECT_EQ(line_of(exceedance, "exceedance"), "exceedance 0.5 0.1 VIOLATED");
  EXPECT_EQ(line_of(exceedance, "exceedance 0 "), "exceedance 0 0.1 satisfied");

  EXPECT_EQ(line_of(measured("sum", 37, true), "worst"), "worst agent 37.5 37 VIOLATED");
  EXPECT_EQ(line_of(measured("cvar", 37, true), "worst"), "worst cvar 60 37 VIOLATED");
  EXPECT_EQ(line_of(measured("cvar", 37, true), "cvar"), "cvar 20 37 satisfied");  // agent 0
}

TEST(Evaluation, TableShowsAViolation) {
  const std::string text = to_text(summarize(spec(), {1, 0}, episodes()));
  EXPECT_THAT(text, testing::HasSubstr("VIOLATED"));
  EXPECT_THAT(text, testing::HasSubstr("satisfied"));
}

}  // namespace
}  // namespace saddle
