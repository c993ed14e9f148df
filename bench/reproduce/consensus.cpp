// SPDX-License-Identifier: Apache-2.0
// Agents that minimise together: bias, exactness, and what the graph costs.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <saddle/optim/consensus/descent.h>
#include <saddle/optim/consensus/local_communicator.h>
#include <saddle/optim/consensus/problems.h>

#include "report.h"

namespace saddle::reproduce::consensus {
namespace {

using Eigen::VectorXd;

using Parabolas = SolvedNetwork<ConstrainedProblem<VectorXd>>;

/// Of all agents, where they have got to.
double largest_error(const Parabolas& solved) {
  double largest = 0;
  for (std::size_t k = 0; k < solved.start.size(); ++k) {
    largest = std::max(largest, std::abs(solved.start[k].x[0] - solved.solution[k].x[0]));
  }
  return largest;
}

/// What five agents have left after `rounds`, as a curve too.
template <class Method>
double error_after(Method method, const std::string& name, int rounds, std::ofstream& curve) {
  auto solved = decentralized_quadratic({}, 0);
  for (int r = 1; r <= rounds; ++r) {
    method.step(*solved.network, solved.start);
    if (r <= 300) curve << name << ',' << r << ',' << largest_error(solved) << '\n';
  }
  return largest_error(solved);
}

/// The first round in which every agent is within `tolerance` of the optimum; 0 if none is.
template <class Method>
int rounds_to(double tolerance, const GraphOptions& graph, Method method, int limit = 100000) {
  DecentralizedQuadraticOptions options;
  options.graph = graph;
  auto solved = decentralized_quadratic(options, 0);
  for (int r = 1; r <= limit; ++r) {
    method.step(*solved.network, solved.start);
    if (largest_error(solved) < tolerance) return r;
  }
  return 0;
}

void five_agents(Report& report) {
  auto curve = report.csv("consensus.csv", "method,round,error");
  const double coarse =
      error_after(Dgd({.step = 0.05, .exponent = 0, .mixing = {}}), "DGD 0.05", 20000, curve);
  const double fine =
      error_after(Dgd({.step = 0.01, .exponent = 0, .mixing = {}}), "DGD 0.01", 20000, curve);
  report.near("DGD, step 0.05: largest error", 0.3744, coarse, 1e-3);
  report.near("DGD, step 0.01: largest error", 0.0936, fine, 1e-3);
  report.near("slope of the bias in the step; theory 1", 1, std::log(coarse / fine) / std::log(5),
              0.2);
  report.below("gradient tracking, step 0.05: error after 2000", 1e-15,
               error_after(GradientTracking({}), "gradient tracking", 2000, curve));
  report.below("EXTRA, step 0.05: error after 2000", 1e-14,
               error_after(Extra({}), "EXTRA", 2000, curve));
  // The reference counts rounds from 0.
  report.near("gradient tracking: first round below 1e-8", 110,
              rounds_to(1e-8, {}, GradientTracking({})) - 1, 1e-9);
}

/// Gradient tracking to a millionth with the best of a grid of steps, since the step that a graph
/// bears falls with its gap.
int tracking_rounds(const GraphOptions& graph) {
  constexpr int kLimit = 5000;
  int best = kLimit;
  for (double step = 0.32; step > 1e-3; step /= std::sqrt(2)) {
    const GradientTracking method({.step = step, .exponent = 0, .mixing = {}});
    if (const int rounds = rounds_to(1e-6, graph, method, best); rounds > 0) best = rounds;
  }
  return best;
}

/// Gossip alone: log(1e6)/log(1/η) rounds to a millionth.
int gossip_rounds(const Eigen::MatrixXd& weights) {
  const auto n = static_cast<int>(weights.rows());
  Mixing mixing(std::make_shared<LocalCommunicator>(n), weights);
  AgentVectors x(static_cast<std::size_t>(n), VectorXd::Zero(1));
  x[0][0] = n;  // all of it with one agent; the mean is 1
  const double start = consensus_error(x);
  for (int r = 1;; ++r) {
    x = mixing.mix(x);
    if (consensus_error(x) < 1e-6 * start) return r;
  }
}

/// That of the least-squares line through the logarithms.
double slope(const std::vector<double>& x, const std::vector<double>& y) {
  double mean_x = 0, mean_y = 0, products = 0, squares = 0;
  const auto n = static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_x += std::log(x[i]) / n;
    mean_y += std::log(y[i]) / n;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    products += (std::log(x[i]) - mean_x) * (std::log(y[i]) - mean_y);
    squares += (std::log(x[i]) - mean_x) * (std::log(x[i]) - mean_x);
  }
  return products / squares;
}

void spectral_gaps(Report& report) {
  auto curve = report.csv("consensus_gap.csv", "graph,agents,inverse_gap,gossip,tracking");
  std::vector<double> inverse_gaps, gossips, trackings;
  // No multiples of five but the first, since parabolas that repeat like the ring are one ring
  // of 5.
  for (const auto& [graph, agents] : std::vector<std::pair<std::string, int>>{
           {"complete", 8}, {"ring", 5}, {"ring", 8}, {"ring", 12}, {"ring", 18}, {"ring", 27}}) {
    GraphOptions options;
    options.graph = graph;
    options.agents = agents;
    const Eigen::MatrixXd weights = make_weights(options, 0);
    const int gossip = gossip_rounds(weights);
    const int tracking = tracking_rounds(options);
    curve << graph << ',' << agents << ',' << 1 / spectral_gap(weights) << ',' << gossip << ','
          << tracking << '\n';
    if (graph != "ring") continue;
    inverse_gaps.push_back(1 / spectral_gap(weights));
    gossips.push_back(gossip);
    trackings.push_back(tracking);
  }
  report.near("gap of a ring of 5: 1 - 1/3 - 2/3 cos(2 pi/5)", 0.460655, 1 / inverse_gaps[0], 2e-6);
  report.near("slope of gossip rounds to 1e-6 in 1/gap; theory 1", 1, slope(inverse_gaps, gossips),
              0.1);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 1; i < trackings.size(); ++i) {
    least = std::min(least, trackings[i] - trackings[i - 1]);
  }
  report.above("tracking rounds to 1e-6 grow from ring to ring by", 0, least);
  report.above("tracking rounds, largest ring over smallest", 2, trackings.back() / trackings[0]);
}

}  // namespace

int run(const std::string& folder) {
  Report report(folder, "R13: five parabolas on a ring, and rings of growing size");
  five_agents(report);
  spectral_gaps(report);
  return report.finish();
}

}  // namespace saddle::reproduce::consensus
