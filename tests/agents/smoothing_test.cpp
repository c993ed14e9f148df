// SPDX-License-Identifier: Apache-2.0
// Policies that are held near a centre: the pull by hand, in every kind of step, and resuming.
#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include <saddle/agents/off_policy/off_policy.h>
#include <saddle/agents/surrogate_problem.h>
#include <saddle/envs/classic/pendulum.h>
#include <saddle/optim/constraint/slm.h>

#include "tests/support/bandit_training.h"
#include "tests/support/session.h"
#include "tests/support/teams.h"

namespace saddle {
namespace {

ParameterArena arena_of(const std::vector<float>& values) {
  ParameterArena arena;
  arena.add("x", {static_cast<std::int64_t>(values.size())});
  std::ranges::copy(values, arena.values().begin());
  return arena;
}

TEST(Smoothing, PullsToACentreThatFollows) {
  ParameterArena arena = arena_of({1, -2});
  Smoothing smoothing({.smoothing = 3, .centering = 0.25}, arena);
  arena.values()[0] = 2;
  arena.gradient()[0] = 10;
  smoothing.pull(arena);
  EXPECT_FLOAT_EQ(arena.gradient()[0], 10 + 3 * (2 - 1));
  EXPECT_FLOAT_EQ(arena.gradient()[1], 0);
  EXPECT_DOUBLE_EQ(smoothing.loss(arena.values()), 1.5);
  smoothing.follow(arena.values());  // to 1.25
  smoothing.pull(arena);
  EXPECT_FLOAT_EQ(arena.gradient()[0], 13 + 3 * (2 - 1.25f));
  EXPECT_DOUBLE_EQ(smoothing.loss(arena.values()), 1.5 * 0.75 * 0.75);
}

TEST(Smoothing, OfWeightZeroKeepsAndDoesNothing) {
  ParameterArena arena = arena_of({1});
  Smoothing none({}, arena);
  arena.values()[0] = 5;
  none.pull(arena);
  EXPECT_EQ(arena.gradient()[0], 0);
  EXPECT_EQ(none.loss(arena.values()), 0);
  Archive archive;
  none.state(archive);
  EXPECT_TRUE(archive.entries().empty());
}

NetworkOptions without_hidden_layers() {
  NetworkOptions options;
  options.hidden.clear();
  return options;
}

/// A policy of one state and two actions, a batch of 8 in which one is as good as the other, and a
/// centre from which the policy has been moved by ½ in every parameter.
struct Displaced {
  Rng rng{3};
  Policy policy{testing::Bandit().spec(), without_hidden_layers(), make_fused_mlp, rng};
  Smoothing smoothing{{.smoothing = 2}, policy.arena()};
  std::vector<float> centre{std::as_const(policy).arena().values().begin(),
                            std::as_const(policy).arena().values().end()};
  AlignedFloats observation = AlignedFloats(8, 1), head = AlignedFloats(16),
                advantage = AlignedFloats(8, 1), action, log_probability;

  Displaced() {
    for (float& value : policy.arena().values()) value += 0.5f;
    policy.network().forward(observation, head);
    ActionDensity pi;
    pi.of(policy.distribution(), {});
    for (std::size_t i = 0; i < 8; ++i) {
      action.push_back(static_cast<float>(i % 2));
      log_probability.push_back(
          static_cast<float>(pi.at(std::span<const float>(head).subspan(2 * i, 2))
                                 .log_probability(std::span(action).last(1))));
    }
  }

