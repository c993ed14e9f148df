// SPDX-License-Identifier: Apache-2.0
// Learning that prepares for the worst perturbation, or for the worst domain.
#include <saddle/optim/problems/robust.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/minmax/attack.h>
#include <saddle/optim/problems/logistic.h>
#include <saddle/optim/project.h>

namespace saddle {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// mean log(1 + e^{−a_iᵀw}) over the columns of a, and its derivatives.
double mean_loss(const MatrixXd& a, const VectorXd& w) {
  return softplus(-(a.transpose() * w)).mean();
}
VectorXd mean_slope(const MatrixXd& a, const VectorXd& w) {
  return -a * sigmoid(-(a.transpose() * w)).matrix() / static_cast<double>(a.cols());
}
MatrixXd mean_hessian(const MatrixXd& a, const VectorXd& w) {
  const ArrayXd s = sigmoid(-(a.transpose() * w));
  const ArrayXd curvature = s * (1 - s);
  return a * curvature.matrix().asDiagonal() * a.transpose() / static_cast<double>(a.cols());
}

/// What rounding may add to an objective between two steps of Newton's method near its minimum.
double slack(double objective) { return 1e-15 * (1 + std::abs(objective)); }

}  // namespace

RobustLogistic::RobustLogistic(LabelledPoints data, double radius, double ridge)
    : radius_(radius), ridge_(ridge) {
  SADDLE_CHECK(radius >= 0 && ridge > 0, radius, ridge);
  data.validate();
  signed_points_ = data.points * data.labels.asDiagonal();
  labels_ = std::move(data.labels);
}

/// b_i (x_i + δ_i).
MatrixXd RobustLogistic::moved(const VectorXd& delta) const {
  SADDLE_CHECK(delta.size() == signed_points_.size(), delta.size(), signed_points_.size());
  const auto per_point = MatrixXd::Map(delta.data(), signed_points_.rows(), signed_points_.cols());
  return signed_points_ + per_point * labels_.asDiagonal();
}

double RobustLogistic::value(const VectorXd& w, const VectorXd& delta) {
  return mean_loss(moved(delta), w) + 0.5 * ridge_ * w.squaredNorm();
}
VectorXd RobustLogistic::gradient_x(const VectorXd& w, const VectorXd& delta) {
  return mean_slope(moved(delta), w) + ridge_ * w;
}
VectorXd RobustLogistic::gradient_y(const VectorXd& w, const VectorXd& delta) {
  const ArrayXd error = sigmoid(-(moved(delta).transpose() * w));
  const MatrixXd slope =
      w * (-error.matrix().cwiseProduct(labels_) / static_cast<double>(error.size())).transpose();
  return VectorXd::Map(slope.data(), slope.size());
}
VectorXd RobustLogistic::project_y(const VectorXd& delta) const {
  return project_box(delta, -radius_, radius_);
}

double RobustLogistic::robust_value(const VectorXd& w) const {
  const ArrayXd margins = signed_points_.transpose() * w;
  return softplus(radius_ * w.lpNorm<1>() - margins).mean() + 0.5 * ridge_ * w.squaredNorm();
}
VectorXd RobustLogistic::worst_perturbation(const VectorXd& w) const {
  const MatrixXd delta = -radius_ * sign_of(w) * labels_.transpose();
  return VectorXd::Map(delta.data(), delta.size());
}

VectorXd RobustLogistic::robust_minimiser() const {
  const Index d = signed_points_.rows();
  MatrixXd a(2 * d, signed_points_.cols());  // a_iᵀ(p, q) is the worst margin of point i
  a << signed_points_, -signed_points_;
  a.array() -= radius_;
  MatrixXd fold(d, 2 * d);
  fold << MatrixXd::Identity(d, d), -MatrixXd::Identity(d, d);
  const auto objective = [&](const VectorXd& z) {
    return mean_loss(a, z) + 0.5 * ridge_ * (fold * z).squaredNorm();
  };
  VectorXd z = VectorXd::Zero(2 * d);
  for (int round = 0; round < 200; ++round) {
    const VectorXd gradient = mean_slope(a, z) + ridge_ * fold.transpose() * (fold * z);
    if ((z - project_orthant(z - gradient)).cwiseAbs().maxCoeff() < 1e-13) break;
    MatrixXd hessian = mean_hessian(a, z) + ridge_ * fold.transpose() * fold;
    hessian.diagonal().array() += 1e-12;  // p and q together are flat where the radius is 0
    // Entries at the bound that the gradient holds there move along the gradient alone.
    for (Index i = 0; i < 2 * d; ++i) {
      if (z[i] > 1e-12 || gradient[i] <= 0) continue;
      hessian.row(i).setZero();
      hessian.col(i).setZero();
      hessian(i, i) = 1;
    }
    const VectorXd newton = solve_symmetric(hessian, gradient);
    const double before = objective(z) + slack(objective(z));
    double length = 1;
    VectorXd next = project_orthant(z - newton);
    while (length > 1e-12 && objective(next) > before - 1e-4 * gradient.dot(z - next)) {
      length /= 2;
      next = project_orthant(z - length * newton);
    }
    if (length <= 1e-12) break;  // as low as rounding allows
    z = next;
  }
  return fold * z;
}

