// SPDX-License-Identifier: Apache-2.0
// −y²/2 + 2xy − 2x² with a minimiser five times faster than the maximiser: steps that adapt to both
// players against steps that adapt to each alone, and steps that do not adapt.
#include <vector>

#include <bench/reproduce/report.h>
#include <saddle/optim/minmax/gda.h>
#include <saddle/optim/minmax/tiada.h>
#include <saddle/optim/problems/games.h>

namespace saddle::reproduce::tiada {
namespace {

using Eigen::VectorXd;
using Adaptive = TiAda<VectorXd>;

Pair<VectorXd> start() { return {VectorXd::Constant(1, 1), VectorXd::Constant(1, 0.01)}; }

/// ‖∇f‖ after each round.
std::vector<double> run(Adaptive::Options options, int rounds) {
  options.step_x = 1;
  options.step_y = 0.2;
  Adaptive method(options);
  QuadraticGame game = concave_quadratic();
  Pair<VectorXd> z = start();
  std::vector<double> norms{euclidean_norm(game.field(z))};
  for (int t = 0; t < rounds; ++t) {
    method.step(game, z);
    norms.push_back(euclidean_norm(game.field(z)));
  }
  return norms;
}

Result without_adapting(double step_x, double step_y) {
  TwoTimescaleGda<VectorXd> method({.step_x = step_x, .step_y = step_y});
  QuadraticGame game = concave_quadratic();
  Pair<VectorXd> z = start();
  return solve(game, method, z, {.tolerance = 2e-14, .limit = 10000});
}

}  // namespace

int run(const std::string& folder) {
  Report report(folder, "TiAda (Li, Yang, He 2023), figure 1: |grad f| from a ratio of steps of 5");
  const std::vector<double> adaptive = run({}, 100000);
  const std::vector<double> adagrad = run(Adaptive::adagrad(), 400000);
  report.near("TiAda after 1e4 rounds", 0.81, adaptive[10000], 0.01);
  report.below("TiAda after 1e5 rounds", 1e-8, adaptive[100000]);
  report.near("AdaGrad after 1e3 rounds", 358, adagrad[1000], 0.002);
  report.near("AdaGrad after 1e4 rounds", 1137, adagrad[10000], 0.001);
  report.above("AdaGrad after 1e5 rounds", 1e3, adagrad[100000]);
  report.near("AdaGrad after 4e5 rounds", 7200, adagrad[400000], 0.002);
  report.near("AdaGrad: growth, as rounds to the power", 0.5,
              std::log10(adagrad[100000] / adagrad[10000]), 0.01);
  report.below("descent-ascent, steps 0.5 and 0.1: overflow in round", 27,
               static_cast<double>(without_adapting(0.5, 0.1).iterations + 1));
  report.below("descent-ascent, steps 0.01 and 0.1: residual", 3e-14,
               without_adapting(0.01, 0.1).residual);

  std::ofstream csv = report.csv("tiada.csv", "round,tiada,adagrad");
  for (std::size_t t = 1; t <= 100000; t += 1 + t / 100) {
    csv << t << ',' << adaptive[t] << ',' << adagrad[t] << '\n';
  }
  return report.finish();
}

}  // namespace saddle::reproduce::tiada
