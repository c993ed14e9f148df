// SPDX-License-Identifier: Apache-2.0
// Tasks shared out among threads.
#include <atomic>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/envs/worker_pool.h>

namespace saddle {
namespace {

using ::testing::Each;
using ::testing::ThrowsMessage;

class Pools : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Threads, Pools, ::testing::Values(1, 2, 7));

TEST_P(Pools, RunEveryTaskOnceAndWaitForAll) {
  WorkerPool pool(GetParam());
  EXPECT_EQ(pool.threads(), GetParam());
  for (const int count : {0, 1, 2, 5, 100}) {
    for (int repeat = 0; repeat < 50; ++repeat) {
      std::vector<int> times(static_cast<std::size_t>(count), 0);
      pool.run(count, [&](int task) { ++times[static_cast<std::size_t>(task)]; });
      EXPECT_THAT(times, Each(1));
    }
  }
}

TEST_P(Pools, HandOnTheFailureOfTheLowestTask) {
  WorkerPool pool(GetParam());
  for (int repeat = 0; repeat < 20; ++repeat) {
    std::atomic<int> done = 0;
    const auto run = [&] {
      pool.run(40, [&](int task) {
        ++done;
        if (task == 7 || task == 30) throw std::runtime_error("task " + std::to_string(task));
      });
    };
    EXPECT_THAT(run, ThrowsMessage<std::runtime_error>("task 7"));
    EXPECT_EQ(done, 40);
  }
  int sum = 0;
  pool.run(1, [&](int) { ++sum; });
  EXPECT_EQ(sum, 1) << "a pool works on after a failure";
}

TEST(WorkerPool, NeedsAThread) { EXPECT_THROW(WorkerPool(0), std::logic_error); }

}  // namespace
}  // namespace saddle
