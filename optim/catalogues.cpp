// SPDX-License-Identifier: Apache-2.0
// Every problem and every method of Saddle, by class.
#include <saddle/optim/catalogues.h>

#include <saddle/optim/bilevel/catalogue.h>
#include <saddle/optim/consensus/catalogue.h>
#include <saddle/optim/constraint/catalogue.h>
#include <saddle/optim/minmax/catalogue.h>
#include <saddle/optim/minmax/lagrangian_method.h>
#include <saddle/optim/problems/catalogue.h>

namespace saddle {

void register_catalogues(Catalogues& catalogues) {
  register_min_max(catalogues.min_max);
  register_robust(catalogues.min_max);
  register_constrained(catalogues.constrained);
  register_lagrangian_games(catalogues.constrained);
  register_unsupervised(catalogues.constrained);
  register_bilevel(catalogues.bilevel);
  register_coupled_bilevel(catalogues.coupled_bilevel);
  register_networks(catalogues.constrained_network, catalogues.min_max_network,
                    catalogues.bilevel_network);
}

}  // namespace saddle
