// SPDX-License-Identifier: Apache-2.0
// Adversaries on a grid: values of the game on actions, of attacks on observations, and LQ games.
#include <string>

#include <saddle/optim/problems/lq_game.h>
#include <saddle/optim/problems/robust_mdp.h>

#include "report.h"

namespace saddle::reproduce::robust_mdp {
namespace {

using Eigen::MatrixXd;

void actions(Report& report, const Cmdp& grid, const MatrixXd& nominal) {
  struct Row {
    double alpha, robust, attacked;
  };
  for (const Row& known : {Row{0, 1.732862, 1.732862}, Row{0.1, 1.437885, 1.437823},
                           Row{0.2, 1.153544, 1.134825}, Row{0.3, 0.877982, 0.835704}}) {
    const std::string suffix = ", probability " + std::to_string(known.alpha).substr(0, 3);
    report.near("robust policy against actions" + suffix, known.robust,
                grid.start.dot(solve_action_robust(grid, known.alpha).values), 1e-6);
    report.near("nominal policy against actions" + suffix, known.attacked,
                grid.start.dot(action_attacked_values(grid, nominal, known.alpha)), 1e-6);
  }
}

void observations(Report& report, const Cmdp& grid, const MatrixXd& nominal) {
  const auto seen_as = grid_neighbours(5, 5);
  const MatrixXd uniform = MatrixXd::Constant(grid.states, grid.actions, 0.25);
  report.near("nominal policy, observation moved by a cell", 0.114000,
              grid.start.dot(observation_attacked_values(grid, nominal, seen_as)), 1e-5);
  report.near("uniform policy, observation moved by a cell", 0.271090,
              grid.start.dot(observation_attacked_values(grid, uniform, seen_as)), 2e-6);
}

void linear_quadratic(Report& report) {
  struct Row {
    double price, p, k, l;
  };
  const auto scalar = [](double value) { return MatrixXd(MatrixXd::Constant(1, 1, value)); };
  for (const Row& known : {Row{1e9, 1.77377, 0.70343, 0}, Row{10, 1.83789, 0.76172, 0.07617},
                           Row{5, 1.91518, 0.83198, 0.16640}, Row{3, 2.04757, 0.95234, 0.31745}}) {
    const LqSolution solution =
        solve_exactly(LqGame{scalar(1.1), scalar(1), scalar(1), scalar(1), scalar(1), known.price});
    const std::string suffix = ", price " + std::to_string(static_cast<int>(known.price));
    report.near("LQ game: value" + suffix, known.p, solution.p(0, 0), 1e-5);
    report.near("LQ game: gain of the control" + suffix, known.k, solution.k(0, 0), 1e-5);
    report.near("LQ game: gain of the disturbance" + suffix, known.l, solution.l(0, 0), 5e-5);
  }
}

}  // namespace

int run(const std::string& folder) {
  Report report(folder, "Robust Markov decision processes on a 5x5 grid, and LQ games");
  const Cmdp grid = reference_cmdp();
  const MatrixXd nominal = optimal_policy(grid, grid.reward);
  actions(report, grid, nominal);
  observations(report, grid, nominal);
  linear_quadratic(report);

  std::ofstream csv = report.csv("robust_mdp.csv", "probability,robust,nominal");
  for (double alpha = 0; alpha < 0.505; alpha += 0.01) {
    csv << alpha << ',' << grid.start.dot(solve_action_robust(grid, alpha).values) << ','
        << grid.start.dot(action_attacked_values(grid, nominal, alpha)) << '\n';
  }
  return report.finish();
}

}  // namespace saddle::reproduce::robust_mdp