  [[nodiscard]] PolicyBatch batch() const {
    PolicyBatch all{observation, action, head, {}, log_probability, advantage, {}, {}, {}};
    all.smoothing = &smoothing;
    return all;
  }
};

TEST(Smoothing, IsAllThatMovesEpochsWhereNoActionIsBetter) {
  Displaced it;
  PpoOptions options;
  options.learning_rate = 0.01;
  options.epochs = 1;
  PpoUpdate update(it.policy, options, Rng(1));
  Metrics metrics;
  update.apply(it.policy, it.batch(), metrics);
  // Adam's first step is the learning rate in each parameter.
  const auto now = std::as_const(it.policy).arena().values();
  for (std::size_t i = 0; i < now.size(); ++i) EXPECT_NEAR(now[i], it.centre[i] + 0.49, 1e-5);
}

TEST(Smoothing, IsPartOfWhatTrustRegionsMinimise) {
  Displaced it;
  const PolicyBatch batch = it.batch();
  SurrogateProblem problem(it.policy, batch, {1, Eigen::VectorXd()}, 0, 100);
  const Eigen::VectorXd start = problem.start(), gradient = problem.gradient();
  const auto n = start.size();
  EXPECT_NEAR(problem.values(start).objective, static_cast<double>(n) * 0.25, 1e-5);
  for (Eigen::Index i = 0; i < n; ++i) {
    EXPECT_NEAR(gradient[i], 2 * 0.5, 1e-4);
    const Eigen::VectorXd step = 1e-2 * Eigen::VectorXd::Unit(n, i);
    const double up = problem.values(start + step).objective;
    const double down = problem.values(start - step).objective;
    EXPECT_NEAR((up - down) / 2e-2, gradient[i], 1e-3);
  }
}

OnPolicyOptions smoothed(double weight) {
  OnPolicyOptions options = testing::bandit_options();
  options.policy.smoothing.smoothing = weight;
  return options;
}

TEST(Smoothing, KeepsTheBanditAtItsLimitInEveryUpdate) {
  for (const testing::NamedUpdate& update : testing::all_updates()) {
    SCOPED_TRACE(update.name);
    EXPECT_NEAR(testing::train_bandit(update, smoothed(0.1), {6}), 6, 0.8);
  }
}

/// An agent on the bandit after some updates.
Archive::Entries trained(double weight, int updates, const Archive::Entries& from = {}) {
  VectorEnvironment environment([] { return std::make_unique<testing::Bandit>(); }, 4, 1);
  OnPolicyAgent agent({environment.spec(), 4, {6}, 1}, smoothed(weight), make_fused_mlp,
                      testing::update<PpoUpdate>(), std::make_unique<Slm>(1, Slm::Options{}));
  TrainingRun run{environment, agent};
  if (!from.empty()) {
    Archive loading(from);
    agent.policy(loading);
    run.state(loading);
  }
  testing::train(run, run.steps + std::int64_t{updates} * 160, 1);
  return testing::everything(run);
}

TEST(Smoothing, ResumesToTheSameBits) {
  testing::expect_same(trained(0.3, 4), trained(0.3, 2, trained(0.3, 2)));
}

/// How far an off-policy agent's policy is from where it began, after 60 gradient steps.
double distance_of(double weight) {
  OffPolicyOptions options;
  options.replay.start = 0;
  options.replay.batch = 16;
  options.rollout.steps = 30;
  options.network.hidden = {8};
  options.policy = {.smoothing = weight, .centering = 0.001};
  VectorEnvironment environment([] { return std::make_unique<Pendulum>(); }, 2, 1);
  const int constraints = environment.spec().constraint_count();
  const std::vector<double> limits(static_cast<std::size_t>(constraints), 25);
  OffPolicyAgent agent({environment.spec(), 2, limits, 1}, options, SacOptions{}.settings(),
                       make_fused_mlp, std::make_unique<Slm>(constraints, Slm::Options{}));
  TrainingRun run{environment, agent};
  const auto policy = [&] {
    Archive archive;
    agent.policy(archive);
    std::vector<float> all;
    for (const auto& [name, entry] : archive.entries()) {
      if (!name.starts_with("policy/")) continue;
      const std::size_t count = entry.bytes.size() / sizeof(float);
      all.resize(all.size() + count);
      std::memcpy(all.data() + all.size() - count, entry.bytes.data(), entry.bytes.size());
    }
    return all;
  };
  const std::vector<float> before = policy();
  testing::train(run, 60, 1);
  const std::vector<float> after = policy();
  double squares = 0;
  for (std::size_t i = 0; i < after.size(); ++i) squares += std::pow(after[i] - before[i], 2);
  return std::sqrt(squares);
}

TEST(Smoothing, HoldsPoliciesOfOffPolicyAgents) {
  EXPECT_LT(distance_of(1000), 0.3 * distance_of(0));
}

}  // namespace
}  // namespace saddle
