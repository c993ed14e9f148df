// SPDX-License-Identifier: Apache-2.0
// saddle benchmark: a grid of runs that may be stopped, killed and repeated, and what it leaves.
#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include "tests/system/command_fixture.h"

namespace saddle::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// Updates of 4 worlds × 50 steps.
constexpr char kSmall[] =
    "episodes = 2\nprocesses = 2\n"
    "[set]\nnum_envs = 4\nrollout.steps = 50\nnetwork.hidden = [8, 8]\nppo.epochs = 2\n"
    "checkpoint_every = 1\n";

constexpr char kOneRun[] = "out/runs/Pendulum-v0/ppo+none/seed-0";

class Benchmark : public CommandTest {
 protected:
  void spec(const std::string& steps, const std::string& agents, int seeds,
            const std::string& worlds = "\"Pendulum-v0\"") const {
    write(here() / "s.toml", "environments = [" + worlds + "]\nagents = [" + agents +
                                 "]\nseeds = " + std::to_string(seeds) + "\nsteps = " + steps +
                                 "\n" + kSmall);
  }
  /// Two agents and two seeds.
  void grid(const std::string& steps) const { spec(steps, "\"ppo+none\", \"cppo-pid\"", 2); }
  /// One run, in kOneRun.
  void one_run(const std::string& steps) const { spec(steps, "\"ppo+none\"", 1); }

  Finished benchmark(const Words& more = {}) {
    Words words = {"benchmark", "s.toml", "--out", "out"};
    words.insert(words.end(), more.begin(), more.end());
    return saddle(words);
  }
  [[nodiscard]] Json results() const { return Json::parse(text("out/results.json")); }

  /// When each run was evaluated, by its folder; a run that is repeated changes it.
  [[nodiscard]] std::map<std::string, fs::file_time_type> evaluations() const {
    std::map<std::string, fs::file_time_type> times;
    for (const auto& entry : fs::recursive_directory_iterator(here() / "out/runs")) {
      if (entry.path().filename() != "evaluation.json") continue;
      times[fs::relative(entry.path().parent_path(), here())] = fs::last_write_time(entry);
    }
    return times;
  }

