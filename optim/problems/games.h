// SPDX-License-Identifier: Apache-2.0
// Games whose solutions are known.
#pragma once

#include <cstdint>

#include <saddle/optim/problem.h>

namespace saddle {

/// xᵀA y on the whole space: for an invertible A the only saddle point is 0, and descent-ascent
/// with steps of equal length leaves it by the factor √(1 + η²σ²) along each singular value σ.
class BilinearGame final : public MinMaxProblem<Eigen::VectorXd> {
 public:
  explicit BilinearGame(Eigen::MatrixXd a) : a_(std::move(a)) {}

  double value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override {
    return x.dot(a_ * y);
  }
  Eigen::VectorXd gradient_x(const Eigen::VectorXd&, const Eigen::VectorXd& y) override {
    return a_ * y;
  }
  Eigen::VectorXd gradient_y(const Eigen::VectorXd& x, const Eigen::VectorXd&) override {
    return a_.transpose() * x;
  }

 private:
  Eigen::MatrixXd a_;
};

/// ½ xᵀP x + aᵀx + xᵀB y − ½ yᵀQ y + cᵀy, with symmetric P and Q. Where P and Q are positive
/// definite the saddle point solves P x + B y = −a, Bᵀx − Q y = −c.
class QuadraticGame final : public MinMaxProblem<Eigen::VectorXd> {
 public:
  struct Data {
    Eigen::MatrixXd p, b, q;
    Eigen::VectorXd a, c;
  };
  explicit QuadraticGame(Data data);

  /// The point where both gradients vanish. Requires the system above to be regular.
  [[nodiscard]] Pair<Eigen::VectorXd> solution() const;

  double value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd gradient_x(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd gradient_y(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;

  /// Every entry of x and of y is a player of its own.
  int blocks_x() const override { return static_cast<int>(data_.a.size()); }
  int blocks_y() const override { return static_cast<int>(data_.c.size()); }
  Eigen::VectorXd block_of_x(const Eigen::VectorXd& v, int b) const override {
    return v[b] * Eigen::VectorXd::Unit(v.size(), b);
  }
  Eigen::VectorXd block_of_y(const Eigen::VectorXd& v, int b) const override {
    return block_of_x(v, b);
  }
  Eigen::VectorXd block_gradient_x(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                                   int b) override;
  Eigen::VectorXd block_gradient_y(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                                   int b) override;

 private:
  Data data_;
};

/// −y²/2 + 2 x y − 2 x²: concave in both, strongly so in y, and max_y f = 0 for every x, so that
/// each (x, 2x) is stationary. x has to be slower than y by a factor of 4, and more, for
/// descent-ascent to end there.
/// Ref  Li, Yang and He 2023, arXiv:2210.17478, equation 2.
[[nodiscard]] QuadraticGame concave_quadratic();

/// A random game of n entries each, from `seed`: P and Q have eigenvalues from 1/condition to 1,
/// evenly spaced in the exponent, and B has norm 1.
[[nodiscard]] QuadraticGame random_quadratic(std::uint64_t seed, int n, double condition);

/// x y − x²/20 with |x| ≤ 2 and |y| ≤ 1: nonconvex in x, linear in y. max_y f = |x| − x²/20 is
/// least at x = 0, where y = 0 makes the point game-stationary. Descent-ascent, alternating or not,
/// and extragradient circle it for ever; smoothing and dual perturbation end there.
class NonconvexConcaveBox final : public MinMaxProblem<Eigen::VectorXd> {
 public:
  double value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd gradient_x(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd gradient_y(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd project_x(const Eigen::VectorXd& x) const override;
  Eigen::VectorXd project_y(const Eigen::VectorXd& y) const override;
};

/// (x² − 1)²/4 + b x y − y²/2: nonconvex in x, strongly concave in y, so that max_y f is
/// (x² − 1)²/4 + b²x²/2. For 0 < b < 1 its minima are x = ±√(1 − b²), where y = b x.
class QuarticGame final : public MinMaxProblem<Eigen::VectorXd> {
 public:
  explicit QuarticGame(double coupling = 0.5) : b_(coupling) {}

  double value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd gradient_x(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd gradient_y(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;

 private:
  double b_;
};

/// The larger of (x² − 1)²/4 + x/5 and (x² − 1)²/4 − x/5, as a maximum over the simplex of weights
/// y [2]. Stationary points of the maximum: the kink at x = 0, and the roots ±0.20914885 (maxima)
/// and ±0.87888507 (minima, value 0.188723) of |x|³ − |x| + 1/5.
class FiniteMaximum final : public MinMaxProblem<Eigen::VectorXd> {
 public:
  double value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd gradient_x(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd gradient_y(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd project_y(const Eigen::VectorXd& y) const override;
};

/// x y + φ(x) − φ(y) with |x| ≤ 4/3 and |y| ≤ 4/3, where φ(t) = t²/3 − t⁴/3 + 2t⁶/21: neither
/// convex in x nor concave in y. (0, 0) is stationary; descent-ascent from afar circles it. Ref
/// Pethick, Latafat, Patrinos, Fercoq and Cevher 2022, "Escaping limit cycles", ICLR, an
///      example after Hsieh, Mertikopoulos and Cevher 2021.
class NonconvexNonconcaveBox final : public MinMaxProblem<Eigen::VectorXd> {
 public:
  double value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd gradient_x(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd gradient_y(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd project_x(const Eigen::VectorXd& x) const override;
  Eigen::VectorXd project_y(const Eigen::VectorXd& y) const override;
};

/// xᵀA y over mixed strategies x and y. Its solutions have duality_gap(A, x, y) = 0.
class MatrixGame final : public MinMaxProblem<Eigen::VectorXd> {
 public:
  explicit MatrixGame(Eigen::MatrixXd payoff) : payoff_(std::move(payoff)) {}

  double value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override {
    return x.dot(payoff_ * y);
  }
  Eigen::VectorXd gradient_x(const Eigen::VectorXd&, const Eigen::VectorXd& y) override {
    return payoff_ * y;
  }
  Eigen::VectorXd gradient_y(const Eigen::VectorXd& x, const Eigen::VectorXd&) override {
    return payoff_.transpose() * x;
  }
  Eigen::VectorXd project_x(const Eigen::VectorXd& x) const override;
  Eigen::VectorXd project_y(const Eigen::VectorXd& y) const override;

 private:
  Eigen::MatrixXd payoff_;
};

/// min_x max_y xᵀA y over mixed strategies, by a linear program.
[[nodiscard]] double game_value(const Eigen::MatrixXd& payoff);

}  // namespace saddle
