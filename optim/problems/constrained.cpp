// SPDX-License-Identifier: Apache-2.0
// Constrained problems whose solutions and multipliers are known.
#include <saddle/optim/problems/constrained.h>

#include <cmath>

#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/problems/logistic.h>
#include <saddle/optim/project.h>

namespace saddle {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

namespace {

constexpr int kPoints = 100;
constexpr double kRidge = 1e-3;

MatrixXd low_discrepancy_points(double shift) {
  MatrixXd points(kPoints, 3);
  for (int i = 1; i <= kPoints; ++i) {
    const double u = std::fmod(0.6180339887498949 * i, 1.0);
    const double v = std::fmod(0.7548776662466927 * i, 1.0);
    points.row(i - 1) << 2 * u + shift, 2 * v - 1, 1;
  }
  return points;
}

}  // namespace

QuadraticProgram::QuadraticProgram(Data data) : data_(std::move(data)) {
  const auto n = data_.c.size();
  if (data_.a.size() == 0) data_.a.resize(0, n);
  if (data_.e_matrix.size() == 0) data_.e_matrix.resize(0, n);
  SADDLE_CHECK(data_.q.rows() == n && data_.q.cols() == n, data_.q.rows(), n);
  SADDLE_CHECK(data_.a.cols() == n && data_.a.rows() == data_.b.size(), data_.a.rows());
  SADDLE_CHECK(data_.e_matrix.cols() == n && data_.e_matrix.rows() == data_.e.size());
}

ConstrainedValues QuadraticProgram::values(const VectorXd& x) {
  VectorXd constraints(data_.b.size() + data_.e.size());
  constraints << data_.a * x - data_.b, data_.e_matrix * x - data_.e;
  return {0.5 * x.dot(data_.q * x) + data_.c.dot(x), constraints};
}
VectorXd QuadraticProgram::gradient(const VectorXd& x, const GradientWeights& w) {
  return w.objective * (data_.q * x + data_.c) +
         data_.a.transpose() * w.constraints.head(data_.b.size()) +
         data_.e_matrix.transpose() * w.constraints.tail(data_.e.size());
}
VectorXd QuadraticProgram::project(const VectorXd& x) const {
  return project_box(x, data_.low, data_.high);
}

QuadraticProgram half_plane_program() {
  return QuadraticProgram({.q = MatrixXd::Identity(2, 2),
                           .c = Vector2d(-2, -1),
                           .a = MatrixXd::Ones(1, 2),
                           .b = scalar(1),
                           .e_matrix = {},
                           .e = {}});
}

QuadraticProgram linear_program() {
  return QuadraticProgram({.q = MatrixXd::Zero(1, 1),
                           .c = scalar(-1),
                           .a = MatrixXd::Ones(1, 1),
                           .b = scalar(0),
                           .e_matrix = {},
                           .e = {},
                           .low = -1,
                           .high = 1});
}

ConstrainedValues Hyperbola::values(const VectorXd& x) {
  return {x.squaredNorm(), scalar(1 - x[0] * x[1])};
}
VectorXd Hyperbola::gradient(const VectorXd& x, const GradientWeights& w) {
  return 2 * w.objective * x - w.constraints[0] * Vector2d(x[1], x[0]);
}
VectorXd Hyperbola::project(const VectorXd& x) const { return project_box(x, -5, 5); }

double OneStateCmdp::probability(const VectorXd& theta) { return sigmoid(theta.array())[0]; }
ConstrainedValues OneStateCmdp::values(const VectorXd& theta) {
  const double p = probability(theta);
  return {-0.5 - 0.5 * p, scalar(p - 0.3)};
}
VectorXd OneStateCmdp::gradient(const VectorXd& theta, const GradientWeights& w) {
  const double p = probability(theta);
  return scalar((-0.5 * w.objective + w.constraints[0]) * p * (1 - p));
}

NeymanPearson::NeymanPearson(double limit)
    : limit_(limit),
      negative_(low_discrepancy_points(-1.5)),
      positive_(low_discrepancy_points(-0.5)) {}

double NeymanPearson::negative_loss(const VectorXd& w) const {
  return softplus(negative_ * w).mean();
}
ConstrainedValues NeymanPearson::values(const VectorXd& w) {
  return {negative_loss(w) + 0.5 * kRidge * w.squaredNorm(),
          scalar(softplus(-(positive_ * w)).mean() - limit_)};
}
VectorXd NeymanPearson::gradient(const VectorXd& w, const GradientWeights& weights) {
  const VectorXd objective =
      negative_.transpose() * sigmoid(negative_ * w).matrix() / kPoints + kRidge * w;
  const VectorXd constraint = -positive_.transpose() * sigmoid(-(positive_ * w)).matrix() / kPoints;
  return weights.objective * objective + weights.constraints[0] * constraint;
}
double NeymanPearson::false_positive_rate(const VectorXd& w) const {
  return ((negative_ * w).array() > 0).cast<double>().mean();
}
double NeymanPearson::false_negative_rate(const VectorXd& w) const {
  return ((positive_ * w).array() <= 0).cast<double>().mean();
}

}  // namespace saddle
