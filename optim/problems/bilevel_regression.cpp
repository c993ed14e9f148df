// SPDX-License-Identifier: Apache-2.0
// Least squares in two levels: the penalty of a ridge, and clients around a shared model.
#include <saddle/optim/problems/bilevel_regression.h>

#include <cmath>

#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/problems/bilevel_minibatch.h>
#include <saddle/optim/project.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// Normal inputs, and targets u_iᵀw with noise.
Regression draw(Index samples, const VectorXd& w, double noise, Rng& rng) {
  const auto normal = [&] { return rng.normal(); };
  const MatrixXd inputs = MatrixXd::NullaryExpr(samples, w.size(), normal);
  return {inputs, inputs * w + noise * VectorXd::NullaryExpr(samples, normal)};
}

double loss(const Regression& data, const VectorXd& w) {
  return 0.5 * (data.inputs * w - data.targets).squaredNorm() /
         static_cast<double>(data.targets.size());
}
VectorXd gradient(const Regression& data, const VectorXd& w) {
  return data.inputs.transpose() * (data.inputs * w - data.targets) /
         static_cast<double>(data.targets.size());
}
VectorXd hessian(const Regression& data, const VectorXd& v) {
  return data.inputs.transpose() * (data.inputs * v) / static_cast<double>(data.targets.size());
}
MatrixXd dense_hessian(const Regression& data) {
  return data.inputs.transpose() * data.inputs / static_cast<double>(data.targets.size());
}

}  // namespace

RidgeHyperparameter::RidgeHyperparameter(const Options& options, std::uint64_t seed) {
  Rng rng(seed);
  const VectorXd w = VectorXd::NullaryExpr(options.features, [&] { return rng.normal(); }) /
                     std::sqrt(static_cast<double>(options.features));
  training_ = draw(options.samples, w, options.noise, rng);
  validation_ = draw(options.samples, w, options.noise, rng);
}
VectorXd RidgeHyperparameter::lower_solution(const VectorXd& x) const {
  const Index d = training_.inputs.cols();
  const MatrixXd h = dense_hessian(training_) + std::exp(x[0]) * MatrixXd::Identity(d, d);
  return solve_positive(h, VectorXd(-gradient(training_, VectorXd::Zero(d))));
}
double RidgeHyperparameter::outer_value(const VectorXd&, const VectorXd& y) {
  return loss(validation_, y);
}
double RidgeHyperparameter::inner_value(const VectorXd& x, const VectorXd& y) {
  return loss(training_, y) + 0.5 * std::exp(x[0]) * y.squaredNorm();
}
Pair<VectorXd> RidgeHyperparameter::outer_gradient(const VectorXd& x, const VectorXd& y) {
  return {VectorXd::Zero(x.size()), gradient(validation_, y)};
}
Pair<VectorXd> RidgeHyperparameter::inner_gradient(const VectorXd& x, const VectorXd& y) {
  const double penalty = std::exp(x[0]);
  return {VectorXd::Constant(1, 0.5 * penalty * y.squaredNorm()),
          gradient(training_, y) + penalty * y};
}
VectorXd RidgeHyperparameter::hessian_yy(const VectorXd& x, const VectorXd&, const VectorXd& v) {
  return hessian(training_, v) + std::exp(x[0]) * v;
}
VectorXd RidgeHyperparameter::jacobian_xy(const VectorXd& x, const VectorXd& y, const VectorXd& v) {
  return VectorXd::Constant(1, std::exp(x[0]) * y.dot(v));
}
VectorXd RidgeHyperparameter::project_x(const VectorXd& x) const { return project_box(x, -5, 1); }

