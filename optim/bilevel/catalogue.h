// SPDX-License-Identifier: Apache-2.0
// The bilevel problems and methods of Saddle, by name.
#pragma once

#include <saddle/optim/catalogue.h>

namespace saddle {

/// Adds every bilevel problem and every method for them.
void register_bilevel(Catalogue<BilevelProblem<Eigen::VectorXd>>& catalogue);

}  // namespace saddle
