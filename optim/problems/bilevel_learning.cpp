// SPDX-License-Identifier: Apache-2.0
// Learning in two levels: features that many tasks share, and which samples to believe.
#include <saddle/optim/problems/bilevel_learning.h>

#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/problems/bilevel_minibatch.h>
#include <saddle/optim/problems/logistic.h>
#include <saddle/optim/project.h>

namespace saddle {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr double kLowerRidge = 0.1;    ///< r
constexpr double kRegularizer = 0.01;  ///< ρ
constexpr double kNoise = 0.1;         ///< of the targets

}  // namespace

HyperRepresentation::HyperRepresentation(const Options& options, std::uint64_t seed)
    : options_(options), seed_(seed) {
  Rng rng(seed);
  const auto normal = [&] { return rng.normal(); };
  const VectorXd truth = VectorXd::NullaryExpr(options.hidden * options.inputs, normal);
  const auto draw = [&](const VectorXd& head) {
    Task task{MatrixXd::NullaryExpr(options.samples, options.inputs, normal), VectorXd()};
    task.targets =
        features(task, truth) * head + kNoise * VectorXd::NullaryExpr(options.samples, normal);
    return task;
  };
  for (std::int64_t t = 0; t < options.tasks; ++t) {
    const VectorXd own = VectorXd::NullaryExpr(options.hidden, normal);
    training_.push_back(draw(own));
    validation_.push_back(draw(own));
  }
}
Pair<VectorXd> HyperRepresentation::start() const {
  Rng rng(seed_, 1);
  const VectorXd x =
      0.5 * VectorXd::NullaryExpr(options_.hidden * options_.inputs, [&] { return rng.normal(); });
  return {x, lower_solution(x)};
}
MatrixXd HyperRepresentation::features(const Task& task, const VectorXd& x) const {
  const MatrixXd linear = task.inputs * x.reshaped(options_.hidden, options_.inputs).transpose();
  return options_.features == "tanh" ? MatrixXd(linear.array().tanh()) : linear;
}
VectorXd HyperRepresentation::back(const Task& task, const MatrixXd& features,
                                   const MatrixXd& gradient) const {
  const MatrixXd linear = options_.features == "tanh"
                              ? MatrixXd(gradient.array() * (1 - features.array().square()))
                              : gradient;
  return MatrixXd(linear.transpose() * task.inputs).reshaped();
}
VectorXd HyperRepresentation::lower_solution(const VectorXd& x) const {
  const double n = static_cast<double>(options_.samples);
  VectorXd y(options_.hidden * options_.tasks);
  for (std::size_t t = 0; t < training_.size(); ++t) {
    const MatrixXd phi = features(training_[t], x);
    const MatrixXd h = phi.transpose() * phi / n +
                       kLowerRidge * MatrixXd::Identity(options_.hidden, options_.hidden);
    y.segment(static_cast<Index>(t) * options_.hidden, options_.hidden) =
        solve_positive(h, VectorXd(phi.transpose() * training_[t].targets / n));
  }
  return y;
}
double HyperRepresentation::loss(const std::vector<Task>& tasks, const VectorXd& x,
                                 const VectorXd& y) const {
  double sum = 0;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    sum += (features(tasks[t], x) * head(y, t) - tasks[t].targets).squaredNorm();
  }
  return 0.5 * sum / static_cast<double>(options_.samples);
}
Pair<VectorXd> HyperRepresentation::loss_gradient(const std::vector<Task>& tasks, const VectorXd& x,
                                                  const VectorXd& y) const {
  const double n = static_cast<double>(options_.samples);
  Pair<VectorXd> sum{VectorXd::Zero(x.size()), VectorXd(y.size())};
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const MatrixXd phi = features(tasks[t], x);
    const VectorXd own = head(y, t);
    const VectorXd error = (phi * own - tasks[t].targets) / n;
    sum.x += back(tasks[t], phi, error * own.transpose());
    sum.y.segment(static_cast<Index>(t) * options_.hidden, options_.hidden) =
        phi.transpose() * error;
  }
  return sum;
}
double HyperRepresentation::outer_value(const VectorXd& x, const VectorXd& y) {
  return loss(validation_, x, y) / static_cast<double>(options_.tasks) +
         0.5 * kRegularizer * x.squaredNorm();
}
double HyperRepresentation::inner_value(const VectorXd& x, const VectorXd& y) {
  return loss(training_, x, y) + 0.5 * kLowerRidge * y.squaredNorm();
}
Pair<VectorXd> HyperRepresentation::outer_gradient(const VectorXd& x, const VectorXd& y) {
  const Pair<VectorXd> mean =
      1 / static_cast<double>(options_.tasks) * loss_gradient(validation_, x, y);
  return {mean.x + kRegularizer * x, mean.y};
}
Pair<VectorXd> HyperRepresentation::inner_gradient(const VectorXd& x, const VectorXd& y) {
  const Pair<VectorXd> sum = loss_gradient(training_, x, y);
  return {sum.x, sum.y + kLowerRidge * y};
}
VectorXd HyperRepresentation::hessian_yy(const VectorXd& x, const VectorXd&, const VectorXd& v) {
  VectorXd image = kLowerRidge * v;
  for (std::size_t t = 0; t < training_.size(); ++t) {
    const MatrixXd phi = features(training_[t], x);
    image.segment(static_cast<Index>(t) * options_.hidden, options_.hidden) +=
        phi.transpose() * (phi * head(v, t)) / static_cast<double>(options_.samples);
  }
  return image;
}
VectorXd HyperRepresentation::jacobian_xy(const VectorXd& x, const VectorXd& y, const VectorXd& v) {
  // ⟨∇_y g, v⟩ = Σ_t (φ v_t)ᵀ(φ y_t − b)/n + r y_tᵀv_t.
  VectorXd sum = VectorXd::Zero(x.size());
  for (std::size_t t = 0; t < training_.size(); ++t) {
    const MatrixXd phi = features(training_[t], x);
    const VectorXd own = head(y, t), along = head(v, t);
    const VectorXd error = phi * own - training_[t].targets;
    const MatrixXd gradient = error * along.transpose() + (phi * along) * own.transpose();
    sum += back(training_[t], phi, gradient) / static_cast<double>(options_.samples);
  }
  return sum;
}

