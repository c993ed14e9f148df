// SPDX-License-Identifier: Apache-2.0
// saddle solve: from names to an answer, and how it refuses what it cannot do.
#include <cmath>

#include "tests/system/command_fixture.h"

namespace saddle::test {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

class Solve : public CommandTest {
 protected:
  Json solved(const Words& more) {
    Words words = {"solve"};
    words.insert(words.end(), more.begin(), more.end());
    words.emplace_back("--json");
    const Finished run = saddle(words);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(std::ranges::count(run.out, '\n'), 1) << run.out;
    return Json::parse(run.out);
  }
};

TEST_F(Solve, FindsASaddlePoint) {
  const Json json = solved({"bilinear", "--method", "extragradient"});
  EXPECT_EQ(json.at("problem"), "bilinear");
  EXPECT_EQ(json.at("method"), "extragradient");
  EXPECT_EQ(json.at("status"), "converged");
  EXPECT_TRUE(json.at("converged"));
  EXPECT_GT(json.at("steps"), 0);
  EXPECT_GE(json.at("seconds"), 0);
  EXPECT_NEAR(json.at("objective"), 0, 1e-8);
  EXPECT_EQ(json.at("known_optimum"), 0);
  EXPECT_LE(json.at("stationarity"), 1e-8);
  EXPECT_EQ(json.at("feasibility"), 0);
  EXPECT_TRUE(json.at("complementarity").is_null());
  EXPECT_TRUE(json.at("multipliers").empty());
}

TEST_F(Solve, FindsTheMultiplierOfAConstraint) {
  const Json json =
      solved({"neyman-pearson", "--method", "augmented-lagrangian", "--set", "c=0.4"});
  EXPECT_EQ(json.at("status"), "converged") << json;
  EXPECT_NEAR(json.at("multipliers").at(0), 1.085551, 1e-5);
  EXPECT_LE(json.at("feasibility"), 1e-7);
  EXPECT_LE(json.at("complementarity"), 1e-7);
}

TEST_F(Solve, SolvesTwoLevels) {
  const Json json = solved({"bilevel-quadratic", "--method", "aid"});
  EXPECT_EQ(json.at("status"), "converged") << json;
  EXPECT_NEAR(json.at("objective"), 1.0 / 7, 1e-7);
  EXPECT_NEAR(json.at("known_optimum"), 1.0 / 7, 1e-9);
}

TEST_F(Solve, SolvesOverAGraph) {
  const Json json = solved({"decentralized-quadratic", "--method", "gradient-tracking"});
  EXPECT_EQ(json.at("status"), "converged") << json;
}

TEST_F(Solve, ADivergingRunIsAResultWithoutNaN) {
  const Json json = solved({"bilinear", "--method", "gda", "--set", "gda.step=3"});
  EXPECT_EQ(json.at("status"), "diverged");
  EXPECT_FALSE(json.at("converged"));
  for (const char* key : {"objective", "stationarity", "feasibility", "residual"}) {
    EXPECT_TRUE(json.at(key).is_number()) << key;
  }
  EXPECT_THAT(json.at("message").get<std::string>(), HasSubstr("smaller step"));
}

TEST_F(Solve, StepsAreALimit) {
  const Json json = solved({"bilinear", "--method", "gda", "--steps", "7"});
  EXPECT_EQ(json.at("status"), "limit");
  EXPECT_EQ(json.at("steps"), 7);
}

TEST_F(Solve, TheSameSeedGivesTheSameAnswer) {
  const auto answer = [&](const char* seed) {
    Json json =
        solved({"robust-logistic", "--method", "zo-minmax", "--steps", "50", "--seed", seed});
    json.erase("seconds");
    return json;
  };
  EXPECT_EQ(answer("3"), answer("3"));
  EXPECT_NE(answer("3"), answer("4"));
}

TEST_F(Solve, TracesTheResidualsOnTheWay) {
  const Finished run = saddle({"solve", "cmdp", "--method", "ogda", "--steps", "100", "--set",
                               "check_every=20", "--trace", "t.csv"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("known optimum"));
  std::istringstream table(text("t.csv"));
  std::string header, row;
  std::getline(table, header);
  EXPECT_THAT(header, testing::StartsWith(
                          "step,residual,objective,stationarity,feasibility,complementarity,"));
  int rows = 0;
  while (std::getline(table, row)) EXPECT_EQ(std::stoi(row), 20 * rows++);
  EXPECT_EQ(rows, 6);
  expect_refused(saddle({"solve", "cmdp", "--method", "ogda", "--trace", "t.csv"}), {"'t.csv'"});
}

TEST_F(Solve, IsDescribed) {
  const Json problem = Json::parse(saddle({"describe", "neyman-pearson", "--json"}).out);
  EXPECT_EQ(problem.at("kind"), "problem");
  EXPECT_FALSE(problem.at("source").get<std::string>().empty());
  EXPECT_EQ(problem.at("options").at(0).at("key"), "neyman-pearson.c");
  const Json method = Json::parse(saddle({"describe", "extragradient", "--json"}).out);
  EXPECT_EQ(method.at("kind"), "method");
  EXPECT_EQ(method.at("classes"), Json({"min-max", "constrained"}));
  const Json rule = Json::parse(saddle({"describe", "gdpa", "--json"}).out);
  EXPECT_EQ(rule.at("kind"), "constraint");
  EXPECT_EQ(rule.at("also").at(0).at("kind"), "method");
  const std::string text = saddle({"describe", "gdpa"}).out;
  EXPECT_THAT(text, HasSubstr("gdpa (constraint rule): "));
  EXPECT_THAT(text, HasSubstr("\ngdpa (method): "));
  EXPECT_THAT(text, HasSubstr("A method of saddle solve"));
  EXPECT_THAT(saddle({"describe", "none"}).out, testing::Not(HasSubstr("no paper")));
}

TEST_F(Solve, EveryPartIsDocumented) {
  for (const auto& [what, reference] : {std::pair("problems", "source"), {"methods", "paper"}}) {
    for (const Json& entry : Json::parse(saddle({"list", what, "--json"}).out)) {
      EXPECT_FALSE(entry.at("classes").empty());
      const std::string name = entry.at("name");
      const Json json = Json::parse(saddle({"describe", name, "--json"}).out);
      const Json& part = json.at("kind") == "constraint" ? json.at("also").at(0) : json;
      EXPECT_EQ(part.at(reference).get<std::string>().empty(), name == "none") << name;
      for (const Json& option : part.at("options")) {
        EXPECT_FALSE(option.at("help").get<std::string>().empty()) << name << option.at("key");
      }
    }
  }
}

TEST_F(Solve, WrongCommandLinesAreOneSentence) {
  const auto refused = [&](const Words& arguments, const Words& words) {
    SCOPED_TRACE(::testing::PrintToString(arguments));
    expect_refused(saddle(arguments), words);
  };
  refused({"solve"}, {"no problem"});
  refused({"solve", "bilinaer"}, {"'bilinaer'", "'bilinear'"});
  refused({"solve", "bilinear"}, {"--method", "extragradient"});
  refused({"solve", "bilinear", "--method", "gad"}, {"'gad'", "'gda'"});
  refused({"solve", "bilinear", "--method", "gdpa"}, {"min-max problems", "'gdpa'"});
  refused({"solve", "bilinear", "--method", "gda", "--set", "stp=1"}, {"'stp'"});
  refused({"solve", "bilinear", "--method", "gda", "--set", "gda.step=-1"}, {"'gda.step'", "-1"});
  refused({"solve", "bilinear", "--method", "gda", "--set", "gda.step=nan"}, {"'gda.step'", "nan"});
  refused({"solve", "bilinear", "--method", "gda", "--steps", "-1"}, {"'steps'", "-1"});
  refused({"solve", "bilinear", "--method", "gda", "--trace", "no/where.csv"}, {"no/where.csv"});
  refused({"solve", "bilinear", "--method", "gda", "more"}, {"'more'"});
  EXPECT_TRUE(std::filesystem::is_empty(here()));
}

}  // namespace
}  // namespace saddle::test
