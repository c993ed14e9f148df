// SPDX-License-Identifier: Apache-2.0
// Gradients in few bits: unbiased, within the bound, on the grid.
#include <saddle/optim/consensus/quantise.h>

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace saddle {
namespace {

using Eigen::VectorXd;

TEST(Quantise, IsUnbiasedWithinTheBound) {
  Rng rng(1);
  for (const int dimension : {3, 50}) {
    const VectorXd g = VectorXd::NullaryExpr(dimension, [&] { return rng.normal(); });
    for (const int bits : {1, 2, 4, 8}) {
      const int draws = 20000;
      VectorXd mean = VectorXd::Zero(dimension);
      double error = 0;
      for (int i = 0; i < draws; ++i) {
        const VectorXd q = quantise(g, bits, rng);
        mean += q / draws;
        error += (q - g).squaredNorm() / draws;
      }
      const double levels = std::pow(2, bits), d = dimension;
      EXPECT_LT(error, std::min(d / (levels * levels), std::sqrt(d) / levels) * g.squaredNorm());
      // An entry's variance is below (‖g‖/2^b)²/4.
      EXPECT_LT((mean - g).cwiseAbs().maxCoeff(), 5 * g.norm() / levels / 2 / std::sqrt(draws));
    }
  }
}

TEST(Quantise, LandsOnTheGrid) {
  Rng rng(2);
  const VectorXd g = VectorXd::NullaryExpr(20, [&] { return rng.normal(); });
  const VectorXd levels = quantise(g, 3, rng) * 8 / g.norm();
  EXPECT_LT((levels.array() - levels.array().round()).abs().maxCoeff(), 1e-12);
  EXPECT_LE(levels.cwiseAbs().maxCoeff(), 8 + 1e-12);
}

TEST(Quantise, KeepsZeroAndOneEntryExactly) {
  Rng rng(3);
  EXPECT_EQ(quantise(VectorXd::Zero(4), 1, rng), VectorXd::Zero(4));
  EXPECT_EQ(quantise(VectorXd::Unit(4, 2) * -3, 1, rng), VectorXd(VectorXd::Unit(4, 2) * -3));
}

}  // namespace
}  // namespace saddle
