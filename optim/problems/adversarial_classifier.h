// SPDX-License-Identifier: Apache-2.0
// A small network trained against perturbations of its inputs.
#pragma once

#include <saddle/optim/minmax/attack.h>
#include <saddle/optim/problem.h>
#include <saddle/optim/problems/labelled.h>

namespace saddle {

/// A network s(x) = vᵀ tanh(W x + c) + o with h hidden units, and an adversary that moves its
/// inputs by up to ε in every entry:
///
///     min_θ max_{‖δ_i‖_∞ ≤ ε}  mean log(1 + e^{−b_i s(x_i + δ_i)}) + ½μ‖θ‖²
///
/// x = θ holds W [h, d] by columns, c, v and o; y [d·n] holds δ_1, …, δ_n one after another.
/// Neither convex nor concave. Descent with several ascent steps in between is adversarial
/// training. Ref  Madry, Makelov, Schmidt, Tsipras and Vladu 2018, arXiv:1706.06083.
class AdversarialClassifier final : public MinMaxProblem<Eigen::VectorXd> {
 public:
  /// Requires hidden > 0, radius ≥ 0 and ridge ≥ 0.
  /// Errors: saddle::Error if the data are not valid.
  AdversarialClassifier(LabelledPoints data, int hidden, double radius, double ridge);

  double value(const Eigen::VectorXd& theta, const Eigen::VectorXd& delta) override;
  Eigen::VectorXd gradient_x(const Eigen::VectorXd& theta, const Eigen::VectorXd& delta) override;
  Eigen::VectorXd gradient_y(const Eigen::VectorXd& theta, const Eigen::VectorXd& delta) override;
  Eigen::VectorXd project_y(const Eigen::VectorXd& delta) const override;

  /// Weights N(0, 1/fan-in), biases 0.
  [[nodiscard]] Eigen::VectorXd initial(Rng& rng) const;
  [[nodiscard]] Eigen::VectorXd no_perturbation() const;

  /// Share of points on the right side when moved by δ.
  [[nodiscard]] double accuracy(const Eigen::VectorXd& theta, const Eigen::VectorXd& delta) const;

  /// Share of points that stay on the right side in all of `restarts` attacks by PGD from random
  /// starts, and in FGSM's. An upper bound on what holds under every perturbation.
  [[nodiscard]] double attacked_accuracy(const Eigen::VectorXd& theta, std::int64_t steps,
                                         int restarts, Rng& rng);

 private:
  struct Forward {
    Eigen::MatrixXd inputs;   ///< x_i + δ_i, [d, n]
    Eigen::MatrixXd hidden;   ///< tanh(…), [h, n]
    Eigen::VectorXd margins;  ///< b_i s(x_i + δ_i), [n]
  };
  [[nodiscard]] Forward forward(const Eigen::VectorXd& theta, const Eigen::VectorXd& delta) const;

  /// ∂/∂s_i of the mean loss, [n].
  [[nodiscard]] Eigen::VectorXd output_slopes(const Forward& pass) const;

  /// ∂/∂(W x_i + c) of the mean loss, [h, n].
  [[nodiscard]] Eigen::MatrixXd hidden_slopes(const Eigen::VectorXd& theta, const Forward& pass,
                                              const Eigen::VectorXd& output) const;

  LabelledPoints data_;
  Eigen::Index h_, d_;
  double radius_, ridge_;
};

}  // namespace saddle
