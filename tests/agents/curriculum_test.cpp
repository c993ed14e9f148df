// SPDX-License-Identifier: Apache-2.0
// Limits over a run: by hand, as rules and worlds see them, and resumed.
#include <saddle/agents/curriculum.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/agents/on_policy.h>
#include <saddle/agents/ppo.h>
#include <saddle/agents/train.h>
#include <saddle/envs/wrapper/saute.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/ledger.h"
#include "tests/support/metrics.h"
#include "tests/support/session.h"
#include "tests/support/teams.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

using testing::expect_same;

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using testing::Ledger;

CurriculumOptions from(double start, double until) {
  CurriculumOptions options;
  options.start = start;
  options.until = until;
  return options;
}

TEST(Curriculum, ComesToTheLimitsInAStraightLine) {
  Curriculum down({4, 0, 10}, from(3, 0.5)), up({4, 0, 10}, from(0.5, 1));
  EXPECT_THAT(down.in_force(), ElementsAre(12, 0, 30));
  EXPECT_THAT(up.in_force(), ElementsAre(2, 0, 5));
  down.set_progress(0.25);
  up.set_progress(0.25);
  EXPECT_THAT(down.in_force(), ElementsAre(8, 0, 20));
  EXPECT_THAT(up.in_force(), ElementsAre(2.5, 0, 6.25));
  for (const double share : {0.5, 0.75, 1.0}) {
    down.set_progress(share);
    EXPECT_THAT(down.in_force(), ElementsAre(4, 0, 10));
  }
}

TEST(Curriculum, UnlessAskedForLeavesEveryBitOfALimit) {
  Curriculum none({0.1, 1.0 / 3}, {});
  for (const double share : {0.0, 0.1, 0.7}) {
    none.set_progress(share);
    EXPECT_THAT(none.in_force(), ElementsAre(0.1, 1.0 / 3));
  }
}

TEST(Curriculum, GainsCorrectTheLineByWhatCostsLeaveOfIt) {
  CurriculumOptions options = from(0.5, 1);
  options.proportional = 0.2;
  options.integral = 0.1;
  options.smoothing = 0.5;
  options.correction = 0.06;
  Curriculum limits({4, 0}, options);
  const std::vector<double> none = {0, 0}, high = {4, 0};
  limits.correct(none);  // e = ½ · ½, I = 0.025, and k_p e + I = 0.075 is more than may be
  EXPECT_THAT(limits.in_force(), ElementsAre(2, 0));
  limits.set_progress(0.2);
  EXPECT_THAT(limits.in_force(), ElementsAre(DoubleNear(4 * 0.66, 1e-12), 0));
  limits.correct(high);  // e = ½ (¼ + 0.6 − 1) = −0.075, I = 0.0175
  limits.set_progress(0.4);
  EXPECT_THAT(limits.in_force(), ElementsAre(DoubleNear(4 * 0.7025, 1e-12), 0));
  for (int i = 0; i < 9; ++i) limits.correct(none);
  limits.set_progress(1);
  EXPECT_THAT(limits.in_force(), ElementsAre(4, 0));  // never above the limit
  const std::vector<double> excessive = {40, 0};
  for (int i = 0; i < 99; ++i) limits.correct(excessive);
  limits.set_progress(1);
  EXPECT_THAT(limits.in_force(), ElementsAre(DoubleNear(4 * 0.94, 1e-12), 0));
  for (int i = 0; i < 8; ++i) limits.correct(none);  // the integral was not wound up
  limits.set_progress(1);
  EXPECT_THAT(limits.in_force(), ElementsAre(4, 0));
}

TEST(Curriculum, CorrectionsLeaveNoLimitBelowNothing) {
  CurriculumOptions options = from(0, 1);
  options.proportional = 1;
  Curriculum limits({4}, options);
  limits.correct(std::vector<double>{4});
  limits.set_progress(0);
  EXPECT_THAT(limits.in_force(), ElementsAre(0));
}

/// A team of 37 walks whose budgets are the limits in force.
struct LimitsSession {
  explicit LimitsSession(const CurriculumOptions& curriculum)
      : environment(make_budgets(), 37, 11) {
    OnPolicyOptions options = testing::small_team(testing::multi("own", "shared", "mean"));
    options.rollout.steps = 5;
    options.curriculum = curriculum;
    agent = std::make_unique<OnPolicyAgent>(AgentContext{environment.spec(), 37, {1, 3}, 11},
                                            options, make_fused_mlp, testing::update<PpoUpdate>(),
                                            std::make_unique<Lagrangian>(2, Lagrangian::Options{}));
    run = std::make_unique<TrainingRun>(TrainingRun{environment, *agent});
  }

