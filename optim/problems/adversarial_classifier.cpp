// SPDX-License-Identifier: Apache-2.0
// A small network trained against perturbations of its inputs.
#include <saddle/optim/problems/adversarial_classifier.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <saddle/optim/problems/logistic.h>
#include <saddle/optim/project.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

AdversarialClassifier::AdversarialClassifier(LabelledPoints data, int hidden, double radius,
                                             double ridge)
    : data_(std::move(data)), h_(hidden), d_(data_.points.rows()), radius_(radius), ridge_(ridge) {
  SADDLE_CHECK(hidden > 0 && radius >= 0 && ridge >= 0, hidden, radius, ridge);
  data_.validate();
}

AdversarialClassifier::Forward AdversarialClassifier::forward(const VectorXd& theta,
                                                              const VectorXd& delta) const {
  SADDLE_CHECK(theta.size() == h_ * d_ + 2 * h_ + 1, theta.size(), h_, d_);
  SADDLE_CHECK(delta.size() == data_.points.size(), delta.size(), data_.points.size());
  const auto weights = MatrixXd::Map(theta.data(), h_, d_);
  Forward pass;
  pass.inputs = data_.points + MatrixXd::Map(delta.data(), d_, data_.points.cols());
  pass.hidden = weights * pass.inputs;
  pass.hidden.colwise() += theta.segment(h_ * d_, h_);
  pass.hidden = pass.hidden.array().tanh();
  const VectorXd output = pass.hidden.transpose() * theta.segment(h_ * d_ + h_, h_);
  pass.margins = data_.labels.array() * (output.array() + theta[theta.size() - 1]);
  return pass;
}

VectorXd AdversarialClassifier::output_slopes(const Forward& pass) const {
  return (-data_.labels.array() * sigmoid(-pass.margins)) /
         static_cast<double>(pass.margins.size());
}

MatrixXd AdversarialClassifier::hidden_slopes(const VectorXd& theta, const Forward& pass,
                                              const VectorXd& output) const {
  const MatrixXd back = theta.segment(h_ * d_ + h_, h_) * output.transpose();
  return back.array() * (1 - pass.hidden.array().square());
}

double AdversarialClassifier::value(const VectorXd& theta, const VectorXd& delta) {
  return softplus(-forward(theta, delta).margins).mean() + 0.5 * ridge_ * theta.squaredNorm();
}
VectorXd AdversarialClassifier::gradient_x(const VectorXd& theta, const VectorXd& delta) {
  const Forward pass = forward(theta, delta);
  const VectorXd output = output_slopes(pass);
  const MatrixXd back = hidden_slopes(theta, pass, output);
  const MatrixXd weights = back * pass.inputs.transpose();
  VectorXd gradient(theta.size());
  gradient << VectorXd::Map(weights.data(), weights.size()), back.rowwise().sum(),
      pass.hidden * output, output.sum();
  return gradient + ridge_ * theta;
}
VectorXd AdversarialClassifier::gradient_y(const VectorXd& theta, const VectorXd& delta) {
  const Forward pass = forward(theta, delta);
  const MatrixXd slope = MatrixXd::Map(theta.data(), h_, d_).transpose() *
                         hidden_slopes(theta, pass, output_slopes(pass));
  return VectorXd::Map(slope.data(), slope.size());
}
VectorXd AdversarialClassifier::project_y(const VectorXd& delta) const {
  return project_box(delta, -radius_, radius_);
}

VectorXd AdversarialClassifier::initial(Rng& rng) const {
  VectorXd theta = VectorXd::Zero(h_ * d_ + 2 * h_ + 1);
  for (double& w : theta.head(h_ * d_)) w = rng.normal() / std::sqrt(static_cast<double>(d_));
  for (double& v : theta.segment(h_ * d_ + h_, h_)) {
    v = rng.normal() / std::sqrt(static_cast<double>(h_));
  }
  return theta;
}
VectorXd AdversarialClassifier::no_perturbation() const {
  return VectorXd::Zero(data_.points.size());
}

double AdversarialClassifier::accuracy(const VectorXd& theta, const VectorXd& delta) const {
  return (forward(theta, delta).margins.array() > 0).cast<double>().mean();
}

double AdversarialClassifier::attacked_accuracy(const VectorXd& theta, std::int64_t steps,
                                                int restarts, Rng& rng) {
  SADDLE_CHECK(steps > 0 && restarts >= 0, steps, restarts);
  const auto gradient = [&](const VectorXd& delta) { return gradient_y(theta, delta); };
  const Index n = data_.points.size();
  VectorXd worst = forward(theta, fast_gradient_sign(gradient, n, radius_)).margins;
  for (int i = 0; i < restarts; ++i) {
    const AttackOptions options{radius_,
                                2.5 * std::max(radius_, 1e-12) / static_cast<double>(steps), steps};
    const VectorXd start = random_perturbation(n, radius_, rng);
    const VectorXd delta = projected_sign_ascent(gradient, start, options);
    worst = worst.cwiseMin(forward(theta, delta).margins);
  }
  return (worst.array() > 0).cast<double>().mean();
}

}  // namespace saddle
