// SPDX-License-Identifier: Apache-2.0
// Worlds, agents and rules from a shared library: every verb takes them, and a run finds its
// library again.
#include <csignal>

#include "tests/system/command_fixture.h"

namespace saddle::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class Plugin : public CommandTest {
 protected:
  Plugin() { use("swing"); }

  /// Puts the test plug-in of this name where runs find it.
  void use(const std::string& name) const {
    fs::remove(here() / "lib.so");
    fs::copy_file(fs::path(SADDLE_TEST_PLUGINS) / (name + ".so"), here() / "lib.so");
  }

  static Words train_swing(const Words& more) {
    Words words = train("Swing-v0", {"--plugin", "./lib.so"});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  Finished with_fault(const std::string& fault, const Words& arguments) {
    return Process(SADDLE_COMMAND, arguments, here(), {{"SADDLE_TEST_FAULT", fault}}).wait();
  }

  void expect_done(const Words& arguments) {
    const Finished run = saddle(arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
  }
};

TEST_F(Plugin, EveryVerbThatNamesAWorldTakesIt) {
  EXPECT_THAT(saddle({"list", "envs"}).out, Not(HasSubstr("Swing-v0")));
  EXPECT_THAT(saddle({"list", "envs", "--plugin", "lib.so"}).out,
              ContainsRegex("Swing-v0 +swing high"));
  const Json json =
      Json::parse(saddle({"describe", "Swing-v0", "--plugin", "lib.so", "--json"}).out);
  EXPECT_EQ(json.at("horizon"), 50);
  EXPECT_EQ(json.at("constraints")[0].at("name"), "swaying");
  expect_done(train_swing({"--steps", "400", "--run", "r", "--cost-limit", "swaying=7"}));
  expect_done({"evaluate", "r", "--episodes", "2"});
  expect_refused(saddle(train("Swing-v0", {})), {"'Swing-v0'"});
}

TEST_F(Plugin, ARunFindsItsLibraryFromAnywhere) {
  expect_done(train_swing({"--steps", "400", "--run", "r"}));
  EXPECT_THAT(text("r/config.toml"),
              HasSubstr("plugins = [\"" + (fs::canonical(here()) / "lib.so").string() + "\"]\n"));
  fs::create_directory(here() / "elsewhere");
  const auto elsewhere = [&](const Words& arguments) {
    const Finished run = Process(SADDLE_COMMAND, arguments, here() / "elsewhere").wait();
    EXPECT_EQ(run.exit_code, 0) << run.err;
  };
  elsewhere({"evaluate", "../r", "--episodes", "2"});
  elsewhere({"train", "--run", "../r", "--resume", "--steps", "800"});
  elsewhere({"train", "--config", "../r/config.toml", "--run", "../again"});
  expect_same_end("r", "again");
}

TEST_F(Plugin, ALibraryThatHasMovedIsNamedAgain) {
  expect_done(train_swing({"--steps", "400", "--run", "r"}));
  expect_done(train_swing({"--steps", "600", "--run", "whole"}));
  fs::rename(here() / "lib.so", here() / "moved.so");
  const Words evaluate = {"evaluate", "r", "--episodes", "2"};
  const Words resume = {"train", "--run", "r", "--resume", "--steps", "600"};
  expect_refused(saddle(evaluate), {"lib.so' is not there", "--plugin"});
  expect_refused(saddle(resume), {"lib.so' is not there", "--plugin"});
  Words moved = evaluate;
  moved.insert(moved.end(), {"--plugin", "moved.so"});
  expect_done(moved);
  moved = resume;
  moved.insert(moved.end(), {"--plugin", "moved.so"});
  expect_done(moved);
  EXPECT_THAT(text("r/config.toml"), HasSubstr("/moved.so\"]\n"));
  expect_done(evaluate);
  expect_same_end("r", "whole");
}

TEST_F(Plugin, AWorldThatHasChangedIsRefused) {
  expect_done(train_swing({"--steps", "400", "--run", "r"}));
  for (const auto& [name, change] : {std::pair("swing_longer", "its horizon was 50 and is 60"),
                                     std::pair("swing_renamed", "its constraints was")}) {
    use(name);
    expect_refused(saddle({"evaluate", "r"}), {"'Swing-v0' has changed", change});
    expect_refused(saddle({"train", "--run", "r", "--resume", "--steps", "800"}),
                   {"'Swing-v0' has changed", change});
  }
  use("swing");
  expect_done({"evaluate", "r", "--episodes", "2"});
}

TEST_F(Plugin, WhatItDoesWrongIsOneSentence) {
  const auto train_with = [&](const std::string& fault, const std::string& run) {
    return with_fault(fault, train_swing({"--steps", "1000", "--run", run}));
  };
  const Finished nan = train_with("nan 450", "nan");
  EXPECT_EQ(nan.exit_code, 2);
  EXPECT_THAT(nan.err, HasSubstr("'Swing-v0' returned a reward of nan"));
  const Finished thrown = train_with("throw 450", "throw");
  EXPECT_EQ(thrown.exit_code, 2);
  EXPECT_THAT(thrown.err, HasSubstr("failed in step with code 1: index 7"));
  expect_refused(saddle({"list", "envs", "--plugin", "none.so"}), {"none.so' is not there"});
  expect_refused(saddle({"describe", "X", "--plugin", SADDLE_TEST_PLUGINS "/other_version.so"}),
                 {"version 2"});
  expect_refused(saddle(train_swing({"--plugin", "lib.so"})), {"is there already"});
  expect_refused(saddle(train_swing({"--set", "plugins=lib.so"})), {"'plugins'", "twice"});
}

TEST_F(Plugin, ItsCrashLosesNothing) {
  const Finished crashed = with_fault("crash 450", train_swing({"--steps", "1000", "--run", "r"}));
  EXPECT_NE(crashed.exit_code, 0);
  EXPECT_EQ(checkpoints("r").back(), "step-000000000400");
  expect_done({"train", "--run", "r", "--resume"});
  expect_done(train_swing({"--steps", "1000", "--run", "whole"}));
  expect_same_end("r", "whole");
}

class AgentPlugin : public Plugin {
 protected:
  AgentPlugin() { use("spo"); }

  static Words train_spo(const Words& more) {
    Words words = {"train",        "Pendulum-v0",
                   "--plugin",     "lib.so",
                   "--agent",      "spo",
                   "--constraint", "quadratic",
                   "--num-envs",   "4",
                   "--set",        "rollout.steps=50",
                   "--set",        "network.hidden=8",
                   "--set",        "spo.minibatch=50",
                   "--set",        "checkpoint_every=1"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
};

TEST_F(AgentPlugin, EveryVerbThatNamesAnAgentOrARuleTakesIt) {
  EXPECT_THAT(saddle({"list", "agents"}).out, Not(HasSubstr("spo")));
  EXPECT_THAT(saddle({"list", "agents", "--plugin", "lib.so"}).out, ContainsRegex("spo +simple"));
  EXPECT_THAT(saddle({"list", "constraints", "--plugin", "lib.so"}).out,
              ContainsRegex("quadratic +a quadratic penalty"));
  EXPECT_THAT(saddle({"describe", "quadratic", "--plugin", "lib.so"}).out,
              HasSubstr("quadratic.penalty  10.0"));
  const Json json = Json::parse(saddle({"describe", "spo", "--plugin", "lib.so", "--json"}).out);
  EXPECT_EQ(json.at("options").at(0).at("key"), "spo.epochs");
  expect_done(train_spo({"--steps", "400", "--run", "r", "--set", "quadratic.penalty=3"}));
  expect_done({"evaluate", "r", "--episodes", "2"});
  write(here() / "s.toml",
        "plugins = [\"lib.so\"]\nenvironments = [\"Pendulum-v0\"]\n"
        "agents = [\"spo+quadratic\", \"ppo+quadratic\"]\nsteps = 400\nseeds = 1\n"
        "episodes = 2\n[set]\nnum_envs = 4\nrollout.steps = 50\nnetwork.hidden = [8]\n");
  const Finished compared = saddle({"benchmark", "s.toml", "--out", "out"});
  EXPECT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("spo+quadratic"));
  expect_refused(saddle({"train", "Pendulum-v0", "--agent", "spo"}), {"unknown agent 'spo'"});
}

TEST_F(AgentPlugin, ARunFindsItsAgentAndResumesToTheSameBits) {
  expect_done(train_spo({"--steps", "400", "--run", "r"}));
  EXPECT_THAT(text("r/config.toml"),
              HasSubstr("plugins = [\"" + (fs::canonical(here()) / "lib.so").string() + "\"]\n"));
  expect_done({"train", "--run", "r", "--resume", "--steps", "800"});
  expect_done(train_spo({"--steps", "800", "--run", "whole"}));
  expect_same_end("r", "whole");
  fs::rename(here() / "lib.so", here() / "moved.so");
  expect_refused(saddle({"evaluate", "r"}), {"lib.so' is not there", "--plugin"});
  expect_done({"evaluate", "r", "--episodes", "2", "--plugin", "moved.so"});
}

TEST_F(AgentPlugin, OneOfAnotherBuildIsRefused) {
  expect_done(train_spo({"--steps", "400", "--run", "r"}));
  use("other_build");
  expect_refused(saddle({"evaluate", "r"}), {"lib.so'", "built for another", "build it anew"});
  expect_refused(saddle({"list", "agents", "--plugin", "lib.so"}), {"built for another"});
}

class Check : public Plugin {};

TEST_F(Check, ASoundWorldPasses) {
  for (const Words& arguments : {Words{"check", "Pendulum-v0", "--steps", "500"},
                                 Words{"check", "Swing-v0", "--plugin", "lib.so"}}) {
    const Finished run = saddle(arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("determinism    passed   the same"));
    EXPECT_THAT(run.out, HasSubstr("steps/s on one thread"));
    EXPECT_THAT(run.out, HasSubstr("All 13 checks passed."));
  }
}

TEST_F(Check, AWorldThatBreaksThePromiseIsExitCodeOne) {
  const Words arguments = {"check", "Leaky-v0", "--plugin", "lib.so"};
  const Finished plain = saddle(arguments);
  EXPECT_EQ(plain.exit_code, 1) << plain.err;
  EXPECT_THAT(plain.out, HasSubstr("reset          FAILED"));
  EXPECT_THAT(plain.out, HasSubstr("1 of 13 checks failed, 1 skipped."));
  Words more = arguments;
  more.emplace_back("--json");
  const Finished run = saddle(more);
  EXPECT_EQ(run.exit_code, 1);
  const Json json = Json::parse(run.out);
  EXPECT_EQ(json.at("environment"), "Leaky-v0");
  EXPECT_FALSE(json.at("passed").get<bool>());
  EXPECT_GT(json.at("steps_per_second"), 0);
  for (const Json& check : json.at("checks")) {
    if (check.at("name") != "reset") continue;
    EXPECT_EQ(check.at("verdict"), "failed");
    EXPECT_THAT(check.at("detail").get<std::string>(), HasSubstr("set everything anew"));
  }
}

TEST_F(Check, BadInputIsExitCodeTwo) {
  expect_refused(saddle({"check"}), {"no world to check"});
  expect_refused(saddle({"check", "Swing-v0"}), {"'Swing-v0'"});
  expect_refused(saddle({"check", "Swing-v0", "--plugin", "none.so"}), {"none.so"});
  expect_refused(saddle({"check", "Pendulum-v0", "--steps", "5"}), {"'steps'", "5"});
}

}  // namespace
}  // namespace saddle::test
