// SPDX-License-Identifier: Apache-2.0
// Robust logistic regression: attacks against their closed form, robust training, few bits.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <saddle/optim/consensus/quantise.h>
#include <saddle/optim/minmax/attack.h>
#include <saddle/optim/problems/robust.h>

#include "report.h"

namespace saddle::reproduce::robust_logistic {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr double kRadius = 0.3, kRidge = 1e-3;
constexpr int kDimension = 10, kPoints = 200;

VectorXd normal(Index n, Rng& rng) {
  return VectorXd::NullaryExpr(n, [&] { return rng.normal(); });
}

LabelledPoints draw(std::uint64_t seed, std::int64_t count) {
  Rng rng(seed, 1);
  return half_space_points(seed + 1000 * static_cast<std::uint64_t>(count), count,
                           normal(kDimension, rng), 0.3);
}

void attacks(Report& report) {
  RobustLogistic problem(draw(0, kPoints), kRadius, kRidge);
  Rng rng(2);
  const VectorXd w = normal(kDimension, rng);
  const auto gradient = [&](const VectorXd& delta) { return problem.gradient_y(w, delta); };
  const Index n = Index{kDimension} * kPoints;
  const VectorXd once = fast_gradient_sign(gradient, n, kRadius);
  const VectorXd many = projected_sign_ascent(gradient, random_perturbation(n, kRadius, rng),
                                              {.radius = kRadius, .step = 0.03, .steps = 40});
  const double exact = problem.robust_value(w);
  report.above("loss under attack over the clean loss", 1.5,
               exact / problem.value(w, VectorXd::Zero(n)));
  report.near("FGSM reaches the closed form", exact, problem.value(w, once), 1e-12);
  report.near("PGD with 40 steps reaches the closed form", exact, problem.value(w, many), 1e-12);
}

/// Bands around one measured draw: clean/attacked 0.945/0.429 without and 0.825/0.546 with.
void training(Report& report) {
  double usual_clean = 0, usual_attacked = 0, robust_clean = 0, robust_attacked = 0;
  const int seeds = 5;
  for (int seed = 0; seed < seeds; ++seed) {
    const RobustLogistic test(draw(seed, 5000), kRadius, kRidge);
    const VectorXd usual = RobustLogistic(draw(seed, kPoints), 0, kRidge).robust_minimiser();
    const VectorXd robust = RobustLogistic(draw(seed, kPoints), kRadius, kRidge).robust_minimiser();
    usual_clean += test.accuracy(usual) / seeds;
    usual_attacked += test.robust_accuracy(usual) / seeds;
    robust_clean += test.accuracy(robust) / seeds;
    robust_attacked += test.robust_accuracy(robust) / seeds;
  }
  report.between("usual training: clean accuracy", 0.92, 0.97, usual_clean);
  report.between("usual training: accuracy under attack", 0.35, 0.52, usual_attacked);
  report.between("robust training: clean accuracy", 0.78, 0.88, robust_clean);
  report.between("robust training: accuracy under attack", 0.5, 0.62, robust_attacked);
  report.above("accuracy under attack that robust training gains", 0.07,
               robust_attacked - usual_attacked);
}

void quantiser(Report& report) {
  Rng rng(3);
  const VectorXd g = normal(100, rng);
  for (const int bits : {2, 4, 8}) {
    const int draws = 5000;
    VectorXd mean = VectorXd::Zero(g.size());
    double error = 0;
    for (int i = 0; i < draws; ++i) {
      const VectorXd q = quantise(g, bits, rng);
      mean += q / draws;
      error += (q - g).squaredNorm() / g.squaredNorm() / draws;
    }
    const double levels = std::pow(2, bits), d = 100;
    const std::string suffix = " with " + std::to_string(bits) + " bits";
    report.below("error of a quantised gradient" + suffix,
                 std::min(d / (levels * levels), std::sqrt(d) / levels), error);
    report.below("bias in standard errors of the mean" + suffix, 1.5,
                 (mean - g).norm() / g.norm() / std::sqrt(error / draws));
  }
}

/// Six workers attack their own shares and send gradients of a few bits; the server averages.
double distributed(const std::vector<RobustLogistic>& workers, const RobustLogistic& whole,
                   int bits, std::ofstream& csv) {
  Rng rng(4);
  VectorXd w = VectorXd::Zero(kDimension);
  const double optimum = whole.robust_value(whole.robust_minimiser());
  for (int round = 1; round <= 2000; ++round) {
    VectorXd sum = VectorXd::Zero(kDimension);
    for (RobustLogistic own : workers) {
      const VectorXd g = own.gradient_x(w, own.worst_perturbation(w));
      sum += bits > 0 ? quantise(g, bits, rng) : g;
    }
    w -= 0.5 / std::sqrt(round) * sum / static_cast<double>(workers.size());
    if (round % 20 == 0)
      csv << bits << ',' << round << ',' << whole.robust_value(w) - optimum << '\n';
  }
  return whole.robust_value(w) - optimum;
}

}  // namespace

int run(const std::string& folder) {
  Report report(folder, "Robust logistic regression, 10 dimensions, radius 0.3");
  attacks(report);
  training(report);
  quantiser(report);

  const LabelledPoints data = draw(0, 240);
  constexpr Index kWorkers = 6;
  std::vector<RobustLogistic> workers;
  workers.reserve(kWorkers);
  for (Index i = 0; i < kWorkers; ++i) {
    workers.emplace_back(
        LabelledPoints{data.points.middleCols(40 * i, 40), data.labels.segment(40 * i, 40)},
        kRadius, kRidge);
  }
  const RobustLogistic whole(data, kRadius, kRidge);
  std::ofstream csv = report.csv("robust_logistic.csv", "bits,round,gap");
  const double exact = distributed(workers, whole, 0, csv);
  const double eight = distributed(workers, whole, 8, csv);
  const double two = distributed(workers, whole, 2, csv);
  report.below("distributed training: gap of the robust loss", 0.01, exact);
  report.below("distributed training: gap with gradients of 8 bits", 0.01, eight);
  report.below("distributed training: gap with gradients of 2 bits", 0.05, two);
  return report.finish();
}

}  // namespace saddle::reproduce::robust_logistic
