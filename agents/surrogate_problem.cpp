// SPDX-License-Identifier: Apache-2.0
// Gradients, curvature and values of a batch's surrogates.
#include <saddle/agents/surrogate_problem.h>

#include <algorithm>
#include <cmath>

namespace saddle {
namespace {

Eigen::VectorXd to_double(std::span<const float> values) {
  return Eigen::VectorXf::Map(values.data(), static_cast<Eigen::Index>(values.size()))
      .cast<double>();
}

AlignedFloats to_float(const Eigen::VectorXd& values) {
  AlignedFloats result(static_cast<std::size_t>(values.size()));
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = static_cast<float>(values[static_cast<Eigen::Index>(i)]);
  }
  return result;
}

/// Column k of cost_advantage, centred.
AlignedFloats cost_column(const PolicyBatch& batch, std::size_t k, std::size_t constraints) {
  AlignedFloats column(batch.advantage.size());
  double mean = 0;
  for (std::size_t i = 0; i < column.size(); ++i) {
    column[i] = batch.cost_advantage[i * constraints + k];
    mean += column[i] / static_cast<double>(column.size());
  }
  for (float& a : column) a = static_cast<float>(a - mean);
  return column;
}

}  // namespace

SurrogateProblem::SurrogateProblem(Policy& policy, const PolicyBatch& batch,
                                   const GradientWeights& weights, std::size_t constraints,
                                   std::size_t metric_rows)
    : policy_(policy),
      batch_(batch),
      rows_(batch.advantage.size()),
      start_(to_double(std::as_const(policy).arena().values())),
      head_(batch.head.size()) {
  SADDLE_CHECK(batch.cost_advantage.size() >= rows_ * constraints, constraints);
  combine_advantages(batch, weights, advantages_.emplace_back(rows_));
  policy_.network().forward_keeping(batch_.observation, head_);
  gradient_ = -gradient_of(advantages_.front());
  if (batch.smoothing) {
    batch.smoothing->pull(policy_.arena());
    gradient_ += take_gradient();
  }
  violation_ = batch.violation.head(static_cast<Eigen::Index>(constraints));
  for (std::size_t k = 0; k < constraints; ++k) {
    advantages_.push_back(cost_column(batch, k, constraints));
    constraint_gradients_.push_back(gradient_of(advantages_.back()));
  }
  const std::size_t o = batch.observation.size() / rows_;
  const std::size_t stride = (rows_ + metric_rows - 1) / metric_rows;
  const std::size_t sequences = batch.starts.empty() ? rows_ : batch.starts.size();
  const auto start = [&](std::size_t i) {
    if (i >= sequences) return rows_;
    return batch.starts.empty() ? i : std::size_t{batch.starts[i]};
  };
  AlignedFloats observation;
  for (std::size_t i = 0; i < sequences; i += stride) {
    const auto rows = batch.observation.subspan(start(i) * o, (start(i + 1) - start(i)) * o);
    observation.insert(observation.end(), rows.begin(), rows.end());
  }
  metric_head_.resize(observation.size() / o * policy_.head_size());
  metric_image_.resize(metric_head_.size());
  policy_.network().forward_keeping(observation, metric_head_);
}

Eigen::VectorXd SurrogateProblem::take_gradient() {
  Eigen::VectorXd gradient = to_double(policy_.arena().gradient());
  std::ranges::fill(policy_.arena().gradient(), 0.0f);
  return gradient;
}

Eigen::VectorXd SurrogateProblem::gradient_of(std::span<const float> advantage) {
  const std::size_t h = policy_.head_size(), d = policy_.action_size();
  AlignedFloats d_head(head_.size(), 0.0f);
  ActionDensity pi;
  pi.of(policy_.distribution(), policy_.log_std());
  for (std::size_t i = 0; i < rows_; ++i) {
    pi.at(std::span<const float>(head_).subspan(i * h, h))
        .add_score(batch_.action.subspan(i * d, d), advantage[i] / static_cast<double>(rows_),
                   std::span(d_head).subspan(i * h, h), policy_.log_std_gradient());
  }
  policy_.network().backward(d_head);
  return take_gradient();
}

Eigen::VectorXd SurrogateProblem::metric(const Eigen::VectorXd& v) {
  const std::size_t h = policy_.head_size();
  const std::size_t rows = metric_head_.size() / h;
  const AlignedFloats direction = to_float(v);
  policy_.network().tangent(direction, {}, metric_image_);
  const auto log_std_v = std::span(direction).last(policy_.log_std().size());
  AlignedFloats d_head(metric_head_.size(), 0.0f);
  ActionDensity pi;
  pi.of(policy_.distribution(), policy_.log_std());
  for (std::size_t i = 0; i < rows; ++i) {
    pi.at(std::span<const float>(metric_head_).subspan(i * h, h))
        .add_curvature(std::span<const float>(metric_image_).subspan(i * h, h), log_std_v,
                       1 / static_cast<double>(rows), std::span(d_head).subspan(i * h, h),
                       policy_.log_std_gradient());
  }
  policy_.network().backward(d_head);
  return take_gradient();
}

TrialValues SurrogateProblem::values(const Eigen::VectorXd& theta) {
  move(theta);
  policy_.network().forward(batch_.observation, head_);
  const std::size_t h = policy_.head_size(), d = policy_.action_size();
  ActionDensity now, old;
  now.of(policy_.distribution(), policy_.log_std());
  old.of(policy_.distribution(), batch_.log_std);
  const double share = 1 / static_cast<double>(rows_);
  TrialValues trial{0, violation_, 0};
  if (batch_.smoothing) {
    trial.objective = batch_.smoothing->loss(std::as_const(policy_).arena().values());
  }
  for (std::size_t i = 0; i < rows_; ++i) {
    now.at(std::span<const float>(head_).subspan(i * h, h));
    old.at(batch_.head.subspan(i * h, h));
    const double ratio =
        std::exp(now.log_probability(batch_.action.subspan(i * d, d)) - batch_.log_probability[i]);
    trial.objective -= share * ratio * advantages_.front()[i];
    for (std::size_t k = 1; k < advantages_.size(); ++k) {
      trial.constraints[static_cast<Eigen::Index>(k) - 1] += share * ratio * advantages_[k][i];
    }
    trial.divergence += share * old.kl(now);
  }
  return trial;
}

void SurrogateProblem::move(const Eigen::VectorXd& theta) {
  std::ranges::copy(to_float(theta), policy_.arena().values().begin());
}

}  // namespace saddle
