// SPDX-License-Identifier: Apache-2.0
// Tasks shared out among threads.
#include <atomic>
#include <numeric>
#include <stdexcept>
#include <thread>
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

TEST_P(Pools, RunEachLineInItsOrder) {
  WorkerPool pool(GetParam());
  for (const int lines : {0, 1, 2, 5}) {
    constexpr int kLength = 20;
    std::vector<std::vector<int>> seen(static_cast<std::size_t>(lines));
    pool.run_lines(lines, kLength,
                   [&](int line, int i) { seen[static_cast<std::size_t>(line)].push_back(i); });
    std::vector<int> expected(kLength);
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_THAT(seen, Each(expected));
  }
}

TEST_P(Pools, EndALineThatFailsAndHandOnTheFailureOfTheLowest) {
  WorkerPool pool(GetParam());
  std::atomic<int> done = 0;
  const auto run = [&] {
    pool.run_lines(4, 10, [&](int line, int i) {
      ++done;
      if (line == 2 || (line == 1 && i == 8)) {
        throw std::runtime_error("line " + std::to_string(line));
      }
    });
  };
  EXPECT_THAT(run, ThrowsMessage<std::runtime_error>("line 1"));
  EXPECT_EQ(done, 10 + 9 + 1 + 10);
}

TEST(WorkerPool, GivesALineAwayWhenAThreadIsThroughWithItsOwn) {
  // Task 1 of line 0 waits for line 2 to end, which is at first of the same thread.
  WorkerPool pool(2);
  std::atomic<bool> ended = false;
  pool.run_lines(3, 3, [&](int line, int i) {
    if (line == 2 && i == 2) ended = true;
    while (line == 0 && i == 1 && !ended) std::this_thread::yield();
  });
  EXPECT_TRUE(ended);
}

TEST_P(Pools, ShareThePartsOfTasks) {
  WorkerPool pool(GetParam());
  constexpr int kTasks = 3, kRounds = 200;
  // Each round's parts read what the last round's wrote, whoever ran them.
  std::vector<std::vector<int>> sums(kTasks, std::vector<int>(5, 0));
  pool.run(kTasks, [&](int task) {
    std::vector<int>& own = sums[static_cast<std::size_t>(task)];
    for (int round = 0; round < kRounds; ++round) {
      const int total = std::accumulate(own.begin(), own.end(), 0);
      const auto count = static_cast<int>(own.size()) - round % 2;
      share(count, [&](int part) { own[static_cast<std::size_t>(part)] = (total + part) % 1000; });
    }
  });
  std::vector<int> expected(5, 0);
  for (int round = 0; round < kRounds; ++round) {
    const int total = std::accumulate(expected.begin(), expected.end(), 0);
    for (int part = 0; part < 5 - round % 2; ++part) {
      expected[static_cast<std::size_t>(part)] = (total + part) % 1000;
    }
  }
  EXPECT_THAT(sums, Each(expected));
}

TEST(WorkerPool, HelpsATaskWhenThereAreNoOthers) {
  // Each part waits for the other, so that one thread alone would never end.
  WorkerPool pool(2);
  std::atomic<int> here = 0;
  pool.run(1, [&](int) {
    share(2, [&](int) {
      ++here;
      while (here < 2) std::this_thread::yield();
    });
  });
  EXPECT_EQ(here, 2);
}

TEST(WorkerPool, SharesOutsideOfTasksAndWithinPartsWithNobody) {
  std::vector<int> order;
  share(3, [&](int part) { order.push_back(part); });
  WorkerPool pool(3);
  std::vector<std::vector<int>> within(4);
  pool.run(1, [&](int) {
    share(4, [&](int part) {
      share(3, [&](int inner) { within[static_cast<std::size_t>(part)].push_back(inner); });
    });
  });
  EXPECT_EQ(order, (std::vector{0, 1, 2}));
  EXPECT_THAT(within, Each(order));
}

TEST(WorkerPool, NeedsAThread) { EXPECT_THROW(WorkerPool(0), std::logic_error); }

}  // namespace
}  // namespace saddle
