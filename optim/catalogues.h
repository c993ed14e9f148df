// SPDX-License-Identifier: Apache-2.0
// Every problem and every method of Saddle, by class.
#pragma once

#include <saddle/optim/bilevel/coupled.h>
#include <saddle/optim/catalogue.h>
#include <saddle/optim/consensus/network.h>

namespace saddle {

struct Catalogues {
  Catalogue<MinMaxProblem<Eigen::VectorXd>> min_max;
  Catalogue<ConstrainedProblem<Eigen::VectorXd>> constrained;
  Catalogue<BilevelProblem<Eigen::VectorXd>> bilevel;
  Catalogue<CoupledBilevelProblem> coupled_bilevel;
  Catalogue<MinMaxNetwork> min_max_network;
  Catalogue<ConstrainedNetwork> constrained_network;
  Catalogue<BilevelNetwork> bilevel_network;

  /// Calls visit(name of the class, catalogue) for each.
  template <class Visit>
  void each(Visit&& visit) const {
    visit("min-max", min_max);
    visit("constrained", constrained);
    visit("bilevel", bilevel);
    visit("coupled bilevel", coupled_bilevel);
    visit("min-max network", min_max_network);
    visit("constrained network", constrained_network);
    visit("bilevel network", bilevel_network);
  }
};

/// Adds every problem and every method of Saddle.
void register_catalogues(Catalogues& catalogues);

}  // namespace saddle
