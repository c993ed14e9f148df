// SPDX-License-Identifier: Apache-2.0
// First-order primal steps: from a gradient to the next point.
#pragma once

#include <cmath>
#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/schedule.h>
#include <saddle/optim/vector.h>

namespace saddle {

/// Where to go from x, given a gradient there: of an objective, or of a Lagrangian with the weights
/// of a constraint rule. The caller projects.
template <class V>
class PrimalStep {
 public:
  virtual ~PrimalStep() = default;
  [[nodiscard]] virtual V next(const V& x, const V& gradient) = 0;
  virtual void state(Archive& archive) = 0;
};

/// x − α_r ∇, with α_r = scale · r^exponent in round r = 1, 2, …
/// Step    α < 2/L for a gradient of Lipschitz constant L; GDPA wants exponent −1/3, subgradients
///         of a penalty −1/2.
template <class V>
class GradientStep final : public PrimalStep<V> {
 public:
  explicit GradientStep(PowerSchedule step) : step_(step) {}

  [[nodiscard]] V next(const V& x, const V& gradient) override {
    return x - step_.at(++round_) * gradient;
  }
  void state(Archive& archive) override { archive("round", round_); }

 private:
  PowerSchedule step_;
  std::int64_t round_ = 0;
};

/// x − α (2∇_r − ∇_{r−1}), where ∇_0 = ∇_1: the primal half of optimistic descent-ascent. With
/// OptimisticLagrangian the last iterate converges on linear programs.
/// Ref  Popov 1980; Daskalakis, Ilyas, Syrgkanis and Zeng 2018, arXiv:1711.00141.
template <class V>
class OptimisticStep final : public PrimalStep<V> {
 public:
  explicit OptimisticStep(double step) : step_(step) {}

  [[nodiscard]] V next(const V& x, const V& gradient) override {
    const V move = started_ ? V(2.0 * gradient - previous_) : gradient;
    previous_ = gradient;
    started_ = true;
    return x - step_ * move;
  }
  void state(Archive& archive) override {
    archive("started", started_);
    if (started_) archive_vector(archive, "previous", previous_);
  }

 private:
  double step_;
  V previous_{};
  bool started_ = false;
};

/// x − α m̂/(√v̂ + ε), with m̂ and v̂ the bias-corrected moving averages of ∇ and ∇².
/// The length of a step is about α in every coordinate, whatever the size of the gradient.
/// Ref  Kingma and Ba 2015, arXiv:1412.6980, algorithm 1.
template <class V>
class AdamStep final : public PrimalStep<V> {
 public:
  struct Options {
    double step = 1e-3;
    double decay1 = 0.9;
    double decay2 = 0.999;
    double epsilon = 1e-8;

    void fields(Fields& f) {
      const Bounds decay{.low = 0, .high = 1, .open_high = true};
      f("step", step, positive(), "step α");
      f("decay1", decay1, decay, "memory of the average gradient");
      f("decay2", decay2, decay, "memory of the average squared gradient");
      f("epsilon", epsilon, positive(), "added to the root of the second moment");
    }
  };

  explicit AdamStep(const Options& options) : options_(options) {}

  [[nodiscard]] V next(const V& x, const V& gradient) override {
    if (round_ == 0) mean_ = square_ = zero_like(gradient);
    const auto round = static_cast<double>(++round_);
    mean_ = V(options_.decay1 * mean_ + (1 - options_.decay1) * gradient);
    const V squares = VectorSpace<V>::times(gradient, gradient);
    square_ = V(options_.decay2 * square_ + (1 - options_.decay2) * squares);
    const V corrected = 1 / (1 - std::pow(options_.decay2, round)) * square_;
    const double step = options_.step / (1 - std::pow(options_.decay1, round));
    return x - step * VectorSpace<V>::over_root(mean_, corrected, options_.epsilon);
  }
  void state(Archive& archive) override {
    archive("round", round_);
    if (round_ == 0) return;
    archive_vector(archive, "mean", mean_);
    archive_vector(archive, "square", square_);
  }

 private:
  Options options_;
  V mean_{}, square_{};
  std::int64_t round_ = 0;
};

/// x − α (∇ + p (x − z)) and z ← z + b (x − z): descent on the function smoothed about a centre z
/// that follows slowly and starts at the first x.
/// Step    p above the curvature that smoothing has to outweigh, α < 1/(L + p), b well below 1.
/// Ref  Zhang, Xiao, Sun and Luo 2020, arXiv:2010.15768, algorithm 2; the primal half of SLM (Lu
///      2023).
template <class V>
class SmoothedStep final : public PrimalStep<V> {
 public:
  struct Options {
    double step = 0.05;
    double smoothing = 1;
    double centering = 0.05;

    void fields(Fields& f) {
      f("step", step, positive(), "step α");
      f("smoothing", smoothing, at_least(0), "weight p of the distance to the centre");
      f("centering", centering, {.low = 0, .high = 1, .open_low = true},
        "share b of the way that the centre follows in a step");
    }
  };

  explicit SmoothedStep(const Options& options) : options_(options) {}

  [[nodiscard]] V next(const V& x, const V& gradient) override {
    // The centre follows the projected point, which is known only when the next step begins.
    center_ = started_ ? V(center_ + options_.centering * V(x - center_)) : x;
    started_ = true;
    return x - options_.step * V(gradient + options_.smoothing * V(x - center_));
  }
  void state(Archive& archive) override {
    archive("started", started_);
    if (started_) archive_vector(archive, "center", center_);
  }

 private:
  Options options_;
  V center_{};
  bool started_ = false;
};

}  // namespace saddle
