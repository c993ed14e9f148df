// SPDX-License-Identifier: Apache-2.0
// Problems in two levels that are solved on paper.
#include <saddle/optim/problems/bilevel_toys.h>

#include <cmath>
#include <utility>

#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/project.h>

namespace saddle {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

namespace {}  // namespace

QuadraticBilevel::QuadraticBilevel(Data data, std::uint64_t seed)
    : data_(std::move(data)), seed_(seed) {
  const auto m = data_.t.size();
  SADDLE_CHECK(data_.h.rows() == m && data_.h.cols() == m, data_.h.rows(), data_.h.cols(), m);
  SADDLE_CHECK(data_.b.rows() == m, data_.b.rows(), m);
  if (data_.center.size() == 0) data_.center = VectorXd::Zero(data_.b.cols());
  SADDLE_CHECK(data_.center.size() == data_.b.cols(), data_.center.size(), data_.b.cols());
  resample(0);
}

VectorXd QuadraticBilevel::lower_solution(const VectorXd& x) const {
  return solve_positive(data_.h, VectorXd(data_.b * x));
}
Pair<VectorXd> QuadraticBilevel::solution() const {
  const MatrixXd slope = solve_positive(data_.h, data_.b);  // of y*(x)
  const MatrixXd system =
      slope.transpose() * slope + data_.rho * MatrixXd::Identity(data_.b.cols(), data_.b.cols());
  const VectorXd x =
      solve_symmetric(system, VectorXd(slope.transpose() * data_.t + data_.rho * data_.center));
  return {x, slope * x};
}

double QuadraticBilevel::outer_value(const VectorXd& x, const VectorXd& y) {
  return 0.5 * (y - data_.t).squaredNorm() + 0.5 * data_.rho * (x - data_.center).squaredNorm() +
         outer_force_.x.dot(x) + outer_force_.y.dot(y);
}
double QuadraticBilevel::inner_value(const VectorXd& x, const VectorXd& y) {
  return 0.5 * curvature_ * y.dot(data_.h * y) - y.dot(data_.b * x) + force_.dot(y);
}
Pair<VectorXd> QuadraticBilevel::outer_gradient(const VectorXd& x, const VectorXd& y) {
  return {data_.rho * (x - data_.center) + outer_force_.x, y - data_.t + outer_force_.y};
}
Pair<VectorXd> QuadraticBilevel::inner_gradient(const VectorXd& x, const VectorXd& y) {
  return {-data_.b.transpose() * y, curvature_ * (data_.h * y) - data_.b * x + force_};
}
VectorXd QuadraticBilevel::hessian_yy(const VectorXd&, const VectorXd&, const VectorXd& v) {
  return curvature_ * (data_.h * v);
}
VectorXd QuadraticBilevel::jacobian_xy(const VectorXd&, const VectorXd&, const VectorXd& v) {
  return -data_.b.transpose() * v;
}
void QuadraticBilevel::resample(std::uint64_t batch) {
  const double noise = batch == 0 ? 0 : data_.noise;
  Rng rng(seed_, batch);
  curvature_ = 1 + noise * rng.uniform(-1, 1);
  force_ = noise * VectorSpace<VectorXd>::normal_like(data_.t, rng);
  const Pair<VectorXd> shape{VectorXd::Zero(data_.b.cols()), data_.t};
  outer_force_ = noise * VectorSpace<Pair<VectorXd>>::normal_like(shape, rng);
}

QuadraticBilevel scalar_bilevel(double noise, std::uint64_t seed) {
  return QuadraticBilevel(
      {MatrixXd::Constant(1, 1, 2), MatrixXd::Ones(1, 1), scalar(1), 0.1, noise, {}}, seed);
}

QuadraticBilevel random_bilevel(std::uint64_t seed, int dimension, double noise) {
  SADDLE_CHECK(dimension > 0, dimension);
  Rng rng(seed);
  const auto normal = [&] { return rng.normal(); };
  const MatrixXd root = MatrixXd::NullaryExpr(dimension, dimension, normal);
  const MatrixXd basis = spectrum(root * root.transpose()).vectors;
  const MatrixXd h = basis * VectorXd::LinSpaced(dimension, 1, 4).asDiagonal() * basis.transpose();
  const MatrixXd b = MatrixXd::NullaryExpr(dimension, dimension + 1, normal);
  const double length = std::sqrt(eigenvalues(b * b.transpose()).maxCoeff());
  return QuadraticBilevel({h, b / length, VectorXd::NullaryExpr(dimension, normal), 0.1, noise, {}},
                          seed);
}

double ShenChen::outer_value(const VectorXd& x, const VectorXd& y) {
  const double a = 4 * x[0] - 2;
  return std::cos(4 * y[0] + 2) / (1 + std::exp(-a)) + 0.5 * std::log(a * a + 1);
}
double ShenChen::inner_value(const VectorXd& x, const VectorXd& y) {
  const double s = x[0] + y[0];
  return s * s + x[0] * std::sin(s) * std::sin(s);
}
Pair<VectorXd> ShenChen::outer_gradient(const VectorXd& x, const VectorXd& y) {
  const double a = 4 * x[0] - 2;
  const double share = 1 / (1 + std::exp(-a));
  const double angle = 4 * y[0] + 2;
  return {scalar(4 * share * (1 - share) * std::cos(angle) + 4 * a / (a * a + 1)),
          scalar(-4 * share * std::sin(angle))};
}
Pair<VectorXd> ShenChen::inner_gradient(const VectorXd& x, const VectorXd& y) {
  const double s = x[0] + y[0];
  const double slope = 2 * s + x[0] * std::sin(2 * s);
  return {scalar(slope + std::sin(s) * std::sin(s)), scalar(slope)};
}
VectorXd ShenChen::hessian_yy(const VectorXd& x, const VectorXd& y, const VectorXd& v) {
  return (2 + 2 * x[0] * std::cos(2 * (x[0] + y[0]))) * v;
}
VectorXd ShenChen::jacobian_xy(const VectorXd& x, const VectorXd& y, const VectorXd& v) {
  const double s = x[0] + y[0];
  return (2 + 2 * x[0] * std::cos(2 * s) + std::sin(2 * s)) * v;
}
VectorXd ShenChen::project_x(const VectorXd& x) const { return project_box(x, 0, 3); }

double LowerLevelSingular::outer_value(const VectorXd& x, const VectorXd& y) {
  return 0.5 * (x[0] - y[1]) * (x[0] - y[1]) + 0.5 * (y[0] - 1) * (y[0] - 1);
}
double LowerLevelSingular::inner_value(const VectorXd& x, const VectorXd& y) {
  return 0.5 * y[0] * y[0] - x[0] * y[0];
}
Pair<VectorXd> LowerLevelSingular::outer_gradient(const VectorXd& x, const VectorXd& y) {
  return {scalar(x[0] - y[1]), Vector2d(y[0] - 1, y[1] - x[0])};
}
Pair<VectorXd> LowerLevelSingular::inner_gradient(const VectorXd& x, const VectorXd& y) {
  return {scalar(-y[0]), Vector2d(y[0] - x[0], 0)};
}
VectorXd LowerLevelSingular::hessian_yy(const VectorXd&, const VectorXd&, const VectorXd& v) {
  return Vector2d(v[0], 0);
}
VectorXd LowerLevelSingular::jacobian_xy(const VectorXd&, const VectorXd&, const VectorXd& v) {
  return scalar(-v[0]);
}

}  // namespace saddle