  static EnvironmentFactory make_budgets() {
    return [] {
      return std::make_unique<Saute>(testing::make_walk(), SauteOptions{},
                                     std::vector<double>{1, 3}, Purpose::kTraining);
    };
  }

  /// Stops after so many updates of a run of six.
  void train(int updates, int threads) {
    WorkerPool pool(threads);
    saddle::train(*run, std::int64_t{6} * 5 * 37, pool, [&](std::int64_t, const Metrics& metrics) {
      limits.push_back(testing::value(metrics, "limit/left"));
      return --updates > 0;
    });
  }

  Archive::Entries everything() { return testing::everything(*run); }

  VectorEnvironment environment;
  std::unique_ptr<OnPolicyAgent> agent;
  std::unique_ptr<TrainingRun> run;
  std::vector<double> limits;  // of the first constraint, an entry an update
};

TEST(Curriculum, IsALineInTheMetricsUnlessCorrected) {
  LimitsSession line(from(0.5, 0.75));
  line.train(6, 3);
  EXPECT_THAT(line.limits,
              ElementsAre(0.5, DoubleNear(0.5 + 1.0 / 9, 1e-15), DoubleNear(0.5 + 2.0 / 9, 1e-15),
                          DoubleNear(0.5 + 3.0 / 9, 1e-15), DoubleNear(0.5 + 4.0 / 9, 1e-15), 1));
}

TEST(Curriculum, DoesNotDependOnThreadsAndResumesToTheSameBits) {
  CurriculumOptions options = from(0.5, 0.75);
  options.proportional = 0.2;
  options.integral = 0.1;
  LimitsSession straight(options), first(options), second(options);
  straight.train(6, 3);
  first.train(2, 1);
  Archive loading(first.everything());
  second.agent->policy(loading);
  second.run->state(loading);
  expect_same(first.everything(), second.everything());
  second.train(4, 2);
  expect_same(straight.everything(), second.everything());
  EXPECT_THAT(second.limits, ElementsAre(straight.limits[2], straight.limits[3], straight.limits[4],
                                         straight.limits[5]));
}

TEST(Curriculum, MakesADifferenceToWorldsThatReckonWithLimits) {
  LimitsSession tight(from(0.5, 1)), plain({});
  tight.train(1, 1);
  plain.train(1, 1);
  const Archive::Entries a = tight.everything(), b = plain.everything();
  EXPECT_NE(a.at("environment/0/limits").bytes, b.at("environment/0/limits").bytes);
  EXPECT_NE(a.at("agent/observation").bytes, b.at("agent/observation").bytes);
}

TEST(Curriculum, TheRuleIsToldOfTheLimitInForceOnTheScaleOfTheRealOne) {
  // An episode costs (3 + 6)/2, against 2 at last, and 4 at first.
  constexpr int kUpdates = 4, kWorlds = 1;
  VectorEnvironment environment([] { return std::make_unique<Ledger>(); }, kWorlds, 1);
  OnPolicyOptions options;
  options.rollout.steps = Ledger::kHorizon;
  options.measure.caution = 0;
  options.curriculum = from(2, 1);
  Lagrangian::Options rule;
  rule.step = 0.1;
  OnPolicyAgent agent({environment.spec(), kWorlds, {2}, 1}, options, testing::make_silent,
                      testing::update<PpoUpdate>(), std::make_unique<Lagrangian>(1, rule));
  TrainingRun run{environment, agent};
  WorkerPool pool(1);
  double multiplier = 0, limit = 4;
  train(run, std::int64_t{kUpdates} * Ledger::kHorizon, pool,
        [&](std::int64_t, const Metrics& metrics) {
          EXPECT_DOUBLE_EQ(testing::value(metrics, "limit/fee"), limit);
          EXPECT_EQ(testing::value(metrics, "cost/fee"), 4.5);
          multiplier += 0.1 * (4.5 - limit) / 2;
          EXPECT_NEAR(testing::value(metrics, "multiplier/fee"), multiplier / 2, 1e-12);
          limit -= 0.5;
          return true;
        });
  EXPECT_EQ(limit, 2);
}

}  // namespace
}  // namespace saddle
