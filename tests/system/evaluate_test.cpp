// SPDX-License-Identifier: Apache-2.0
// saddle evaluate: a table, a line of JSON, and a file.
#include "tests/system/command_fixture.h"

namespace saddle::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::HasSubstr;

class Evaluate : public CommandTest {
 protected:
  Json evaluate(const Words& more) {
    Words words = {"evaluate", "r", "--episodes", "5", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished run = saddle(words);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(std::ranges::count(run.out, '\n'), 1);
    return Json::parse(run.out, nullptr, false);
  }
};

TEST_F(Evaluate, ReportsReturnAndConstraints) {
  train_well("PointGoal1-v0", {"--steps", "400", "--run", "r", "--cost-limit", "4"});
  const Json json = evaluate({});
  EXPECT_EQ(json.at("environment"), "PointGoal1-v0");
  EXPECT_EQ(json.at("episodes"), 5);
  EXPECT_EQ(json.at("return").at("ci95").size(), 2u);
  EXPECT_GT(json.at("length").at("mean"), 0);
  ASSERT_FALSE(json.at("constraints").empty());
  for (const Json& constraint : json.at("constraints")) {
    EXPECT_EQ(constraint.at("limit"), 4);
    EXPECT_EQ(constraint.at("satisfied").get<bool>(), constraint.at("mean").get<double>() <= 4);
    EXPECT_LE(constraint.at("mean"), constraint.at("cvar90"));
    EXPECT_LE(constraint.at("cvar90"), constraint.at("max"));
  }
  Json file = Json::parse(text("r/evaluation.json"));
  EXPECT_EQ(file.at("step"), 400);
  for (const char* key : {"step", "seed", "stochastic"}) file.erase(key);
  EXPECT_EQ(file, json);

  const Finished plain = saddle({"evaluate", "r", "--episodes", "2"});
  EXPECT_EQ(plain.exit_code, 0) << plain.err;
  EXPECT_THAT(plain.out, HasSubstr("return"));
  EXPECT_THAT(plain.out, HasSubstr("hazards"));
}

TEST_F(Evaluate, HoldsCostsAgainstLimitsAsTheyAreMeasured) {
  train_well("Pendulum-v0", {"--steps", "400", "--run", "r", "--cost-limit", "0.5", "--set",
                             "measure.kind=exceedance", "--set", "measure.bound=10"});
  const Json constraint = evaluate({}).at("constraints").at(0);
  EXPECT_EQ(constraint.at("measured"), constraint.at("violation_rate"));  // of the bound
  EXPECT_EQ(constraint.at("satisfied").get<bool>(), constraint.at("measured").get<double>() <= 0.5);
  EXPECT_GE(constraint.at("max"), constraint.at("mean"));
}

TEST_F(Evaluate, SeesTheWorldAsItIsWhereTrainingDoesNot) {
  // The reward of training is reshaped and its episodes may end early; those of an evaluation last
  // the 200 steps of the pendulum, whose reward is never positive.
  for (const std::string agent : {"ppo-saute", "ppo-early"}) {
    const std::string run = agent;
    train_well("Pendulum-v0",
               {"--steps", "400", "--run", run, "--agent", agent, "--cost-limit", "0"});
    const Finished done = saddle({"evaluate", run, "--episodes", "5", "--json"});
    ASSERT_EQ(done.exit_code, 0) << done.err;
    const Json json = Json::parse(done.out);
    EXPECT_EQ(json.at("length").at("mean"), 200);
    EXPECT_EQ(json.at("environment"), "Pendulum-v0");
  }
}

TEST_F(Evaluate, DependsOnTheSeedAlone) {
  train_well("Pendulum-v0", {"--steps", "400", "--run", "r"});
  const Json once = evaluate({"--threads", "1"});
  EXPECT_EQ(evaluate({"--threads", "2"}), once);
  EXPECT_EQ(evaluate({"--seed", "0"}), once);
  EXPECT_NE(evaluate({"--seed", "1"}), once);
  const Json stochastic = evaluate({"--stochastic"});
  EXPECT_NE(stochastic, once);
  EXPECT_EQ(evaluate({"--stochastic", "--threads", "2"}), stochastic);
}

TEST_F(Evaluate, TheBestCheckpointIsTheOneNamed) {
  train_well("Pendulum-v0", {"--steps", "2000", "--run", "r", "--cost-limit", "1000"});
  ASSERT_TRUE(fs::exists(here() / "r/checkpoint/best"));
  std::string best = text("r/checkpoint/best");
  best.pop_back();
  EXPECT_TRUE(fs::exists(here() / "r/checkpoint" / best / "policy.safetensors"));
  evaluate({"--checkpoint", "best"});
  const Json file = Json::parse(text("r/evaluation.json"));
  EXPECT_EQ(file.at("step"), std::stoll(best.substr(5)));
}

TEST_F(Evaluate, RefusesWhatItCannotUse) {
  train_well("Pendulum-v0", {"--steps", "200", "--run", "r"});
  write(here() / "r/checkpoint/best", "../../elsewhere\n");
  expect_refused(saddle({"evaluate", "r", "--checkpoint", "best"}),
                 {"checkpoint/best", "remove it"});
  fs::remove(here() / "r/checkpoint/best");
  expect_refused(saddle({"evaluate", "r", "--checkpoint", "best"}), {"within its limit"});

  const fs::path policy = here() / last_checkpoint("r") / "policy.safetensors";
  const std::string good = contents(policy);
  for (const std::string& bad : {std::string(), good.substr(0, good.size() / 2), good + "x",
                                 std::string("\x80\x04\x95not a tensor")}) {
    write(policy, bad);
    expect_refused(saddle({"evaluate", "r"}), {"policy.safetensors"});
  }
  EXPECT_FALSE(fs::exists(here() / "r/evaluation.json"));
}

}  // namespace
}  // namespace saddle::test
