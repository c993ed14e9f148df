// SPDX-License-Identifier: Apache-2.0
// Runs that are interrupted, killed and resumed end where one never stopped does, to the bit.
#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include <saddle/base/rng.h>

#include "tests/system/command_fixture.h"

namespace saddle::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Resume : public CommandTest {
 protected:
  Finished resume(const std::string& run, const Words& more = {}) {
    Words words = {"train", "--run", run, "--resume"};
    words.insert(words.end(), more.begin(), more.end());
    return saddle(words);
  }

  /// Waits until the condition holds; fails the test after a minute.
  static void wait_until(const std::function<bool()>& condition) {
    for (int i = 0; i < 6000 && !condition(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_TRUE(condition());
  }
};

// Killed in the middle of the fourth update, resumed, and compared with a run of the same length.
TEST_F(Resume, AfterAKillIsExact) {
  for (const char* environment : {"Pendulum-v0", "PointGoal1-v0"}) {
    SCOPED_TRACE(environment);
    const std::string name = environment;
    train_well(name, {"--steps", "1200", "--run", name + "-whole"});
    const Finished killed =
        faulty_saddle("kill 730", train(name, {"--steps", "600", "--run", name + "-never"}));
    EXPECT_EQ(killed.exit_code, 0) << "the fault comes after the end, so this run must be whole";
    const Finished run = faulty_saddle("kill 730", train(name, {"--steps", "1200", "--run", name}));
    EXPECT_EQ(run.signal, SIGKILL);
    EXPECT_EQ(checkpoints(name).back(), "step-000000000600");
    const Finished resumed = resume(name);
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    expect_same_end(name, name + "-whole");
  }
}

// The budget in force, its controller and that of each world are part of a checkpoint, and
// schedules go by the steps that the run is to have.
TEST_F(Resume, WithABudgetAndALearningRateThatMoveIsExact) {
  const Words moving = {"--steps", "1200",
                        "--agent", "ppo-simmer",
                        "--set",   "ppo.schedule=cosine",
                        "--set",   "critic.schedule=linear"};
  const auto with_run = [&](const std::string& run) {
    Words words = moving;
    words.insert(words.end(), {"--run", run});
    return words;
  };
  train_well("Pendulum-v0", with_run("whole"));
  const Finished run = faulty_saddle("kill 730", train("Pendulum-v0", with_run("r")));
  EXPECT_EQ(run.signal, SIGKILL);
  const Finished resumed = resume("r", {"--threads", "2"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  expect_same_end("r", "whole");
}

// The values of a policy's network, and the scale that they are in, are part of it.
TEST_F(Resume, WithValuesOfThePolicysNetworkIsExact) {
  for (const char* more : {"policy.average=0.6", "network.recurrent=gru"}) {
    SCOPED_TRACE(more);
    const auto with_run = [&](const std::string& run) {
      return Words{"--steps", "1200", "--set", "critic.trunk=policy", "--set", more, "--run", run};
    };
    const std::string name = Words{"mean", "gru"}[more[0] == 'n'];
    train_well("PointGoal1-v0", with_run(name + "-whole"));
    const Finished run = faulty_saddle("kill 730", train("PointGoal1-v0", with_run(name)));
    EXPECT_EQ(run.signal, SIGKILL);
    const Finished resumed = resume(name, {"--threads", "2"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    expect_same_end(name, name + "-whole");
    const Finished evaluated = saddle({"evaluate", name, "--episodes", "2"});
    EXPECT_EQ(evaluated.exit_code, 0) << evaluated.err;
  }
}

TEST_F(Resume, WithMoreStepsIsExact) {
  train_well("PointGoal1-v0", {"--steps", "1200", "--run", "whole"});
  train_well("PointGoal1-v0", {"--steps", "600", "--run", "r"});
  const Finished resumed = resume("r", {"--steps", "1200", "--threads", "2"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  expect_same_end("r", "whole");
  EXPECT_THAT(text("r/config.toml"), HasSubstr("steps = 1200\n"));
}

// What an off-policy agent remembers is part of its checkpoints.
TEST_F(Resume, WithAMemoryIsExact) {
  const auto off_policy = [&](const std::string& agent, const Words& more) {
    Words words = {"train", "Pendulum-v0",        "--agent", agent,
                   "--set", "network.hidden=8,8", "--set",   "replay.start=300",
                   "--set", "replay.ratio=0.1",   "--set",   "replay.size=700"};
    words.insert(words.end(), {"--num-envs", "4", "--set", "checkpoint_every=1"});
    words.insert(words.end(), more.begin(), more.end());
    const Finished run = saddle(words);
    EXPECT_EQ(run.exit_code, 0) << run.err;
  };
  for (const std::string agent : {"sac-lag", "td3-pid"}) {
    SCOPED_TRACE(agent);
    off_policy(agent, {"--steps", "1600", "--run", agent + "-whole"});
    off_policy(agent, {"--steps", "1000", "--run", agent});
    const Finished resumed = resume(agent, {"--steps", "1600", "--threads", "2"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    expect_same_end(agent, agent + "-whole");
  }
}

// Processes are killed at random moments, most of them while they write, until the run is done.
TEST_F(Resume, AfterManyKillsIsExact) {
  const std::uint64_t seed = 17;
  SCOPED_TRACE(seed);
  Rng rng(seed);
  train_well("Pendulum-v0", {"--steps", "12000", "--run", "whole"});
  const std::string end = checkpoints("whole").back();
  {
    Process first(SADDLE_COMMAND, train("Pendulum-v0", {"--steps", "12000", "--run", "r"}), here());
    wait_until([&] { return !checkpoints("r").empty(); });
    first.send(SIGKILL);
    EXPECT_EQ(first.wait().signal, SIGKILL);
  }
  int kills = 0;
  for (int round = 0; round < 6 && checkpoints("r").back() != end; ++round) {
    const Words before = checkpoints("r");
    Process next(SADDLE_COMMAND, {"train", "--run", "r", "--resume"}, here());
    wait_until([&] { return checkpoints("r") != before; });
    std::this_thread::sleep_for(std::chrono::microseconds(rng.below(20'000)));
    next.send(SIGKILL);
    kills += next.wait().signal == SIGKILL;
  }
  EXPECT_GE(kills, 3);
  const Finished last = resume("r");
  EXPECT_EQ(last.exit_code, 0) << last.err;
  expect_same_end("r", "whole");
  for (const auto& entry : fs::directory_iterator(here() / "r/checkpoint")) {
    EXPECT_EQ(entry.path().string().find(".tmp-"), std::string::npos) << entry.path();
  }
}

TEST_F(Resume, AFinishedRunHasNothingLeftToDo) {
  train_well("Pendulum-v0", {"--steps", "400", "--run", "r"});
  const std::string metrics = text("r/metrics.csv");
  const Finished again = resume("r", {"--json"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(nlohmann::json::parse(again.out).at("steps"), 400);
  EXPECT_EQ(text("r/metrics.csv"), metrics);
}

TEST_F(Resume, KeepsItsOptions) {
  train_well("PointGoal1-v0", {"--steps", "200", "--run", "r"});
  const std::string config = text("r/config.toml");
  const auto refused = [&](const Words& flags, const std::string& key) {
    SCOPED_TRACE(key);
    expect_refused(resume("r", flags), {"'" + key + "'", "resumed"});
  };
  refused({"--seed", "4"}, "seed");
  refused({"--agent", "other"}, "agent");
  refused({"--num-envs", "8"}, "num_envs");
  refused({"--cost-limit", "3"}, "limits.hazards");
  refused({"--set", "ppo.clip=0.9"}, "ppo.clip");
  expect_refused(saddle({"train", "Pendulum-v0", "--run", "r", "--resume"}), {"'environment'"});
  expect_refused(resume("r", {"--config", "r/config.toml"}), {"--config"});
  EXPECT_EQ(text("r/config.toml"), config);
  EXPECT_EQ(resume("r", {"--seed", "0", "--num-envs", "4"}).exit_code, 0);
}

TEST_F(Resume, AnEditedConfigIsRefused) {
  train_well("Pendulum-v0", {"--steps", "200", "--run", "r"});
  std::string config = text("r/config.toml");
  config.replace(config.find("seed = 0"), 8, "seed = 1");
  write(here() / "r/config.toml", config);
  expect_refused(resume("r", {"--steps", "400"}), {"seed = 0", "seed is now 1", "config.toml"});
}

TEST_F(Resume, OptionsThatCameLaterAreNoObstacle) {
  train_well("Pendulum-v0", {"--steps", "200", "--run", "r"});
  const std::string path = "r/checkpoint/step-000000000200/manifest.json";
  auto manifest = nlohmann::json::parse(text(path));
  ASSERT_EQ(manifest.at("options").erase("ppo.clip"), 1);
  write(here() / path, manifest.dump());
  EXPECT_EQ(resume("r", {"--steps", "400"}).exit_code, 0);
}

TEST_F(Resume, WithoutACheckpointIsRefused) {
  const Finished run =
      faulty_saddle("kill 100", train("Pendulum-v0", {"--steps", "1000", "--run", "r"}));
  EXPECT_EQ(run.signal, SIGKILL);
  const std::string config = text("r/config.toml");
  expect_refused(resume("r"), {"no checkpoint", "r/checkpoint"});
  EXPECT_EQ(text("r/config.toml"), config);
}

TEST_F(Resume, DamagedCheckpoints) {
  train_well("Pendulum-v0", {"--steps", "600", "--run", "r"});
  train_well("Pendulum-v0", {"--steps", "800", "--run", "whole"});
  const auto damage = [&](const std::string& name) {
    const fs::path policy = here() / "r/checkpoint" / name / "policy.safetensors";
    ASSERT_TRUE(fs::exists(policy));
    fs::resize_file(policy, fs::file_size(policy) - 1);
  };
  damage("step-000000000600");
  const Finished resumed = resume("r", {"--steps", "800"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_THAT(resumed.err, HasSubstr("saddle: warning: "));
  EXPECT_THAT(resumed.err, HasSubstr("step-000000000400"));
  expect_same_end("r", "whole");

  for (const std::string& name : checkpoints("r")) damage(name);
  expect_refused(resume("r", {"--steps", "1000"}), {"no checkpoint", "policy.safetensors"});
  expect_refused(saddle({"evaluate", "r"}), {"no checkpoint", "policy.safetensors"});
}

TEST_F(Resume, TwoTrainersDoNotShareADirectory) {
  Process first(SADDLE_COMMAND, train("Pendulum-v0", {"--steps", "100000000", "--run", "r"}),
                here());
  wait_until([&] { return !checkpoints("r").empty(); });
  expect_refused(resume("r"), {"another process", "'r'"});
  first.send(SIGKILL);
  first.wait();
}

TEST_F(Resume, CtrlCSavesAndSaysHowToGoOn) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::string name = signal == SIGINT ? "interrupted" : "terminated";
    Process run(SADDLE_COMMAND, train("Pendulum-v0", {"--steps", "100000000", "--run", name}),
                here());
    wait_until([&] { return !checkpoints(name).empty(); });
    run.send(signal);
    const Finished stopped = run.wait();
    EXPECT_EQ(stopped.exit_code, 128 + signal);
    EXPECT_EQ(stopped.out, "");
    EXPECT_THAT(stopped.err, HasSubstr("saddle train --run " + name + " --resume"));

    // It stopped between two updates with everything on disk, so going on is exact.
    const std::int64_t steps = std::stoll(checkpoints(name).back().substr(5));
    const std::string more = std::to_string(steps + 400);
    EXPECT_EQ(resume(name, {"--steps", more}).exit_code, 0);
    train_well("Pendulum-v0", {"--steps", more, "--run", name + "-whole"});
    expect_same_end(name, name + "-whole");
  }
}

TEST_F(Resume, CtrlCTwiceStopsAtOnce) {
  Process run(SADDLE_FAULTY_COMMAND, train("Pendulum-v0", {"--steps", "1000000", "--run", "r"}),
              here(), {{"SADDLE_TEST_FAULT", "sleep 500"}});
  wait_until(
      [&] { return !checkpoints("r").empty() && checkpoints("r").back() == "step-000000000400"; });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  run.send(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  run.send(SIGINT);
  EXPECT_EQ(run.wait(std::chrono::seconds(20)).exit_code, 130);
}

}  // namespace
}  // namespace saddle::test
