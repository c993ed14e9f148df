// SPDX-License-Identifier: Apache-2.0
// An attacker who moves a part of the training data.
#pragma once

#include <saddle/base/fields.h>
#include <saddle/optim/problem.h>
#include <saddle/optim/problems/labelled.h>

namespace saddle {

/// Poisoning of logistic regression. One perturbation δ, with entries up to ε, is added to a tenth
/// of the training points:
///
///     min_w max_{‖δ‖_∞ ≤ ε}  mean log(1 + e^{−b_i wᵀ(x_i + δ [i poisoned])}) + λ‖w‖²
///
/// x = w [d] is the learner, y = δ [d] the attacker: the papers that call the attacker's variable x
/// have the same game the other way round, max over w of minus the loss. What matters is how well
/// the learner does on clean test points. Strongly convex in w; not concave in δ.
///
/// A minibatch takes `batch` of the clean training points, and all that are poisoned.
/// Data: N(0, I), labelled by the sum of their entries up to noise of 10⁻³.
/// Ref  Liu, Lu, Chen, Feng, Xu, Al-Dujaili, Hong and O'Reilly 2020, "Min-max optimization without
///      gradients: convergence and applications to black-box evasion and poisoning attacks", ICML,
///      PMLR 119, arXiv:1909.13806, section 5.
class Poisoning final : public MinMaxProblem<Eigen::VectorXd> {
 public:
  /// As the authors' code has them.
  struct Options {
    std::int64_t points = 1000;
    std::int64_t dimension = 100;
    double training = 0.7;
    double poisoned = 0.1;
    double radius = 2;
    double ridge = 1e-3;
    std::int64_t batch = 100;

    void fields(Fields& f) {
      f("points", points, at_least(10), "points, of which some train and the others test");
      f("dimension", dimension, at_least(1), "entries of a point");
      f("training", training, {.low = 0, .high = 1, .open_low = true, .open_high = true},
        "share of points that train");
      f("poisoned", poisoned, {.low = 0, .high = 1, .open_low = true, .open_high = true},
        "share of training points that the attacker moves");
      f("radius", radius, at_least(0), "largest entry ε of the perturbation");
      f("ridge", ridge, positive(), "weight λ of the regulariser");
      f("batch", batch, at_least(1),
        "clean training points in a minibatch; no more than there are");
    }
  };

  /// Errors: saddle::Error if a share leaves no points.
  Poisoning(const Options& options, std::uint64_t seed);

  double value(const Eigen::VectorXd& w, const Eigen::VectorXd& delta) override;
  Eigen::VectorXd gradient_x(const Eigen::VectorXd& w, const Eigen::VectorXd& delta) override;
  Eigen::VectorXd gradient_y(const Eigen::VectorXd& w, const Eigen::VectorXd& delta) override;
  Eigen::VectorXd project_y(const Eigen::VectorXd& delta) const override;
  void resample(std::uint64_t batch) override;

  /// Share of clean test points on the right side.
  [[nodiscard]] double test_accuracy(const Eigen::VectorXd& w) const;

  /// w after descent steps on all the data, poisoned by δ: what a victim who trains to the end
  /// gets.
  [[nodiscard]] Eigen::VectorXd retrained(Eigen::VectorXd w, const Eigen::VectorXd& delta,
                                          int steps = 1000, double step = 0.05);

 private:
  /// b_i wᵀx_i of the clean points, and of the poisoned ones moved by δ.
  struct Margins {
    Eigen::VectorXd clean, poisoned;
  };
  [[nodiscard]] Margins margins(const Eigen::VectorXd& w, const Eigen::VectorXd& delta) const;
  [[nodiscard]] double count() const;  ///< of the points in use

  Options options_;
  std::uint64_t seed_;
  Eigen::MatrixXd clean_, poisoned_, test_;  ///< b_i x_i, a column each
  Eigen::VectorXd poisoned_labels_;
  Eigen::MatrixXd batch_;  ///< the columns of clean_ in use
};

}  // namespace saddle
