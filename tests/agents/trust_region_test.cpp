// SPDX-License-Identifier: Apache-2.0
// Second-order updates of policies: the steps against brute force and closed forms, and what a line
// search guarantees.
#include <saddle/agents/trust_region.h>

#include <cmath>

#include <gtest/gtest.h>
#include <Eigen/Core>

#include <saddle/optim/linear_algebra.h>

#include "tests/support/experience.h"
#include "tests/support/metrics.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::box;
using testing::dense_metric;
using testing::Experience;

template <class Options = CpoOptions>
Options exact() {
  Options options;
  options.margin = 0;
  options.region.damping = 0;
  options.region.iterations = 100;
  options.region.radius = 1e-4;
  return options;
}

TEST(CpoUpdate, NoFeasibleStepIsBetterThanItsOwn) {
  // Feasible with room, feasible with little, infeasible but mendable: paper's cases 3, 2 and 1.
  for (const double violation : {-0.02, -0.001, 0.002}) {
    SCOPED_TRACE(::testing::Message() << "violation " << violation);
    Experience it(box(2), {violation});
    const PolicyBatch batch = it.batch();
    const CpoOptions options = exact();
    SurrogateProblem problem(it.policy, batch, {1, VectorXd::Zero(1)}, 1, 1000000);
    const MatrixXd h = dense_metric(problem);
    const VectorXd g = problem.gradient(), b = problem.constraint_gradients()[0];
    const auto step = cpo_step([&](const VectorXd& v) { return problem.metric(v); }, g, {b},
                               problem.violation(), options.region);
    ASSERT_NE(step.kind, StepCase::kRecovery);
    const double radius = options.region.radius;
    EXPECT_LE(0.5 * step.step.dot(h * step.step), radius * (1 + 1e-3));
    EXPECT_LE(violation + b.dot(step.step), 1e-5);

    // Points of the ellipsoid's surface and inside, in the plane where the solution must lie.
    const MatrixXd root = cholesky_factor(h);
    MatrixXd plane(g.size(), 2);
    plane << solve_symmetric(h, g), solve_symmetric(h, b);
    double best = 0;
    bool any = false;
    for (int angle = 0; angle < 3600; ++angle) {
      for (int share = 1; share <= 50; ++share) {
        const double a = angle * std::acos(-1.0) / 1800;
        VectorXd s = plane * Eigen::Vector2d(std::cos(a), std::sin(a));
        s *= std::sqrt(2 * radius) * share / 50 / (root.transpose() * s).norm();
        if (violation + b.dot(s) > 0) continue;
        if (!any || g.dot(s) < best) best = g.dot(s);
        any = true;
      }
    }
    ASSERT_TRUE(any);
    EXPECT_LE(g.dot(step.step), best + 1e-4 * std::abs(best));
    EXPECT_NEAR(g.dot(step.step), best, 0.03 * std::abs(best));
  }
}

TEST(CpoUpdate, WhatCannotBeMendedInOneStepIsMadeSmaller) {
  Experience it(box(2), {5});
  Metrics metrics;
  CpoUpdate update(it.policy, exact(), Rng());
  const PolicyBatch batch = it.batch();
  update.apply(it.policy, batch, metrics);
  EXPECT_EQ(testing::value(metrics, "policy/recovery"), 1);
  EXPECT_GT(testing::value(metrics, "policy/step_fraction"), 0);
  // The cost likes large actions, so on average they got smaller.
  std::vector<float> now(it.head.size());
  it.policy.network().forward(it.observation, now);
  double change = 0;
  for (std::size_t i = 0; i < now.size(); ++i) change += now[i] - it.head[i];
  EXPECT_LT(change, 0);
}

