// SPDX-License-Identifier: Apache-2.0
// The two loops: bookkeeping, threads, resuming.
#include <saddle/agents/train.h>

#include <gtest/gtest.h>

#include <saddle/agents/on_policy.h>
#include <saddle/agents/ppo.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/bandit.h"
#include "tests/support/linear_network.h"
#include "tests/support/session.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

using testing::expect_same;

using testing::make_walk;
using testing::Walk;

std::unique_ptr<OnPolicyAgent> make_agent(const EnvironmentSpec& spec, int worlds) {
  OnPolicyOptions options;
  options.rollout.steps = 20;  // pieces of 16 and 4
  options.network.hidden = {8};
  options.critic.minibatch = 150;  // more than one part that threads share
  PpoOptions ppo;
  ppo.minibatch = 150;
  const PolicyUpdateFactory update = [ppo](Policy& policy, Rng rng) {
    return std::make_unique<PpoUpdate>(policy, ppo, rng);
  };
  return std::make_unique<OnPolicyAgent>(AgentContext{spec, worlds, {1, 3}, 11}, options,
                                         make_fused_mlp, update,
                                         std::make_unique<Lagrangian>(2, Lagrangian::Options{}));
}

struct TrainSession {
  VectorEnvironment environment{make_walk, 37, 11};  // blocks of 16, 16 and 5
  std::unique_ptr<OnPolicyAgent> agent = make_agent(environment.spec(), 37);
  TrainingRun run{environment, *agent};
  std::vector<Metrics> history;

  void train(std::int64_t until, int threads) {
    WorkerPool pool(threads);
    saddle::train(run, until, pool, [this](std::int64_t, const Metrics& metrics) {
      history.push_back(metrics);
      return true;
    });
  }

  Archive::Entries everything() { return testing::everything(run); }
};

constexpr std::int64_t kUpdate = 20 * 37;

TEST(Train, DoesNotDependOnTheNumberOfThreads) {
  TrainSession one;
  one.train(4 * kUpdate, 1);
  EXPECT_EQ(one.run.steps, 4 * kUpdate);
  for (const int threads : {2, 3, 8}) {
    SCOPED_TRACE(threads);
    TrainSession more;
    more.train(4 * kUpdate, threads);
    expect_same(one.everything(), more.everything());
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(one.history[i].values(), more.history[i].values());
    }
  }
}

TEST(Train, ResumesToTheSameBits) {
  TrainSession straight, first, second;
  straight.train(6 * kUpdate, 2);
  first.train(3 * kUpdate, 1);
  Archive loading(first.everything());
  second.agent->policy(loading);
  second.run.state(loading);
  EXPECT_EQ(second.run.steps, 3 * kUpdate);
  second.train(6 * kUpdate, 2);
  expect_same(straight.everything(), second.everything());
}

TEST(Train, ReportsEveryConstraintAndStopsWhenTold) {
  TrainSession session;
  WorkerPool pool(1);
  int updates = 0;
  train(session.run, 100 * kUpdate, pool, [&](std::int64_t steps, const Metrics& metrics) {
    std::vector<std::string> names;
    for (const auto& [name, value] : metrics.values()) {
      names.push_back(name);
      EXPECT_TRUE(std::isfinite(value)) << name;
    }
    for (const char* name : {"return", "length", "episodes", "cost/left", "limit/effort",
                             "multiplier/left", "multiplier/effort", "policy/kl"}) {
      EXPECT_NE(std::ranges::find(names, name), names.end()) << name;
    }
    EXPECT_EQ(steps, ++updates * kUpdate);
    return updates < 3;
  });
  EXPECT_EQ(updates, 3);
}

TEST(Evaluate, MoreEpisodesOnlyAddToTheList) {
  const Walk world;
  const auto agent = make_agent(world.spec(), 0);
  WorkerPool one(1), two(2);
  for (const bool stochastic : {false, true}) {
    const auto few = evaluate(make_walk, *agent, 5, 3, stochastic, one);
    const auto many = evaluate(make_walk, *agent, 40, 3, stochastic, two);
    ASSERT_EQ(few.size(), 5u);
    ASSERT_EQ(many.size(), 40u);
    for (std::size_t i = 0; i < few.size(); ++i) {
      EXPECT_EQ(few[i].reward, many[i].reward);
      EXPECT_EQ(few[i].cost, many[i].cost);
      EXPECT_EQ(few[i].length, many[i].length);
      EXPECT_GE(few[i].length, 1);
      EXPECT_LE(few[i].length, 7);
    }
  }
}

TEST(Evaluate, LeavesTheAgentAsItIs) {
  TrainSession session;
  session.train(kUpdate, 1);
  const Archive::Entries before = session.everything();
  WorkerPool pool(1);
  (void)evaluate(make_walk, *session.agent, 5, 3, true, pool);
  expect_same(before, session.everything());
}

TEST(Evaluate, CountsEveryStepOfTheEpisodeOnce) {
  const auto make = [] { return std::make_unique<testing::Bandit>(); };
  OnPolicyOptions options;
  options.network.hidden.clear();
  const PolicyUpdateFactory update = [](Policy& policy, Rng rng) {
    return std::make_unique<PpoUpdate>(policy, PpoOptions{}, rng);
  };
  const OnPolicyAgent agent({testing::Bandit().spec(), 0, {6}, 0}, options,
                            testing::make_linear_network, update,
                            std::make_unique<Lagrangian>(1, Lagrangian::Options{}));
  WorkerPool pool(1);
  for (const Episode& episode : evaluate(make, agent, 20, 0, true, pool)) {
    EXPECT_EQ(episode.length, testing::Bandit::kHorizon);
    // Every step pays ½ + ½ cost.
    EXPECT_DOUBLE_EQ(episode.team_return(), 10 + 0.5 * episode.team_cost(0));
  }
}

}  // namespace
}  // namespace saddle
