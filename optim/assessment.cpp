// SPDX-License-Identifier: Apache-2.0
// What there is to say of points of coupled levels and of networks.
#include <saddle/optim/assessment.h>

namespace saddle {
namespace {

/// The mean over the agents of what `of(problem, point)` says of each.
template <class Local, class P, class Of>
double mean_over(Network<Local>& network, const std::vector<P>& z, Of of) {
  double sum = 0;
  for (std::size_t k = 0; k < z.size(); ++k) sum += of(network[k], z[k]);
  return sum / static_cast<double>(z.size());
}

/// ‖([r]_+, r of equalities)‖ for r = A x + B y − c.
double violation(const Coupling& coupling, const Pair<Eigen::VectorXd>& z) {
  if (coupling.c.size() == 0) return 0;
  Eigen::VectorXd excess = coupling.a * z.x + coupling.b * z.y - coupling.c;
  const Eigen::Index inequalities = excess.size() - coupling.equalities;
  excess.head(inequalities) = excess.head(inequalities).cwiseMax(0).eval();
  return excess.norm();
}

}  // namespace

Assessment assess(CoupledBilevelProblem& problem, const Pair<Eigen::VectorXd>& z) {
  return {problem.levels().outer_value(z.x, z.y),
          {},
          residual_of(problem, z),
          violation(problem.coupling(), z),
          {}};
}

Assessment assess(MinMaxNetwork& network, const MinMaxNetwork::Point& z) {
  const NetworkResidual residual = network_residual(network, z);
  const double objective = mean_over(
      network, z, [](auto& problem, const auto& own) { return problem.value(own.x, own.y); });
  return {
      objective, {}, std::hypot(residual.stationarity, residual.second), residual.consensus, {}};
}

Assessment assess(ConstrainedNetwork& network, const ConstrainedNetwork::Point& z) {
  const NetworkResidual residual = network_residual(network, z);
  Assessment all;
  std::vector<double> multipliers;
  double feasibility = 0, complementarity = 0;
  for (std::size_t k = 0; k < z.size(); ++k) {
    const KktResidual kkt = kkt_residual(network[k], z[k]);
    const auto n = static_cast<double>(z.size());
    all.objective += network[k].values(z[k].x).objective / n;
    feasibility += std::hypot(kkt.primal, kkt.dual) / n;
    complementarity += kkt.complementarity / n;
    for (const double y : z[k].y) multipliers.push_back(y / n);
  }
  all.multipliers =
      Eigen::VectorXd::Map(multipliers.data(), static_cast<Eigen::Index>(multipliers.size()));
  all.stationarity = residual.stationarity;
  all.feasibility = std::hypot(feasibility, residual.consensus);
  all.complementarity = complementarity;
  return all;
}

Assessment assess(BilevelNetwork& network, const BilevelNetwork::Point& z) {
  const NetworkResidual residual = network_residual(network, z);
  const double objective = mean_over(
      network, z, [](auto& problem, const auto& own) { return problem.outer_value(own.x, own.y); });
  return {
      objective, {}, residual.stationarity, std::hypot(residual.second, residual.consensus), {}};
}

}  // namespace saddle
