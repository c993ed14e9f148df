// SPDX-License-Identifier: Apache-2.0
// Constrained Markov decision processes as problems over occupancy measures and over policies.
#include <utility>

#include <saddle/optim/problems/cmdp.h>
#include <saddle/optim/project.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// What a step of the process costs in the Lagrangian, [S·A].
VectorXd weighted_cost(const Cmdp& cmdp, const GradientWeights& w) {
  return -w.objective * cmdp.reward + cmdp.costs.transpose() * w.constraints;
}

ConstrainedValues values_of(const Cmdp& cmdp, const VectorXd& mu) {
  return {-cmdp.reward.dot(mu), cmdp.costs * mu - cmdp.limits};
}

}  // namespace

OccupancyProgram::OccupancyProgram(Cmdp cmdp) : cmdp_(std::move(cmdp)) {
  cmdp_.validate();
  flow_ = flow_matrix(cmdp_);
}

ConstrainedValues OccupancyProgram::values(const VectorXd& mu) {
  VectorXd constraints(inequalities() + equalities());
  constraints << cmdp_.costs * mu - cmdp_.limits, flow_ * mu - cmdp_.start;
  return {-cmdp_.reward.dot(mu), constraints};
}
VectorXd OccupancyProgram::gradient(const VectorXd&, const GradientWeights& w) {
  return weighted_cost(cmdp_, {w.objective, w.constraints.head(inequalities())}) +
         flow_.transpose() * w.constraints.tail(equalities());
}
VectorXd OccupancyProgram::project(const VectorXd& mu) const { return project_orthant(mu); }

SoftmaxCmdp::SoftmaxCmdp(Cmdp cmdp, double entropy) : cmdp_(std::move(cmdp)), entropy_(entropy) {
  cmdp_.validate();
  SADDLE_CHECK(entropy >= 0, entropy);
}

MatrixXd SoftmaxCmdp::log_policy(const VectorXd& theta) const {
  MatrixXd logits = table_of(cmdp_, theta);
  logits.colwise() -= VectorXd(logits.rowwise().maxCoeff());
  logits.colwise() -= VectorXd(logits.array().exp().rowwise().sum().log());
  return logits;
}
MatrixXd SoftmaxCmdp::policy(const VectorXd& theta) const {
  return log_policy(theta).array().exp();
}

ConstrainedValues SoftmaxCmdp::values(const VectorXd& theta) {
  const MatrixXd log_pi = log_policy(theta);
  const VectorXd mu = occupancy(cmdp_, log_pi.array().exp());
  ConstrainedValues at = values_of(cmdp_, mu);
  if (entropy_ > 0) at.objective += entropy_ * mu.dot(flatten(log_pi));
  return at;
}
VectorXd SoftmaxCmdp::natural_gradient(const VectorXd& theta, const GradientWeights& w) {
  const MatrixXd log_pi = log_policy(theta), pi = log_pi.array().exp();
  VectorXd cost = weighted_cost(cmdp_, w);
  if (entropy_ > 0) cost += w.objective * entropy_ * flatten(log_pi);
  const MatrixXd q = table_of(cmdp_, action_values(cmdp_, pi, cost));
  return flatten(q.colwise() - VectorXd(pi.cwiseProduct(q).rowwise().sum()));
}
VectorXd SoftmaxCmdp::gradient(const VectorXd& theta, const GradientWeights& w) {
  return occupancy(cmdp_, policy(theta)).cwiseProduct(natural_gradient(theta, w));
}

DirectCmdp::DirectCmdp(Cmdp cmdp) : cmdp_(std::move(cmdp)) { cmdp_.validate(); }

ConstrainedValues DirectCmdp::values(const VectorXd& policy) {
  return values_of(cmdp_, occupancy(cmdp_, table_of(cmdp_, policy)));
}
VectorXd DirectCmdp::natural_gradient(const VectorXd& policy, const GradientWeights& w) {
  return action_values(cmdp_, table_of(cmdp_, policy), weighted_cost(cmdp_, w));
}
VectorXd DirectCmdp::gradient(const VectorXd& policy, const GradientWeights& w) {
  const MatrixXd q = table_of(cmdp_, natural_gradient(policy, w));
  return flatten(state_visits(cmdp_, table_of(cmdp_, policy)).asDiagonal() * q);
}
VectorXd DirectCmdp::project(const VectorXd& policy) const {
  VectorXd inside(policy.size());
  for (Index s = 0; s < cmdp_.states; ++s) {
    const Index first = s * cmdp_.actions;
    inside.segment(first, cmdp_.actions) = project_simplex(policy.segment(first, cmdp_.actions));
  }
  return inside;
}

}  // namespace saddle
