// SPDX-License-Identifier: Apache-2.0
// Quadratic objectives under quadratic constraints.
#include <saddle/optim/problems/qcqp.h>

#include <saddle/base/rng.h>
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/normal.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

using Form = QuadraticallyConstrained::Form;

double value(const Form& form, const VectorXd& x) {
  return 0.5 * x.dot(form.q * x) + form.c.dot(x) + form.constant;
}

/// Symmetric, with eigenvalues evenly spaced from low to high.
MatrixXd spread(Index n, double low, double high, Rng& rng) {
  const MatrixXd gaussian = MatrixXd::NullaryExpr(n, n, [&] { return rng.normal(); });
  const MatrixXd rotation = orthogonal_factor(gaussian);
  const MatrixXd q =
      rotation * VectorXd::LinSpaced(n, low, high).asDiagonal() * rotation.transpose();
  return 0.5 * (q + q.transpose());
}

}  // namespace

QuadraticallyConstrained::QuadraticallyConstrained(Form objective, std::vector<Form> constraints)
    : objective_(std::move(objective)), constraints_(std::move(constraints)) {
  const Index n = objective_.c.size();
  SADDLE_CHECK(objective_.q.rows() == n && objective_.q.cols() == n, objective_.q.rows(), n);
  for (const Form& own : constraints_) {
    SADDLE_CHECK(own.q.rows() == n && own.q.cols() == n && own.c.size() == n, own.q.rows(), n);
  }
}

ConstrainedValues QuadraticallyConstrained::values(const VectorXd& x) {
  VectorXd g(inequalities());
  for (int k = 0; k < inequalities(); ++k) g[k] = value(constraints_[k], x);
  return {value(objective_, x), g};
}
VectorXd QuadraticallyConstrained::gradient(const VectorXd& x, const GradientWeights& w) {
  VectorXd sum = w.objective * (objective_.q * x + objective_.c);
  for (int k = 0; k < inequalities(); ++k) {
    sum += w.constraints[k] * (constraints_[k].q * x + constraints_[k].c);
  }
  return sum;
}

PlantedQcqp planted_qcqp(std::uint64_t seed, int n, int active, int inactive) {
  SADDLE_CHECK(n >= 2 && active >= 0 && active <= n && inactive >= 0, n, active, inactive);
  Rng rng(seed);
  const VectorXd x = normal_vector(n, rng);
  VectorXd multipliers = VectorXd::Zero(active + inactive);
  // The objective is what is left of the Lagrangian, and must be indefinite too.
  Form objective{spread(n, 1, 3, rng), VectorXd::Zero(n)};
  VectorXd slope = VectorXd::Zero(n);
  std::vector<Form> constraints;
  for (int k = 0; k < active + inactive; ++k) {
    const bool holds = k < active;
    Form own{spread(n, -3, 4, rng), normal_vector(n, rng)};
    own.constant = -value(own, x) - (holds ? 0 : rng.uniform(0.5, 2));
    if (holds) {
      multipliers[k] = rng.uniform(0.5, 2);
      objective.q -= multipliers[k] * own.q;
      slope += multipliers[k] * (own.q * x + own.c);
    }
    constraints.push_back(std::move(own));
  }
  objective.c = -(objective.q * x) - slope;
  return {QuadraticallyConstrained(std::move(objective), std::move(constraints)), x, multipliers};
}

}  // namespace saddle
