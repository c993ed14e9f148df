// SPDX-License-Identifier: Apache-2.0
// When a run writes what.
#include <saddle/apps/run_record.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/apps/fake_registries.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

using testing::ElementsAre;

/// A run of a world with two limits of 25 and a checkpoint every third update, fed by hand.
class RunRecordTest : public testing::Test {
 protected:
  RunRecordTest() { start(); }

  void start() {
    record_.emplace(RunPaths{directory_.path()}, config_, step_, 0, [this] {
      Checkpoint checkpoint;
      checkpoint.step = step_;
      checkpoint.merit = merit_of(report_of(last_, config_.spec(), {25, 25}));
      return checkpoint;
    });
  }

  void update(double result, double cost) {
    step_ += 10;
    last_ = Metrics();
    last_.set("return", result);
    last_.set("episodes", 1);
    last_.set("cost/hazards", cost);
    last_.set("cost/speed", 0);
    record_->update(step_, last_);
  }

  [[nodiscard]] std::vector<std::string> checkpoints() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
      names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
  }
  [[nodiscard]] std::filesystem::path folder() const { return directory_.path() / "checkpoint"; }

  test::TemporaryDirectory directory_;
  Registries registries_ = test::registries();
  RunConfig config_{
      registries_, {{"environment", "World-v0"}, {"checkpoint_every", std::int64_t{3}}}, {}};
  std::int64_t step_ = 0;
  Metrics last_;
  std::optional<RunRecord> record_;
};

TEST_F(RunRecordTest, EveryThirdUpdateAndTheLast) {
  update(1, 30);
  update(2, 30);
  EXPECT_THAT(checkpoints(), ElementsAre());
  update(3, 30);
  EXPECT_THAT(checkpoints(), ElementsAre("best", "step-000000000030"));
  record_->finish();
  EXPECT_THAT(checkpoints(), ElementsAre("best", "step-000000000030"));
  update(4, 30);
  record_->finish();
  EXPECT_THAT(checkpoints(), ElementsAre("best", "step-000000000030", "step-000000000040"));
}

TEST_F(RunRecordTest, TheBestBetweenCheckpointsIsWrittenWithTheNext) {
  update(5, 25);
  update(9, 26);  // better, but over its limit
  EXPECT_THAT(checkpoints(), ElementsAre());
  update(4, 0);
  EXPECT_THAT(checkpoints(), ElementsAre("best", "step-000000000010", "step-000000000030"));
  EXPECT_EQ(test::contents(folder() / "best"), "step-000000000010\n");
  update(6, 0);
  update(7, 0);
  update(8, 0);
  EXPECT_EQ(test::contents(folder() / "best"), "step-000000000060\n");
}

TEST_F(RunRecordTest, AResumedRunBeatsTheOldBestOnly) {
  update(5, 0);
  update(1, 0);
  update(1, 0);
  start();
  update(4, 0);
  update(1, 0);
  record_->finish();
  EXPECT_EQ(test::contents(folder() / "best"), "step-000000000010\n");
  update(5.5, 0);
  record_->finish();
  EXPECT_EQ(test::contents(folder() / "best"), "step-000000000060\n");
}

TEST_F(RunRecordTest, TimesAreTheLastColumns) {
  update(5, 0);
  const std::string table = test::contents(directory_.path() / "metrics.csv");
  EXPECT_THAT(table, testing::StartsWith("step,return,episodes,cost/hazards,cost/speed,seconds,"
                                         "steps_per_second\n10,5,1,0,0,"));
}

}  // namespace
}  // namespace saddle
