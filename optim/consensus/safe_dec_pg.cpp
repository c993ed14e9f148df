// SPDX-License-Identifier: Apache-2.0
// Safe decentralised policy gradient (Safe Dec-PG).
#include <saddle/optim/consensus/safe_dec_pg.h>

#include <algorithm>
#include <cmath>

#include <saddle/optim/project.h>

namespace saddle {

using Eigen::VectorXd;

namespace {

AgentVectors lagrangian_gradients(ConstrainedNetwork& network, const ConstrainedNetwork::Point& z) {
  AgentVectors gradients;
  for (std::size_t k = 0; k < z.size(); ++k) {
    gradients.push_back(network[k].gradient(z[k].x, {1, z[k].y}));
  }
  return gradients;
}

/// Onto λ_k ≥ 0 for the first m, and the ball of radius σ: in this order, since the first set is a
/// cone.
VectorXd project_multipliers(VectorXd multipliers, int m, double sigma) {
  multipliers.head(m) = multipliers.head(m).cwiseMax(0);
  return project_l2_ball(multipliers, VectorXd::Zero(multipliers.size()), sigma);
}

}  // namespace

SafeDecPg::SafeDecPg(const Options& options) : options_(options), mixing_step_(options.mixing) {}

void SafeDecPg::step(ConstrainedNetwork& network, ConstrainedNetwork::Point& z) {
  SADDLE_CHECK(z.size() == network.size(), z.size(), network.size());
  network.resample(static_cast<std::uint64_t>(++round_));
  if (gradients_.empty()) gradients_ = lagrangian_gradients(network, z);
  const PowerSchedule descent{options_.step_x, options_.exponent};
  const PowerSchedule perturbation{options_.perturbation, options_.perturbation_exponent};
  const AgentVectors next =
      mixing_step_.next(network.mixing(), x_of(z), gradients_, descent.at(round_));
  for (std::size_t k = 0; k < z.size(); ++k) z[k].x = network[k].project(next[k]);
  gradients_ = lagrangian_gradients(network, z);
  const double kept = std::max(0.0, 1 - options_.step_y * perturbation.at(round_ + 5));
  for (std::size_t k = 0; k < z.size(); ++k) {
    const VectorXd values = network[k].values(z[k].x).constraints;
    // Values that are not finite are an outcome, which solve() reports, and no error.
    z[k].y = values.allFinite()
                 ? project_multipliers(VectorXd(kept * z[k].y + options_.step_y * values),
                                       network[k].inequalities(), options_.maximum)
                 : values;
  }
}

void SafeDecPg::state(Archive& archive) {
  archive("round", round_);
  archive("mixing", mixing_step_);
  archive_vector(archive, "gradients", gradients_);
}

}  // namespace saddle