HyperCleaning::HyperCleaning(const Options& options, std::uint64_t seed)
    : options_(options), seed_(seed) {
  Rng rng(seed);
  const auto draw = [&] {
    MatrixXd rows(options.samples, 3);
    for (Index i = 0; i < rows.rows(); ++i) {
      const double label = rng.uniform() < 0.5 ? -1 : 1;
      const double u = rng.normal(), v = rng.normal();
      rows.row(i) << 1 + label * u, 1 + label * v, label;
    }
    return rows;
  };
  training_ = draw();
  validation_ = draw();
  for (Index i = 0; i < training_.rows(); ++i) {
    corrupted_.push_back(rng.uniform() < options.corrupted);
    if (corrupted_.back()) training_.row(i) *= -1;
  }
  resample(0);
}
ArrayXd HyperCleaning::weights(const VectorXd& x) const {
  return sigmoid(VectorXd(x(training_batch_)).array()) /
         static_cast<double>(training_batch_.size());
}
VectorXd HyperCleaning::scatter(const ArrayXd& values) const {
  VectorXd sum = VectorXd::Zero(training_.rows());
  for (std::size_t i = 0; i < training_batch_.size(); ++i) {
    sum[training_batch_[i]] += values[static_cast<Index>(i)];
  }
  return sum;
}
double HyperCleaning::outer_value(const VectorXd&, const VectorXd& y) {
  const MatrixXd rows = validation_(validation_batch_, Eigen::all);
  return softplus(-(rows * y).array()).mean();
}
double HyperCleaning::inner_value(const VectorXd& x, const VectorXd& y) {
  return (weights(x) * softplus(-(rows() * y).array())).sum() + 0.5 * kLowerRidge * y.squaredNorm();
}
Pair<VectorXd> HyperCleaning::outer_gradient(const VectorXd& x, const VectorXd& y) {
  const MatrixXd rows = validation_(validation_batch_, Eigen::all);
  const VectorXd slope = -sigmoid(-(rows * y).array()).matrix();
  return {VectorXd::Zero(x.size()), rows.transpose() * slope / static_cast<double>(rows.rows())};
}
Pair<VectorXd> HyperCleaning::inner_gradient(const VectorXd& x, const VectorXd& y) {
  const MatrixXd u = rows();
  const ArrayXd margin = (u * y).array(), weight = weights(x);
  const ArrayXd doubt = 1 - sigmoid(VectorXd(x(training_batch_)).array());
  return {scatter(weight * doubt * softplus(-margin)),
          -u.transpose() * (weight * sigmoid(-margin)).matrix() + kLowerRidge * y};
}
VectorXd HyperCleaning::hessian_yy(const VectorXd& x, const VectorXd& y, const VectorXd& v) {
  const MatrixXd u = rows();
  const ArrayXd p = sigmoid((u * y).array());
  return u.transpose() * (weights(x) * p * (1 - p) * (u * v).array()).matrix() + kLowerRidge * v;
}
VectorXd HyperCleaning::jacobian_xy(const VectorXd& x, const VectorXd& y, const VectorXd& v) {
  const MatrixXd u = rows();
  const ArrayXd doubt = 1 - sigmoid(VectorXd(x(training_batch_)).array());
  return scatter(-weights(x) * doubt * sigmoid(-(u * y).array()) * (u * v).array());
}
VectorXd HyperCleaning::project_x(const VectorXd& x) const { return project_box(x, -2, 2); }
void HyperCleaning::resample(std::uint64_t batch) {
  training_batch_ = minibatch(seed_ + 1, batch, options_.batch, training_.rows());
  validation_batch_ = minibatch(seed_ + 2, batch, options_.batch, validation_.rows());
}

}  // namespace saddle
