// SPDX-License-Identifier: Apache-2.0
// Random constrained MDPs, each solved by several first-order methods and compared with its linear
// program: on every one some method must come within 1 % of the value and 1e-3 of the limits.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include <saddle/base/rng.h>
#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/method.h>
#include <saddle/optim/constraint/nupi.h>
#include <saddle/optim/constraint/optimistic.h>
#include <saddle/optim/constraint/switching.h>
#include <saddle/optim/problems/cmdp.h>
#include "report.h"

namespace saddle::reproduce::cmdp_sweep {
namespace {

using Eigen::VectorXd;

constexpr int kRounds = 3000;  ///< of each method at most
constexpr int kSettled = 50;   ///< rounds within the bounds that count as having arrived

struct Contender {
  const char* name;
  std::unique_ptr<ConstraintRule> (*rule)(int constraints);
  bool optimistic;
};

template <class Rule>
typename Rule::Options plain() {
  typename Rule::Options options;
  if constexpr (requires { options.normalize; }) options.normalize = false;
  return options;
}

const Contender kContenders[] = {
    {"augmented Lagrangian",
     [](int m) -> std::unique_ptr<ConstraintRule> {
       auto o = plain<AugmentedLagrangian>();
       o.penalty = 1;
       o.step = 0.2;
       return std::make_unique<AugmentedLagrangian>(m, o);
     },
     false},
    {"PI dual",
     [](int m) -> std::unique_ptr<ConstraintRule> {
       auto o = plain<NuPi>();
       o.step = 0.1;
       o.proportional = 10;
       return std::make_unique<NuPi>(m, o);
     },
     false},
    {"optimistic",
     [](int m) -> std::unique_ptr<ConstraintRule> {
       auto o = plain<OptimisticLagrangian>();
       o.step = 0.1;
       return std::make_unique<OptimisticLagrangian>(m, o);
     },
     true},
    {"primal-dual",
     [](int m) -> std::unique_ptr<ConstraintRule> {
       auto o = plain<Lagrangian>();
       o.step = 0.1;
       return std::make_unique<Lagrangian>(m, o);
     },
     false},
    {"switching",
     [](int m) -> std::unique_ptr<ConstraintRule> {
       return std::make_unique<Switching>(m, Switching::Options{});
     },
     false},
};
constexpr int kCount = static_cast<int>(std::size(kContenders));

Cmdp draw(int index) {
  Rng rng(static_cast<std::uint64_t>(index), 1);
  const int states = 2 + static_cast<int>(rng.below(49));
  const int actions = 2 + static_cast<int>(rng.below(4));
  const int constraints = 1 + static_cast<int>(rng.below(4));
  return random_cmdp(static_cast<std::uint64_t>(index), states, actions, constraints);
}

/// The round in which the method had arrived and stayed; −1 if it never did. Natural policy
/// gradients of softmax policies.
int arrival(const Cmdp& cmdp, double optimum, const Contender& contender) {
  SoftmaxCmdp problem(cmdp);
  const int m = problem.inequalities();
  std::unique_ptr<PrimalStep<VectorXd>> primal;
  if (contender.optimistic) {
    primal = std::make_unique<OptimisticStep<VectorXd>>(0.5);
  } else {
    primal = std::make_unique<GradientStep<VectorXd>>(PowerSchedule{0.5, 0});
  }
  RuleMethod<VectorXd> method(contender.rule(m), std::move(primal), Direction::kNatural);
  Pair<VectorXd> z{VectorXd::Zero(cmdp.reward.size()), VectorXd::Zero(m)};
  int inside = 0;
  for (int round = 0; round < kRounds; ++round) {
    const ConstrainedValues at = problem.values(z.x);
    const bool within =
        std::abs(at.objective + optimum) <= 0.01 * optimum && at.constraints.maxCoeff() <= 1e-3;
    inside = within ? inside + 1 : 0;
    if (inside == kSettled) return round;
    method.step(problem, z);
  }
  return -1;
}

}  // namespace

int run(const std::string& folder) {
  const char* wanted = std::getenv("SADDLE_SWEEP_COUNT");
  const int count = wanted != nullptr ? std::max(1, std::atoi(wanted)) : 30;
  Report report(folder, "Random constrained MDPs against their linear programs");
  std::vector<std::vector<int>> arrivals(count, std::vector<int>(kCount, -1));
  std::atomic<int> next = 0;
  const auto work = [&] {
    for (int i = next++; i < count; i = next++) {
      const Cmdp cmdp = draw(i);
      const double optimum = solve_exactly(cmdp).value;
      for (int k = 0; k < kCount; ++k) arrivals[i][k] = arrival(cmdp, optimum, kContenders[k]);
    }
  };
  std::thread other(work);
  work();
  other.join();

  auto out = report.csv("cmdp_sweep.csv", "seed,method,round");
  int unsolved = 0;
  for (int i = 0; i < count; ++i) {
    for (int k = 0; k < kCount; ++k) out << i << ',' << k << ',' << arrivals[i][k] << '\n';
    unsolved += *std::max_element(arrivals[i].begin(), arrivals[i].end()) < 0 ? 1 : 0;
  }
  for (int k = 0; k < kCount; ++k) {
    std::string seeds;
    int failed = 0;
    for (int i = 0; i < count; ++i) {
      if (arrivals[i][k] >= 0) continue;
      if (++failed <= 20) seeds = concat(seeds, ' ', i);
    }
    std::printf("  %-24s failed on %d of %d%s%s%s\n", kContenders[k].name, failed, count,
                failed > 0 ? ":" : "", seeds.c_str(), failed > 20 ? " ..." : "");
  }
  report.below("processes that no method solves", 1, unsolved);
  return report.finish();
}

}  // namespace saddle::reproduce::cmdp_sweep
