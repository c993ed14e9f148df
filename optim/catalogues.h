// SPDX-License-Identifier: Apache-2.0
// Every problem and every method of Saddle, by class.
#pragma once

#include <saddle/optim/catalogue.h>

namespace saddle {

struct Catalogues {
  Catalogue<MinMaxProblem<Eigen::VectorXd>> min_max;
  Catalogue<ConstrainedProblem<Eigen::VectorXd>> constrained;
  Catalogue<BilevelProblem<Eigen::VectorXd>> bilevel;

  /// Calls visit(name of the class, catalogue) for each.
  template <class Visit>
  void each(Visit&& visit) const {
    visit("min-max", min_max);
    visit("constrained", constrained);
    visit("bilevel", bilevel);
  }
};

void register_catalogues(Catalogues& catalogues);

}  // namespace saddle
