// SPDX-License-Identifier: Apache-2.0
// Multiplicative weights for players who mix pure strategies.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// x_i ← x_i e^{−η u_i}/Σ, y_j ← y_j e^{−η v_j}/Σ at once, where (u, v) = F(z), or 2F(z) − F(z₋)
/// of the step before if optimistic; F(z₋) = F(z) at first.
///
/// Needs  that both players choose from the unit simplex, and a start inside it.
/// Rate   the average of the iterates converges as 1/√T with η of the order of 1/√T, while the last
///        one leaves the interior. The optimistic form converges in the last iterate, linearly
///        where the equilibrium is unique.
/// Errors step() throws saddle::Error if a player's set or start is another.
/// Ref    Freund and Schapire 1999, "Adaptive game playing using multiplicative weights";
///        Daskalakis and Panageas 2019, ITCS, arXiv:1807.04252.
class MultiplicativeWeights final : public Method<MinMaxProblem<Eigen::VectorXd>> {
 public:
  struct Options {
    double step = 0.1;
    bool optimistic = false;

    void fields(Fields& f) {
      f("step", step, positive(), "step η");
      f("optimistic", optimistic, "expect the field to change as it has just changed");
    }
  };

  [[nodiscard]] static Options optimistic() { return {.optimistic = true}; }

  explicit MultiplicativeWeights(const Options& options) : options_(options) {}

  void step(MinMaxProblem<Eigen::VectorXd>& problem, Pair<Eigen::VectorXd>& z) override;
  void state(Archive& archive) override;

 private:
  Options options_;
  Pair<Eigen::VectorXd> before_;  ///< the field of the step before
  std::uint64_t round_ = 0;
};

}  // namespace saddle
