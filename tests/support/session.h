// SPDX-License-Identifier: Apache-2.0
// Training runs, and whether two are the same to the bit.
#pragma once

#include <cmath>

#include <gtest/gtest.h>

#include <saddle/agents/train.h>

namespace saddle::testing {

/// All that a run is made of, its agent's policy included.
[[nodiscard]] inline Archive::Entries everything(TrainingRun& run) {
  Archive archive;
  run.agent.policy(archive);
  run.state(archive);
  return archive.entries();
}

/// Trains, and expects every metric to be finite.
inline void train(TrainingRun& run, std::int64_t until, int threads) {
  WorkerPool pool(threads);
  saddle::train(run, until, pool, [](std::int64_t, const Metrics& metrics) {
    for (const auto& [name, number] : metrics.values()) EXPECT_TRUE(std::isfinite(number)) << name;
    return true;
  });
}

inline void expect_same(const Archive::Entries& a, const Archive::Entries& b) {
  ASSERT_EQ(a.size(), b.size());
  for (const auto& [name, entry] : a) EXPECT_EQ(entry.bytes, b.at(name).bytes) << name;
}

}  // namespace saddle::testing
