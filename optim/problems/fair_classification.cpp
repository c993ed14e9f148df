// SPDX-License-Identifier: Apache-2.0
// Classification whose decisions must not depend on a group.
#include <saddle/optim/problems/fair_classification.h>

#include <cmath>

#include <saddle/optim/problems/logistic.h>

namespace saddle {

using Eigen::Vector2d;
using Eigen::VectorXd;

namespace {

constexpr int kFairPoints = 200;
constexpr double kFairRidge = 1e-2;

}  // namespace

FairClassification::FairClassification(double limit)
    : limit_(limit), signed_points_(kFairPoints, 3) {
  Eigen::MatrixXd points(kFairPoints, 3);
  VectorXd group(kFairPoints);
  for (int i = 1; i <= kFairPoints; ++i) {
    const double u = std::fmod(0.8191725134 * i, 1.0);
    const double v = std::fmod(0.6710436067 * i, 1.0);
    const double z = std::fmod(0.5497004779 * i, 1.0) >= 0.5 ? 1 : 0;
    points.row(i - 1) << 2 * u - 1 + 0.4 * (2 * z - 1), 2 * v - 1, 1;
    group[i - 1] = z;
  }
  const VectorXd label = (points.col(0) + 0.5 * points.col(1)).array().sign();
  signed_points_ = label.asDiagonal() * points;
  direction_ = points.transpose() * (group.array() - group.mean()).matrix() / kFairPoints;
}

ConstrainedValues FairClassification::values(const VectorXd& w) {
  return {softplus(-(signed_points_ * w)).mean() + 0.5 * kFairRidge * w.squaredNorm(),
          Vector2d(covariance(w) - limit_, -covariance(w) - limit_)};
}
VectorXd FairClassification::gradient(const VectorXd& w, const GradientWeights& weights) {
  const VectorXd loss =
      -signed_points_.transpose() * sigmoid(-(signed_points_ * w)).matrix() / kFairPoints;
  return weights.objective * (loss + kFairRidge * w) +
         (weights.constraints[0] - weights.constraints[1]) * direction_;
}
double FairClassification::accuracy(const VectorXd& w) const {
  return ((signed_points_ * w).array() > 0).cast<double>().mean();
}

}  // namespace saddle
