// SPDX-License-Identifier: Apache-2.0
// Lu 2022 (GDPA) on Neyman-Pearson classification: the violation follows its law and falls as the
// cube root of the rounds.
#include <saddle/optim/problems/constrained.h>
#include "gdpa_law.h"
#include "report.h"

namespace saddle::reproduce::gdpa_neyman_pearson {

int run(const std::string& folder) {
  Report report(folder, "R4 GDPA on Neyman-Pearson classification");
  NeymanPearson problem(0.4);
  Gdpa::Options options;
  options.penalty = 1;
  options.perturbation = 0.5;
  GdpaRun gdpa(problem, Eigen::VectorXd::Zero(3), 0.5, options);
  auto out = report.csv("gdpa_neyman_pearson.csv", "round,violation,law,multiplier,stationarity");
  const struct {
    int round;
    double violation;
  } known[] = {{100, 0.08952}, {1000, 0.04641}, {10000, 0.02323}, {100000, 0.01124}};
  int round = 0;
  double before = 0;
  GdpaState at;
  for (const auto& [end, violation] : known) {
    before = at.violation;
    for (const int part : {end / 5, end / 2, end}) {
      if (part <= round) continue;
      gdpa.rounds(part - round);
      round = part;
      at = gdpa.now();
      out << round << ',' << at.violation << ',' << at.law << ',' << at.multiplier << ','
          << at.stationarity << '\n';
    }
    const std::string when = ", r = " + std::to_string(end);
    report.near("violation" + when, violation, at.violation, 1e-3);
    report.near("violation by the law tau lambda/beta" + when, at.law, at.violation, 0.02);
  }
  report.below("stationarity, r = 100000", 1e-4, at.stationarity);
  // Below that of the limit itself, 1.085551, since the limit is still relaxed by the violation.
  report.between("multiplier, r = 100000", 0.95 * 1.085551, 1.085551, at.multiplier);
  report.between("slope of the violation, last decade (theory -1/3)", -0.38, -0.28,
                 std::log10(at.violation / before));
  return report.finish();
}

}  // namespace saddle::reproduce::gdpa_neyman_pearson
