// SPDX-License-Identifier: Apache-2.0
// Games whose solutions are known.
#include <saddle/optim/problems/games.h>

#include <cmath>
#include <limits>

#include <saddle/base/rng.h>
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/linear_program.h>
#include <saddle/optim/project.h>

namespace saddle {

using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// (x² − 1)²/4.
double well(double x) { return 0.25 * (x * x - 1) * (x * x - 1); }
double well_slope(double x) { return x * (x * x - 1); }

/// φ of NonconvexNonconcaveBox.
double ripple(double t) {
  const double s = t * t;
  return s / 3 - s * s / 3 + 2 * s * s * s / 21;
}
double ripple_slope(double t) {
  const double s = t * t;
  return t * (2.0 / 3 - 4 * s / 3 + 4 * s * s / 7);
}
constexpr double kRippleBox = 4.0 / 3;

MatrixXd normal_matrix(Eigen::Index n, Rng& rng) {
  return MatrixXd::NullaryExpr(n, n, [&rng] { return rng.normal(); });
}

/// Symmetric, with eigenvalues from 1/condition to 1.
MatrixXd conditioned(Eigen::Index n, double condition, Rng& rng) {
  const MatrixXd basis = orthogonal_factor(normal_matrix(n, rng));
  const Eigen::ArrayXd exponents = Eigen::ArrayXd::LinSpaced(n, 0, -std::log(condition));
  return basis * exponents.exp().matrix().asDiagonal() * basis.transpose();
}

}  // namespace

QuadraticGame::QuadraticGame(Data data) : data_(std::move(data)) {
  const auto n = data_.a.size(), m = data_.c.size();
  SADDLE_CHECK(data_.p.rows() == n && data_.p.cols() == n, data_.p.rows(), n);
  SADDLE_CHECK(data_.q.rows() == m && data_.q.cols() == m, data_.q.rows(), m);
  SADDLE_CHECK(data_.b.rows() == n && data_.b.cols() == m, data_.b.rows(), data_.b.cols());
}

Pair<VectorXd> QuadraticGame::solution() const {
  const auto n = data_.a.size(), m = data_.c.size();
  MatrixXd system(n + m, n + m);
  system << data_.p, data_.b, data_.b.transpose(), -data_.q;
  VectorXd right(n + m);
  right << -data_.a, -data_.c;
  const VectorXd z = solve_regular(system, right);
  return {z.head(n), z.tail(m)};
}

double QuadraticGame::value(const VectorXd& x, const VectorXd& y) {
  return 0.5 * x.dot(data_.p * x) + data_.a.dot(x) + x.dot(data_.b * y) - 0.5 * y.dot(data_.q * y) +
         data_.c.dot(y);
}
VectorXd QuadraticGame::gradient_x(const VectorXd& x, const VectorXd& y) {
  return data_.p * x + data_.a + data_.b * y;
}
VectorXd QuadraticGame::gradient_y(const VectorXd& x, const VectorXd& y) {
  return data_.b.transpose() * x - data_.q * y + data_.c;
}
VectorXd QuadraticGame::block_gradient_x(const VectorXd& x, const VectorXd& y, int b) {
  return (data_.p.row(b).dot(x) + data_.a[b] + data_.b.row(b).dot(y)) * VectorXd::Unit(x.size(), b);
}
VectorXd QuadraticGame::block_gradient_y(const VectorXd& x, const VectorXd& y, int b) {
  return (data_.b.col(b).dot(x) - data_.q.row(b).dot(y) + data_.c[b]) * VectorXd::Unit(y.size(), b);
}

QuadraticGame concave_quadratic() {
  const MatrixXd one = MatrixXd::Ones(1, 1);
  return QuadraticGame({.p = -4 * one, .b = 2 * one, .q = one, .a = scalar(0), .c = scalar(0)});
}

QuadraticGame random_quadratic(std::uint64_t seed, int n, double condition) {
  Rng rng(seed);
  QuadraticGame::Data data;
  data.p = conditioned(n, condition, rng);
  data.q = conditioned(n, condition, rng);
  const MatrixXd b = normal_matrix(n, rng);
  data.b = b / spectral_norm(b);
  data.a = VectorXd::NullaryExpr(n, [&rng] { return rng.normal(); });
  data.c = VectorXd::NullaryExpr(n, [&rng] { return rng.normal(); });
  return QuadraticGame(std::move(data));
}

