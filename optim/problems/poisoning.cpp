// SPDX-License-Identifier: Apache-2.0
// An attacker who moves a part of the training data.
#include <saddle/optim/problems/poisoning.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include <saddle/base/rng.h>
#include <saddle/optim/problems/logistic.h>
#include <saddle/optim/project.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Poisoning::Poisoning(const Options& options, std::uint64_t seed) : options_(options), seed_(seed) {
  const LabelledPoints data =
      half_space_points(seed, options.points, VectorXd::Ones(options.dimension), 1e-3);
  const auto share = [](double part, Index whole) {
    return static_cast<Index>(std::llround(part * static_cast<double>(whole)));
  };
  const Index training = share(options.training, options.points);
  const Index poisoned = share(options.poisoned, training), clean = training - poisoned;
  if (poisoned == 0 || clean == 0 || training == options.points) {
    throw Error(concat("poisoning needs clean, poisoned and test points, not ", clean, ", ",
                       poisoned, " and ", options.points - training,
                       "; raise 'points' or change 'training' and 'poisoned'"));
  }
  const MatrixXd signed_points = data.points * data.labels.asDiagonal();
  poisoned_ = signed_points.leftCols(poisoned);
  poisoned_labels_ = data.labels.head(poisoned);
  clean_ = signed_points.middleCols(poisoned, clean);
  test_ = signed_points.rightCols(options.points - training);
  batch_ = clean_;
}

void Poisoning::resample(std::uint64_t batch) {
  const Index size = std::min<Index>(options_.batch, clean_.cols());
  if (batch == 0 || size == clean_.cols()) {
    batch_ = clean_;
    return;
  }
  Rng rng(seed_, batch);
  std::vector<Index> order(clean_.cols());
  std::iota(order.begin(), order.end(), Index{0});
  batch_.resize(clean_.rows(), size);
  for (Index i = 0; i < size; ++i) {
    const auto rest = static_cast<std::uint32_t>(clean_.cols() - i);
    std::swap(order[i], order[i + rng.below(rest)]);
    batch_.col(i) = clean_.col(order[i]);
  }
}

double Poisoning::count() const { return static_cast<double>(batch_.cols() + poisoned_.cols()); }

Poisoning::Margins Poisoning::margins(const VectorXd& w, const VectorXd& delta) const {
  return {batch_.transpose() * w, poisoned_.transpose() * w + w.dot(delta) * poisoned_labels_};
}

double Poisoning::value(const VectorXd& w, const VectorXd& delta) {
  const Margins m = margins(w, delta);
  return (softplus(-m.clean).sum() + softplus(-m.poisoned).sum()) / count() +
         options_.ridge * w.squaredNorm();
}
VectorXd Poisoning::gradient_x(const VectorXd& w, const VectorXd& delta) {
  const Margins m = margins(w, delta);
  const VectorXd clean = sigmoid(-m.clean), poisoned = sigmoid(-m.poisoned);
  return (batch_ * clean + poisoned_ * poisoned + poisoned_labels_.dot(poisoned) * delta) /
             -count() +
         2 * options_.ridge * w;
}
VectorXd Poisoning::gradient_y(const VectorXd& w, const VectorXd& delta) {
  const VectorXd error = sigmoid(-margins(w, delta).poisoned);
  return poisoned_labels_.dot(error) / -count() * w;
}
VectorXd Poisoning::project_y(const VectorXd& delta) const {
  return project_box(delta, -options_.radius, options_.radius);
}

double Poisoning::test_accuracy(const VectorXd& w) const {
  return ((test_.transpose() * w).array() > 0).cast<double>().mean();
}

VectorXd Poisoning::retrained(VectorXd w, const VectorXd& delta, int steps, double step) {
  resample(0);
  for (int k = 0; k < steps; ++k) w -= step * gradient_x(w, delta);
  return w;
}

}  // namespace saddle
