// SPDX-License-Identifier: Apache-2.0
// Safe Dec-PG on a quadratic program of five agents, and its printed tracker, which fails.
#include <saddle/optim/consensus/safe_dec_pg.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <tests/optim/consensus/half_planes.h>

#include "report.h"

namespace saddle::reproduce::safe_dec_pg {
namespace {

using Eigen::VectorXd;

VectorXd mean_x(ConstrainedNetwork& network, const ConstrainedNetwork::Point& z) {
  return network.mixing().mean(x_of(z));
}

double violation(const VectorXd& x) {
  const HalfPlaneData data = oracle_half_planes();
  return std::max(0.0, (data.q * x - data.c).maxCoeff());
}

/// Rounds at which curves get a point: about sixteen a decade.
bool drawn(int round) {
  const auto step = [](int r) { return std::floor(16 * std::log10(static_cast<double>(r))); };
  return round == 1 || step(round) > step(round - 1);
}

void approach(Report& report) {
  auto curve = report.csv("safe_dec_pg.csv", "round,distance,consensus,residual");
  auto solved = oracle_network();
  SafeDecPg method({});
  std::vector<double> distances, consensus;
  for (int r = 1; r <= 100000; ++r) {
    method.step(*solved.network, solved.start);
    const bool published = r == 1000 || r == 10000 || r == 100000;
    if (!published && !drawn(r)) continue;
    const double distance = (mean_x(*solved.network, solved.start) - solved.solution[0].x).norm();
    const double apart = consensus_error(x_of(solved.start));
    curve << r << ',' << distance << ',' << apart << ','
          << residual_of(*solved.network, solved.start) << '\n';
    if (!published) continue;
    distances.push_back(distance);
    consensus.push_back(apart);
  }
  report.near("distance after 1e3 rounds", 0.1225, distances[0], 1e-3);
  report.near("distance after 1e4 rounds", 0.0420, distances[1], 1e-3);
  report.near("distance after 1e5 rounds", 0.0137, distances[2], 1e-3);
  report.near("slope of the distance in the last decade; theory -1/2", -0.5,
              std::log10(distances[2] / distances[1]), 0.05);
  report.near("consensus error after 1e3 rounds", 1.9e-6, consensus[0], 0.03);
  report.near("consensus error after 1e4 rounds", 2.7e-8, consensus[1], 0.03);
  report.near("consensus error after 1e5 rounds", 3.1e-10, consensus[2], 0.03);
}

void constant_steps(Report& report) {
  for (const double gamma : {0.0, 0.1, 0.3}) {
    auto solved = oracle_network();
    SafeDecPg::Options options;
    options.step_x = options.step_y = 0.05;
    options.exponent = options.perturbation_exponent = 0;
    options.perturbation = gamma;
    SafeDecPg method(options);
    for (int r = 0; r < 20000; ++r) method.step(*solved.network, solved.start);
    const VectorXd x = mean_x(*solved.network, solved.start);
    if (gamma == 0) {
      report.below("distance with constant steps, no perturbation", 1e-13,
                   (x - solved.solution[0].x).norm());
    } else {
      report.near("violation with a constant perturbation " + std::to_string(gamma).substr(0, 3),
                  gamma * solved.start[4].y[0], violation(x), 1e-6);
    }
  }
}

void printed_tracker(Report& report) {
  auto curve = report.csv("safe_dec_pg_printed.csv", "round,violation,multiplier");
  SerialSafeDecPg serial{.printed = true};
  for (int r = 1; r <= 10000; ++r) {
    serial.step(r);
    const VectorXd x = serial.x.colwise().mean();
    if (drawn(r)) curve << r << ',' << violation(x) << ',' << serial.multipliers[4] / 5 << '\n';
  }
  const VectorXd x = serial.x.colwise().mean();
  const VectorXd unconstrained = serial.data.b.colwise().mean();
  report.below("printed tracker: distance to the free optimum", 1e-6, (x - unconstrained).norm());
  report.near("printed tracker: violation", 0.880, violation(x), 1e-3);
  report.near("printed tracker: multiplier after 1e4 rounds", 17.5, serial.multipliers[4] / 5,
              2e-3);
}

}  // namespace

int run(const std::string& folder) {
  Report report(folder, "R9: Safe Dec-PG on a quadratic program of five agents on a ring");
  approach(report);
  constant_steps(report);
  printed_tracker(report);
  return report.finish();
}

}  // namespace saddle::reproduce::safe_dec_pg
