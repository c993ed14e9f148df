// SPDX-License-Identifier: Apache-2.0
// Principal components and factorisations: gradients, known answers, and leaving their saddles.
#include <saddle/optim/problems/unsupervised.h>

#include <gtest/gtest.h>

#include <saddle/optim/constraint/method.h>
#include <saddle/optim/constraint/none.h>
#include <saddle/optim/gradient_check.h>
#include <saddle/optim/normal.h>
#include <saddle/optim/primal/escape.h>
#include <saddle/optim/problems/constrained.h>

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

Pair<VectorXd> at(const VectorXd& x) { return {x, VectorXd(0)}; }

MatrixXd planted(std::uint64_t seed, double density = 0.05) {
  Rng rng(seed);
  const MatrixXd left = sparse_factor(rng, 20, 10, density);
  return left * sparse_factor(rng, 10, 50, density);
}

/// Plain projected gradient steps.
RuleMethod<VectorXd> projected_gradient(double step) {
  return {std::make_unique<None>(0, None::Options{}),
          std::make_unique<GradientStep<VectorXd>>(PowerSchedule{step, 0})};
}

Snap<VectorXd>::Options wide_search() {
  Snap<VectorXd>::Options options;
  options.search_step = 0.3;
  return options;
}

double objective(ConstrainedProblem<VectorXd>& problem, const Pair<VectorXd>& z) {
  return problem.values(z.x).objective;
}

TEST(Unsupervised, HaveTheGradientsOfTheirValues) {
  Rng rng(1);
  Pca pca(spiked_covariance(1, 6, 50, 2));
  SymmetricNmf symmetric(spiked_covariance(2, 5, 50, 2), 2);
  Nmf nmf(sparse_factor(rng, 3, 4, 0.5), 2);
  for (int i = 0; i < 10; ++i) {
    EXPECT_LT(check_gradient(pca, normal_vector(6, rng)).largest, 1e-7);
    EXPECT_LT(check_gradient(symmetric, normal_vector(10, rng)).largest, 1e-7);
    EXPECT_LT(check_gradient(nmf, normal_vector(14, rng)).largest, 1e-7);
  }
}

TEST(Unsupervised, AreSolvedByTheirKnownSolutions) {
  Pca pca(spiked_covariance(3, 8, 100, 2));
  const VectorXd leading = pca.leading_eigenvector();
  EXPECT_LT(kkt_residual(pca, at(leading)).largest(), 1e-12);
  EXPECT_NEAR(pca.values(leading).objective, pca.optimum(), 1e-12);
  EXPECT_EQ(kkt_residual(pca, at(VectorXd::Zero(8))).largest(), 0) << "the saddle";

  Rng rng(4);
  const MatrixXd factor = sparse_factor(rng, 6, 2, 0.7);
  SymmetricNmf symmetric(factor * factor.transpose(), 2);
  const VectorXd x = VectorXd::Map(factor.data(), factor.size());
  EXPECT_EQ(symmetric.values(x).objective, 0);
  EXPECT_EQ(kkt_residual(symmetric, at(x)).largest(), 0);
}

TEST(Unsupervised, TheSpikeLeadsTheCovariance) {
  const MatrixXd covariance = spiked_covariance(5, 10, 5000, 3);
  const Pca pca(covariance);
  EXPECT_NEAR(-2 * pca.optimum(), 4, 0.3);
  EXPECT_NEAR(covariance.trace(), 13, 0.5);
}

TEST(Unsupervised, MatricesThatDoNotFitAreErrors) {
  EXPECT_THROW(Pca(MatrixXd(0, 0)), Error);
  EXPECT_THROW(Pca(MatrixXd::Ones(2, 3)), Error);
  EXPECT_THROW(Pca((MatrixXd(2, 2) << 1, 2, 3, 4).finished()), Error);
  EXPECT_THROW(SymmetricNmf(MatrixXd::Ones(2, 2) / 0.0, 1), Error);
  EXPECT_THROW(Nmf(MatrixXd(0, 0), 1), Error);
  EXPECT_THROW(Nmf(MatrixXd::Ones(2, 2) / 0.0, 1), Error);
}

TEST(Snap, LeavesTheSaddleWhereTheGradientVanishes) {
  Pca problem(spiked_covariance(3, 20, 200, 2));
  RuleMethod<VectorXd> plain = projected_gradient(0.1);
  Snap<VectorXd> snap({.step = 0.1, .search_step = 0.1}, 1);
  Pair<VectorXd> stuck = at(VectorXd::Zero(20)), free = stuck;
  for (int i = 0; i < 300; ++i) {
    plain.step(problem, stuck);
    snap.step(problem, free);
  }
  EXPECT_EQ(stuck.x, VectorXd::Zero(20));
  EXPECT_NEAR(objective(problem, free), problem.optimum(), 1e-8);
  EXPECT_GE(snap.escapes(), 1);
}

TEST(Snap, LeavesAnEigenvectorThatDoesNotLead) {
  // On the sphere, where the projection is no box: diag(3, 2, 1) from e₂.
  Pca problem(Eigen::Vector3d(3, 2, 1).asDiagonal());
  Snap<VectorXd> snap({.step = 0.05, .search_step = 0.05}, 2);
  Pair<VectorXd> z = at(VectorXd::Unit(3, 1));
  ASSERT_EQ(kkt_residual(problem, z).largest(), 0);
  for (int i = 0; i < 500; ++i) snap.step(problem, z);
  EXPECT_NEAR(objective(problem, z), -1.5, 1e-8);
}

