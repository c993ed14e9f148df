// SPDX-License-Identifier: Apache-2.0
// Running moments against two-pass sums; the normaliser's freeze.
#include <saddle/agents/normalizer.h>

#include <gtest/gtest.h>

namespace saddle {
namespace {

using Floats = std::vector<float>;

TEST(RunningMoments, PiecesGiveTheMomentsOfTheWhole) {
  RunningMoments moments(2);
  moments.merge(Floats{1, 10, 2, 10});
  moments.merge(Floats{});
  moments.merge(Floats{6, 10});
  // 1, 2, 6: mean 3, variance (4 + 1 + 9) / 3.
  EXPECT_DOUBLE_EQ(moments.mean()[0], 3);
  EXPECT_DOUBLE_EQ(moments.variance()[0], 14.0 / 3);
  EXPECT_DOUBLE_EQ(moments.mean()[1], 10);
  EXPECT_NEAR(moments.variance()[1], 0, 1e-12);
  EXPECT_DOUBLE_EQ(moments.count(), 3);
}

TEST(Normalizer, ScalesClipsAndLeavesConstantsAlone) {
  Normalizer normalizer(2);
  Floats out(2);
  normalizer.apply(Floats{3, -4}, out);
  EXPECT_EQ(out, (Floats{3, -4}));
  normalizer.merge(Floats{-2, 5, 2, 5});  // variance 4, and 0
  normalizer.apply(Floats{4, 6}, out);
  EXPECT_EQ(out, (Floats{2, 1}));
  normalizer.apply(Floats{1000, 5}, out);
  EXPECT_EQ(out, (Floats{Normalizer::kClip, 0}));
}

TEST(Normalizer, OneThatIsNotEnabledPassesOnWhatItGets) {
  Normalizer normalizer(2, false);
  normalizer.merge(Floats{-2, 5, 2, 5});
  Floats out(2);
  normalizer.apply(Floats{1000, -0.25f}, out);
  EXPECT_EQ(out, (Floats{1000, -0.25f}));
}

TEST(Normalizer, ApplyingChangesNothing) {
  Normalizer normalizer(1);
  normalizer.merge(Floats{1, 2, 3});
  Archive before, after;
  normalizer.state(before);
  Floats out(3);
  for (int i = 0; i < 100; ++i) normalizer.apply(Floats{100, 200, 300}, out);
  normalizer.state(after);
  for (const auto& [name, entry] : before.entries()) {
    EXPECT_EQ(entry.bytes, after.entries().at(name).bytes) << name;
  }
}

}  // namespace
}  // namespace saddle