double NonconvexConcaveBox::value(const VectorXd& x, const VectorXd& y) {
  return x[0] * y[0] - 0.05 * x[0] * x[0];
}
VectorXd NonconvexConcaveBox::gradient_x(const VectorXd& x, const VectorXd& y) {
  return y - 0.1 * x;
}
VectorXd NonconvexConcaveBox::gradient_y(const VectorXd& x, const VectorXd&) { return x; }
VectorXd NonconvexConcaveBox::project_x(const VectorXd& x) const { return project_box(x, -2, 2); }
VectorXd NonconvexConcaveBox::project_y(const VectorXd& y) const { return project_box(y, -1, 1); }

double QuarticGame::value(const VectorXd& x, const VectorXd& y) {
  return well(x[0]) + b_ * x[0] * y[0] - 0.5 * y[0] * y[0];
}
VectorXd QuarticGame::gradient_x(const VectorXd& x, const VectorXd& y) {
  return scalar(well_slope(x[0]) + b_ * y[0]);
}
VectorXd QuarticGame::gradient_y(const VectorXd& x, const VectorXd& y) {
  return scalar(b_ * x[0] - y[0]);
}

double FiniteMaximum::value(const VectorXd& x, const VectorXd& y) {
  return y.sum() * well(x[0]) + 0.2 * x[0] * (y[0] - y[1]);
}
VectorXd FiniteMaximum::gradient_x(const VectorXd& x, const VectorXd& y) {
  return scalar(y.sum() * well_slope(x[0]) + 0.2 * (y[0] - y[1]));
}
VectorXd FiniteMaximum::gradient_y(const VectorXd& x, const VectorXd&) {
  return Eigen::Vector2d(well(x[0]) + 0.2 * x[0], well(x[0]) - 0.2 * x[0]);
}
VectorXd FiniteMaximum::project_y(const VectorXd& y) const { return project_simplex(y); }

double NonconvexNonconcaveBox::value(const VectorXd& x, const VectorXd& y) {
  return x[0] * y[0] + ripple(x[0]) - ripple(y[0]);
}
VectorXd NonconvexNonconcaveBox::gradient_x(const VectorXd& x, const VectorXd& y) {
  return scalar(y[0] + ripple_slope(x[0]));
}
VectorXd NonconvexNonconcaveBox::gradient_y(const VectorXd& x, const VectorXd& y) {
  return scalar(x[0] - ripple_slope(y[0]));
}
VectorXd NonconvexNonconcaveBox::project_x(const VectorXd& x) const {
  return project_box(x, -kRippleBox, kRippleBox);
}
VectorXd NonconvexNonconcaveBox::project_y(const VectorXd& y) const {
  return project_box(y, -kRippleBox, kRippleBox);
}

VectorXd MatrixGame::project_x(const VectorXd& x) const { return project_simplex(x); }
VectorXd MatrixGame::project_y(const VectorXd& y) const { return project_simplex(y); }

double game_value(const MatrixXd& payoff) {
  // min v over (x, v) with Aᵀx ≤ v, Σx = 1, x ≥ 0.
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Eigen::Index n = payoff.rows(), m = payoff.cols();
  SADDLE_CHECK(n > 0 && m > 0, n, m);
  MatrixXd rows(m + 1, n + 1);
  rows << payoff.transpose(), VectorXd::Constant(m, -1), Eigen::RowVectorXd::Ones(n), 0;
  LinearProgram program{.c = VectorXd::Unit(n + 1, n),
                        .a = rows.sparseView(),
                        .row_low = VectorXd::Constant(m + 1, -kInfinity),
                        .row_high = VectorXd::Zero(m + 1),
                        .low = VectorXd::Zero(n + 1),
                        .high = VectorXd::Constant(n + 1, kInfinity)};
  program.row_low[m] = program.row_high[m] = 1;
  program.low[n] = -kInfinity;
  return solve_exactly(program).value;
}

}  // namespace saddle