  static void wait_until(const std::function<bool()>& condition) {
    for (int i = 0; i < 6000 && !condition(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_TRUE(condition());
  }
};

TEST_F(Benchmark, LeavesTablesAndRepeatsNothing) {
  grid("600");
  const Finished run = benchmark({"--json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(std::ranges::count(run.out, '\n'), 1);
  EXPECT_EQ(Json::parse(run.out), results());
  EXPECT_THAT(run.err, HasSubstr("4 of 4 done: out/runs/Pendulum-v0/"));

  const Json written = results();
  EXPECT_EQ(written.at("done"), 4);
  ASSERT_EQ(written.at("cells").size(), 2);
  for (const Json& cell : written.at("cells")) {
    EXPECT_EQ(cell.at("environment"), "Pendulum-v0");
    EXPECT_EQ(cell.at("runs"), 2);
    EXPECT_TRUE(cell.at("return").at("iqm_ci95").at(0).is_number());
    EXPECT_EQ(cell.at("constraints").at(0).at("name"), "angular-speed");
  }
  EXPECT_EQ(written.at("comparisons").size(), 1);
  const std::string runs = text("out/runs.csv"), table = text("out/results.md");
  EXPECT_EQ(std::ranges::count(runs, '\n'), 1 + 4 * 5);
  EXPECT_THAT(table, HasSubstr("| `ppo+none` | 2 |"));
  EXPECT_THAT(text("out/results.csv"), HasSubstr("Pendulum-v0,cppo-pid,,,2,"));
  EXPECT_THAT(text("out/comparisons.csv"), HasSubstr("\nppo+none,cppo-pid,,1,"));

  // The mean of a cell is that of what saddle evaluate says of its runs.
  double sum = 0;
  for (const char* seed : {"0", "1"}) {
    const std::string path = "out/runs/Pendulum-v0/cppo-pid/seed-" + std::string(seed);
    sum += Json::parse(text(path + "/evaluation.json")).at("return").at("mean").get<double>();
    EXPECT_EQ(checkpoints(path).back(), "step-000000000600");
  }
  EXPECT_DOUBLE_EQ(results().at("cells").at(1).at("return").at("mean").get<double>(), sum / 2);

  const auto before = evaluations();
  EXPECT_EQ(before.size(), 4);
  const Finished again = benchmark();
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("4 runs, 4 of them done"));
  EXPECT_EQ(again.out, table);
  EXPECT_EQ(evaluations(), before);
  EXPECT_EQ(text("out/runs.csv"), runs);

  // A run is the one that saddle train makes with these options.
  train_well("Pendulum-v0",
             {"--steps", "600", "--seed", "1", "--constraint", "none", "--run", "r"});
  expect_same_end("out/runs/Pendulum-v0/ppo+none/seed-1", "r");
}

TEST_F(Benchmark, SaysWhatItWouldDo) {
  grid("400");
  const Finished run = benchmark({"--dry-run"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(std::ranges::count(run.out, '\n'), 4);
  EXPECT_THAT(run.out, HasSubstr("out/runs/Pendulum-v0/cppo-pid/seed-1: to do\n"));
  EXPECT_FALSE(fs::exists(here() / "out"));
}

TEST_F(Benchmark, MoreStepsAndEpisodesGoOnFromWhatIsThere) {
  one_run("400");
  EXPECT_EQ(benchmark().exit_code, 0);
  one_run("600");
  const Json list = Json::parse(benchmark({"--dry-run", "--json"}).out);
  EXPECT_EQ(list, Json::array({{{"run", kOneRun}, {"state", "to be continued"}}}));
  EXPECT_EQ(benchmark().exit_code, 0);
  train_well("Pendulum-v0", {"--steps", "600", "--constraint", "none", "--run", "whole"});
  expect_same_end(kOneRun, "whole");
  const std::string trained = text(fs::path(kOneRun) / "metrics.csv");

  std::string changed = text("s.toml");
  changed.replace(changed.find("episodes = 2"), 12, "episodes = 3\nstochastic = true");
  write(here() / "s.toml", changed);
  EXPECT_EQ(benchmark().exit_code, 0);
  const Json evaluation = Json::parse(text(fs::path(kOneRun) / "evaluation.json"));
  EXPECT_EQ(evaluation.at("episodes"), 3);
  EXPECT_EQ(evaluation.at("stochastic"), true);
  EXPECT_EQ(text(fs::path(kOneRun) / "metrics.csv"), trained);
}

TEST_F(Benchmark, ChangedOptionsAreNotMixedWithOldRuns) {
  one_run("400");
  EXPECT_EQ(benchmark().exit_code, 0);
  const auto before = evaluations();
  write(here() / "s.toml", text("s.toml") + "ppo.clip = 0.05\n");
  expect_refused(benchmark(), {kOneRun, "ppo.clip", "0.05", "--out"});
  one_run("200");
  expect_refused(benchmark(), {"steps = 400", "200"});
  EXPECT_EQ(evaluations(), before);
}

// The world that fails does so in every run; the other's are done. Once it is sound, its runs go on
// from where they were.
TEST_F(Benchmark, AFailingRunDoesNotStopTheOthers) {
  spec("600", "\"ppo+none\"", 2, "\"PointGoal1-v0\", \"Pendulum-v0\"");
  const Finished run =
      faulty_saddle("throw 500 PointGoal1-v0", {"benchmark", "s.toml", "--out", "out"});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  const std::string failed = "out/runs/PointGoal1-v0/ppo+none/seed-0";
  EXPECT_THAT(run.err,
              HasSubstr(failed + " failed: the world has lost its floor; restart it; see " +
                        failed + ".log"));
  EXPECT_THAT(text(failed + ".log"), HasSubstr("lost its floor"));
  EXPECT_THAT(run.out, HasSubstr("2 of 4 runs are done"));
  EXPECT_EQ(results().at("failed").size(), 2);
  EXPECT_EQ(results().at("cells").at(0).at("runs"), 0);
  EXPECT_EQ(results().at("cells").at(1).at("runs"), 2);
  EXPECT_EQ(checkpoints(failed).back(), "step-000000000400");

  const auto before = evaluations();
  EXPECT_EQ(before.size(), 2);
  const Finished sound = benchmark();
  EXPECT_EQ(sound.exit_code, 0) << sound.err;
  EXPECT_TRUE(results().at("failed").empty());
  EXPECT_EQ(results().at("done"), 4);
  const auto after = evaluations();
  for (const auto& [path, time] : before) EXPECT_EQ(after.at(path), time) << path;
  train_well("PointGoal1-v0", {"--steps", "600", "--constraint", "none", "--run", "whole"});
  expect_same_end(failed, "whole");
}

TEST_F(Benchmark, ARunThatDiesIsReportedWithItsSignal) {
  one_run("600");
  const Finished run = faulty_saddle("kill 100", {"benchmark", "s.toml", "--out", "out"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("seed-0 failed: ended by signal 9 (Killed)"));
  // Nothing was saved before, so it starts afresh.
  EXPECT_EQ(benchmark().exit_code, 0);
}

TEST_F(Benchmark, WhatIsInTheWayOfARunIsReported) {
  grid("200");
  fs::create_directories((here() / kOneRun).parent_path());
  write(here() / kOneRun, "mine");
  const std::string folder = "out/runs/Pendulum-v0/cppo-pid";
  write(here() / folder, "mine too");
  const Finished run = benchmark();
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr(std::string("'") + kOneRun + "' exists already"));
  EXPECT_THAT(run.err, HasSubstr(folder + "/seed-1 failed: cannot make '" + folder));
  EXPECT_THAT(run.out, HasSubstr("1 of 4 runs are done"));
  EXPECT_EQ(text(kOneRun), "mine");
  EXPECT_EQ(text(folder), "mine too");
}

TEST_F(Benchmark, CtrlCSavesEveryRunAndTheSameCommandGoesOn) {
  for (const int signal : {SIGINT, SIGTERM}) {
    fs::remove_all(here() / "out");
    one_run("60000");
    Process run(SADDLE_COMMAND, {"benchmark", "s.toml", "--out", "out"}, here());
    wait_until([&] { return checkpoints(kOneRun).size() > 1; });
    run.send(signal);
    const Finished stopped = run.wait();
    EXPECT_EQ(stopped.exit_code, 128 + signal) << stopped.err;
    EXPECT_EQ(stopped.out, "");
    EXPECT_THAT(stopped.err, HasSubstr("continue with the same command"));
    EXPECT_THAT(stopped.err, Not(HasSubstr("failed")));
    // It stopped between two updates with everything on disk.
    const std::int64_t steps = std::stoll(checkpoints(kOneRun).back().substr(5));
    EXPECT_LT(steps, 60000);
    EXPECT_THAT(text(std::string(kOneRun) + ".log"),
                HasSubstr("stopped at step " + std::to_string(steps)));
  }
  EXPECT_EQ(benchmark().exit_code, 0);
  train_well("Pendulum-v0", {"--steps", "60000", "--constraint", "none", "--run", "whole"});
  expect_same_end(kOneRun, "whole");
}

TEST_F(Benchmark, ARunningBenchmarkIsNotJoined) {
  one_run("30000000");
  Process run(SADDLE_COMMAND, {"benchmark", "s.toml", "--out", "out"}, here());
  wait_until([&] { return checkpoints(kOneRun).size() > 1; });
  expect_refused(benchmark(), {"another benchmark", "'out'"});
  run.send(SIGINT);
  EXPECT_EQ(run.wait().exit_code, 128 + SIGINT);
}

// Its children stop with it, saved, and whoever comes next waits until they have.
TEST_F(Benchmark, AKilledBenchmarkGoesOn) {
  one_run("60000");
  Process run(SADDLE_COMMAND, {"benchmark", "s.toml", "--out", "out"}, here());
  wait_until([&] { return checkpoints(kOneRun).size() > 1; });
  run.send(SIGKILL);
  EXPECT_EQ(run.wait().signal, SIGKILL);
  wait_until([&] {
    return text(std::string(kOneRun) + ".log").find("stopped at step") != std::string::npos;
  });
  EXPECT_LT(std::stoll(checkpoints(kOneRun).back().substr(5)), 60000);
  wait_until([&] { return benchmark().exit_code == 0; });
  EXPECT_EQ(results().at("done"), 1);
}

TEST_F(Benchmark, ASweepOfLimitsIsDrawn) {
  write(here() / "s.toml",
        std::string("environments = [\"Pendulum-v0\"]\nagents = [\"ppo-lag\"]\nseeds = 1\n"
                    "steps = 200\nlimits = [10, 40]\n") +
            kSmall);
  const Finished run = benchmark();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(text("out/runs/Pendulum-v0/ppo-lag-limit-40/seed-0/config.toml"),
              HasSubstr("\nangular-speed = 40.0\n"));
  EXPECT_EQ(results().at("cells").at(1).at("limit"), 40);
  EXPECT_THAT(text("out/frontier.gnuplot"), HasSubstr("$data1 << EOD\n10 "));
  // Where there is no gnuplot it says so, and nothing else is lost.
  const bool drawn = text("out/frontier.svg").starts_with("<?xml");
  EXPECT_TRUE(drawn || run.err.find("gnuplot could not draw") != std::string::npos) << run.err;
}

// Four cars that each have both constraints.
TEST_F(Benchmark, SeveralAgentsAndConstraintsAndNoGnuplot) {
  write(here() / "s.toml",
        std::string("environments = [\"Merge4-v0\"]\nagents = [\"ippo-lag\"]\nseeds = 1\n"
                    "steps = 400\nlimits = [1, 3]\n") +
            kSmall);
  const Finished run =
      Process(SADDLE_COMMAND, {"benchmark", "s.toml", "--out", "out"}, here(), {{"PATH", here()}})
          .wait();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("warning: gnuplot could not draw out/frontier.gnuplot; see "
                                 "out/gnuplot.log"));
  EXPECT_THAT(text("out/gnuplot.log"), HasSubstr("cannot start 'gnuplot'"));
  EXPECT_FALSE(fs::exists(here() / "out/frontier.svg"));
  const std::string plot = text("out/frontier.gnuplot");
  EXPECT_THAT(plot, HasSubstr("set xlabel 'cost: headway'"));
  EXPECT_THAT(plot, HasSubstr("set xlabel 'cost: braking'"));

  // Each limit is of every agent, and the cost of a run that of the one that costs most.
  const Json written = results();
  ASSERT_EQ(written.at("cells").size(), 2);
  for (const Json& cell : written.at("cells")) {
    const std::string limit = std::to_string(cell.at("limit").get<int>());
    const Json evaluation =
        Json::parse(text("out/runs/Merge4-v0/ippo-lag-limit-" + limit + "/seed-0/evaluation.json"));
    ASSERT_EQ(cell.at("constraints").size(), 2);
    ASSERT_EQ(evaluation.at("agents").size(), 4);
    for (std::size_t k = 0; k < 2; ++k) {
      const Json& constraint = cell.at("constraints").at(k);
      EXPECT_EQ(constraint.at("name"), k == 0 ? "headway" : "braking");
      EXPECT_EQ(constraint.at("limit"), cell.at("limit"));
      double most = 0;
      for (const Json& agent : evaluation.at("agents")) {
        most = std::max(most, agent.at("constraints").at(k).at("measured").get<double>());
      }
      EXPECT_EQ(constraint.at("cost").at("mean"), most);
    }
  }
}

TEST_F(Benchmark, WrongSpecsAreOneSentenceBeforeAnythingRuns) {
  expect_refused(saddle({"benchmark"}), {"no benchmark"});
  expect_refused(benchmark(), {"'s.toml'"});
  const auto refused = [&](const std::string& spec, const Words& words) {
    SCOPED_TRACE(spec);
    write(here() / "s.toml", spec);
    expect_refused(benchmark(), words);
  };
  const std::string world = "environments = [\"Pendulum-v0\"]\n";
  refused("agents = [", {"s.toml", "line 1"});
  refused("agents = [\"ppo\"]", {"'environments'"});
  refused(world + "agents = [\"ppo\"]\nsteps = 100\nseds = 3", {"line 4", "'seds'", "'seeds'"});
  refused(world + "agents = [\"ppo\", \"ppo-lga\"]", {"'ppo-lga'", "'ppo-lag'"});
  refused(world + "agents = [\"ppo\"]\n[set]\nppo.clp = 1", {"'ppo.clp'", "'ppo.clip'"});
  refused("environments = [\"Pendulum-v0\", \"Pendlum-v0\"]\nagents = [\"ppo\"]", {"'Pendlum-v0'"});
  refused(world + "agents = [\"cpo+lagrangian\"]", {"'cpo'", "lagrangian"});
  write(here() / "s.toml", world + "agents = [\"ppo\"]");
  expect_refused(benchmark({"--processes", "-1"}), {"'processes'", "-1"});
  EXPECT_FALSE(fs::exists(here() / "out"));
  write(here() / "file", "mine");
  expect_refused(saddle({"benchmark", "s.toml", "--out", "file/x"}), {"file/x", "--out"});
}

}  // namespace
}  // namespace saddle::test
