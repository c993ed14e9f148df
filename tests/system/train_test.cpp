// SPDX-License-Identifier: Apache-2.0
// saddle train: what a run leaves behind, and that it can be repeated to the bit.
#include "tests/system/command_fixture.h"

namespace saddle::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Train : public CommandTest {};

TEST_F(Train, LeavesACompleteRun) {
  const Finished run = train_well("Pendulum-v0", {"--steps", "1000", "--run", "r", "--json"});
  const Json json = Json::parse(run.out);
  EXPECT_EQ(json.at("run"), "r");
  EXPECT_EQ(json.at("steps"), 1000);
  EXPECT_GT(json.at("seconds"), 0);
  EXPECT_GT(json.at("steps_per_second"), 0);
  EXPECT_LE(json.at("return"), 0);
  EXPECT_TRUE(json.at("constraints").is_array());
  EXPECT_THAT(run.err, HasSubstr("1,000 of 1,000 steps (100%)"));

  EXPECT_THAT(text("r/config.toml"), HasSubstr("environment = \"Pendulum-v0\"\n"));
  const std::string metrics = text("r/metrics.csv");
  EXPECT_THAT(metrics, StartsWith("step,return,"));
  EXPECT_THAT(metrics.substr(0, metrics.find('\n')),
              ::testing::EndsWith(",seconds,steps_per_second"));
  EXPECT_EQ(std::ranges::count(metrics, '\n'), 6);
  EXPECT_EQ(checkpoints("r").back(), "step-000000001000");
  int event_files = 0;
  for (const auto& entry : fs::directory_iterator(here() / "r")) {
    event_files += entry.path().filename().string().starts_with("events.out.tfevents.");
  }
  EXPECT_EQ(event_files, 1);
}

TEST_F(Train, ReportsEveryConstraint) {
  const Finished run = train_well(
      "PointGoal1-v0", {"--steps", "400", "--run", "r", "--json", "--cost-limit", "hazards=7.5"});
  const Json constraints = Json::parse(run.out).at("constraints");
  ASSERT_FALSE(constraints.empty());
  bool found = false;
  for (const Json& constraint : constraints) {
    EXPECT_TRUE(constraint.contains("mean") && constraint.contains("multiplier"));
    if (constraint.at("name") != "hazards") continue;
    found = true;
    EXPECT_EQ(constraint.at("limit"), 7.5);
  }
  EXPECT_TRUE(found);
  EXPECT_THAT(text("r/config.toml"), HasSubstr("\n[limits]\nhazards = 7.5\n"));
}

TEST_F(Train, SaysOnceThatALimitIsOutOfReachToWhoeverKeepsIt) {
  const auto run = [&](const std::string& agent, const Words& more) {
    Words words = {"train",        "Pendulum-v0",
                   "--agent",      agent,
                   "--steps",      "40000",
                   "--run",        agent,
                   "--set",        "rollout.steps=50",
                   "--num-envs",   "4",
                   "--set",        "network.hidden=8,8",
                   "--cost-limit", "1"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished done = saddle(words);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out + done.err, ::testing::Not(HasSubstr("multiplier")));
    return done.err;
  };
  // Steps that change nothing, so that the cost stays.
  const std::string err = run("cpo", {"--set", "cpo.radius=1e-12"});
  const std::string words = "above its limit of 1; the limit may be out of reach";
  EXPECT_THAT(err, HasSubstr(words));
  EXPECT_EQ(err.find(words), err.rfind(words)) << err;
  EXPECT_THAT(run("ppo", {"--constraint", "none", "--set", "ppo.learning_rate=1e-12"}),
              ::testing::Not(HasSubstr("out of reach")));
}

