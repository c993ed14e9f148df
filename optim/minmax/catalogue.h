// SPDX-License-Identifier: Apache-2.0
// Games and methods for them, a row each.
#pragma once

#include <saddle/optim/catalogue.h>

namespace saddle {

void register_min_max(Catalogue<MinMaxProblem<Eigen::VectorXd>>& catalogue);

}  // namespace saddle
