// SPDX-License-Identifier: Apache-2.0
// What the command says of itself, and how it refuses a wrong command line.
#include "tests/system/command_fixture.h"

namespace saddle::test {
namespace {

using Json = nlohmann::json;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class Command : public CommandTest {};

TEST_F(Command, Version) {
  const Finished run = saddle({"--version"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, ::testing::MatchesRegex("saddle [0-9.]+\nLibTorch [0-9.]+\nBox2D "
                                               "[0-9.]+\nEigen [0-9.]+\nkernels [a-z0-9]+\n"));
}

TEST_F(Command, HelpNamesEveryFlag) {
  EXPECT_THAT(saddle({"--help"}).out, HasSubstr("evaluate"));
  const Finished run = saddle({"train", "--help"});
  EXPECT_EQ(run.exit_code, 0);
  for (const char* flag :
       {"--agent", "--constraint", "--steps", "--seed", "--cost-limit", "--num-envs", "--threads",
        "--set", "--config", "--run", "--resume", "--json"}) {
    EXPECT_THAT(run.out, HasSubstr(flag));
  }
}

TEST_F(Command, Lists) {
  for (const auto& [what, name] : {std::pair("envs", "Pendulum-v0"),
                                   {"envs", "PointGoal1-v0"},
                                   {"agents", "ppo"},
                                   {"constraints", "lagrangian"},
                                   {"constraints", "none"},
                                   {"constraints", "saute"},
                                   {"problems", "bilinear"},
                                   {"methods", "extragradient"}}) {
    const Finished plain = saddle({"list", what});
    EXPECT_EQ(plain.exit_code, 0) << plain.err;
    EXPECT_THAT(plain.out, HasSubstr(name));
    std::vector<std::string> names;
    for (const Json& entry : Json::parse(saddle({"list", what, "--json"}).out)) {
      names.push_back(entry.at("name"));
      EXPECT_FALSE(entry.at("doc").get<std::string>().empty()) << names.back();
    }
    EXPECT_THAT(names, Contains(name));
  }
}

TEST_F(Command, DescribesAWorld) {
  const Finished plain = saddle({"describe", "PointGoal1-v0"});
  EXPECT_EQ(plain.exit_code, 0) << plain.err;
  EXPECT_THAT(plain.out, HasSubstr("hazards"));
  const Json json = Json::parse(saddle({"describe", "PointGoal1-v0", "--json"}).out);
  EXPECT_EQ(json.at("kind"), "environment");
  EXPECT_EQ(json.at("name"), "PointGoal1-v0");
  EXPECT_GT(json.at("horizon"), 0);
  EXPECT_EQ(json.at("observation").at("low").size(), json.at("observation").at("size"));
  ASSERT_FALSE(json.at("constraints").empty());
  for (const Json& constraint : json.at("constraints")) {
    EXPECT_GE(constraint.at("default_limit"), 0);
    EXPECT_FALSE(constraint.at("unit").get<std::string>().empty());
  }
}

TEST_F(Command, DescribesTheParametersOfAWorld) {
  EXPECT_THAT(saddle({"describe", "Pendulum-v0"}).out, HasSubstr("\n  gravity, 10 m/s²\n"));
  EXPECT_THAT(saddle({"describe", "Pendulum-v0"}).out,
              HasSubstr("\n  speed_limit, 4 rad/s (a limit)\n"));
  EXPECT_THAT(saddle({"describe", "GridWorld-v0"}).out, Not(HasSubstr("Parameters")));
  const Json json = Json::parse(saddle({"describe", "Pendulum-v0", "--json"}).out);
  EXPECT_EQ(json.at("parameters").at(0), Json({{"name", "gravity"},
                                               {"value", 10.0},
                                               {"doc", "m/s²"},
                                               {"kind", "physics"},
                                               {"low", 0.0},
                                               {"high", nullptr}}));
  EXPECT_THAT(saddle({"describe", "CoopNav3-v0"}).out,
              HasSubstr("\n  damping, 0.25 share of the velocity that a step takes, in (0, 1]\n"));
}

TEST_F(Command, DescribesTheCentralStateOfAWorldThatHasOne) {
  EXPECT_THAT(saddle({"describe", "CoopNav10-v0"}).out,
              HasSubstr("\n  central state 60 numbers\n"));
  EXPECT_THAT(saddle({"describe", "Pendulum-v0"}).out, Not(HasSubstr("central")));
  for (const auto& [name, size] : {std::pair("Pursuit3-v0", 20), {"Pendulum-v0", 0}}) {
    EXPECT_EQ(Json::parse(saddle({"describe", name, "--json"}).out).at("central_state"), size);
  }
}

TEST_F(Command, DescribesAnAgentAndARule) {
  for (const auto& [name, kind, option] :
       {std::tuple("ppo", "agent", "ppo.clip"), {"lagrangian", "constraint", "lagrangian."}}) {
    EXPECT_THAT(saddle({"describe", name}).out, HasSubstr(option));
    const Json json = Json::parse(saddle({"describe", name, "--json"}).out);
    EXPECT_EQ(json.at("kind"), kind);
    EXPECT_FALSE(json.at("paper").get<std::string>().empty());
    bool found = false;
    for (const Json& field : json.at("options")) {
      found = found || field.at("key").get<std::string>().starts_with(option);
      EXPECT_TRUE(field.contains("default") && field.contains("low") && field.contains("high"));
      EXPECT_FALSE(field.at("help").get<std::string>().empty()) << field.at("key");
    }
    EXPECT_TRUE(found);
  }
}

TEST_F(Command, DescribesHowAWorldMayBePerturbed) {
  EXPECT_THAT(saddle({"describe", "perturb"}).out, HasSubstr("\n  perturb.action_delay"));
  const Json json = Json::parse(saddle({"describe", "perturb", "--json"}).out);
  EXPECT_EQ(json.at("kind"), "perturbation");
  ASSERT_FALSE(json.at("options").empty());
  for (const Json& field : json.at("options")) {
    const Json& unset = field.at("default");
    EXPECT_TRUE(unset == 0 || unset == Json::array()) << field;
  }
}

TEST_F(Command, DescribesFamilies) {
  EXPECT_THAT(saddle({"describe", "Pendulum-v0"}).out, HasSubstr("world.NAME=LOW..HIGH"));
  const Json json = Json::parse(saddle({"describe", "family", "--json"}).out);
  EXPECT_EQ(json.at("kind"), "family");
  EXPECT_EQ(json.at("options").at(1).at("key"), "family.client");
}

TEST_F(Command, DescribesWhatAPresetIsMadeOf) {
  EXPECT_THAT(saddle({"describe", "ppo-gdpa"}).out, HasSubstr("--agent ppo --constraint gdpa"));
  const Json json = Json::parse(saddle({"describe", "ppo-gdpa", "--json"}).out);
  EXPECT_EQ(json.at("kind"), "agent");
  EXPECT_EQ(json.at("update"), "ppo");
  EXPECT_EQ(json.at("rule"), "gdpa");
  EXPECT_FALSE(json.at("use").get<std::string>().empty());
  EXPECT_THAT(json.at("paper").get<std::string>(), HasSubstr("2207.05650"));
  Words set;
  for (const Json& field : json.at("options")) {
    const std::string key = field.at("key");
    EXPECT_EQ(field.value("of", ""), key.starts_with("gdpa.") ? "gdpa" : "");
    if (field.value("set", false)) set.push_back(key + "=" + field.at("default").dump());
  }
  EXPECT_THAT(set, ::testing::ElementsAre("gdpa.maximum_penalty=2.0", "gdpa.normalize=true"));
}

TEST_F(Command, DescribesWhatAnAgentDoesAboutConstraints) {
  const auto text = [&](const char* name) { return saddle({"describe", name}).out; };
  EXPECT_THAT(text("cpo"), HasSubstr("\nKeeps constraints by itself, and takes no rule.\n"));
  EXPECT_THAT(text("cpo"), Not(HasSubstr("unless another")));
  EXPECT_THAT(text("ppo"), HasSubstr("\nConstraint, unless another is named: lagrangian\n"));
  EXPECT_THAT(text("ppo"), ContainsRegex("\nOptions:\n  ppo.clip "));
  EXPECT_THAT(text("ppo"),
              ContainsRegex("\nOptions of constraint lagrangian:\n  lagrangian.step "));
  EXPECT_THAT(text("ppo-gdpa"),
              HasSubstr("--agent ppo --constraint gdpa, with the options that are set below.\n"));
  EXPECT_THAT(text("ppo-gdpa"),
              ContainsRegex("\nOptions that it sets:\n  gdpa.maximum_penalty +2.0 [^\n]*\n"
                            "  gdpa.normalize +true [^\n]*\n\nOther options:\n  ppo.clip "));
  EXPECT_THAT(text("ppo-lag"), HasSubstr("--agent ppo --constraint lagrangian.\n"));
  EXPECT_THAT(text("sac-lag"), Not(HasSubstr("network.recurrent")));
  EXPECT_THAT(saddle({"list", "agents"}).out,
              HasSubstr("stopped by KL (lagrangian unless --constraint says otherwise)\n"));
}

TEST_F(Command, DescribesConstraintsByWrappers) {
  const auto text = [&](const char* name) { return saddle({"describe", name}).out; };
  EXPECT_THAT(text("saute"), HasSubstr("saute (constraint): the rest of the budget is observed"));
  EXPECT_THAT(text("saute"), HasSubstr("arXiv:2202.06558\n\nWraps the worlds of training"));
  EXPECT_THAT(text("saute"), HasSubstr("\n  saute.unsafe_reward  -1.0 "));
  EXPECT_THAT(text("simmer"), HasSubstr("\nSets, unless you do: curriculum.start=0.5, "));
  EXPECT_THAT(text("early"), HasSubstr("\nOptions:\n  none\n"));
  EXPECT_THAT(text("ppo-early"), HasSubstr("In worlds where episodes end"));
  const Json json = Json::parse(saddle({"describe", "simmer", "--json"}).out);
  EXPECT_EQ(json.at("kind"), "wrapper");
  EXPECT_EQ(json.at("sets").at("curriculum.until"), "0.8");
}

TEST_F(Command, WrongCommandLinesAreOneSentence) {
  const auto refused = [&](const Words& arguments, const Words& words) {
    SCOPED_TRACE(::testing::PrintToString(arguments));
    expect_refused(saddle(arguments), words);
  };
  refused({}, {"train, evaluate, render, benchmark, solve, oracle, list, describe, check"});
  refused({"trian"}, {"'trian'", "'train'"});
  refused({"--steps", "3"}, {"'--steps'"});
  refused({"train"}, {"no environment"});
  refused({"train", "Pendulm-v0"}, {"'Pendulm-v0'", "'Pendulum-v0'"});
  refused({"train", "Pendulum-v0", "--step", "5"}, {"'--step'", "'--steps'"});
  refused({"train", "Pendulum-v0", "--steps"}, {"--steps"});
  refused({"train", "Pendulum-v0", "--steps", "1", "--steps", "2"}, {"--steps"});
  refused({"train", "Pendulum-v0", "more"}, {"'more'"});
  refused({"train", "Pendulum-v0", "--agent", "ppp"}, {"agent 'ppp'", "'ppo'"});
  refused({"train", "Pendulum-v0", "--constraint", "nine"}, {"'nine'", "'none'"});
  refused({"train", "Pendulum-v0", "--agent", "cpo", "--constraint", "pid"}, {"'cpo'", "'pid'"});
  refused({"train", "Pendulum-v0", "--agent", "ppo-lag", "--constraint", "pid"},
          {"'ppo-lag'", "--agent ppo --constraint pid"});
  refused({"train", "Pendulum-v0", "--agent", "ppo-saute", "--set", "measure.kind=rate"},
          {"'saute'", "measure.kind"});
  refused({"train", "Spread3-v0", "--agent", "ppo-early", "--set", "multi.limits=each"},
          {"'early'", "multi.limits"});
  refused({"train", "Pendulum-v0", "--agent", "trpo-lag", "--set", "critic.trunk=policy"},
          {"critic.trunk=policy", "leave critic.trunk at shared", "ppo"});
  refused({"train", "Spread3-v0", "--agent", "mappo-lag", "--set", "critic.trunk=policy"},
          {"leave multi.critic at own, or critic.trunk at shared"});
  refused({"train", "Pendulum-v0", "--set", "critic.weight=0"}, {"'critic.weight'"});
  refused({"train", "Pendulum-v0", "--set", "measure.kind=exceedance"}, {"probability", "below 1"});
  refused({"train", "Pendulum-v0", "--set", "measure.kind=rate"},
          {"'angular-speed'", "of a step", "--cost-limit"});
  refused({"train", "Pendulum-v0", "--steps", "-5"}, {"'steps'", "-5"});
  refused({"train", "Pendulum-v0", "--steps=1e6"}, {"'steps'", "1e6"});
  refused({"train", "Pendulum-v0", "--seed", "-1"}, {"'seed'"});
  refused({"train", "Pendulum-v0", "--num-envs", "0"}, {"'num_envs'", "0"});
  refused({"train", "Pendulum-v0", "--threads", "-1"}, {"'threads'"});
  refused({"train", "Pendulum-v0", "--set", "ppo.clip=nan"}, {"'ppo.clip'", "nan"});
  refused({"train", "Pendulum-v0", "--set", "ppo.clip=inf"}, {"'ppo.clip'", "inf"});
  refused({"train", "Pendulum-v0", "--set", "ppo.clp=0.1"}, {"'ppo.clp'", "'ppo.clip'"});
  refused({"train", "Pendulum-v0", "--set", "ppo.clip"}, {"KEY=VALUE", "'ppo.clip'"});
  refused({"train", "Pendulum-v0", "--set", "seed=1", "--seed", "2"}, {"'seed'", "twice"});
  refused({"train", "PointGoal1-v0", "--cost-limit", "hazard=1"}, {"'hazard'", "'hazards'"});
  refused({"train", "PointGoal1-v0", "--cost-limit", "nan"}, {"limits.hazards", "nan"});
  refused({"train", "PointGoal1-v0", "--cost-limit", "-1"}, {"limits.hazards", "-1"});
  refused({"train", "PointGoal1-v0", "--cost-limit", "hazards=inf"}, {"limits.hazards", "inf"});
  refused({"train", "Pendulum-v0", "--resume"}, {"--run"});
  refused({"train", "--resume", "--run", "none"}, {"no run", "'none'"});
  refused({"evaluate"}, {"no run"});
  refused({"evaluate", "none"}, {"no run", "'none'"});
  refused({"evaluate", "none", "--episodes", "0"}, {"'episodes'", "0"});
  refused({"evaluate", "none", "--checkpoint", "first"}, {"'checkpoint'", "last, best"});
  refused({"list"}, {"envs, agents, constraints, problems or methods"});
  refused({"list", "worlds"}, {"'worlds'", "envs, agents, constraints, problems or methods"});
  refused({"describe"}, {"say what", "envs, agents, constraints, problems or methods"});
  refused({"describe", "sautee"}, {"'sautee'", "'saute'"});
  refused({"train", "Pendulum-v0", "--agent", "sac", "--set", "network.recurrent=gru"},
          {"'network.recurrent' for agent 'sac'"});
  refused({"describe", "Pendulum"}, {"'Pendulum'", "'Pendulum-v0'"});
  EXPECT_TRUE(std::filesystem::is_empty(here()));
}

TEST_F(Command, ConfigFilesAreChecked) {
  const auto refused = [&](const std::string& toml, const Words& words) {
    SCOPED_TRACE(toml);
    write(here() / "c.toml", toml);
    expect_refused(saddle({"train", "--config", "c.toml"}), words);
  };
  refused("environment = \"Pendulum-v0\"\nseed = = 3\n", {"c.toml", "line 2, column 8"});
  refused("environment = \"Pendulum-v0\"\nsed = 3\n", {"'sed'", "'seed'"});
  refused("environment = \"Pendulum-v0\"\n[ppo]\nclip = \"much\"\n", {"'ppo.clip'", "much"});
  refused("environment = \"Pendulum-v0\"\n[ppo]\nclip = nan\n", {"'ppo.clip'", "nan"});
  refused("environment = \"PointGoal1-v0\"\n[limits]\nhazard = 3\n", {"'hazard'", "'hazards'"});
  refused("environment = 3\n", {"'environment'", "text"});
  refused("seed = 3\n", {"no environment"});
  expect_refused(saddle({"train", "--config", "none.toml"}), {"none.toml"});
  EXPECT_FALSE(std::filesystem::exists(here() / "runs"));
}

}  // namespace
}  // namespace saddle::test
