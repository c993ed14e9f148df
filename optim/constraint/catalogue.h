// SPDX-License-Identifier: Apache-2.0
// Constrained problems and the methods for them, by name.
#pragma once

#include <saddle/optim/catalogue.h>

namespace saddle {

using ConstrainedCatalogue = Catalogue<ConstrainedProblem<Eigen::VectorXd>>;

/// Adds every constrained problem of Saddle; every constraint rule, with any primal step, as a
/// method of the rule's name; and the trust regions `cpo` and `pcpo`.
void register_constrained(ConstrainedCatalogue& catalogue);

/// The problems alone.
void register_constrained_problems(ConstrainedCatalogue& catalogue);

}  // namespace saddle
