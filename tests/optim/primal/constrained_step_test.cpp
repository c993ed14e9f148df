// SPDX-License-Identifier: Apache-2.0
// The steps of CPO and PCPO against brute force on a thousand random programs, degenerate ones
// among them, and against the closed forms of one constraint.
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/normal.h>
#include <saddle/optim/primal/constrained_step.h>

#include <algorithm>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include "brute_force.h"

namespace saddle {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

struct Program {
  MatrixXd h;  ///< [n, n]
  VectorXd g;  ///< [n]
  MatrixXd b;  ///< [n, m]
  VectorXd c;  ///< [m]
  double radius = 0.5;

  [[nodiscard]] StepProducts products() const {
    const VectorXd v = solve_positive(h, g);
    if (b.cols() == 0) return {g.dot(v), VectorXd(0), MatrixXd(0, 0)};
    return {g.dot(v), b.transpose() * v, b.transpose() * solve_positive(h, b)};
  }
  [[nodiscard]] VectorXd step(const GradientWeights& w) const {
    return -solve_positive(h, VectorXd(w.objective * g + b * w.constraints));
  }
  [[nodiscard]] WhitenedProgram whitened() const { return {h, g, b, c}; }
  [[nodiscard]] double violation(const VectorXd& s) const {
    return c.size() > 0 ? (c + b.transpose() * s).maxCoeff() : -1.0;
  }
};

/// Every third program is degenerate in one of the ways that make closed forms divide by zero.
Program random_program(Rng& rng, int number) {
  const Index n = 2 + rng.below(5), m = rng.below(5);
  const MatrixXd root = MatrixXd::NullaryExpr(n, n, [&] { return rng.normal(); });
  Program p{root * root.transpose() + 0.1 * MatrixXd::Identity(n, n), normal_vector(n, rng),
            MatrixXd::NullaryExpr(n, m, [&] { return rng.normal(); }), normal_vector(m, rng),
            std::pow(10, rng.uniform(-3, 1))};
  p.c *= std::sqrt(p.radius);  // so that all cases are common
  if (m == 0 || number % 3 != 0) return p;
  switch ((number / 3) % 8) {
    case 0:
      p.b.col(m - 1) = 2 * p.b.col(0);
      break;  // parallel
    case 1:
      p.b.col(m - 1) = p.b.col(0), p.c[m - 1] = p.c[0];
      break;  // the same twice
    case 2:
      p.b.col(m - 1) = -p.b.col(0), p.c[m - 1] = -p.c[0];
      break;  // an equality
    case 3:
      p.b.col(0).setZero();
      break;  // no say
    case 4:
      p.g = -1.5 * p.b.col(0);
      break;  // stopped by it
    case 5:
      p.c.setZero();
      break;  // at the corner
    case 6:
      p.g = p.b.col(0);
      break;  // the same wish
    default:
      p.g.setZero();
      break;  // nothing to gain
  }
  return p;
}

TEST(CpoWeights, AgreeWithBruteForceOnAThousandPrograms) {
  const std::uint64_t seed = 2017;
  SCOPED_TRACE(seed);
  Rng rng(seed);
  int kinds[3] = {0, 0, 0};
  for (int i = 0; i < 1000; ++i) {
    SCOPED_TRACE(i);
    const Program p = random_program(rng, i);
    const StepWeights solved = cpo_weights(p.products(), p.c, p.radius);
    ++kinds[static_cast<int>(solved.kind)];
    const VectorXd s = p.step(solved.weights);
    ASSERT_LE(0.5 * s.dot(p.h * s), p.radius * (1 + 1e-9)) << "outside the trust region";
    const auto best = brute_force_cpo(p.whitened(), p.radius);
    ASSERT_EQ(best.has_value(), solved.kind != StepCase::kRecovery);
    if (!best) continue;
    EXPECT_LE(p.violation(s), 1e-8 * (1 + p.c.norm()));
    EXPECT_NEAR(p.g.dot(s), *best, 1e-7 * (1 + std::abs(*best)));
  }
  EXPECT_GE(*std::min_element(kinds, kinds + 3), 100) << "all cases are common";
}

TEST(CpoWeights, AreMultipliersOverThatOfTheTrustRegion) {
  // λ = 1/w₀ and ν = w/w₀ satisfy the conditions of Karush, Kuhn and Tucker.
  Rng rng(5);
  for (int i = 0; i < 300; ++i) {
    SCOPED_TRACE(i);
    const Program p = random_program(rng, 1);
    const StepWeights solved = cpo_weights(p.products(), p.c, p.radius);
    if (solved.kind == StepCase::kRecovery || solved.weights.objective == 0) continue;
    const double lambda = 1 / solved.weights.objective;
    const VectorXd nu = lambda * solved.weights.constraints, s = p.step(solved.weights);
    EXPECT_NEAR((p.g + lambda * p.h * s + p.b * nu).norm(), 0, 1e-8 * (1 + lambda));
    EXPECT_NEAR(nu.dot(p.c + p.b.transpose() * s), 0, 1e-7 * (1 + nu.norm()));
    EXPECT_TRUE(nu.size() == 0 || nu.minCoeff() >= 0);
  }
}

/// The published closed form of one constraint, by its five cases.
double closed_form_cpo(const Program& p) {
  const StepProducts at = p.products();
  const double q = at.q, r = at.r[0], s = at.s(0, 0), c = p.c[0], delta = p.radius;
  const double a = q - r * r / s, b = 2 * delta - c * c / s;
  double lambda = std::sqrt(q / (2 * delta)), nu = 0;
  if (b >= 0) {
    const double split = r / c;
    const auto clamp = [&](double x, bool above) {
      return above ? std::max(x, std::max(split, 0.0)) : std::clamp(x, 0.0, std::max(split, 0.0));
    };
    const double on = clamp(std::sqrt(a / b), c >= 0), off = clamp(lambda, c < 0);
    const double f_on = -0.5 * (a / on + b * on) - r * c / s;
    const double f_off = -0.5 * (q / off + 2 * delta * off);
    lambda = f_on >= f_off ? on : off;
    nu = std::max(0.0, lambda * c - r) / s;
  }
  return p.g.dot(p.step({1 / lambda, VectorXd::Constant(1, nu / lambda)}));
}

TEST(CpoWeights, AgreeWithTheClosedFormOfOneConstraint) {
  Rng rng(11);
  int compared = 0;
  while (compared < 500) {
    const Program p = random_program(rng, 1);
    if (p.c.size() != 1) continue;
    const StepWeights solved = cpo_weights(p.products(), p.c, p.radius);
    if (solved.kind == StepCase::kRecovery) continue;
    ++compared;
    const double value = p.g.dot(p.step(solved.weights));
    ASSERT_NEAR(value, closed_form_cpo(p), 1e-9 * (1 + std::abs(value))) << compared;
  }
}

Program two_dimensions(double c, double radius = 0.5) {
  // min −s₁ subject to c + s₁ ≤ 0 and ‖s‖² ≤ 2δ.
  return {MatrixXd::Identity(2, 2), -VectorXd::Unit(2, 0), VectorXd::Unit(2, 0),
          VectorXd::Constant(1, c), radius};
}

TEST(CpoWeights, AWholeTrustRegionThatIsFeasibleGivesTheFreeStep) {
  const Program p = two_dimensions(-3);
  const StepWeights solved = cpo_weights(p.products(), p.c, p.radius);
  EXPECT_EQ(solved.kind, StepCase::kFree);
  EXPECT_NEAR((p.step(solved.weights) - VectorXd::Unit(2, 0)).norm(), 0, 1e-12);
}

TEST(CpoWeights, AConstraintThatStopsTheDescentGivesTheShortestSolution) {
  const Program p = two_dimensions(-0.25);
  const StepWeights solved = cpo_weights(p.products(), p.c, p.radius);
  EXPECT_EQ(solved.kind, StepCase::kConstrained);
  EXPECT_EQ(solved.weights.objective, 0);
  EXPECT_NEAR((p.step(solved.weights) - 0.25 * VectorXd::Unit(2, 0)).norm(), 0, 1e-12);
}

TEST(CpoWeights, AViolationThatTheTrustRegionCanMendIsMended) {
  const Program p = two_dimensions(0.5);
  const StepWeights solved = cpo_weights(p.products(), p.c, p.radius);
  EXPECT_EQ(solved.kind, StepCase::kConstrained);
  EXPECT_NEAR(p.violation(p.step(solved.weights)), 0, 1e-12);
}

TEST(CpoWeights, AViolationBeyondTheTrustRegionIsReducedAsFarAsItGoes) {
  const Program p = two_dimensions(3);
  const StepWeights solved = cpo_weights(p.products(), p.c, p.radius);
  EXPECT_EQ(solved.kind, StepCase::kRecovery);
  EXPECT_EQ(solved.weights.objective, 0);
  EXPECT_NEAR((p.step(solved.weights) + VectorXd::Unit(2, 0)).norm(), 0, 1e-12);
}

TEST(CpoWeights, RecoveryFromOneConstraintIsTheClosedForm) {
  Rng rng(13);
  for (int i = 0; i < 100; ++i) {
    Program p = random_program(rng, 1);
    if (p.c.size() == 0) continue;
    p.b = p.b.col(0).eval();
    p.c = VectorXd::Constant(1, 100 * std::sqrt(p.radius * p.products().s(0, 0)));
    const StepWeights solved = cpo_weights(p.products(), p.c, p.radius);
    ASSERT_EQ(solved.kind, StepCase::kRecovery);
    const VectorXd expected =
        -std::sqrt(2 * p.radius / p.products().s(0, 0)) * solve_positive(p.h, VectorXd(p.b.col(0)));
    ASSERT_NEAR((p.step(solved.weights) - expected).norm(), 0, 1e-9 * expected.norm());
  }
}

/// Σ_k [c_k + b_kᵀs]_+²/(b_kᵀH⁻¹b_k).
double squared_distances(const Program& p, const VectorXd& s) {
  const VectorXd scale = p.products().s.diagonal();
  const VectorXd violated = (p.c + p.b.transpose() * s).cwiseMax(0);
  double sum = 0;
  for (Index k = 0; k < p.c.size(); ++k) {
    if (scale[k] > 1e-12) sum += violated[k] * violated[k] / scale[k];
  }
  return sum;
}

TEST(CpoWeights, RecoveryMinimisesTheSquaredDistancesInTheTrustRegion) {
  // By projected gradients in whitened coordinates, which converge on this convex function.
  Rng rng(17);
  int recovered = 0;
  for (int i = 0; recovered < 50; ++i) {
    const Program p = random_program(rng, i);
    const StepWeights solved = cpo_weights(p.products(), p.c, p.radius);
    if (solved.kind != StepCase::kRecovery) continue;
    ++recovered;
    const WhitenedProgram w = p.whitened();
    const VectorXd lengths = w.b.colwise().squaredNorm().transpose();
    const double reach = std::sqrt(2 * p.radius);
    VectorXd u = VectorXd::Zero(w.g.size());
    for (int round = 0; round < 5000; ++round) {
      VectorXd gradient = VectorXd::Zero(u.size());
      for (Index k = 0; k < w.c.size(); ++k) {
        if (lengths[k] < 1e-12) continue;
        gradient += std::max(0.0, w.c[k] + w.b.col(k).dot(u)) / lengths[k] * w.b.col(k);
      }
      u -= 0.25 * gradient;
      if (u.norm() > reach) u *= reach / u.norm();
    }
    const VectorXd expected = solve_regular(cholesky_factor(p.h).transpose(), u);
    const double value = squared_distances(p, p.step(solved.weights));
    EXPECT_LE(value, squared_distances(p, expected) + 1e-6 * (1 + value)) << i;
  }
}

TEST(CpoWeights, TheUnitsOfAConstraintDoNotMatter) {
  Rng rng(19);
  for (int i = 0; i < 300; ++i) {
    Program p = random_program(rng, i);
    const VectorXd before = p.step(cpo_weights(p.products(), p.c, p.radius).weights);
    for (Index k = 0; k < p.c.size(); ++k) {
      const double unit = std::pow(10, rng.uniform(-4, 4));
      p.c[k] *= unit;
      p.b.col(k) *= unit;
    }
    const VectorXd after = p.step(cpo_weights(p.products(), p.c, p.radius).weights);
    ASSERT_NEAR((before - after).norm(), 0, 1e-6 * (1 + before.norm())) << i;
  }
}

TEST(CpoWeights, RefuseWhatIsNotFiniteOrDoesNotFit) {
  const Program p = two_dimensions(1);
  StepProducts products = p.products();
  EXPECT_THROW((void)cpo_weights(products, VectorXd::Zero(2), 1), std::logic_error);
  EXPECT_THROW((void)cpo_weights(products, p.c, 0), std::logic_error);
  products.r[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)cpo_weights(products, p.c, 1), Error);
  EXPECT_THROW((void)pcpo_weights(products, p.c, 1), Error);
}

