// SPDX-License-Identifier: Apache-2.0
// What holds for every on-policy update: it solves the bandit, resumes to the bit, survives
// rollouts without an end, and two constraints that are one count once.
#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include <saddle/agents/train.h>

#include "tests/support/bandit.h"
#include "tests/support/bandit_training.h"
#include "tests/support/metrics.h"
#include "tests/support/session.h"
#include "tests/support/updates.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

using testing::NamedUpdate;

class Updates : public ::testing::TestWithParam<NamedUpdate> {};

INSTANTIATE_TEST_SUITE_P(All, Updates, ::testing::ValuesIn(testing::all_updates()),
                         [](const auto& trial) { return trial.param.name; });

OnPolicyOptions small(std::int64_t steps) {
  OnPolicyOptions options = testing::bandit_options();
  options.rollout.steps = steps;
  return options;
}

double train_bandit(const NamedUpdate& update, const MeasureOptions& measure, double limit) {
  OnPolicyOptions options = small(40);
  options.measure = measure;
  return testing::train_bandit(update, options, {limit});
}

MeasureOptions measured_as(const std::string& kind) {
  MeasureOptions options;
  options.kind = kind;
  options.caution = 0;
  return options;
}

TEST_P(Updates, KeepTheBanditAtItsLimit) {
  EXPECT_NEAR(train_bandit(GetParam(), measured_as("sum"), 6), 6, 0.8);
}

TEST_P(Updates, KeepTheOneOfTwoLimitsThatBinds) {
  // At most 6 of action 1, which is worth more; at most 16 of action 0 does not matter then.
  EXPECT_NEAR(testing::train_bandit(GetParam(), small(40), {6, 16}), 6, 0.8);
  // Where action 0 is worth more, at most 6 of that, which leaves 14 of action 1, and it may be 16.
  EXPECT_NEAR(testing::train_bandit(GetParam(), small(40), {16, 6}, -1), 14, 0.8);
}

class Measures : public ::testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(All, Measures,
                         ::testing::Values("discounted", "rate", "exceedance", "cvar"),
                         [](const auto& trial) { return std::string(trial.param); });

TEST_P(Measures, AreHeldAtTheirLimit) {
  MeasureOptions measure = measured_as(GetParam());
  measure.bound = 6;
  measure.level = 0.8;
  const std::map<std::string, double> limits = {
      {"discounted", 5}, {"rate", 0.3}, {"exceedance", 0.3}, {"cvar", 8}};
  const double limit = limits.at(measure.kind);
  // Of twenty steps that cost 1 half of the time at first, so that every limit has to be enforced.
  for (const char* name : {"trpo", "cpo"}) {
    const auto all = testing::all_updates();
    const auto update = std::ranges::find(all, name, &NamedUpdate::name);
    EXPECT_NEAR(train_bandit(*update, measure, limit), limit, 0.15 * limit) << name;
  }
}

/// A training session on the walk, which ends in every way there is.
struct UpdateSession {
  explicit UpdateSession(const NamedUpdate& update)
      : agent({environment.spec(), 10, {1, 3}, 11}, small(5), make_fused_mlp, update.make,
              update.rule(2)) {}

  void train(int updates) {
    WorkerPool pool(1);
    saddle::train(run, std::int64_t{updates} * 50, pool,
                  [](std::int64_t, const Metrics&) { return true; });
  }

  Archive::Entries everything() { return testing::everything(run); }

  VectorEnvironment environment{testing::make_walk, 10, 11};
  OnPolicyAgent agent;
  TrainingRun run{environment, agent};
};

TEST_P(Updates, ResumeToTheSameBits) {
  UpdateSession straight(GetParam()), first(GetParam()), second(GetParam());
  straight.train(6);
  first.train(3);
  Archive loading(first.everything());
  second.agent.policy(loading);
  second.run.state(loading);
  second.train(6);
  testing::expect_same(straight.everything(), second.everything());
}

TEST_P(Updates, StayFiniteWhenNoEpisodeEndsInAnIteration) {
  const auto make = [] { return std::make_unique<testing::Bandit>(); };
  VectorEnvironment environment(make, 4, 5);
  OnPolicyAgent agent({environment.spec(), 4, {6}, 5}, small(3), make_fused_mlp, GetParam().make,
                      GetParam().rule(1));
  TrainingRun run{environment, agent};
  WorkerPool pool(1);
  int without = 0;
  std::vector<std::string> columns;
  train(run, 144, pool, [&](std::int64_t, const Metrics& metrics) {
    without += testing::value(metrics, "episodes") == 0;
    // A table of metrics has the same columns in every row.
    std::vector<std::string> names;
    for (const auto& [name, number] : metrics.values()) names.push_back(name);
    if (columns.empty()) columns = names;
    EXPECT_EQ(names, columns);
    for (const auto& [name, number] : metrics.values()) EXPECT_TRUE(std::isfinite(number)) << name;
    // Partial episodes are accounted for: half the steps of the first policy cost 1.
    EXPECT_GT(testing::value(metrics, "cost/price"), 0);
    return true;
  });
  EXPECT_GE(without, 8);
}

/// Notes what it is given and moves nothing.
class ViolationSpy final : public PolicyUpdate {
 public:
  ViolationSpy(std::vector<double>& violation, bool keeps) : violation_(violation), keeps_(keeps) {}
  void apply(Policy&, const PolicyBatch& batch, Metrics&) override {
    violation_.assign(batch.violation.begin(), batch.violation.end());
  }
  [[nodiscard]] bool keeps_constraints() const override { return keeps_; }
  void state(Archive&) override {}

 private:
  std::vector<double>& violation_;
  bool keeps_;
};

std::vector<double> violation_of_bandit(bool keeps, double& cost) {
  std::vector<double> violation;
  const PolicyUpdateFactory spy = [&](Policy&, Rng) {
    return std::make_unique<ViolationSpy>(violation, keeps);
  };
  const auto make = [] { return std::make_unique<testing::Bandit>(); };
  VectorEnvironment environment(make, 8, 5);
  OnPolicyAgent agent({environment.spec(), 8, {6}, 5}, small(40), make_fused_mlp, spy,
                      std::make_unique<None>(1, None::Options{}));
  TrainingRun run{environment, agent};
  WorkerPool pool(1);
  train(run, 320, pool, [&](std::int64_t, const Metrics& metrics) {
    cost = testing::value(metrics, "cost/price");
    return true;
  });
  return violation;
}

TEST(OnPolicyAgent, TellsTheViolationInUnitsOfOneStepAndOfTheLimit) {
  double cost = 0;
  const std::vector<double> violation = violation_of_bandit(true, cost);
  ASSERT_EQ(violation.size(), 1u);
  EXPECT_NEAR(violation[0], (cost - 6) / 6 / testing::Bandit::kHorizon, 1e-12);
  EXPECT_TRUE(violation_of_bandit(false, cost).empty());  // nobody values the cost then
}

}  // namespace
}  // namespace saddle
