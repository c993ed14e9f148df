// SPDX-License-Identifier: Apache-2.0
// Bilevel toys: where penalty methods end from a thousand starts, and how far from the solution.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <saddle/base/rng.h>
#include <saddle/optim/bilevel/penalty.h>
#include <saddle/optim/problems/bilevel_toys.h>
#include "bench/reproduce/report.h"

namespace saddle::reproduce::bilevel_toys {
namespace {

using Eigen::VectorXd;

using Point = Pair<VectorXd>;
using VectorF2sa = F2sa<VectorXd, VectorXd>;
using VectorVpbgd = Vpbgd<VectorXd, VectorXd>;
using VectorBome = Bome<VectorXd, VectorXd>;

constexpr int kStarts = 1000;

Point point(double x, double y) { return {VectorXd::Constant(1, x), VectorXd::Constant(1, y)}; }

/// V-PBGD on the Shen-Chen problem until it stands still.
Point descend(double penalty, const Point& start) {
  constexpr double kStill = 1e-6;
  constexpr int kLimit = 200000;
  ShenChen problem;
  VectorVpbgd method({.step = 0.1, .step_y = 0.2, .steps = 12, .penalty = penalty});
  Point z = start;
  for (int i = 0; i < kLimit; ++i) {
    const Point before = z;
    method.step(problem, z);
    if (std::hypot(z.x[0] - before.x[0], z.y[0] - before.y[0]) * penalty < kStill) break;
  }
  return z;
}

/// Where the runs end: shares at the three minima, and ‖x + y‖ = ‖y − y*‖ at most.
void shen_chen(Report& report, double penalty, const std::array<double, 3>& minima,
               const std::array<double, 3>& shares, double distance) {
  const std::string gamma = "gamma=" + std::to_string(static_cast<int>(penalty));
  auto csv = report.csv("bilevel_toys_" + std::to_string(static_cast<int>(penalty)) + ".csv",
                        "start x,start y,x,y");
  Rng rng(12);
  std::array<int, 3> counts{};
  std::array<double, 3> farthest{};
  double largest = 0;
  for (int i = 0; i < kStarts; ++i) {
    const double x = rng.uniform(0, 3);
    const Point start = point(x, rng.uniform(-5, 8.5));
    const Point end = descend(penalty, start);
    csv << start.x[0] << ',' << start.y[0] << ',' << end.x[0] << ',' << end.y[0] << '\n';
    std::size_t nearest = 0;
    for (std::size_t k = 1; k < 3; ++k) {
      if (std::abs(end.x[0] - minima[k]) < std::abs(end.x[0] - minima[nearest])) nearest = k;
    }
    ++counts[nearest];
    farthest[nearest] = std::max(farthest[nearest], std::abs(end.x[0] - minima[nearest]));
    largest = std::max(largest, std::abs(end.x[0] + end.y[0]));
  }
  for (std::size_t k = 0; k < 3; ++k) {
    const std::string where = gamma + ": x=" + std::to_string(minima[k]).substr(0, 5);
    report.below(where + ", farthest end of its runs", 6e-4, farthest[k]);
    if (shares[k] > 0) {
      // Four standard errors of a share, and half a digit of the one given.
      const double band = 4 * std::sqrt(shares[k] * (1 - shares[k]) / kStarts) + 0.005;
      report.between(where + ", share of the runs", shares[k] - band, shares[k] + band,
                     counts[k] / static_cast<double>(kStarts));
    }
  }
  report.below(gamma + ": |x + y| at the ends", distance, largest);
}

double end_of_f2sa(double maximum) {
  QuadraticBilevel problem = scalar_bilevel();
  VectorF2sa method({.growth = 0.05, .maximum_penalty = maximum});
  Point z = point(0, 0);
  for (int i = 0; i < 20000; ++i) method.step(problem, z);
  return z.x[0];
}

void f2sa_bias(Report& report) {
  auto csv = report.csv("bilevel_toys_f2sa.csv", "penalty,bias,law");
  for (const double penalty : {10.0, 50.0, 200.0, 500.0}) {
    const double bias = 10.0 / 7 - end_of_f2sa(penalty);
    csv << penalty << ',' << bias << ',' << 0.204 / penalty << '\n';
    // The next term of the bias is 0.1/(0.7 γ) of the first.
    report.near("F2SA, bias at penalty " + std::to_string(static_cast<int>(penalty)),
                0.204 / penalty, bias, 0.001 + 0.15 / penalty);
  }
  report.near("F2SA, x at penalty 200", 1.427552, end_of_f2sa(200), 5e-7);
}

void bome(Report& report) {
  for (const double step : {0.05, 0.005}) {
    QuadraticBilevel problem = scalar_bilevel();
    VectorBome method({.step = step, .step_y = 0.2, .steps = 10, .decrease = 0.5});
    Point z = point(0, 0);
    for (int i = 0; i < 250 / step; ++i) method.step(problem, z);
    const std::string name = "BOME, step " + std::to_string(step).substr(0, 5);
    report.near(name + ": x", 1.42604, z.x[0], 4e-6);
    report.near(name + ": error", 0.0025, 10.0 / 7 - z.x[0], 0.02);
  }
  LowerLevelSingular problem;
  VectorBome method({});
  Point z{VectorXd::Zero(1), VectorXd::Zero(2)};
  for (int i = 0; i < 3000; ++i) method.step(problem, z);
  report.near("BOME, singular lower level: x", 1, z.x[0], 1e-7);
  report.near("BOME, singular lower level: y1", 1, z.y[0], 1e-7);
  report.near("BOME, singular lower level: y2", 1, z.y[1], 1e-7);
}

}  // namespace

int run(const std::string& folder) {
  Report report(folder,
                "Bilevel toys: V-PBGD from 1000 starts x in [0, 3], y in [-5, 8.5]; bias of F2SA "
                "and BOME on the scalar quadratic");
  shen_chen(report, 10, {0.367, 1.188, 2.824}, {0.60, 0.21, 0.19}, 0.0345);
  shen_chen(report, 100, {0.381, 1.213, 2.829}, {0, 0, 0}, 0.00265);
  f2sa_bias(report);
  bome(report);
  return report.finish();
}

}  // namespace saddle::reproduce::bilevel_toys
