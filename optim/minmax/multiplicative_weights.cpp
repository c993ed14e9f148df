// SPDX-License-Identifier: Apache-2.0
// Multiplicative weights for players who mix pure strategies.
#include <saddle/optim/minmax/multiplicative_weights.h>

namespace saddle {

using Eigen::VectorXd;

namespace {

/// w_i e^{−u_i}/Σ, where the largest exponent is 0.
VectorXd reweighted(const VectorXd& w, const VectorXd& u) {
  const VectorXd raised = (w.array() * (u.minCoeff() - u.array()).exp()).matrix();
  return raised / raised.sum();
}

/// Among the sets that problems project on, only the simplex takes back a shift of all entries.
void check_simplex(const char* player, const VectorXd& w, const VectorXd& shifted_and_projected) {
  constexpr double kRounding = 1e-9;
  const bool inside = w.minCoeff() > 0 && (shifted_and_projected - w).norm() < kRounding;
  if (!inside) {
    throw Error(concat("multiplicative weights need ", player,
                       " to start inside the unit simplex and to stay on it, which this problem "
                       "does not; extragradient or ogda solve it"));
  }
}

}  // namespace

void MultiplicativeWeights::step(MinMaxProblem<VectorXd>& problem, Pair<VectorXd>& z) {
  problem.resample(++round_);
  if (round_ == 1) {
    check_simplex("x", z.x, problem.project_x((z.x.array() + 1).matrix()));
    check_simplex("y", z.y, problem.project_y((z.y.array() + 1).matrix()));
  }
  const Pair<VectorXd> field = problem.field(z);
  const bool looks_back = options_.optimistic && round_ > 1;
  const Pair<VectorXd> move = options_.step * (looks_back ? 2.0 * field - before_ : field);
  before_ = field;
  z = {reweighted(z.x, move.x), reweighted(z.y, move.y)};
}

void MultiplicativeWeights::state(Archive& archive) {
  archive("round", round_);
  if (round_ > 0) archive_vector(archive, "before", before_);
}

}  // namespace saddle
