// SPDX-License-Identifier: Apache-2.0
// The loss of value heads.
#include <saddle/agents/joint_pass.h>

#include <algorithm>

#include <saddle/agents/columns.h>

namespace saddle {

JointPass::JointPass(Policy& policy, const PolicyBatch& batch, std::size_t rows)
    : policy_(policy),
      target_(batch.value_target),
      weight_(batch.value_weight),
      values_(policy.value_size()),
      width_(policy.head_size() + values_),
      squares_(values_),
      outputs_(values_ > 0 ? rows * width_ : 0) {
  SADDLE_CHECK(target_.size() == batch.advantage.size() * values_, target_.size(),
               batch.advantage.size(), values_);
}

void JointPass::forward(std::span<const float> x, std::span<float> head) {
  if (values_ == 0) return policy_.network().forward_keeping(x, head);
  const auto outputs = std::span(outputs_).first(head.size() / (width_ - values_) * width_);
  policy_.network().forward_keeping(x, outputs);
  split_columns(outputs, width_, head, {});
}

void JointPass::backward(std::span<const float> d_head, std::span<const std::uint32_t> rows) {
  if (values_ == 0) return policy_.network().backward(d_head);
  const std::size_t h = width_ - values_;
  SADDLE_CHECK(d_head.size() == rows.size() * h, d_head.size(), rows.size());
  const double share = weight_ / static_cast<double>(rows.size());
  const auto outputs = std::span(outputs_).first(rows.size() * width_);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = outputs.subspan(i * width_, width_);
    std::ranges::copy(d_head.subspan(i * h, h), row.begin());
    for (std::size_t k = 0; k < values_; ++k) {
      const double error = row[h + k] - target_[rows[i] * values_ + k];
      squares_[k] += error * error;
      row[h + k] = static_cast<float>(share * error);
    }
  }
  policy_.network().backward(outputs);
}

std::vector<double> JointPass::take_losses() {
  std::vector<double> losses(values_);
  for (std::size_t k = 0; k < values_; ++k) {
    const std::size_t rows = target_.size() / values_;
    losses[k] = 0.5 * squares_[k] / static_cast<double>(rows);
    squares_[k] = 0;
  }
  return losses;
}

}  // namespace saddle
