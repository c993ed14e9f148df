// SPDX-License-Identifier: Apache-2.0
// Agents that play a game together.
#include <saddle/optim/consensus/gda.h>

namespace saddle {

using Eigen::VectorXd;

void DecentralizedGda::step(MinMaxNetwork& network, MinMaxNetwork::Point& z) {
  SADDLE_CHECK(z.size() == network.size(), z.size(), network.size());
  network.resample(static_cast<std::uint64_t>(++round_));
  const double step_x = PowerSchedule{options_.step_x, options_.exponent}.at(round_);
  const double step_y = PowerSchedule{options_.step_y, options_.exponent}.at(round_);
  AgentVectors descent, descent_y;
  for (std::size_t k = 0; k < z.size(); ++k) {
    descent.push_back(network[k].gradient_x(z[k].x, z[k].y));
    descent_y.emplace_back(-network[k].gradient_y(z[k].x, z[k].y));
  }
  const AgentVectors x = x_step_.next(network.mixing(), x_of(z), descent, step_x);
  AgentVectors y;
  if (network.shares_y()) {
    y = y_step_.next(network.mixing(), y_of(z), descent_y, step_y);
  } else {
    for (std::size_t k = 0; k < z.size(); ++k) y.emplace_back(z[k].y - step_y * descent_y[k]);
  }
  for (std::size_t k = 0; k < z.size(); ++k) {
    z[k] = {network[k].project_x(x[k]), network[k].project_y(y[k])};
  }
}

void DecentralizedGda::state(Archive& archive) {
  archive("round", round_);
  archive("x", x_step_);
  archive("y", y_step_);
}

}  // namespace saddle
