// SPDX-License-Identifier: Apache-2.0
// x y from (1, 1) with step 0.1: who leaves the solution, who circles it, who converges, how fast.
#include <algorithm>
#include <complex>
#include <vector>

#include <bench/reproduce/report.h>
#include <saddle/optim/minmax/alternating_gda.h>
#include <saddle/optim/minmax/extragradient.h>
#include <saddle/optim/minmax/gda.h>
#include <saddle/optim/minmax/optimistic_gda.h>
#include <saddle/optim/minmax/proximal_point.h>
#include <saddle/optim/problems/games.h>

namespace saddle::reproduce::bilinear {
namespace {

using Eigen::VectorXd;
using Game = MinMaxProblem<VectorXd>;

constexpr int kRounds = 1000;
constexpr double kStep = 0.1;

struct Run {
  std::vector<double> distances;  ///< ‖z_t‖/‖z_0‖, t = 0, …, kRounds
  double average = 0;             ///< that of the average of z_1, …, z_T

  [[nodiscard]] double last() const { return distances.back(); }

  /// The mean factor by which a step changes the distance, fitted over the second half.
  [[nodiscard]] double factor() const {
    return std::pow(distances[kRounds] / distances[kRounds / 2], 2.0 / kRounds);
  }
};

Run run(Method<Game>& method) {
  BilinearGame game(Eigen::MatrixXd::Ones(1, 1));
  Pair<VectorXd> z{VectorXd::Ones(1), VectorXd::Ones(1)}, sum = zero_like(z);
  const double start = euclidean_norm(z);
  Run result;
  result.distances.push_back(1);
  for (int t = 0; t < kRounds; ++t) {
    method.step(game, z);
    sum = sum + z;
    result.distances.push_back(euclidean_norm(z) / start);
  }
  result.average = euclidean_norm(sum) / start / kRounds;
  return result;
}

/// The larger root of λ² − (1 − 2ηi) λ − ηi, by which the optimistic step multiplies x + iy.
double optimistic_factor() {
  const std::complex<double> b(1, -2 * kStep), c(0, -kStep);
  const std::complex<double> root = std::sqrt(b * b - 4.0 * c);
  return std::max(std::abs(b + root), std::abs(b - root)) / 2;
}

}  // namespace

int run(const std::string& folder) {
  Report report(folder, "Bilinear game x y from (1, 1), step 0.1, 1000 rounds: |z_T|/|z_0|");
  GradientDescentAscent<Game> gda({.step = kStep});
  AlternatingGda<VectorXd> alternating({.step_x = kStep, .step_y = kStep});
  AlternatingGda<VectorXd> momentum({.step_x = kStep, .step_y = kStep, .momentum = -0.5});
  Extragradient<Game> extragradient({.step = kStep});
  OptimisticGda<Game> optimistic({.step = kStep});
  ProximalPoint<Game> proximal({.step = kStep, .accuracy = 1e-10});
  const Run of_gda = run(gda), of_alternating = run(alternating), of_momentum = run(momentum),
            of_extragradient = run(extragradient), of_optimistic = run(optimistic),
            of_proximal = run(proximal);

  const double square = kStep * kStep;
  const double extragradient_factor = std::sqrt(1 - square + square * square);
  report.near("descent-ascent: (1 + eta^2)^(T/2)", std::pow(1 + square, 500), of_gda.last(), 1e-6);
  report.near("descent-ascent: factor of a step", std::sqrt(1 + square), of_gda.factor(), 1e-6);
  report.near("descent-ascent: the average is no better", 1.448, of_gda.average, 5e-4);
  report.near("alternating: bounded", 0.989427, of_alternating.last(), 1e-6);
  report.below("alternating: largest on the way", 1 + 1e-12,
               *std::max_element(of_alternating.distances.begin(), of_alternating.distances.end()));
  report.near("alternating, momentum -1/2: converges", 0.2237, of_momentum.last(), 3e-4);
  report.near("extragradient: (1 - eta^2 + eta^4)^(T/2)", std::pow(extragradient_factor, kRounds),
              of_extragradient.last(), 1e-6);
  report.near("extragradient: factor of a step", extragradient_factor, of_extragradient.factor(),
              1e-6);
  report.near("optimistic: converges", 0.00630474, of_optimistic.last(), 1e-6);
  report.near("optimistic: factor of a step", optimistic_factor(), of_optimistic.factor(), 1e-6);
  report.near("proximal point: (1 + eta^2)^(-T/2)", std::pow(1 + square, -500), of_proximal.last(),
              1e-6);
  report.near("proximal point: factor of a step", 1 / std::sqrt(1 + square), of_proximal.factor(),
              1e-6);

  std::ofstream csv = report.csv(
      "bilinear.csv", "round,gda,alternating,momentum,extragradient,optimistic,proximal");
  for (std::size_t t = 0; t <= kRounds; t += 5) {
    csv << t;
    for (const Run* each : {&of_gda, &of_alternating, &of_momentum, &of_extragradient,
                            &of_optimistic, &of_proximal}) {
      csv << ',' << each->distances[t];
    }
    csv << '\n';
  }
  return report.finish();
}

}  // namespace saddle::reproduce::bilinear
