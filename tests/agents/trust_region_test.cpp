// SPDX-License-Identifier: Apache-2.0
// Second-order updates of policies: the metric, the steps against brute force and closed forms, and
// what a line search guarantees.
#include <saddle/agents/trust_region.h>

#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/Core>

#include <saddle/agents/surrogate_problem.h>
#include <saddle/optim/linear_algebra.h>

#include "tests/support/linear_network.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t kInputs = 2;

double metric_named(const Metrics& metrics, std::string_view name) {
  for (const auto& [key, value] : metrics.values()) {
    if (key == name) return value;
  }
  ADD_FAILURE() << "no metric " << name;
  return 0;
}

/// Random observations, and actions of a fresh linear policy. The reward likes large first
/// coordinates of an action, and each cost the sum of all coordinates, in proportion to the
/// observation; both are noisy.
struct Experience {
  std::size_t rows, actions;
  EnvironmentSpec spec;
  Policy policy;
  std::vector<float> observation, action, head, log_std, log_probability, advantage, cost;
  std::vector<double> violation;

  Experience(const Space& space, std::vector<double> violations, std::size_t n = 300,
             std::uint64_t seed = 3)
      : rows(n),
        actions(static_cast<std::size_t>(space.size)),
        spec(spec_of(space)),
        policy(fresh(spec, seed)),
        violation(std::move(violations)) {
    Rng rng(seed, 1);
    observation.resize(n * kInputs);
    for (float& x : observation) x = static_cast<float>(0.5 + rng.normal());
    head.resize(n * policy.head_size());
    policy.network().forward(observation, head);
    log_std.assign(policy.log_std().begin(), policy.log_std().end());
    action.resize(n * actions);
    for (std::size_t i = 0; i < n; ++i) {
      const auto row =
          std::span<const float>(head).subspan(i * policy.head_size(), policy.head_size());
      const auto a = std::span(action).subspan(i * actions, actions);
      ActionDensity pi;
      pi.of(policy.distribution(), log_std).at(row).sample(&rng, a);
      log_probability.push_back(static_cast<float>(pi.log_probability(a)));
      double sum = 0;
      for (const float part : a) sum += part;
      advantage.push_back(static_cast<float>(a[0] + 0.3 * rng.normal()));
      for (std::size_t k = 0; k < violation.size(); ++k) {
        cost.push_back(static_cast<float>((0.5 + 0.3 * observation[i * kInputs]) * sum));
      }
    }
  }

  static EnvironmentSpec spec_of(const Space& space) {
    EnvironmentSpec s;
    s.observation = Space::box(static_cast<int>(kInputs), -10, 10);
    s.action = space;
    return s;
  }

  static Policy fresh(const EnvironmentSpec& s, std::uint64_t seed) {
    Rng rng(seed);
    NetworkOptions options;
    options.hidden.clear();
    return Policy(s, options, testing::make_linear_network, rng);
  }

  [[nodiscard]] PolicyBatch batch(double cost_weight = 0) const {
    const auto c = static_cast<Eigen::Index>(violation.size());
    return {observation,
            action,
            head,
            log_std,
            log_probability,
            advantage,
            cost,
            {1, VectorXd::Constant(c, cost_weight)},
            VectorXd::Map(violation.data(), c)};
  }

  [[nodiscard]] VectorXd parameters() const {
    const auto values = policy.arena().values();
    return Eigen::VectorXf::Map(values.data(), static_cast<Eigen::Index>(values.size()))
        .cast<double>();
  }

  /// Mean over states of KL(acting ‖ now), summed over the dimensions of the action.
  [[nodiscard]] double divergence() const {
    std::vector<float> now(head.size());
    policy.network().forward(observation, now);
    double sum = 0;
    const std::size_t h = policy.head_size();
    ActionDensity p, q;
    p.of(policy.distribution(), log_std);
    q.of(policy.distribution(), policy.log_std());
    for (std::size_t i = 0; i < rows; ++i) {
      sum += p.at(std::span<const float>(head).subspan(i * h, h))
                 .kl(q.at(std::span<const float>(now).subspan(i * h, h)));
    }
    return sum / static_cast<double>(rows);
  }
};

Space box(int dimensions) { return Space::box(dimensions, -1, 1); }

/// H, one product a column.
MatrixXd dense_metric(SurrogateProblem& problem) {
  const Eigen::Index n = problem.start().size();
  MatrixXd h(n, n);
  for (Eigen::Index i = 0; i < n; ++i) h.col(i) = problem.metric(VectorXd::Unit(n, i));
  return h;
}

TEST(SurrogateProblem, TheMetricIsFishersMatrixSummedOverActionDimensions) {
  // y = W x + b: H is E[x̃ x̃ᵀ]/σ² for each dimension of the action, x̃ = (x, 1), and 2 for log σ.
  const std::size_t d = 3;
  Experience it(box(3), {});
  const PolicyBatch batch = it.batch();
  SurrogateProblem problem(it.policy, batch, batch.weights, 0, 1000000);
  MatrixXd moments = MatrixXd::Zero(3, 3);
  for (std::size_t i = 0; i < it.rows; ++i) {
    const Eigen::Vector3d x(it.observation[2 * i], it.observation[2 * i + 1], 1);
    moments += x * x.transpose() / static_cast<double>(it.rows);
  }
  const double precision = std::exp(-2.0 * it.log_std[0]);
  MatrixXd expected = MatrixXd::Zero(12, 12);
  for (std::size_t j = 0; j < d; ++j) {
    const std::size_t at[] = {2 * j, 2 * j + 1, 2 * d + j};  // in the order of the arena
    for (int p = 0; p < 3; ++p) {
      for (int q = 0; q < 3; ++q) expected(at[p], at[q]) = precision * moments(p, q);
    }
    expected(9 + j, 9 + j) = 2;
  }
  EXPECT_LT((dense_metric(problem) - expected).cwiseAbs().maxCoeff(), 1e-4);
}

