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

TEST_F(Evaluate, TellsWhatEachOfSeveralAgentsGetsAndWhetherAllKeepTheLimit) {
  train_well("CoopNav3-v0", {"--steps", "400", "--run", "r", "--agent", "mappo-lag", "--set",
                             "multi.parameters=separate", "--set", "multi.index=true"});
  const Json json = evaluate({});
  ASSERT_EQ(json.at("agents").size(), 3u);
  const Json& team = json.at("constraints").at(0);
  double returned = 0, measured = 0;
  bool all = true;
  for (const Json& agent : json.at("agents")) {
    const Json& own = agent.at("constraints").at(0);
    returned += agent.at("return").at("mean").get<double>() / 3;
    measured = std::max(measured, own.at("measured").get<double>());
    all = all && own.at("satisfied").get<bool>();
  }
  EXPECT_NEAR(json.at("return").at("mean").get<double>(), returned, 1e-9);
  EXPECT_EQ(team.at("measured"), measured);
  EXPECT_EQ(team.at("satisfied"), all);
  EXPECT_THAT(text("r/metrics.csv"), HasSubstr("multiplier/separation/2"));
}

TEST_F(Evaluate, SeesTheWorldAsItIsWhereTrainingDoesNot) {
  // The reward of training is reshaped and its episodes may end early; those of an evaluation last
  // the 200 steps of the pendulum, whose reward is never positive.
  for (const Words& words : {Words{"--agent", "ppo-saute"},
                             {"--agent", "ppo-simmer"},
                             {"--agent", "ppo-early"},
                             {"--constraint", "saute"}}) {
    const std::string& run = words.back();
    Words all = {"--steps", "400", "--run", run, "--cost-limit", "0"};
    all.insert(all.end(), words.begin(), words.end());
    train_well("Pendulum-v0", all);
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

TEST_F(Evaluate, SweepsTheMagnitudesOfPerturbations) {
  train_well("Pendulum-v0", {"--steps", "400", "--run", "r", "--cost-limit", "4"});
  const Json plain = evaluate({});
  const std::string saved = text("r/evaluation.json");
  const Json sweep =
      evaluate({"--perturb", "observation-noise=0,0.5", "--perturb", "action_gain_error=-1",
                "--perturb", "action-delay=0,3", "--perturb", "mass-error=0.3"});
  ASSERT_EQ(sweep.size(), 6u);
  const std::pair<const char*, Json> points[] = {
      {"observation_noise", 0.0}, {"observation_noise", 0.5}, {"action_gain_error", -1.0},
      {"action_delay", 0},        {"action_delay", 3},        {"mass_error", 0.3}};
  for (std::size_t i = 0; i < 6; ++i) {
    Json point = sweep.at(i);
    EXPECT_EQ(point.at("perturbation"), points[i].first);
    EXPECT_EQ(point.at("magnitude"), points[i].second);
    EXPECT_EQ(point.at("magnitude").is_number_integer(), i == 3 || i == 4);
    for (const char* key : {"perturbation", "magnitude"}) point.erase(key);
    EXPECT_EQ(point == plain, i == 0 || i == 3) << "only 0 leaves the world as it is: " << i;
    EXPECT_EQ(point.size(), plain.size());
  }
  EXPECT_EQ(text("r/evaluation.json"), saved);
  const Json file = Json::parse(text("r/sweep.json"));
  EXPECT_EQ(file.at("evaluations"), sweep);
  EXPECT_EQ(file.at("step"), 400);

  const Finished table =
      saddle({"evaluate", "r", "--episodes", "2", "--perturb", "action-bias=0,1"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_EQ(std::ranges::count(table.out, '\n'), 5) << table.out;
  for (const char* word :
       {"return", "angular-speed", "limit", "action_bias  0.0", "action_bias  1.0"})
    EXPECT_THAT(table.out, HasSubstr(word));
}

TEST_F(Evaluate, PlaysInTheWorldThatTheRunIsPerturbedTo) {
  train_well("Pendulum-v0", {"--steps", "400", "--run", "r", "--set", "perturb.action_noise=0.5",
                             "--set", "perturb.observation_bias=0.1"});
  EXPECT_THAT(text("r/config.toml"), HasSubstr("[perturb]"));
  Json as_trained = evaluate({"--perturb", "action-noise=0.5,0"});
  for (Json& point : as_trained) point.erase("perturbation"), point.erase("magnitude");
  EXPECT_EQ(as_trained.at(0), evaluate({}));
  EXPECT_NE(as_trained.at(1), as_trained.at(0));
}

TEST_F(Evaluate, PlaysWithEachClientOfAFamily) {
  train_well("Pendulum-v0", {"--steps", "400", "--run", "r", "--set", "world.mass=0.5..2", "--set",
                             "family.observe=true"});
  EXPECT_THAT(text("r/config.toml"), HasSubstr("mass = \"0.5..2\""));
  const Json all = evaluate({"--clients", "3"});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all.at(2).at("perturbation"), "family.client");
  EXPECT_EQ(all.at(2).at("magnitude"), 2);
  EXPECT_NE(all.at(0).at("return"), all.at(1).at("return"));
  EXPECT_EQ(evaluate({"--perturb", "family.client=2"}).at(0), all.at(2)) << "it is who it is";
  EXPECT_EQ(Json::parse(text("r/sweep.json")).at("evaluations").size(), 1u);
  EXPECT_EQ(evaluate({"--threads", "2"}), evaluate({"--threads", "1"}));
  expect_refused(saddle({"evaluate", "r", "--perturb", "world.mass=1"}),
                 {"another world.mass", "leave it as it is in the run"});
}

TEST_F(Evaluate, ReportsTheControllerWhereAnAdversaryPlays) {
  train_well("Pendulum-v0", {"--steps", "400", "--run", "r", "--set", "adversary.attack=add",
                             "--set", "adversary.strength=0.25"});
  EXPECT_THAT(text("r/config.toml"), HasSubstr("parameters = \"separate\""));
  const Json json = evaluate({});
  const double earned = json.at("return").at("mean");
  EXPECT_LT(earned, -100) << "not the mean over both, which is 0";
  ASSERT_EQ(json.at("agents").size(), 2u);
  EXPECT_EQ(json.at("agents").at(0).at("return").at("mean"), earned);
  EXPECT_EQ(json.at("agents").at(1).at("return").at("mean"), -earned);
  EXPECT_EQ(json.at("constraints").at(0).at("mean"),
            json.at("agents").at(0).at("constraints").at(0).at("mean"));
  EXPECT_EQ(json.at("agents").at(1).at("constraints").at(0).at("max"), 0);
  const Json stronger = evaluate({"--perturb", "adversary.strength=0,0.25,1"});
  EXPECT_EQ(stronger.at(1).at("return"), json.at("return"));
  EXPECT_NE(stronger.at(0).at("return"), stronger.at(2).at("return"));
  expect_refused(saddle({"evaluate", "r", "--perturb", "adversary.attack=none"}),
                 {"another adversary.attack", "leave it as it is"});
  expect_refused(saddle({"evaluate", "r", "--perturb", "adversary.strength=2"}), {"in [0, 1]"});
}

TEST_F(Evaluate, AnAdversaryOfObservationsMovesInTurn) {
  train_well("Pendulum-v0", {"--steps", "800", "--run", "r", "--set", "adversary.attack=observe"});
  const Json json = evaluate({});
  EXPECT_EQ(json.at("length").at("mean"), 400) << "two moves for each of 200 steps";
  EXPECT_LT(json.at("return").at("mean"), -100);
  expect_refused(saddle(train("CartPole-v0", {"--set", "adversary.attack=observe"})),
                 {"'CartPole-v0' cannot be a game", "choices"});
}

TEST_F(Evaluate, RefusesClientsWhereNothingVaries) {
  train_well("Pendulum-v0", {"--steps", "400", "--run", "r"});
  expect_refused(saddle({"evaluate", "r", "--clients", "3"}),
                 {"no parameter of 'Pendulum-v0' varies", "world.NAME=LOW..HIGH"});
  const Json masses = evaluate({"--perturb", "world.mass=1.0,2,0.5..2"});
  EXPECT_EQ(masses.at(0).at("return"), evaluate({}).at("return"));
  EXPECT_NE(masses.at(0).at("return"), masses.at(1).at("return"));
  EXPECT_NE(masses.at(1).at("return"), masses.at(2).at("return"));
  expect_refused(saddle({"evaluate", "r", "--perturb", "world.mass=3..1"}),
                 {"'mass' of 'Pendulum-v0' takes a number above 0, or LOW..HIGH", "'3..1'"});
}

TEST_F(Evaluate, RefusesPerturbationsThatItDoesNotKnow) {
  train_well("CartPole-v0", {"--steps", "200", "--run", "r"});
  const auto refused = [this](const std::string& perturb, const Words& words) {
    expect_refused(saddle({"evaluate", "r", "--perturb", perturb}), words);
  };
  refused("action-dely=1", {"'perturb.action_dely'", "'perturb.action_delay'"});
  refused("action-delay", {"--perturb takes KEY=VALUE"});
  refused("action-delay=0,", {"perturb.action_delay", "whole number in [0, 1000], not \"\""});
  refused("observation-noise=0.1,-0.1", {"at least 0"});
  refused("mass-error=0.1", {"'perturb.mass_error'", "'perturb.cart_mass_error'"});
  refused("gravity-error=-1", {"a number above -1"});
  refused("action-bias=0.1", {"'CartPole-v0'", "neither bias nor gain"});
  EXPECT_FALSE(fs::exists(here() / "r/sweep.json"));
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
  expect_refused(saddle({"evaluate", "r", "--checkpoint", "best"}), {"end of an episode"});

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