TEST(PcpoWeights, AgreeWithBruteForceOnAThousandPrograms) {
  const std::uint64_t seed = 2020;
  SCOPED_TRACE(seed);
  Rng rng(seed);
  int projected = 0;
  for (int i = 0; i < 1000; ++i) {
    SCOPED_TRACE(i);
    const Program p = random_program(rng, i);
    const StepWeights solved = pcpo_weights(p.products(), p.c, p.radius);
    const WhitenedProgram w = p.whitened();
    const double length = w.g.norm();
    const VectorXd free =
        length > 0 ? VectorXd(-std::sqrt(2 * p.radius) / length * w.g) : VectorXd(0 * w.g);
    const auto nearest = brute_force_projection(w, free);
    ASSERT_EQ(nearest.has_value(), solved.kind != StepCase::kRecovery);
    if (!nearest) continue;
    projected += solved.kind == StepCase::kConstrained;
    const VectorXd expected = solve_regular(cholesky_factor(p.h).transpose(), *nearest);
    EXPECT_NEAR((p.step(solved.weights) - expected).norm(), 0, 1e-6 * (1 + expected.norm()));
  }
  EXPECT_GE(projected, 300);
}

TEST(PcpoWeights, AgreeWithTheClosedFormOfOneConstraint) {
  Rng rng(23);
  for (int i = 0; i < 500; ++i) {
    Program p = random_program(rng, 1);
    if (p.c.size() == 0) continue;
    p.b = p.b.col(0).eval();
    p.c = p.c.head(1).eval();
    const StepProducts at = p.products();
    const double w0 = std::sqrt(2 * p.radius / at.q);
    const double w1 = std::max(0.0, (p.c[0] - w0 * at.r[0]) / at.s(0, 0));
    const GradientWeights w = pcpo_weights(at, p.c, p.radius).weights;
    ASSERT_NEAR(w.objective, w0, 1e-12 * w0);
    ASSERT_NEAR(w.constraints[0], w1, 1e-9 * (1 + w1));
  }
}

}  // namespace
}  // namespace saddle