TEST(SurrogateProblem, GradientsAndMetricAreThoseOfTheValues) {
  for (const Space& space : {box(2), Space::discrete(3)}) {
    Experience it(space, {0.1, -0.2});
    const PolicyBatch batch = it.batch();
    SurrogateProblem problem(it.policy, batch, {1, VectorXd::Zero(2)}, 2, 1000000);
    const VectorXd x = problem.start();
    const VectorXd v = VectorXd::Random(x.size());
    const double form = 0.5 * v.dot(problem.metric(v));
    constexpr double kStep = 1e-2;
    const TrialValues up = problem.values(x + kStep * v), down = problem.values(x - kStep * v);
    EXPECT_NEAR((up.objective - down.objective) / (2 * kStep), problem.gradient().dot(v), 2e-3);
    for (std::size_t k = 0; k < 2; ++k) {
      const auto i = static_cast<Eigen::Index>(k);
      EXPECT_NEAR((up.constraints[i] - down.constraints[i]) / (2 * kStep),
                  problem.constraint_gradients()[k].dot(v), 2e-3);
    }
    EXPECT_NEAR((up.divergence + down.divergence) / (2 * kStep * kStep), form, 0.02 * form);
    EXPECT_NEAR(problem.values(x).constraints[0], 0.1, 1e-6);  // centred: the start adds nothing
  }
}

TEST(SurrogateProblem, RowsLeftOutOfTheMetricAreSpreadEvenly) {
  Experience it(box(1), {});
  const PolicyBatch batch = it.batch();
  SurrogateProblem problem(it.policy, batch, batch.weights, 0, 100);
  // Every third of 300 rows.
  double mean_square = 0;
  for (std::size_t i = 0; i < it.rows; i += 3) {
    mean_square += it.observation[2 * i] * it.observation[2 * i] / 100.0;
  }
  EXPECT_NEAR(dense_metric(problem)(0, 0), mean_square * std::exp(-2.0 * it.log_std[0]), 1e-4);
}

CpoOptions exact() {
  CpoOptions options;
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
  EXPECT_EQ(metric_named(metrics, "policy/recovery"), 1);
  EXPECT_GT(metric_named(metrics, "policy/step_fraction"), 0);
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
      PcpoOptions options;
      static_cast<CpoOptions&>(options) = exact();
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
      const double fraction = metric_named(metrics, "policy/step_fraction");
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
      EXPECT_GT(metric_named(metrics, "policy/step_fraction"), 0);
      // A mean over the dimensions in its place would let the step be that many times as long.
      EXPECT_GT(it.divergence(), 0.05 * options.region.radius);
      EXPECT_NEAR(it.divergence(), metric_named(metrics, "policy/kl"), 1e-6);
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

TEST(NaturalUpdate, MovesByTheRadius) {
  for (const int dimensions : {1, 2, 8}) {
    Experience it(box(dimensions), {});
    NaturalOptions options = exact();
    NaturalUpdate update(it.policy, options, Rng());
    Metrics metrics;
    update.apply(it.policy, it.batch(), metrics);
    EXPECT_NEAR(it.divergence(), options.region.radius, 0.05 * options.region.radius);
    EXPECT_LT(metric_named(metrics, "policy/loss"), 0);
  }
}

TEST(CpoUpdate, AConstraintTwiceIsTheConstraintOnce) {
  Experience once(box(2), {0.002}), twice(box(2), {0.002, 0.002});
  Metrics metrics;
  CpoUpdate(once.policy, exact(), Rng()).apply(once.policy, once.batch(), metrics);
  CpoUpdate(twice.policy, exact(), Rng()).apply(twice.policy, twice.batch(), metrics);
  EXPECT_LT((once.parameters() - twice.parameters()).norm(), 1e-5);
}

TEST(CpoUpdate, AViolationThatStaysTightensTheConstraint) {
  // The step to −v mends the constraint to first order; with a margin of v·η it goes further.
  const auto change_of_cost = [](double margin) {
    Experience it(box(2), {0.001});
    CpoOptions options = exact();
    options.margin = margin;
    Metrics metrics;
    CpoUpdate(it.policy, options, Rng()).apply(it.policy, it.batch(), metrics);
    const PolicyBatch batch = it.batch();
    Experience before(box(2), {0});
    SurrogateProblem problem(before.policy, batch, {1, VectorXd::Zero(1)}, 1, 1000000);
    return problem.constraint_gradients()[0].dot(it.parameters() - before.parameters());
  };
  EXPECT_NEAR(change_of_cost(0), -0.001, 1e-4);
  EXPECT_NEAR(change_of_cost(0.5), -0.0015, 1e-4);
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
