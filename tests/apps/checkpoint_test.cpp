// SPDX-License-Identifier: Apache-2.0
// Checkpoints: what is kept, what is best, and what survives a killed writer or a damaged disk.
#include <saddle/apps/checkpoint.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <saddle/base/rng.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

namespace fs = std::filesystem;
using test::expect_error;
using testing::ElementsAre;
using testing::HasSubstr;

/// A checkpoint whose arrays all say at which step it was made.
Checkpoint checkpoint_at(std::int64_t step, std::optional<double> feasible = std::nullopt,
                         std::size_t size = 100) {
  Archive policy, training;
  std::vector<std::int64_t> numbers(size, step);
  policy("weights", numbers);
  training("steps", step);
  training("moments", numbers);
  Checkpoint checkpoint;
  checkpoint.environment = "World-v0";
  checkpoint.options = {{"ppo.clip", "0.2"}, {"agent", "\"ppo\""}};
  checkpoint.step = step;
  checkpoint.seconds = 1.5;
  if (feasible) checkpoint.merit = Merit{0, *feasible};
  checkpoint.metrics.set("return", 0.1);
  checkpoint.metrics.set("cost/a", std::nan(""));
  checkpoint.policy = policy.entries();
  checkpoint.training = training.entries();
  return checkpoint;
}

void expect_consistent(const Checkpoint& checkpoint) {
  Archive policy(checkpoint.policy), training(checkpoint.training);
  std::vector<std::int64_t> weights, moments;
  std::int64_t steps = 0;
  policy("weights", weights);
  training("moments", moments);
  training("steps", steps);
  EXPECT_EQ(steps, checkpoint.step);
  EXPECT_EQ(weights, std::vector<std::int64_t>(weights.size(), checkpoint.step));
  EXPECT_EQ(moments, weights);
}

std::vector<std::string> names_in(const fs::path& path) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

Warn no_warning() {
  return [](const std::string& trouble) { ADD_FAILURE() << trouble; };
}

class CheckpointFolderTest : public testing::Test {
 protected:
  CheckpointFolderTest() { folder_.open_for_writing(0); }

  test::TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "checkpoint";
  CheckpointFolder folder_{path_};
};

TEST_F(CheckpointFolderTest, GivesBackWhatWasSaved) {
  folder_.save(checkpoint_at(42, 3.25));
  EXPECT_THAT(names_in(path_ / "step-000000000042"),
              ElementsAre("manifest.json", "policy.safetensors", "training.safetensors"));
  const Checkpoint loaded = folder_.load_last(no_warning());
  EXPECT_EQ(loaded.environment, "World-v0");
  EXPECT_EQ(loaded.options, (OptionTexts{{"agent", "\"ppo\""}, {"ppo.clip", "0.2"}}));
  EXPECT_EQ(loaded.step, 42);
  EXPECT_EQ(loaded.seconds, 1.5);
  EXPECT_EQ(loaded.merit, (Merit{0, 3.25}));
  ASSERT_EQ(loaded.metrics.values().size(), 2u);
  EXPECT_EQ(loaded.metrics.values()[0], (std::pair<std::string, double>("return", 0.1)));
  EXPECT_TRUE(std::isnan(loaded.metrics.values()[1].second));
  expect_consistent(loaded);
}

TEST_F(CheckpointFolderTest, KeepsTheLastTwoAndTheBest) {
  folder_.save(checkpoint_at(1));
  folder_.save(checkpoint_at(2, 5.0));
  folder_.save(checkpoint_at(3, 4.0));
  folder_.save(checkpoint_at(4));
  folder_.save(checkpoint_at(5));
  EXPECT_THAT(names_in(path_),
              ElementsAre("best", "step-000000000002", "step-000000000004", "step-000000000005"));
  EXPECT_EQ(test::contents(path_ / "best"), "step-000000000002\n");
  EXPECT_EQ(folder_.load_best().step, 2);
  EXPECT_EQ(folder_.load_last(no_warning()).step, 5);

  folder_.save(checkpoint_at(6, 5.5));
  EXPECT_THAT(names_in(path_), ElementsAre("best", "step-000000000005", "step-000000000006"));
  EXPECT_EQ(folder_.load_best().step, 6);
}

