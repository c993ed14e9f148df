// SPDX-License-Identifier: Apache-2.0
// Robust and unsupervised learning in the catalogues of problems and methods.
#pragma once

#include <saddle/optim/catalogue.h>

namespace saddle {

/// Problems robust-logistic, robust-domains, adversarial-classifier and poisoning; method
/// adversarial-training.
/// Errors: saddle::Error if a name is taken.
void register_robust(Catalogue<MinMaxProblem<Eigen::VectorXd>>& catalogue);

/// Problems pca, symmetric-nmf and nmf, whose only constraint is a projection; methods snap and
/// perturbed-gradient, for such problems.
/// Errors: saddle::Error if a name is taken.
void register_unsupervised(Catalogue<ConstrainedProblem<Eigen::VectorXd>>& catalogue);

}  // namespace saddle
