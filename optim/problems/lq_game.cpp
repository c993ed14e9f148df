// SPDX-License-Identifier: Apache-2.0
// The linear-quadratic game between a controller and a disturbance.
#include <saddle/optim/problems/lq_game.h>

#include <saddle/base/check.h>
#include <saddle/optim/linear_algebra.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;

namespace {

void validate(const LqGame& game) {
  const Index n = game.a.rows(), m = game.b.cols();
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw Error(concat("a linear-quadratic game needs ", what));
  };
  require(n > 0 && game.a.cols() == n && game.b.rows() == n && game.d.rows() == n && m > 0 &&
              game.d.cols() > 0 && game.q.rows() == n && game.q.cols() == n && game.r.rows() == m &&
              game.r.cols() == m,
          "A [n, n], B [n, m], D [n, k], Q [n, n] and R [m, m]");
  require(game.a.allFinite() && game.b.allFinite() && game.d.allFinite() && game.q.allFinite() &&
              game.r.allFinite(),
          "finite matrices");
  require(is_positive_definite(game.r) && game.price > 0,
          "a positive definite R and a positive price of the disturbance");
}

/// The disturbance pays more than it gains: γ²I − DᵀPD is positive definite.
bool priced_out(const LqGame& game, const MatrixXd& p) {
  const MatrixXd rest = game.price * MatrixXd::Identity(game.d.cols(), game.d.cols()) -
                        game.d.transpose() * p * game.d;
  return is_positive_definite(rest);
}

constexpr int kIterations = 100000;

}  // namespace

LqSolution solve_exactly(const LqGame& game) {
  validate(game);
  const MatrixXd identity = MatrixXd::Identity(game.a.rows(), game.a.cols());
  const MatrixXd control = solve_positive(game.r, MatrixXd(game.b.transpose()));  // R⁻¹Bᵀ
  const MatrixXd gain = game.b * control - game.d * game.d.transpose() / game.price;
  MatrixXd p = game.q;
  for (int i = 0; i < kIterations; ++i) {
    if (!p.allFinite() || !priced_out(game, p)) break;
    const MatrixXd closed = solve_regular(identity + gain * p, game.a);  // M⁻¹A
    const MatrixXd next = game.q + game.a.transpose() * p * closed;
    const double moved = (next - p).cwiseAbs().maxCoeff();
    p = 0.5 * (next + next.transpose());
    if (moved > 1e-14 * (1 + p.cwiseAbs().maxCoeff())) continue;
    if (!priced_out(game, p)) break;
    return {p, control * p * closed, game.d.transpose() * p * closed / game.price};
  }
  throw Error(concat("the linear-quadratic game has no value at price ", game.price,
                     " of the disturbance; raise it"));
}

MatrixXd cost_of(const LqGame& game, const MatrixXd& k, const MatrixXd& l) {
  validate(game);
  SADDLE_CHECK(k.rows() == game.b.cols() && k.cols() == game.a.rows(), k.rows(), k.cols());
  SADDLE_CHECK(l.rows() == game.d.cols() && l.cols() == game.a.rows(), l.rows(), l.cols());
  MatrixXd power = game.a - game.b * k + game.d * l;
  if (!(spectral_radius(power) < 1)) {
    throw Error("the policies do not stabilise the linear-quadratic game, so that it has no cost");
  }
  // Doubling: after i rounds the sum holds 2^i terms of Σ (Fᵀ)^t C F^t.
  MatrixXd sum = game.q + k.transpose() * game.r * k - game.price * l.transpose() * l;
  while (power.cwiseAbs().maxCoeff() > 1e-18) {
    sum += power.transpose() * sum * power;
    power = (power * power).eval();
  }
  return sum;
}

}  // namespace saddle
