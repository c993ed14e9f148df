// SPDX-License-Identifier: Apache-2.0
// x y − x²/20 in a box: descent-ascent in all its forms circles the solution, and smoothing the
// minimiser or perturbing the maximiser ends there.
#include <algorithm>
#include <vector>

#include <bench/reproduce/report.h>
#include <saddle/optim/minmax/alternating_gda.h>
#include <saddle/optim/minmax/extragradient.h>
#include <saddle/optim/minmax/gda.h>
#include <saddle/optim/minmax/perturbed_smoothed_agda.h>
#include <saddle/optim/problems/games.h>

namespace saddle::reproduce::nonconvex_concave {
namespace {

using Eigen::VectorXd;
using Game = MinMaxProblem<VectorXd>;
using Hybrid = PerturbedSmoothedAgda<VectorXd>;

constexpr int kRounds = 20000;

/// Distances to the solution, 0, from (½, ½).
std::vector<double> run(Method<Game>& method) {
  NonconvexConcaveBox game;
  Pair<VectorXd> z{VectorXd::Constant(1, 0.5), VectorXd::Constant(1, 0.5)};
  std::vector<double> distances{euclidean_norm(z)};
  for (int t = 0; t < kRounds; ++t) {
    method.step(game, z);
    distances.push_back(euclidean_norm(z));
  }
  return distances;
}

double nearest(const std::vector<double>& distances) {
  return *std::min_element(distances.begin() + kRounds / 2, distances.end());
}
double farthest(const std::vector<double>& distances) {
  return *std::max_element(distances.begin() + kRounds / 2, distances.end());
}

}  // namespace

int run(const std::string& folder) {
  Report report(
      folder,
      "Nonconvex-concave game x y - x^2/20, |x| <= 2, |y| <= 1, from (1/2, 1/2): distance "
      "to 0 in the second half of 20000 rounds");
  GradientDescentAscent<Game> gda({.step = 0.05});
  AlternatingGda<VectorXd> alternating({.step_x = 0.05, .step_y = 0.05});
  Extragradient<Game> extragradient({.step = 0.05});
  Hybrid hibsa(Hybrid::hibsa()), smoothed(Hybrid::smoothed()), both(Hybrid::both());
  const std::vector<double> of_gda = run(gda), of_alternating = run(alternating),
                            of_extragradient = run(extragradient), of_hibsa = run(hibsa),
                            of_smoothed = run(smoothed), of_both = run(both);
  report.near("descent-ascent, nearest", 1.00, nearest(of_gda), 0.005);
  report.near("alternating, nearest", 0.993, nearest(of_alternating), 0.001);
  report.near("extragradient, nearest", 0.991, nearest(of_extragradient), 0.001);
  report.above("nearest of the three", 0.9,
               std::min({nearest(of_gda), nearest(of_alternating), nearest(of_extragradient)}));
  report.below("smoothed (Zhang et al. 2020), farthest", 1e-20, farthest(of_smoothed));
  report.below("HiBSA (Lu et al. 2020), farthest", 1e-70, farthest(of_hibsa));
  report.below("smoothed and perturbed, farthest", 1e-20, farthest(of_both));

  std::ofstream csv = report.csv("nonconvex_concave.csv",
                                 "round,gda,alternating,extragradient,smoothed,hibsa,both");
  for (std::size_t t = 0; t <= 4000; t += 10) {
    csv << t << ',' << of_gda[t] << ',' << of_alternating[t] << ',' << of_extragradient[t] << ','
        << of_smoothed[t] << ',' << of_hibsa[t] << ',' << of_both[t] << '\n';
  }
  return report.finish();
}

}  // namespace saddle::reproduce::nonconvex_concave
