// SPDX-License-Identifier: Apache-2.0
// Names to things, and the name that was meant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/base/registry.h>

namespace saddle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("same", "same"), 0u);
  EXPECT_EQ(edit_distance("epsiodes", "episodes"), 1u);
  EXPECT_EQ(edit_distance("ca", "abc"), 3u);  // a swap, and no more of its letters
}

TEST(DidYouMean, SaysWhatThereIsRatherThanSomethingFarFetched) {
  EXPECT_EQ(did_you_mean("pop", {"pg", "ppo"}), "; did you mean 'ppo'?");
  EXPECT_EQ(did_you_mean("Pendulum", {"CartPole-v0", "Pendulum-v0"}),
            "; did you mean 'Pendulum-v0'?");
  EXPECT_EQ(did_you_mean("policy.average", {"world.drag", "ppo.entropy"}),
            "; there are 'world.drag' and 'ppo.entropy'");
  EXPECT_EQ(did_you_mean("crop", {"cpu"}), "; there is 'cpu'");
  EXPECT_EQ(did_you_mean("z", {"ab", "cd", "ef", "gh", "ij", "kl"}),
            "; there are 'ab', 'cd', 'ef', 'gh', 'ij' and 'kl'");
  EXPECT_EQ(did_you_mean("z", {"ab", "cd", "ef", "gh", "ij", "kl", "mn"}),
            "; there are 'ab', 'cd', 'ef', 'gh', 'ij' and 2 more");
  EXPECT_EQ(did_you_mean("ppo", {}), "");
}

TEST(DidYouMean, StaysInTheGroupWhereItCan) {
  EXPECT_EQ(did_you_mean("ppo.rate", {"cpo.rate", "ppo.rates"}), "; did you mean 'ppo.rates'?");
  EXPECT_EQ(did_you_mean("lagrangan.step", {"lagrangian.step", "pid.step"}),
            "; did you mean 'lagrangian.step'?");
  // A third of all letters, but all of those that say which of the group.
  EXPECT_EQ(did_you_mean("world.lid", {"hat", "world.arm"}), "; there is 'world.arm'");
}

TEST(Registry, FindsWhatWasAddedAndListsItSorted) {
  Registry<int> registry("number");
  registry.add("two", 2);
  registry.add("one", 1);
  EXPECT_EQ(registry.at("two"), 2);
  EXPECT_TRUE(registry.contains("one"));
  EXPECT_THAT(registry.names(), ElementsAre("one", "two"));
}

TEST(Registry, AnUnknownNameIsAnsweredWithTheNearest) {
  Registry<int> registry("world");
  EXPECT_THAT([&] { (void)registry.at("x"); }, ThrowsMessage<Error>("unknown world 'x'"));
  registry.add("PointGoal1-v0", 1);
  registry.add("Pendulum-v0", 2);
  EXPECT_THAT([&] { (void)registry.at("PointGoal-v0"); },
              ThrowsMessage<Error>("unknown world 'PointGoal-v0'; did you mean 'PointGoal1-v0'?"));
}

TEST(Registry, ANameIsGivenOnce) {
  Registry<int> registry("world");
  registry.add("a", 1);
  EXPECT_THAT([&] { registry.add("a", 2); }, ThrowsMessage<Error>(HasSubstr("twice")));
  EXPECT_EQ(registry.at("a"), 1);
}

}  // namespace
}  // namespace saddle
