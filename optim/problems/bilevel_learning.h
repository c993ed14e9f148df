// SPDX-License-Identifier: Apache-2.0
// Learning in two levels: features that many tasks share, and which samples to believe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <saddle/base/fields.h>
#include <saddle/optim/problem.h>

namespace saddle {

/// Features that serve many tasks: x holds a matrix W [k, d], y a head y_t [k] for each task, and
/// φ(u) = W u or tanh(W u). With n samples (u, b) of each task for either level,
///
///     g = Σ_t (1/2n) Σ (φ(u)ᵀy_t − b)² + (r/2)‖y_t‖²,
///     f = mean_t (1/2n) Σ (φ(u)ᵀy_t − b)² on validation data + (ρ/2)‖x‖²,   r = 0.1, ρ = 0.01.
///
/// The targets come from k features of the same form, with noise. The lower level is a ridge for
/// each task, solved in closed form; F is not convex, and turning the features together with the
/// heads does not change it where they are linear, so that its minima are not isolated.
/// Ref  Franceschi, Frasconi, Salzo, Grazzi and Pontil 2018, arXiv:1806.04910.
class HyperRepresentation final : public BilevelProblem<Eigen::VectorXd> {
 public:
  struct Options {
    std::string features = "linear";
    std::int64_t inputs = 4;
    std::int64_t hidden = 2;
    std::int64_t tasks = 4;
    std::int64_t samples = 20;

    void fields(Fields& f) {
      f("features", features, {"linear", "tanh"}, "what x makes of an input");
      f("inputs", inputs, {.low = 1, .high = 1000}, "size d of an input");
      f("hidden", hidden, {.low = 1, .high = 1000}, "features k");
      f("tasks", tasks, {.low = 1, .high = 1000}, "tasks, each with a head of its own");
      f("samples", samples, {.low = 1, .high = 100000}, "samples of a task, as many to validate");
    }
  };

  HyperRepresentation(const Options& options, std::uint64_t seed);

  /// A random W, and the heads that are best with it.
  [[nodiscard]] Pair<Eigen::VectorXd> start() const;
  [[nodiscard]] Eigen::VectorXd lower_solution(const Eigen::VectorXd& x) const;

  double outer_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  double inner_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> outer_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> inner_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd hessian_yy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                             const Eigen::VectorXd& v) override;
  Eigen::VectorXd jacobian_xy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                              const Eigen::VectorXd& v) override;

 private:
  struct Task {
    Eigen::MatrixXd inputs;   ///< [n, d]
    Eigen::VectorXd targets;  ///< [n]
  };

  [[nodiscard]] Eigen::MatrixXd features(const Task& task, const Eigen::VectorXd& x) const;

  /// The gradient in x of a function of the features, from that in the features [n, k].
  [[nodiscard]] Eigen::VectorXd back(const Task& task, const Eigen::MatrixXd& features,
                                     const Eigen::MatrixXd& gradient) const;

  /// Σ_t (1/2n) ‖φ y_t − b‖², and its gradients.
  [[nodiscard]] double loss(const std::vector<Task>& tasks, const Eigen::VectorXd& x,
                            const Eigen::VectorXd& y) const;
  [[nodiscard]] Pair<Eigen::VectorXd> loss_gradient(const std::vector<Task>& tasks,
                                                    const Eigen::VectorXd& x,
                                                    const Eigen::VectorXd& y) const;
  [[nodiscard]] Eigen::VectorXd head(const Eigen::VectorXd& y, std::size_t task) const {
    return y.segment(static_cast<Eigen::Index>(task) * options_.hidden, options_.hidden);
  }

  Options options_;
  std::uint64_t seed_;
  std::vector<Task> training_, validation_;
};

/// Which samples to believe: a share of the training labels is flipped, and x gives each sample a
/// weight σ(x_i), |x_i| ≤ 2, with σ the logistic function, by what a clean validation set says:
///
///     g = (1/n) Σ σ(x_i) ℓ(l_i u_iᵀy) + (r/2)‖y‖²,  f = mean ℓ(l uᵀy) on the validation set,
///
/// where ℓ(s) = log(1 + e^{−s}) and r = 0.1. Samples are normal about ±(1, 1) by their class, with
/// a constant 1 appended. The lower level is strongly convex; F is not convex. Ref  Franceschi,
/// Donini, Frasconi and Pontil 2017, arXiv:1703.01785. Differs:
///      logistic weights within bounds.
class HyperCleaning final : public BilevelProblem<Eigen::VectorXd> {
 public:
  struct Options {
    std::int64_t samples = 20;
    double corrupted = 0.3;
    std::int64_t batch = 0;

    void fields(Fields& f) {
      f("samples", samples, {.low = 1, .high = 100000}, "samples n for training; to validate too");
      f("corrupted", corrupted, between(0, 1), "share of the training labels that is flipped");
      f("batch", batch, at_least(0), "samples in a minibatch of either level; 0: all");
    }
  };

  HyperCleaning(const Options& options, std::uint64_t seed);

  /// Whether label i is flipped.
  [[nodiscard]] bool corrupted(Eigen::Index i) const { return corrupted_[i]; }

  double outer_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  double inner_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> outer_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> inner_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd hessian_yy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                             const Eigen::VectorXd& v) override;
  Eigen::VectorXd jacobian_xy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                              const Eigen::VectorXd& v) override;
  Eigen::VectorXd project_x(const Eigen::VectorXd& x) const override;
  void resample(std::uint64_t batch) override;

 private:
  [[nodiscard]] Eigen::MatrixXd rows() const { return training_(training_batch_, Eigen::all); }

  /// σ(x_i) of the minibatch, divided by its size.
  [[nodiscard]] Eigen::ArrayXd weights(const Eigen::VectorXd& x) const;

  /// A vector with `values` at the minibatch's samples; those drawn twice add up.
  [[nodiscard]] Eigen::VectorXd scatter(const Eigen::ArrayXd& values) const;

  Options options_;
  std::uint64_t seed_;
  Eigen::MatrixXd training_, validation_;  ///< l_i u_i, [n, 3]
  std::vector<bool> corrupted_;
  std::vector<Eigen::Index> training_batch_, validation_batch_;
};

}  // namespace saddle
