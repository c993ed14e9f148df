// SPDX-License-Identifier: Apache-2.0
// Networks and their methods by name.
#pragma once

#include <saddle/optim/catalogue.h>
#include <saddle/optim/consensus/network.h>

namespace saddle {

/// Adds every network of Saddle and every method for networks. All agents live in this process.
void register_networks(Catalogue<ConstrainedNetwork>& constrained, Catalogue<MinMaxNetwork>& games,
                       Catalogue<BilevelNetwork>& bilevel);

}  // namespace saddle
