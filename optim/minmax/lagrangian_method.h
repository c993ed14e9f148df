// SPDX-License-Identifier: Apache-2.0
// Methods for games as methods for constraints.
#pragma once

#include <type_traits>
#include <utility>

#include <saddle/optim/catalogue.h>
#include <saddle/optim/lagrangian_problem.h>

namespace saddle {

/// Runs M, any Method<MinMaxProblem<V, Eigen::VectorXd>>, on the game between x and the multipliers
/// that the Lagrangian of a constrained problem is. The multipliers start at those of the point.
///
/// Made of whatever M is made of.
template <class V, class M>
class LagrangianMethod final : public Method<ConstrainedProblem<V>> {
 public:
  using Options = typename M::Options;

  template <class... Parts>
  requires std::is_constructible_v<M, Parts...>
  explicit LagrangianMethod(Parts&&... parts) : method_(std::forward<Parts>(parts)...) {}

  void step(ConstrainedProblem<V>& problem, Pair<V, Eigen::VectorXd>& z) override {
    LagrangianProblem<V> game(problem);
    method_.step(game, z);
  }
  void state(Archive& archive) override { method_.state(archive); }

 private:
  M method_;
};

/// Adds the methods for games that constraints need under the names they have there.
void register_lagrangian_games(Catalogue<ConstrainedProblem<Eigen::VectorXd>>& catalogue);

}  // namespace saddle
