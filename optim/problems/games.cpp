// SPDX-License-Identifier: Apache-2.0
// Games whose solutions are known.
#include <saddle/optim/problems/games.h>

#include <Eigen/LU>

#include <saddle/optim/project.h>

namespace saddle {

using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

VectorXd scalar(double value) { return VectorXd::Constant(1, value); }

/// (x² − 1)²/4.
double well(double x) { return 0.25 * (x * x - 1) * (x * x - 1); }
double well_slope(double x) { return x * (x * x - 1); }

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
  const VectorXd z = system.partialPivLu().solve(right);
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
  return gradient_x(x, y)[b] * VectorXd::Unit(x.size(), b);
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

VectorXd MatrixGame::project_x(const VectorXd& x) const { return project_simplex(x); }
VectorXd MatrixGame::project_y(const VectorXd& y) const { return project_simplex(y); }

}  // namespace saddle