TEST_F(CheckpointFolderTest, WithNoneWithinLimitsTheBestViolatesLeast) {
  folder_.save(checkpoint_at(1));
  expect_error([&] { (void)folder_.load_best(); }, {path_.string(), "end of an episode"});
  for (const auto& [step, merit] : {std::pair(2, Merit{0.5, 1}), std::pair(3, Merit{0.7, 9})}) {
    Checkpoint checkpoint = checkpoint_at(step);
    checkpoint.merit = merit;
    folder_.save(checkpoint);
  }
  EXPECT_EQ(folder_.load_best().step, 2);
}

TEST_F(CheckpointFolderTest, AResumedRunRemembersTheBest) {
  folder_.save(checkpoint_at(1, 5.0));
  folder_.save(checkpoint_at(2, 4.0));
  CheckpointFolder resumed(path_);
  resumed.open_for_writing(2);
  EXPECT_EQ(resumed.best_merit(), (Merit{0, 5}));
  resumed.save(checkpoint_at(3, 4.5));
  resumed.save(checkpoint_at(4, 4.6));
  EXPECT_EQ(resumed.load_best().step, 1);
}

TEST_F(CheckpointFolderTest, AWriterKilledBeforeBestWasWrittenIsMadeUpFor) {
  folder_.save(checkpoint_at(1, 5.0));
  folder_.save(checkpoint_at(2, 6.0));
  test::write(path_ / "best", "step-000000000001\n");
  CheckpointFolder resumed(path_);
  resumed.open_for_writing(2);
  EXPECT_EQ(resumed.load_best().step, 2);
}

TEST_F(CheckpointFolderTest, OpeningRemovesLeftoversAndWhatComesLater) {
  folder_.save(checkpoint_at(1, 5.0));
  folder_.save(checkpoint_at(2, 6.0));
  fs::create_directories(path_ / "step-000000000003.tmp-77");
  test::write(path_ / "step-000000000003.tmp-77" / "policy.safetensors", "half");
  test::write(path_ / "best.tmp-77", "st");
  CheckpointFolder resumed(path_);
  resumed.open_for_writing(1);
  EXPECT_THAT(names_in(path_), ElementsAre("best", "step-000000000001"));
  EXPECT_EQ(resumed.best_merit(), (Merit{0, 5}));
}

// Killed between files: the temporary folder has some of them, under a name no loader looks at.
TEST_F(CheckpointFolderTest, AnUnfinishedWriterLeavesThePreviousUsable) {
  folder_.save(checkpoint_at(1));
  const fs::path unfinished = path_ / "step-000000000002.tmp-77";
  fs::create_directories(unfinished);
  EXPECT_EQ(folder_.load_last(no_warning()).step, 1);
  for (const char* file : {"policy.safetensors", "training.safetensors", "manifest.json"}) {
    fs::copy(path_ / "step-000000000001" / file, unfinished / file);
    EXPECT_EQ(folder_.load_last(no_warning()).step, 1) << file;
  }
}

TEST_F(CheckpointFolderTest, ADamagedOneFallsBackToThePreviousWithAWarning) {
  const auto damaged = [&](const char* file, const auto& damage) {
    SCOPED_TRACE(file);
    const test::TemporaryDirectory elsewhere;
    CheckpointFolder folder(elsewhere.path());
    folder.open_for_writing(0);
    folder.save(checkpoint_at(1));
    folder.save(checkpoint_at(2));
    damage(elsewhere.path() / "step-000000000002" / file);
    std::vector<std::string> warnings;
    const auto loaded = folder.load_last([&](const std::string& w) { warnings.push_back(w); });
    EXPECT_EQ(loaded.step, 1);
    expect_consistent(loaded);
    EXPECT_THAT(warnings,
                ElementsAre(testing::AllOf(HasSubstr(file), HasSubstr("step-000000000001"))));
  };
  const auto truncate = [](const fs::path& path) {
    fs::resize_file(path, fs::file_size(path) / 2);
  };
  const auto remove = [](const fs::path& path) { fs::remove(path); };
  const auto flip = [](const fs::path& path) {
    std::string text = test::contents(path);
    text[text.size() - 3] = static_cast<char>(text[text.size() - 3] ^ 1);
    test::write(path, text);
  };
  const auto empty = [](const fs::path& path) { test::write(path, ""); };
  for (const char* file : {"policy.safetensors", "training.safetensors", "manifest.json"}) {
    damaged(file, truncate);
    damaged(file, remove);
    damaged(file, empty);
  }
  damaged("policy.safetensors", flip);
  damaged("training.safetensors", flip);
}