TEST_F(Train, RemembersAcrossResumesWhatALimitWasLike) {
  const auto run = [&](const std::string& steps, const Words& more) {
    Words words = {"train", "--steps", steps, "--run", "r"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished done = saddle(words);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return done.err;
  };
  // 200 steps an update, which change nothing: no part of the run has a hundred of them.
  const std::string out_of_reach = "out of reach";
  EXPECT_EQ(
      run("16000", {"Pendulum-v0", "--agent", "cpo", "--set", "rollout.steps=50", "--num-envs", "4",
                    "--set", "network.hidden=8", "--cost-limit", "1", "--set", "cpo.radius=1e-12"})
          .find(out_of_reach),
      std::string::npos);
  EXPECT_THAT(run("32000", {"--resume"}), HasSubstr(out_of_reach));
  EXPECT_THAT(run("36000", {"--resume"}), ::testing::Not(HasSubstr(out_of_reach)));

  // A table that somebody broke is no reason not to go on.
  std::string table = text("r/metrics.csv");
  table.insert(table.find('\n') + 1, "200,broken\n");
  test::write(here() / "r/metrics.csv", table);
  EXPECT_THAT(run("40000", {"--resume"}), HasSubstr("line 2"));
}

TEST_F(Train, DefaultDirectoriesAreNumbered) {
  train_well("Pendulum-v0", {"--steps", "200", "--seed", "3"});
  train_well("Pendulum-v0", {"--steps", "200", "--seed", "3"});
  EXPECT_TRUE(fs::exists(here() / "runs/Pendulum-v0-ppo-lagrangian-s3/config.toml"));
  EXPECT_TRUE(fs::exists(here() / "runs/Pendulum-v0-ppo-lagrangian-s3-2/config.toml"));
}

TEST_F(Train, ConfigRepeatsTheRun) {
  train_well("PointGoal1-v0", {"--steps", "600", "--run", "a", "--seed", "5", "--cost-limit", "3",
                               "--set", "ppo.clip=0.15"});
  const Finished again = saddle({"train", "--config", "a/config.toml", "--run", "b"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(text("a/config.toml"), text("b/config.toml"));
  expect_same_end("a", "b");
}

TEST_F(Train, AnotherSeedIsAnotherRun) {
  train_well("Pendulum-v0", {"--steps", "200", "--run", "a", "--seed", "1"});
  train_well("Pendulum-v0", {"--steps", "200", "--run", "b", "--seed", "2"});
  EXPECT_NE(timeless_metrics("a"), timeless_metrics("b"));
}

TEST_F(Train, ThreadsDoNotChangeResults) {
  for (const char* environment : {"Pendulum-v0", "PointGoal1-v0"}) {
    const std::string name = environment;
    for (const char* threads : {"1", "2", "3"}) {
      const Finished run =
          saddle({"train", name, "--num-envs", "40", "--set", "rollout.steps=30", "--steps", "3600",
                  "--threads", threads, "--run", name + threads});
      EXPECT_EQ(run.exit_code, 0) << run.err;
    }
    expect_same_end(name + "1", name + "2");
    expect_same_end(name + "1", name + "3");
  }
}

TEST_F(Train, AnAgentThatDoesNotSuitTheWorldIsRefused) {
  expect_refused(saddle({"train", "CartPole-v0", "--agent", "sac-lag", "--run", "r"}),
                 {"'CartPole-v0'", "discrete", "--agent ppo"});
  EXPECT_FALSE(fs::exists(here() / "r"));
}

TEST_F(Train, AnExistingDirectoryIsNotTouched) {
  train_well("Pendulum-v0", {"--steps", "200", "--run", "r"});
  const std::string config = text("r/config.toml"), metrics = text("r/metrics.csv");
  expect_refused(saddle(train("Pendulum-v0", {"--run", "r", "--seed", "9"})), {"'r'", "--resume"});
  EXPECT_EQ(text("r/config.toml"), config);
  EXPECT_EQ(text("r/metrics.csv"), metrics);
  fs::create_directory(here() / "empty");
  expect_refused(saddle(train("Pendulum-v0", {"--run", "empty"})), {"'empty'"});
  EXPECT_TRUE(fs::is_empty(here() / "empty"));
}

TEST_F(Train, ADirectoryThatCannotBeMade) {
  write(here() / "file", "mine");
  expect_refused(saddle(train("Pendulum-v0", {"--run", "file/r"})), {"file/r", "--run"});
  expect_refused(saddle(train("Pendulum-v0", {"--run", "/proc/r"})), {"/proc/r", "--run"});
  EXPECT_EQ(text("file"), "mine");
}

TEST_F(Train, AWorldThatReturnsNanStopsTheRunButLosesNothing) {
  const Finished run =
      faulty_saddle("nan 450", train("Pendulum-v0", {"--steps", "1000", "--run", "r"}));
  EXPECT_EQ(run.exit_code, 2) << run.err;
  EXPECT_THAT(run.err, HasSubstr("saddle: "));
  EXPECT_THAT(run.err, HasSubstr("reward"));
  EXPECT_EQ(checkpoints("r").back(), "step-000000000400");
  const Finished resumed = saddle({"train", "--run", "r", "--resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  train_well("Pendulum-v0", {"--steps", "1000", "--run", "whole"});
  expect_same_end("r", "whole");
}

TEST_F(Train, WhoIsToBlameDecidesTheExitCode) {
  const Finished ours =
      faulty_saddle("throw 100", train("Pendulum-v0", {"--steps", "1000", "--run", "a"}));
  expect_refused(ours, {"lost its floor"});
  const Finished internal =
      faulty_saddle("foreign 100", train("Pendulum-v0", {"--steps", "1000", "--run", "b"}));
  EXPECT_EQ(internal.exit_code, 70);
  EXPECT_THAT(internal.err, HasSubstr("index 7"));
}

}  // namespace
}  // namespace saddle::test