double RobustLogistic::accuracy(const VectorXd& w) const {
  return ((signed_points_.transpose() * w).array() > 0).cast<double>().mean();
}
double RobustLogistic::robust_accuracy(const VectorXd& w) const {
  const double loss = radius_ * w.lpNorm<1>();
  return ((signed_points_.transpose() * w).array() > loss).cast<double>().mean();
}

RobustDomains::RobustDomains(std::vector<LabelledPoints> domains, double ridge) : ridge_(ridge) {
  SADDLE_CHECK(ridge > 0, ridge);
  if (domains.empty()) throw Error("robust learning over domains needs at least one domain");
  for (const LabelledPoints& own : domains) {
    own.validate();
    if (own.points.rows() != domains[0].points.rows()) {
      throw Error(concat("the points of all domains must have one dimension, not ",
                         domains[0].points.rows(), " and ", own.points.rows()));
    }
    signed_points_.emplace_back(own.points * own.labels.asDiagonal());
  }
}

VectorXd RobustDomains::losses(const VectorXd& w) const {
  VectorXd loss(signed_points_.size());
  for (Index k = 0; k < loss.size(); ++k) loss[k] = mean_loss(signed_points_[k], w);
  return loss;
}
MatrixXd RobustDomains::slopes(const VectorXd& w) const {
  MatrixXd slope(w.size(), signed_points_.size());
  for (Index k = 0; k < slope.cols(); ++k) slope.col(k) = mean_slope(signed_points_[k], w);
  return slope;
}
MatrixXd RobustDomains::hessian(const VectorXd& w, const VectorXd& p) const {
  MatrixXd sum = ridge_ * MatrixXd::Identity(w.size(), w.size());
  for (Index k = 0; k < p.size(); ++k) sum += p[k] * mean_hessian(signed_points_[k], w);
  return sum;
}

double RobustDomains::value(const VectorXd& w, const VectorXd& p) {
  return p.dot(losses(w)) + 0.5 * ridge_ * w.squaredNorm();
}
VectorXd RobustDomains::gradient_x(const VectorXd& w, const VectorXd& p) {
  return slopes(w) * p + ridge_ * w;
}
VectorXd RobustDomains::gradient_y(const VectorXd& w, const VectorXd&) { return losses(w); }
VectorXd RobustDomains::project_y(const VectorXd& p) const { return project_simplex(p); }

VectorXd RobustDomains::minimiser(const VectorXd& p) const {
  const auto objective = [&](const VectorXd& w) {
    return p.dot(losses(w)) + 0.5 * ridge_ * w.squaredNorm();
  };
  VectorXd w = VectorXd::Zero(signed_points_[0].rows());
  for (int round = 0; round < 100; ++round) {
    const VectorXd gradient = slopes(w) * p + ridge_ * w;
    if (gradient.norm() < 1e-14) break;
    const VectorXd newton = solve_symmetric(hessian(w, p), gradient);
    const double before = objective(w) + slack(objective(w)), slope = gradient.dot(newton);
    double length = 1;
    while (length > 1e-12 && objective(w - length * newton) > before - 1e-4 * length * slope) {
      length /= 2;
    }
    if (length <= 1e-12) break;  // as low as rounding allows
    w -= length * newton;
  }
  return w;
}

Pair<VectorXd> RobustDomains::saddle_point() const {
  const auto count = static_cast<Index>(signed_points_.size());
  VectorXd p = VectorXd::Constant(count, 1.0 / static_cast<double>(count));
  VectorXd w = minimiser(p);
  for (int round = 0; round < 5000; ++round) {
    const VectorXd loss = losses(w);
    if (loss.maxCoeff() - p.dot(loss) < 1e-12) break;
    // The dual function curves by −JᵀH⁻¹J.
    const MatrixXd slope = slopes(w);
    const MatrixXd curvature = slope.transpose() * solve_symmetric(hessian(w, p), slope);
    const double largest = eigenvalues(curvature).maxCoeff();
    p = project_simplex(p + loss / std::max(largest, 1e-12));
    w = minimiser(p);
  }
  return {w, p};
}

}  // namespace saddle
