// SPDX-License-Identifier: Apache-2.0
// Integral action for constrained steps that fall short of what they promise.
#pragma once

#include <limits>

#include <Eigen/Core>

#include <saddle/base/fields.h>
#include <saddle/optim/vector.h>

namespace saddle {

/// A margin added to measured constraint values before a step that satisfies them to first order:
///
///     m ← min([m + η g]_+, most)
///
/// A step whose gradients come from samples keeps less than it promises, by a share that nobody
/// knows, so a violation would persist; the margin grows until the promise is large enough, and
/// falls back while constraints are slack. Where they cannot be met nothing else bounds it, and it
/// would take as long to fall back.
/// Ref  The margin of the CPO in Ray, Achiam and Amodei 2019, "Benchmarking safe exploration in
///      deep reinforcement learning", code. Differs: the bound.
class Margin {
 public:
  /// η ≥ 0.
  explicit Margin(double rate) : rate_(rate) {}

  /// g [m] plus the margin after this measurement, `most` at most. The first call fixes m.
  [[nodiscard]] Eigen::VectorXd tighten(const Eigen::VectorXd& g,
                                        double most = std::numeric_limits<double>::infinity()) {
    if (margin_.size() == 0) margin_ = Eigen::VectorXd::Zero(g.size());
    SADDLE_CHECK(margin_.size() == g.size(), margin_.size(), g.size());
    margin_ = (margin_ + rate_ * g).cwiseMax(0).cwiseMin(most);
    return g + margin_;
  }

  [[nodiscard]] const Eigen::VectorXd& value() const { return margin_; }

  void state(Archive& archive) { archive_vector(archive, "margin", margin_); }

 private:
  double rate_;
  Eigen::VectorXd margin_;
};

}  // namespace saddle
