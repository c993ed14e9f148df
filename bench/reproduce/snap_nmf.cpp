// SPDX-License-Identifier: Apache-2.0
// Nonnegative factorisation from next to its strict saddle: negative curvature against plain steps.
#include <algorithm>
#include <memory>
#include <string>

#include <saddle/optim/constraint/method.h>
#include <saddle/optim/constraint/none.h>
#include <saddle/optim/primal/escape.h>
#include <saddle/optim/problems/unsupervised.h>

#include "report.h"

namespace saddle::reproduce::snap_nmf {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kRows = 20, kColumns = 50, kRank = 10, kSeeds = 5, kRounds = 25000;
constexpr double kDensity = 0.03, kStep = 1e-2, kStart = 1e-5;

MatrixXd planted(std::uint64_t seed) {
  Rng rng(seed);
  const MatrixXd left = sparse_factor(rng, kRows, kRank, kDensity);
  return left * sparse_factor(rng, kRank, kColumns, kDensity);
}

/// Projected gradient steps and no more.
std::unique_ptr<Method<ConstrainedProblem<VectorXd>>> plain_steps() {
  return std::make_unique<RuleMethod<VectorXd>>(
      std::make_unique<None>(0, None::Options{}),
      std::make_unique<GradientStep<VectorXd>>(PowerSchedule{kStep, 0}));
}

std::unique_ptr<Snap<VectorXd>> snap(std::uint64_t seed) {
  Snap<VectorXd>::Options options;
  options.step = kStep;
  options.search_step = 0.3;
  return std::make_unique<Snap<VectorXd>>(options, seed);
}

struct Course {
  double start = 0, early = 0, later = 0, end = 0;  ///< losses at rounds 0, 300, 1000 and the last
};

Course follow(Method<ConstrainedProblem<VectorXd>>& method, Nmf& problem, const VectorXd& x,
              const std::string& label, std::ofstream& csv) {
  Pair<VectorXd> z{x, VectorXd(0)};
  Course course;
  course.start = problem.values(z.x).objective;
  for (int round = 1; round <= kRounds; ++round) {
    method.step(problem, z);
    if (round % 50 != 0) continue;
    const double loss = problem.values(z.x).objective;
    csv << label << ',' << round << ',' << loss << '\n';
    if (round == 300) course.early = loss;
    if (round == 1000) course.later = loss;
    course.end = loss;
  }
  return course;
}

}  // namespace

int run(const std::string& folder) {
  Report report(folder, "Factorisation of a sparse 20x50 matrix, rank 10, from entries < 1e-5");
  std::ofstream csv = report.csv("snap_nmf.csv", "run,round,loss");
  double plain_early = 1, plain_later = 1, snap_later = 0, snap_end = 0;
  int better = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    Nmf problem(planted(seed), kRank);
    Rng rng(seed, 1);
    const VectorXd x =
        kStart * VectorXd::NullaryExpr(problem.size(), [&] { return rng.uniform(); });
    const auto plain = plain_steps();
    const Course slow = follow(*plain, problem, x, "plain " + std::to_string(seed), csv);
    const auto curved = snap(seed);
    const Course fast = follow(*curved, problem, x, "snap " + std::to_string(seed), csv);
    plain_early = std::min(plain_early, slow.early / slow.start);
    plain_later = std::min(plain_later, slow.later / slow.start);
    snap_later = std::max(snap_later, fast.later / fast.start);
    snap_end = std::max(snap_end, fast.end);
    better += fast.later < slow.later ? 1 : 0;
  }
  report.above("plain steps: share of the loss left after 300 rounds, least", 0.999, plain_early);
  report.above("plain steps: share left after 1000 rounds, least", 0.85, plain_later);
  report.below("SNAP: share left after 1000 rounds, largest", 0.25, snap_later);
  report.near("seeds on which SNAP is ahead after 1000 rounds", kSeeds, better, 0);
  report.below("SNAP: loss after 25000 rounds, largest", 1e-5, snap_end);

  Nmf problem(planted(0), kRank);
  const VectorXd zero = VectorXd::Zero(problem.size());
  const auto plain = plain_steps();
  const auto curved = snap(0);
  const Course stuck = follow(*plain, problem, zero, "plain from 0", csv);
  const Course free = follow(*curved, problem, zero, "snap from 0", csv);
  report.near("plain steps from 0: share of the loss left at the end", 1, stuck.end / stuck.start,
              0);
  report.below("SNAP from 0: loss at the end", 1e-5, free.end);
  return report.finish();
}

}  // namespace saddle::reproduce::snap_nmf
