// SPDX-License-Identifier: Apache-2.0
// Agents that solve a problem in two levels together.
#include <saddle/optim/consensus/bilevel.h>

namespace saddle {

using Eigen::VectorXd;

BilevelDirections bilevel_directions(BilevelNetwork& network, const BilevelNetwork::Point& z,
                                     const AgentVectors& v) {
  BilevelDirections directions;
  for (std::size_t k = 0; k < z.size(); ++k) {
    auto& local = network[k];
    const auto& [x, y] = z[k];
    const Pair<VectorXd> outer = local.outer_gradient(x, y);
    directions.x.emplace_back(outer.x - local.jacobian_xy(x, y, v[k]));
    directions.y.push_back(local.inner_gradient(x, y).y);
    directions.v.emplace_back(local.hessian_yy(x, y, v[k]) - outer.y);
  }
  return directions;
}

}  // namespace saddle