/// min ½(x₁ + 1)² − ½x₂² on x₁ ≥ 0, |x₂| ≤ 1. At 0 the bound holds x₁ and x₂ is free to fall.
struct HeldCorner final : ConstrainedProblem<VectorXd> {
  int inequalities() const override { return 0; }
  ConstrainedValues values(const VectorXd& x) override {
    return {0.5 * (x[0] + 1) * (x[0] + 1) - 0.5 * x[1] * x[1], VectorXd(0)};
  }
  VectorXd gradient(const VectorXd& x, const GradientWeights& w) override {
    return w.objective * Eigen::Vector2d(x[0] + 1, -x[1]);
  }
  VectorXd project(const VectorXd& x) const override {
    return Eigen::Vector2d(std::max(x[0], 0.0), std::clamp(x[1], -1.0, 1.0));
  }
};

TEST(Snap, MovesOnlyWhatTheBoundsLeaveFree) {
  HeldCorner problem;
  Snap<VectorXd> snap({.step = 0.1, .threshold = 1e-6, .search_step = 0.1}, 3);
  Pair<VectorXd> z = at(VectorXd::Zero(2));
  snap.step(problem, z);
  EXPECT_EQ(snap.escapes(), 1);
  EXPECT_EQ(z.x[0], 0);
  EXPECT_EQ(std::abs(z.x[1]), 1) << "by the whole reach";
}

TEST(Snap, StaysAtAMinimum) {
  QuadraticProgram problem({.q = MatrixXd::Identity(2, 2),
                            .c = Eigen::Vector2d(-1, 1),
                            .a = {},
                            .b = VectorXd(0),
                            .e_matrix = {},
                            .e = VectorXd(0),
                            .low = 0,
                            .high = 2});
  Snap<VectorXd> snap({.step = 0.1}, 4);
  Pair<VectorXd> z = at(Eigen::Vector2d(1, 0));
  for (int i = 0; i < 300; ++i) snap.step(problem, z);
  EXPECT_EQ(z.x, Eigen::Vector2d(1, 0));
  EXPECT_EQ(snap.escapes(), 0);
}

TEST(Snap, FactorisesFromNearZeroWhilePlainStepsStayThere) {
  for (const std::uint64_t seed : {0, 1}) {
    Nmf problem(planted(seed), 10);
    Rng rng(seed, 1);
    const VectorXd start =
        1e-5 * VectorXd::NullaryExpr(problem.size(), [&] { return rng.uniform(); });
    RuleMethod<VectorXd> plain = projected_gradient(1e-2);
    Snap<VectorXd> snap(wide_search(), seed);
    Pair<VectorXd> slow = at(start), fast = at(start);
    const double before = objective(problem, slow);
    for (int i = 0; i < 300; ++i) {
      plain.step(problem, slow);
      snap.step(problem, fast);
    }
    EXPECT_GT(objective(problem, slow), 0.999 * before) << seed;
    EXPECT_LT(objective(problem, fast), 0.5 * before) << seed;
  }
}

TEST(PerturbedGradient, LeavesTheSaddleAndStaysNearTheMinimum) {
  Pca problem(spiked_covariance(3, 20, 200, 2));
  PerturbedGradient<VectorXd> method({.step = 0.1, .threshold = 1e-3, .radius = 1e-3}, 1);
  Pair<VectorXd> z = at(VectorXd::Zero(20));
  for (int i = 0; i < 300; ++i) method.step(problem, z);
  EXPECT_NEAR(objective(problem, z), problem.optimum(), 1e-5);
}

TEST(PerturbedGradient, ClustersFromZero) {
  Rng rng(2);
  const MatrixXd factor = sparse_factor(rng, 10, 2, 0.5);
  SymmetricNmf problem(factor * factor.transpose(), 2);
  PerturbedGradient<VectorXd> method({.step = 0.02, .threshold = 1e-6, .radius = 1e-3}, 1);
  Pair<VectorXd> z = at(VectorXd::Zero(20));
  for (int i = 0; i < 4000; ++i) method.step(problem, z);
  EXPECT_GE(z.x.minCoeff(), 0);
  EXPECT_LT(objective(problem, z), 1e-6);
}

template <class M>
void expect_same_bits_after_loading() {
  Nmf problem(planted(1), 10);
  M first({}, 5), second({}, 6);
  Pair<VectorXd> z = at(VectorXd::Constant(problem.size(), 1e-5));
  for (int i = 0; i < 3; ++i) first.step(problem, z);
  Archive saved;
  first.state(saved);
  Archive loading(saved.entries());
  second.state(loading);
  Pair<VectorXd> copy = z;
  for (int i = 0; i < 120; ++i) {
    first.step(problem, z);
    second.step(problem, copy);
  }
  EXPECT_EQ(z.x, copy.x);
}

TEST(Escape, ContinuesFromASavedStateToTheSameBits) {
  expect_same_bits_after_loading<Snap<VectorXd>>();
  expect_same_bits_after_loading<PerturbedGradient<VectorXd>>();
}

TEST(Escape, RefusesConstraintsThatItDoesNotKnow) {
  QuadraticProgram problem = half_plane_program();
  Pair<VectorXd> z{VectorXd::Zero(2), VectorXd::Zero(1)};
  Snap<VectorXd> snap({});
  PerturbedGradient<VectorXd> perturbed({});
  EXPECT_THROW(snap.step(problem, z), Error);
  EXPECT_THROW(perturbed.step(problem, z), Error);
}

}  // namespace
}  // namespace saddle