TEST_F(CheckpointFolderTest, ForeignManifestsAreOneSentence) {
  folder_.save(checkpoint_at(1));
  const fs::path manifest = path_ / "step-000000000001" / "manifest.json";
  const std::string good = test::contents(manifest);
  const auto refused = [&](const std::string& text, const std::string& why) {
    SCOPED_TRACE(text);
    test::write(manifest, text);
    expect_error([&] { (void)folder_.load_last(no_warning()); }, {path_.string(), why});
  };
  refused("{}", "'format'");
  refused("[1]", "not the manifest");
  refused("\x80\x04", "not the manifest");
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  refused(replaced("\"format\": 2", "\"format\": 3"), "format 3");
  refused(replaced("\"step\": 1", "\"step\": -1"), "'step'");
  refused(replaced("\"step\": 1", "\"step\": 3"), "holds step 3");
  refused(replaced("\"size\": ", "\"size\": 1"), "damaged");
  refused(replaced("\"seconds\": 1.5", "\"seconds\": \"long\""), "'seconds'");
  refused(replaced("\"files\"", "\"flies\""), "'files'");
}

// The sum fits, so only the strict reader stands between a foreign file and the agent.
TEST_F(CheckpointFolderTest, MutatedManifestsNeverCrash) {
  folder_.save(checkpoint_at(1));
  const fs::path manifest = path_ / "step-000000000001" / "manifest.json";
  const std::string good = test::contents(manifest);
  const std::uint64_t seed = 11;
  SCOPED_TRACE(seed);
  Rng rng(seed);
  int refused = 0;
  for (int i = 0; i < 500; ++i) {
    std::string text = good;
    const auto at = rng.below(static_cast<std::uint32_t>(text.size()));
    if (i % 2 == 0) {
      text.resize(at);
    } else {
      text[at] = static_cast<char>(rng());
    }
    test::write(manifest, text);
    try {
      (void)folder_.load_last([](const std::string&) {});
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 250);
}

TEST_F(CheckpointFolderTest, AnEmptyFolderIsOneSentence) {
  expect_error([&] { (void)folder_.load_last(no_warning()); }, {"no checkpoint", path_.string()});
  const CheckpointFolder missing(directory_.path() / "missing");
  expect_error([&] { (void)missing.load_last(no_warning()); }, {"no checkpoint", "missing"});
}

TEST_F(CheckpointFolderTest, AFolderThatCannotBeMade) {
  test::write(directory_.path() / "file", "");
  CheckpointFolder folder(directory_.path() / "file" / "checkpoint");
  expect_error([&] { folder.open_for_writing(0); }, {"cannot make", "file/checkpoint"});
}

// A writer is killed at random instants; whatever is there afterwards is whole, and never older
// than a checkpoint that was already announced as written.
TEST_F(CheckpointFolderTest, KilledWritersLeaveAWholeOne) {
  const std::uint64_t seed = 3;
  SCOPED_TRACE(seed);
  Rng rng(seed);
  std::int64_t step = 1;
  const auto start = std::chrono::steady_clock::now();
  folder_.save(checkpoint_at(step, 0.0, 20'000));
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  for (int round = 0; round < 25; ++round) {
    int announce[2];
    ASSERT_EQ(::pipe(announce), 0);
    const pid_t writer = ::fork();
    if (writer == 0) {
      CheckpointFolder folder(path_);
      folder.open_for_writing(step);
      for (std::int64_t next = step + 1;; ++next) {
        folder.save(checkpoint_at(next, static_cast<double>(next % 7), 20'000));
        if (::write(announce[1], &next, sizeof next) < 0) ::_exit(1);
      }
    }
    ::close(announce[1]);
    std::this_thread::sleep_for(
        std::chrono::duration<double, std::micro>(rng.uniform(0, 6 * took.count())));
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    std::int64_t announced = step;
    while (::read(announce[0], &announced, sizeof announced) == sizeof announced) {
    }
    ::close(announce[0]);
    const Checkpoint loaded = folder_.load_last(no_warning());
    expect_consistent(loaded);
    EXPECT_GE(loaded.step, announced);
    EXPECT_LE(loaded.step, announced + 1);
    step = loaded.step;
  }
  EXPECT_GT(step, 1);
}

}  // namespace
}  // namespace saddle
