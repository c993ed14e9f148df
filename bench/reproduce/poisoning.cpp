// SPDX-License-Identifier: Apache-2.0
// Poisoning of logistic regression with gradients, and with values alone, for 5000 rounds, or as
// many as SADDLE_POISONING_ROUNDS says; the paper has 50000.
#include <algorithm>
#include <cstdlib>
#include <string>

#include <saddle/optim/minmax/alternating_gda.h>
#include <saddle/optim/minmax/zeroth_order.h>
#include <saddle/optim/problems/poisoning.h>

#include "report.h"

namespace saddle::reproduce::poisoning {
namespace {

using Eigen::VectorXd;
using Problem = MinMaxProblem<VectorXd>;

constexpr double kStepLearner = 0.05, kStepAttacker = 0.02;
constexpr int kSeeds = 3;

VectorXd start(std::uint64_t seed) {
  Rng rng(seed, stream_id(1, 0));
  return VectorXd::NullaryExpr(100, [&] { return rng.normal(); });
}

/// Descent of the learner beside an attacker who does nothing.
class NoAttack final : public Method<Problem> {
 public:
  void step(Problem& problem, Pair<VectorXd>& z) override {
    problem.resample(++round_);
    z.x -= kStepLearner * problem.gradient_x(z.x, z.y);
  }
  void state(Archive& archive) override { archive("round", round_); }

 private:
  std::uint64_t round_ = 0;
};

/// The test accuracy of a learner who trains to the end on what the attacker leaves.
double accuracy_after(Method<Problem>& method, Poisoning& problem, std::uint64_t seed, int rounds,
                      const std::string& label, std::ofstream& csv) {
  Pair<VectorXd> z{start(seed), VectorXd::Zero(100)};
  for (int round = 1; round <= rounds; ++round) {
    method.step(problem, z);
    if (round % std::max(1, rounds / 100) == 0) {
      csv << label << ' ' << seed << ',' << round << ',' << problem.test_accuracy(z.x) << '\n';
    }
  }
  const bool attacked = z.y.cwiseAbs().maxCoeff() > 0;
  return problem.test_accuracy(attacked ? problem.retrained(z.x, z.y) : z.x);
}

/// Over the seeds.
struct Range {
  double low = 1, high = 0;
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

}  // namespace

int run(const std::string& folder) {
  const char* wanted = std::getenv("SADDLE_POISONING_ROUNDS");
  const int rounds = wanted != nullptr ? std::atoi(wanted) : 5000;
  if (rounds != 5000 && rounds != 50000) {
    std::fprintf(stderr, "the number of rounds is 5000 or 50000, for which bands are known\n");
    return 2;
  }
  Report report(folder, "Poisoned logistic regression, test accuracy after " +
                            std::to_string(rounds) + " rounds, 3 seeds");
  std::ofstream csv = report.csv("poisoning.csv", "run,round,accuracy");
  Range clean, first_order, zeroth_order;
  double least_loss = 1;
  for (int seed = 0; seed < kSeeds; ++seed) {
    Poisoning problem({}, seed);
    NoAttack none;
    const double unharmed = accuracy_after(none, problem, seed, rounds, "clean", csv);
    AlternatingGda<VectorXd> gradients({.step_x = kStepLearner, .step_y = kStepAttacker});
    const double by_gradients = accuracy_after(gradients, problem, seed, rounds, "FO", csv);
    ZerothOrderMinMax<VectorXd> values({.step_x = kStepLearner,
                                        .step_y = kStepAttacker,
                                        .radius = 1e-3,
                                        .directions = 5,
                                        .two_sided = true},
                                       seed);
    const double by_values = accuracy_after(values, problem, seed, rounds, "ZO", csv);
    clean.include(unharmed);
    first_order.include(by_gradients);
    zeroth_order.include(by_values);
    least_loss = std::min({least_loss, unharmed - by_gradients, unharmed - by_values});
  }
  const double low = rounds == 5000 ? 0.68 : 0.6, high = rounds == 5000 ? 0.8 : 0.72;
  report.above("without an attack, least", 0.9, clean.low);
  report.between("attack by gradients, least", low, high, first_order.low);
  report.between("attack by gradients, largest", low, high, first_order.high);
  report.between("attack by values alone, least", low, high, zeroth_order.low);
  report.between("attack by values alone, largest", low, high, zeroth_order.high);
  report.above("accuracy that an attack costs, least", 0.12, least_loss);
  return report.finish();
}

}  // namespace saddle::reproduce::poisoning