TEST(PcpoUpdate, ItsStepIsTheProjectionInClosedForm) {
  for (const char* projection : {"divergence", "euclidean"}) {
    for (const double violation : {-0.02, -0.001, 0.002}) {
      SCOPED_TRACE(::testing::Message() << projection << ", violation " << violation);
      Experience it(box(2), {violation});
      const VectorXd before = it.parameters();
      auto options = exact<PcpoOptions>();
      options.projection = projection;
      VectorXd step;
      {
        const PolicyBatch batch = it.batch();
        SurrogateProblem problem(it.policy, batch, {1, VectorXd::Zero(1)}, 1, 1000000);
        const MatrixXd h = dense_metric(problem);
        const VectorXd g = problem.gradient(), b = problem.constraint_gradients()[0];
        const VectorXd natural_g = solve_symmetric(h, g);
        step = -std::sqrt(2 * options.region.radius / g.dot(natural_g)) * natural_g;
        const VectorXd back = options.projection == "euclidean" ? b : solve_symmetric(h, b);
        step -= std::max(0.0, violation + b.dot(step)) / b.dot(back) * back;
      }
      Metrics metrics;
      PcpoUpdate update(it.policy, options, Rng());
      update.apply(it.policy, it.batch(), metrics);
      const double fraction = testing::value(metrics, "policy/step_fraction");
      ASSERT_GT(fraction, 0);
      EXPECT_LT((it.parameters() - before - fraction * step).norm(), 0.01 * step.norm());
    }
  }
}

template <class Update, class Options>
void expect_within_radius(const Options& options) {
  for (const int dimensions : {1, 2, 8}) {
    for (const double violation : {-1.0, 0.001}) {
      SCOPED_TRACE(::testing::Message() << dimensions << " dimensions, violation " << violation);
      Experience it(box(dimensions), {violation});
      Update update(it.policy, options, Rng());
      Metrics metrics;
      update.apply(it.policy, it.batch(0.1), metrics);
      EXPECT_LE(it.divergence(), options.region.radius);
      EXPECT_GT(testing::value(metrics, "policy/step_fraction"), 0);
      // A mean over the dimensions in its place would let the step be that many times as long.
      EXPECT_GT(it.divergence(), 0.05 * options.region.radius);
      EXPECT_NEAR(it.divergence(), testing::value(metrics, "policy/kl"), 1e-6);
    }
  }
}

TEST(LineSearch, TheDivergenceStaysWithinTheRadiusInAnyDimension) {
  CpoOptions options;
  options.region.damping = 1e-3;
  expect_within_radius<TrpoUpdate>(options);
  expect_within_radius<CpoUpdate>(options);
  PcpoOptions pcpo;
  pcpo.region.damping = 1e-3;
  expect_within_radius<PcpoUpdate>(pcpo);
}

/// Has the reward like small actions, so that a natural step narrows the policy, by s = √(δ/d) in
/// the logarithm of each deviation. That is a divergence of δ to second order, and in truth of
/// d (½ e^{2s} − ½ − s): 2.2, 1.7 and 1.3 for δ = 1 and d = 1, 2 and 8.
void reward_small_actions(Experience& it) {
  for (std::size_t i = 0; i < it.rows; ++i) {
    it.advantage[i] = 0;
    for (std::size_t j = i * it.actions; j < (i + 1) * it.actions; ++j) {
      it.advantage[i] -= it.action[j] * it.action[j];
    }
  }
}

TEST(LineSearch, ShortensAStepWhoseDivergenceIsMoreThanItsQuadraticSays) {
  for (const int dimensions : {1, 2, 8}) {
    Experience it(box(dimensions), {});
    reward_small_actions(it);
    auto options = exact();
    options.region.radius = 1;
    Metrics metrics;
    TrpoUpdate(it.policy, options, Rng()).apply(it.policy, it.batch(), metrics);
    const double fraction = testing::value(metrics, "policy/step_fraction");
    EXPECT_GT(fraction, 0) << dimensions;
    EXPECT_LT(fraction, 1) << dimensions;
    EXPECT_LE(it.divergence(), 1) << dimensions;
  }
}

