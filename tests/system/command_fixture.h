// SPDX-License-Identifier: Apache-2.0
// Runs the built command in a directory of its own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/temporary_directory.h"
#include "tests/system/process.h"

namespace saddle::test {

class CommandTest : public testing::Test {
 protected:
  using Words = std::vector<std::string>;

  Finished saddle(const Words& arguments) {
    return Process(SADDLE_COMMAND, arguments, here()).wait();
  }

  /// The command with worlds that fail: "nan 500".
  Finished faulty_saddle(const std::string& fault, const Words& arguments) {
    return Process(SADDLE_FAULTY_COMMAND, arguments, here(), {{"SADDLE_TEST_FAULT", fault}}).wait();
  }

  /// `saddle train ENV` with small updates of 4 worlds × 50 steps, and more arguments.
  static Words train(const std::string& environment, const Words& more) {
    Words words = {"train", environment,        "--num-envs", "4",
                   "--set", "rollout.steps=50", "--set",      "network.hidden=8,8",
                   "--set", "ppo.epochs=2",     "--set",      "checkpoint_every=1"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  Finished train_well(const std::string& environment, const Words& more) {
    const Finished run = saddle(train(environment, more));
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return run;
  }

  /// Expects exit code 2 and one sentence on standard error with these words, nothing else.
  static void expect_refused(const Finished& run, const Words& words) {
    EXPECT_EQ(run.exit_code, 2) << run.err;
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, testing::StartsWith("saddle: "));
    EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
    for (const std::string& word : words) EXPECT_THAT(run.err, testing::HasSubstr(word));
  }

  [[nodiscard]] const std::filesystem::path& here() const { return directory_.path(); }
  [[nodiscard]] std::string text(const std::filesystem::path& path) const {
    return contents(here() / path);
  }

  /// Names of the checkpoints of a run, in order.
  [[nodiscard]] Words checkpoints(const std::string& run) const {
    Words names;
    std::error_code none;
    for (const auto& entry :
         std::filesystem::directory_iterator(here() / run / "checkpoint", none)) {
      const std::string name = entry.path().filename();
      if (name.starts_with("step-") && name.find('.') == std::string::npos) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
  }

  [[nodiscard]] std::filesystem::path last_checkpoint(const std::string& run) const {
    const Words names = checkpoints(run);
    EXPECT_FALSE(names.empty()) << run;
    return std::filesystem::path(run) / "checkpoint" / (names.empty() ? "" : names.back());
  }

  /// Expects that two runs ended in the same place, to the bit.
  void expect_same_end(const std::string& a, const std::string& b) const {
    const auto last_a = last_checkpoint(a), last_b = last_checkpoint(b);
    EXPECT_EQ(last_a.filename(), last_b.filename());
    for (const char* file : {"policy.safetensors", "training.safetensors"}) {
      EXPECT_FALSE(text(last_a / file).empty());
      EXPECT_TRUE(text(last_a / file) == text(last_b / file)) << file << " differs";
    }
    EXPECT_EQ(timeless_metrics(a), timeless_metrics(b));
  }

  /// metrics.csv without its last two columns, which hold times.
  [[nodiscard]] std::string timeless_metrics(const std::string& run) const {
    std::istringstream table(text(std::filesystem::path(run) / "metrics.csv"));
    std::string kept;
    for (std::string line; std::getline(table, line);) {
      for (int column = 0; column < 2; ++column) line.resize(line.rfind(','));
      kept += line + "\n";
    }
    return kept;
  }

 private:
  TemporaryDirectory directory_;
};

}  // namespace saddle::test
