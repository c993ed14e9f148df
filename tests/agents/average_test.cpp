// SPDX-License-Identifier: Apache-2.0
// The mean of the policies at the end of a run: by hand, in acting, and resumed.
#include <cstring>

#include <gtest/gtest.h>

#include <saddle/agents/on_policy.h>
#include <saddle/agents/ppo.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/session.h"
#include "tests/support/teams.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

/// Two agents with policies of their own, in a run of six updates.
struct AverageSession {
  static constexpr int kWorlds = 20, kSteps = 5, kUpdates = 6;

  explicit AverageSession(double share, int worlds = kWorlds)
      : agent({environment.spec(), worlds, {1, 3}, 11}, options(share), make_fused_mlp,
              testing::update<PpoUpdate>(),
              std::make_unique<Lagrangian>(2, Lagrangian::Options{})) {}

  static OnPolicyOptions options(double share) {
    OnPolicyOptions options = testing::small_team(testing::multi("own", "separate", "mean"));
    options.rollout.steps = kSteps;
    options.policy.average = share;
    return options;
  }

  /// Stops after so many updates.
  void train(int updates, int threads = 1) {
    WorkerPool pool(threads);
    saddle::train(run, std::int64_t{kUpdates} * kSteps * kWorlds, pool,
                  [&](std::int64_t, const Metrics&) { return --updates > 0; });
  }

  Archive::Entries policy() {
    Archive archive;
    agent.policy(archive);
    return archive.entries();
  }

  /// What it does where all see the same.
  std::vector<float> action() {
    std::vector<float> observation(4, 0.5f), action(2);
    agent.act(observation, {}, action, nullptr);
    return action;
  }

  VectorEnvironment environment{testing::make_walk, kWorlds, 11};
  OnPolicyAgent agent;
  TrainingRun run{environment, agent};
};

std::vector<float> numbers(const Archive::Entries& entries, const std::string& name) {
  const std::vector<std::byte>& bytes = entries.at(name).bytes;
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

TEST(PolicyAverage, IsTheMeanOfWhatTrainingWentThrough) {
  AverageSession half(0.5), plain(0);
  std::vector<Archive::Entries> last;
  for (int i = 1; i <= AverageSession::kUpdates; ++i) {
    half.train(1);
    plain.train(1);
    if (i >= AverageSession::kUpdates / 2) last.push_back(plain.policy());
    // Until half of the run is over it is the policy itself.
    if (i <= AverageSession::kUpdates / 2) testing::expect_same(half.policy(), plain.policy());
  }
  ASSERT_EQ(last.size(), 4u);
  const Archive::Entries everything = testing::everything(half.run), mean = half.policy();
  for (const char* block : {"0/0.weight", "1/log_std"}) {
    const std::string name = concat("policy/", block);
    const std::vector<float> averaged = numbers(mean, name);
    for (std::size_t i = 0; i < averaged.size(); ++i) {
      double sum = 0;
      for (const Archive::Entries& policy : last) sum += numbers(policy, name)[i];
      EXPECT_NEAR(averaged[i], sum / 4, 1e-6) << name;
    }
    // Averaging has no part in learning.
    EXPECT_EQ(numbers(everything, concat("agent/trained/", block)), numbers(last.back(), name));
    EXPECT_NE(averaged, numbers(last.back(), name));
  }
}

TEST(PolicyAverage, ActsOutsideTraining) {
  AverageSession averaged(1), plain(0), again(0, 0);
  averaged.train(AverageSession::kUpdates);
  plain.train(AverageSession::kUpdates);
  EXPECT_NE(averaged.action(), plain.action());
  Archive loading(averaged.policy());
  again.agent.policy(loading);
  EXPECT_EQ(again.action(), averaged.action());
}

TEST(PolicyAverage, ResumesToTheSameBits) {
  for (const int stop : {2, 4}) {  // before it begins, and after
    AverageSession straight(0.5), first(0.5), second(0.5);
    straight.train(AverageSession::kUpdates, 3);
    first.train(stop);
    Archive loading(testing::everything(first.run));
    second.agent.policy(loading);
    second.run.state(loading);
    second.train(AverageSession::kUpdates, 2);
    testing::expect_same(testing::everything(straight.run), testing::everything(second.run));
  }
}

}  // namespace
}  // namespace saddle
