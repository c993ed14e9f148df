// SPDX-License-Identifier: Apache-2.0
// Learning that prepares for the worst perturbation, or for the worst domain.
#pragma once

#include <vector>

#include <saddle/base/fields.h>
#include <saddle/optim/problem.h>
#include <saddle/optim/problems/labelled.h>

namespace saddle {

/// Logistic regression on points that an adversary moves by up to ε in every entry:
///
///     min_w max_{‖δ_i‖_∞ ≤ ε}  mean log(1 + e^{−b_i wᵀ(x_i + δ_i)}) + ½μ‖w‖²
///
/// x = w [d], and y [d·n] holds δ_1, …, δ_n one after another. The inner maximum is reached at
/// δ_i = −ε b_i sign(w), where it is log(1 + e^{−b_i wᵀx_i + ε‖w‖₁}). That is convex in w, so the
/// least value is known. f itself is convex in δ, not concave, but monotone along the way to the
/// maximum; and where w_j = 0 at the solution, some δ between the signs balances the gradient,
/// which gradient steps find and signed steps, as of FGSM, jump over.
/// Ref  Goodfellow, Shlens and Szegedy 2015, arXiv:1412.6572, section 5.
class RobustLogistic final : public MinMaxProblem<Eigen::VectorXd> {
 public:
  /// Requires radius ≥ 0 and ridge > 0. Errors: saddle::Error if the data are not valid.
  RobustLogistic(LabelledPoints data, double radius, double ridge);

  double value(const Eigen::VectorXd& w, const Eigen::VectorXd& delta) override;
  Eigen::VectorXd gradient_x(const Eigen::VectorXd& w, const Eigen::VectorXd& delta) override;
  Eigen::VectorXd gradient_y(const Eigen::VectorXd& w, const Eigen::VectorXd& delta) override;
  Eigen::VectorXd project_y(const Eigen::VectorXd& delta) const override;

  /// max_δ f(w, δ), and a δ where it is reached.
  [[nodiscard]] double robust_value(const Eigen::VectorXd& w) const;
  [[nodiscard]] Eigen::VectorXd worst_perturbation(const Eigen::VectorXd& w) const;

  /// The w with the least robust_value(), to about 1e-12, by projected Newton steps on w = p − q
  /// with p, q ≥ 0, where ‖w‖₁ = Σ(p + q) is linear.
  /// Ref  Bertsekas 1982, "Projected Newton methods for optimization problems with simple
  ///      constraints", SIAM J. Control Optim. 20(2).
  [[nodiscard]] Eigen::VectorXd robust_minimiser() const;

  /// Shares of points on the right side of the boundary, and there whatever δ is.
  [[nodiscard]] double accuracy(const Eigen::VectorXd& w) const;
  [[nodiscard]] double robust_accuracy(const Eigen::VectorXd& w) const;

 private:
  [[nodiscard]] Eigen::MatrixXd moved(const Eigen::VectorXd& delta) const;

  Eigen::MatrixXd signed_points_;  ///< b_i x_i, [d, n]
  Eigen::VectorXd labels_;
  double radius_, ridge_;
};

/// One classifier for several domains, as good as can be on the worst of them:
///
///     min_w max_{p ∈ simplex}  Σ_k p_k mean_k log(1 + e^{−b wᵀx}) + ½μ‖w‖²,
///
/// strongly convex in w and linear in p, so that it has a saddle point, which is computed.
/// Ref  Lu, Tsaknakis, Hong and Chen 2020, arXiv:1902.08294, where the losses are those of
/// networks.
class RobustDomains final : public MinMaxProblem<Eigen::VectorXd> {
 public:
  /// Requires ridge > 0. Errors: saddle::Error if there is no domain, if one is not valid, or if
  /// their points differ in dimension.
  RobustDomains(std::vector<LabelledPoints> domains, double ridge);

  double value(const Eigen::VectorXd& w, const Eigen::VectorXd& p) override;
  Eigen::VectorXd gradient_x(const Eigen::VectorXd& w, const Eigen::VectorXd& p) override;
  Eigen::VectorXd gradient_y(const Eigen::VectorXd& w, const Eigen::VectorXd& p) override;
  Eigen::VectorXd project_y(const Eigen::VectorXd& p) const override;

  /// The loss of each domain, without the regulariser.
  [[nodiscard]] Eigen::VectorXd losses(const Eigen::VectorXd& w) const;

  /// The w that is best for fixed weights p: p uniform makes it the usual classifier.
  [[nodiscard]] Eigen::VectorXd minimiser(const Eigen::VectorXd& p) const;

  /// By ascent on the dual function min_w f(w, p), whose gradient is losses(minimiser(p)), until
  /// the gap max_k loss_k − Σ p_k loss_k is below 1e-12.
  [[nodiscard]] Pair<Eigen::VectorXd> saddle_point() const;

 private:
  [[nodiscard]] Eigen::MatrixXd slopes(const Eigen::VectorXd& w) const;  ///< ∇loss_k, [d, K]
  [[nodiscard]] Eigen::MatrixXd hessian(const Eigen::VectorXd& w, const Eigen::VectorXd& p) const;

  std::vector<Eigen::MatrixXd> signed_points_;  ///< b_i x_i, [d, n_k] each
  double ridge_;
};

}  // namespace saddle
