// SPDX-License-Identifier: Apache-2.0
// Problems in two levels that are solved on paper.
#pragma once

#include <cstdint>

#include <saddle/optim/problem.h>

namespace saddle {

/// f = ½‖y − t‖² + (ρ/2)‖x − c‖² over g = ½ yᵀH y − yᵀB x, with H symmetric and positive definite,
/// so that y*(x) = H⁻¹B x and x* = (BᵀH⁻²B + ρI)⁻¹ (BᵀH⁻¹t + ρc).
///
/// With noise σ, the batch of a seed other than 0 sees ½(1 + σu) yᵀH y − yᵀB x + σξᵀy and
/// f + σ(ζᵀx + χᵀy), where u is uniform in [−1, 1] and ξ, ζ, χ are standard normal.
class QuadraticBilevel final : public BilevelProblem<Eigen::VectorXd> {
 public:
  struct Data {
    Eigen::MatrixXd h;  ///< [m, m]
    Eigen::MatrixXd b;  ///< [m, n]
    Eigen::VectorXd t;  ///< [m]
    double rho = 0;
    double noise = 0;             ///< σ
    Eigen::VectorXd center = {};  ///< c [n]; empty: 0
  };
  /// Errors: std::logic_error if the shapes do not fit.
  explicit QuadraticBilevel(Data data, std::uint64_t seed = 0);

  [[nodiscard]] Eigen::VectorXd lower_solution(const Eigen::VectorXd& x) const;
  [[nodiscard]] Pair<Eigen::VectorXd> solution() const;

  double outer_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  double inner_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> outer_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> inner_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd hessian_yy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                             const Eigen::VectorXd& v) override;
  Eigen::VectorXd jacobian_xy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                              const Eigen::VectorXd& v) override;
  void resample(std::uint64_t batch) override;

 private:
  Data data_;
  std::uint64_t seed_;
  double curvature_ = 1;               ///< 1 + σu
  Eigen::VectorXd force_;              ///< σξ
  Pair<Eigen::VectorXd> outer_force_;  ///< σ(ζ, χ)
};

/// f = ½(y − 1)² + x²/20 over g = y² − x y: y* = x/2, x* = 10/7, y* = 5/7, F* = 1/7.
[[nodiscard]] QuadraticBilevel scalar_bilevel(double noise = 0, std::uint64_t seed = 0);

/// The quadratic with size(y) = `dimension` and one more entry in x: the eigenvalues of H are in
/// [1, 4], ‖B‖ = 1 and ρ = 0.1.
[[nodiscard]] QuadraticBilevel random_bilevel(std::uint64_t seed, int dimension, double noise = 0);

/// f = cos(4y + 2)/(1 + e^{2−4x}) + ½ log((4x − 2)² + 1) over g = (x + y)² + x sin²(x + y), for
/// x in [0, 3]. g is not convex in y, but its gradient vanishes at y* = −x alone. F has the local
/// minima x = 0.38236 (0.442706), 1.21515 (0.199911, the global one) and 2.82964 (1.243458).
/// Ref  Shen and Chen 2023, arXiv:2302.05185.
class ShenChen final : public BilevelProblem<Eigen::VectorXd> {
 public:
  double outer_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  double inner_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> outer_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> inner_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd hessian_yy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                             const Eigen::VectorXd& v) override;
  Eigen::VectorXd jacobian_xy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                              const Eigen::VectorXd& v) override;
  Eigen::VectorXd project_x(const Eigen::VectorXd& x) const override;
};

/// f = ½(x − y₂)² + ½(y₁ − 1)² over g = ½ y₁² − x y₁, which does not mention y₂: the lower level
/// has a line of solutions, of which f chooses. x* = 1, y* = (1, 1), F* = 0. Methods that invert
/// ∇²_yy g have nothing to invert: they never move y₂ and end at x = (1 + y₂)/2. Ref  Liu, Ye,
/// Wright, Stone and Liu 2022, arXiv:2209.08709.
class LowerLevelSingular final : public BilevelProblem<Eigen::VectorXd> {
 public:
  double outer_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  double inner_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> outer_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> inner_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd hessian_yy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                             const Eigen::VectorXd& v) override;
  Eigen::VectorXd jacobian_xy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                              const Eigen::VectorXd& v) override;
};

}  // namespace saddle