PersonalizedRegression::PersonalizedRegression(const Options& options, std::uint64_t seed)
    : options_(options), seed_(seed) {
  constexpr double kNoise = 0.1;
  Rng rng(seed);
  const auto normal = [&] { return rng.normal(); };
  const VectorXd shared = VectorXd::NullaryExpr(options.features, normal);
  for (std::int64_t i = 0; i < options.clients; ++i) {
    const VectorXd own = shared + options.spread * VectorXd::NullaryExpr(options.features, normal);
    Regression training = draw(options.samples, own, kNoise, rng);
    all_.push_back({std::move(training), draw(options.samples, own, kNoise, rng)});
  }
  batch_ = all_;
}
MatrixXd PersonalizedRegression::inverse_hessian(const Client& client) const {
  const Index d = options_.features;
  const MatrixXd identity = MatrixXd::Identity(d, d);
  return solve_positive(dense_hessian(client.training) + options_.coupling * identity, identity);
}
VectorXd PersonalizedRegression::lower_solution(const VectorXd& x) const {
  const Index d = options_.features;
  VectorXd y(d * static_cast<Index>(all_.size()));
  for (Index i = 0; i < static_cast<Index>(all_.size()); ++i) {
    const Client& client = all_[i];
    y.segment(i * d, d) = inverse_hessian(client) *
                          (options_.coupling * x - gradient(client.training, VectorXd::Zero(d)));
  }
  return y;
}
Pair<VectorXd> PersonalizedRegression::solution() const {
  // y_i*(x) = S_i x + y_i*(0), so ∇F(x) = mean S_iᵀ(∇²T_i S_i x + ∇T_i(y_i*(0))).
  const Index d = options_.features;
  const VectorXd at_zero = lower_solution(VectorXd::Zero(d));
  MatrixXd system = MatrixXd::Zero(d, d);
  VectorXd right = VectorXd::Zero(d);
  for (Index i = 0; i < static_cast<Index>(all_.size()); ++i) {
    const Regression& testing = all_[i].testing;
    const MatrixXd slope = options_.coupling * inverse_hessian(all_[i]);
    system += slope.transpose() * dense_hessian(testing) * slope;
    right -= slope.transpose() * gradient(testing, at_zero.segment(i * d, d));
  }
  const VectorXd x = solve_symmetric(system, right);
  return {x, lower_solution(x)};
}
double PersonalizedRegression::outer_value(const VectorXd&, const VectorXd& y) {
  const Index d = options_.features;
  double sum = 0;
  for (Index i = 0; i < static_cast<Index>(batch_.size()); ++i) {
    sum += loss(batch_[i].testing, y.segment(i * d, d));
  }
  return sum / static_cast<double>(batch_.size());
}
double PersonalizedRegression::inner_value(const VectorXd& x, const VectorXd& y) {
  const Index d = options_.features;
  double sum = 0;
  for (Index i = 0; i < static_cast<Index>(batch_.size()); ++i) {
    const VectorXd own = y.segment(i * d, d);
    sum += loss(batch_[i].training, own) + 0.5 * options_.coupling * (own - x).squaredNorm();
  }
  return sum;
}
Pair<VectorXd> PersonalizedRegression::outer_gradient(const VectorXd& x, const VectorXd& y) {
  const Index d = options_.features;
  VectorXd slope(y.size());
  for (Index i = 0; i < static_cast<Index>(batch_.size()); ++i) {
    slope.segment(i * d, d) = gradient(batch_[i].testing, y.segment(i * d, d));
  }
  return {VectorXd::Zero(x.size()), slope / static_cast<double>(batch_.size())};
}
Pair<VectorXd> PersonalizedRegression::inner_gradient(const VectorXd& x, const VectorXd& y) {
  const Index d = options_.features;
  VectorXd of_x = VectorXd::Zero(d), of_y(y.size());
  for (Index i = 0; i < static_cast<Index>(batch_.size()); ++i) {
    const VectorXd own = y.segment(i * d, d);
    const VectorXd pull = options_.coupling * (own - x);
    of_x -= pull;
    of_y.segment(i * d, d) = gradient(batch_[i].training, own) + pull;
  }
  return {of_x, of_y};
}
VectorXd PersonalizedRegression::hessian_yy(const VectorXd&, const VectorXd&, const VectorXd& v) {
  const Index d = options_.features;
  VectorXd image(v.size());
  for (Index i = 0; i < static_cast<Index>(batch_.size()); ++i) {
    const VectorXd own = v.segment(i * d, d);
    image.segment(i * d, d) = hessian(batch_[i].training, own) + options_.coupling * own;
  }
  return image;
}
VectorXd PersonalizedRegression::jacobian_xy(const VectorXd&, const VectorXd&, const VectorXd& v) {
  const Index d = options_.features;
  return -options_.coupling * v.reshaped(d, v.size() / d).rowwise().sum();
}
std::vector<PersonalizedRegression::Client> PersonalizedRegression::subset(
    const std::vector<Client>& clients, const std::vector<Index>& training,
    const std::vector<Index>& testing) {
  std::vector<Client> chosen;
  chosen.reserve(clients.size());
  for (const Client& client : clients) {
    chosen.push_back(
        {{client.training.inputs(training, Eigen::all), client.training.targets(training)},
         {client.testing.inputs(testing, Eigen::all), client.testing.targets(testing)}});
  }
  return chosen;
}
void PersonalizedRegression::resample(std::uint64_t batch) {
  if (options_.batch == 0) return;
  const auto training = minibatch(seed_ + 1, batch, options_.batch, options_.samples);
  const auto testing = minibatch(seed_ + 2, batch, options_.batch, options_.samples);
  batch_ = subset(all_, training, testing);
}

}  // namespace saddle