TEST(LineSearch, LeavesThePolicyWhereItIsIfNoTrialIsAccepted) {
  Experience it(box(1), {});
  reward_small_actions(it);
  const VectorXd before = it.parameters();
  auto options = exact();
  options.region.radius = 1;
  options.search.limit = 1;
  Metrics metrics;
  TrpoUpdate(it.policy, options, Rng()).apply(it.policy, it.batch(), metrics);
  EXPECT_EQ(testing::value(metrics, "policy/step_fraction"), 0);
  EXPECT_EQ(it.parameters(), before);
}

TEST(NaturalUpdate, MovesByTheRadius) {
  for (const int dimensions : {1, 2, 8}) {
    Experience it(box(dimensions), {});
    NaturalOptions options = exact();
    NaturalUpdate update(it.policy, options, Rng());
    Metrics metrics;
    update.apply(it.policy, it.batch(), metrics);
    EXPECT_NEAR(it.divergence(), options.region.radius, 0.05 * options.region.radius);
    EXPECT_LT(testing::value(metrics, "policy/loss"), 0);
  }
}

template <class Update>
void expect_a_constraint_twice_to_count_once() {
  const auto options = exact<typename Update::Options>();
  Experience once(box(2), {0.002}), twice(box(2), {0.002, 0.002});
  const VectorXd before = once.parameters();
  Metrics metrics;
  Update(once.policy, options, Rng()).apply(once.policy, once.batch(), metrics);
  Update(twice.policy, options, Rng()).apply(twice.policy, twice.batch(), metrics);
  EXPECT_GT((once.parameters() - before).norm(), 1e-3);
  EXPECT_LT((once.parameters() - twice.parameters()).norm(), 1e-5);
}

TEST(ConstrainedUpdates, AConstraintTwiceIsTheConstraintOnce) {
  expect_a_constraint_twice_to_count_once<CpoUpdate>();
  expect_a_constraint_twice_to_count_once<PcpoUpdate>();
}

TEST(CpoUpdate, AViolationThatStaysTightensTheConstraint) {
  // The step to −v mends the constraint to first order; with a margin of v·η it goes further.
  const auto change_of_cost = [](double margin, double whole_limit) {
    Experience it(box(2), {0.001});
    CpoOptions options = exact();
    options.margin = margin;
    Metrics metrics;
    PolicyBatch batch = it.batch();
    batch.whole_limit = whole_limit;
    CpoUpdate(it.policy, options, Rng()).apply(it.policy, batch, metrics);
    Experience before(box(2), {0});
    SurrogateProblem problem(before.policy, batch, {1, VectorXd::Zero(1)}, 1, 1000000);
    return problem.constraint_gradients()[0].dot(it.parameters() - before.parameters());
  };
  EXPECT_NEAR(change_of_cost(0, 1), -0.001, 1e-4);
  EXPECT_NEAR(change_of_cost(0.5, 1), -0.0015, 1e-4);
  EXPECT_NEAR(change_of_cost(0.5, 0.0002), -0.0012, 1e-4);
}

TEST(CpoUpdate, RewardAndCostAreNotInterchangeable) {
  Experience it(box(2), {-0.001}), swapped(box(2), {-0.001});
  std::swap(swapped.advantage, swapped.cost);
  Metrics metrics;
  CpoUpdate(it.policy, exact(), Rng()).apply(it.policy, it.batch(), metrics);
  CpoUpdate(swapped.policy, exact(), Rng()).apply(swapped.policy, swapped.batch(), metrics);
  EXPECT_GT((it.parameters() - swapped.parameters()).norm(), 1e-3);
}

TEST(TrpoUpdate, ANaNInTheBatchIsRefused) {
  Experience it(box(2), {});
  it.advantage[5] = std::nanf("");
  Metrics metrics;
  TrpoUpdate update(it.policy, exact(), Rng());
  EXPECT_THROW(update.apply(it.policy, it.batch(), metrics), Error);
}

}  // namespace
}  // namespace saddle
