// SPDX-License-Identifier: Apache-2.0
// Robust and unsupervised learning in the catalogues of problems and methods.
#include <saddle/optim/problems/catalogue.h>

#include <utility>
#include <vector>

#include <saddle/optim/minmax/adversarial_training.h>
#include <saddle/optim/normal.h>
#include <saddle/optim/primal/escape.h>
#include <saddle/optim/problems/adversarial_classifier.h>
#include <saddle/optim/problems/poisoning.h>
#include <saddle/optim/problems/robust.h>
#include <saddle/optim/problems/unsupervised.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

using MinMax = MinMaxProblem<VectorXd>;
using Constrained = ConstrainedProblem<VectorXd>;

/// Data are drawn from stream 0 of the seed, and what is beside them from this one.
constexpr std::uint64_t kBeside = 1;

struct RobustLogisticOptions {
  std::int64_t points = 200;
  std::int64_t dimension = 10;
  double noise = 0.3;
  double radius = 0.3;
  double ridge = 1e-3;

  void fields(Fields& f) {
    f("points", points, at_least(1), "points");
    f("dimension", dimension, at_least(1), "entries of a point");
    f("noise", noise, at_least(0), "noise of the labels");
    f("radius", radius, at_least(0), "largest entry ε of a perturbation");
    f("ridge", ridge, positive(), "weight μ of the regulariser");
  }
};

Instance<MinMax> robust_logistic(const RobustLogisticOptions& o, std::uint64_t seed) {
  Rng rng(seed, kBeside);
  auto problem = std::make_unique<RobustLogistic>(
      half_space_points(seed, o.points, normal_vector(o.dimension, rng), o.noise), o.radius,
      o.ridge);
  const double optimum = problem->robust_value(problem->robust_minimiser());
  return {std::move(problem),
          {VectorXd::Zero(o.dimension), VectorXd::Zero(o.dimension * o.points)},
          optimum};
}

struct RobustDomainsOptions {
  std::int64_t domains = 3;
  std::int64_t points = 100;
  std::int64_t dimension = 5;
  double spread = 1;
  double ridge = 1e-2;

  void fields(Fields& f) {
    f("domains", domains, at_least(1), "domains");
    f("points", points, at_least(1), "points of a domain");
    f("dimension", dimension, at_least(1), "entries of a point");
    f("spread", spread, at_least(0), "how far the domains' classifiers lie apart");
    f("ridge", ridge, positive(), "weight μ of the regulariser");
  }
};

Instance<MinMax> robust_domains(const RobustDomainsOptions& o, std::uint64_t seed) {
  Rng rng(seed, kBeside);
  const VectorXd common = normal_vector(o.dimension, rng);
  std::vector<LabelledPoints> domains;
  for (std::int64_t k = 0; k < o.domains; ++k) {
    const VectorXd own = common + o.spread * normal_vector(o.dimension, rng);
    const std::uint64_t stream = stream_id(rng(), static_cast<std::uint32_t>(k));
    domains.push_back(half_space_points(stream, o.points, own, 0.3));
  }
  auto problem = std::make_unique<RobustDomains>(std::move(domains), o.ridge);
  const Pair<VectorXd> solution = problem->saddle_point();
  const double optimum = problem->value(solution.x, solution.y);
  return {std::move(problem),
          {VectorXd::Zero(o.dimension),
           VectorXd::Constant(o.domains, 1 / static_cast<double>(o.domains))},
          optimum};
}

struct AdversarialOptions {
  std::int64_t points = 200;
  std::int64_t dimension = 10;
  std::int64_t hidden = 8;
  double mean = 0.25;
  double flipped = 0.05;
  double radius = 0.5;
  double ridge = 1e-3;

  void fields(Fields& f) {
    f("points", points, at_least(1), "points");
    f("dimension", dimension, at_least(1), "entries of a point; all but the first are weak");
    f("hidden", hidden, between(1, 10000), "hidden units");
    f("mean", mean, at_least(0), "what a weak feature tells of the label");
    f("flipped", flipped, between(0, 1), "share of points whose strong feature is wrong");
    f("radius", radius, at_least(0), "largest entry ε of a perturbation");
    f("ridge", ridge, at_least(0), "weight μ of the regulariser");
  }
};

Instance<MinMax> adversarial_classifier(const AdversarialOptions& o, std::uint64_t seed) {
  auto problem = std::make_unique<AdversarialClassifier>(
      weak_feature_points(seed, o.points, o.dimension, o.mean, o.flipped),
      static_cast<int>(o.hidden), o.radius, o.ridge);
  Rng rng(seed, kBeside);
  Pair<VectorXd> start{problem->initial(rng), problem->no_perturbation()};
  return {std::move(problem), std::move(start), {}};
}

Instance<MinMax> poisoning(const Poisoning::Options& o, std::uint64_t seed) {
  // Minibatches are drawn from the small streams.
  Rng rng(seed, stream_id(1, 0));
  return {std::make_unique<Poisoning>(o, seed),
          {normal_vector(o.dimension, rng), VectorXd::Zero(o.dimension)},
          {}};
}

struct PcaOptions {
  std::int64_t dimension = 20;
  std::int64_t points = 200;
  double spike = 2;
  double start = 1e-5;

  void fields(Fields& f) {
    f("dimension", dimension, at_least(1), "entries of a sample");
    f("points", points, at_least(1), "samples");
    f("spike", spike, at_least(0), "variance beyond that of noise along one direction");
    f("start", start, at_least(0), "size of the entries at the start; 0 is a saddle point");
  }
};

Instance<Constrained> pca(const PcaOptions& o, std::uint64_t seed) {
  auto problem = std::make_unique<Pca>(spiked_covariance(seed, o.dimension, o.points, o.spike));
  Rng rng(seed, kBeside);
  const double optimum = problem->optimum();
  return {std::move(problem), {o.start * normal_vector(o.dimension, rng), VectorXd(0)}, optimum};
}

/// Positive entries of the size given.
VectorXd small_start(Index n, double size, std::uint64_t seed) {
  Rng rng(seed, kBeside);
  return size * VectorXd::NullaryExpr(n, [&] { return rng.uniform(); });
}

struct SymmetricNmfOptions {
  std::int64_t size = 20;
  std::int64_t rank = 3;
  double density = 0.5;
  double start = 1e-5;

  void fields(Fields& f) {
    f("size", size, at_least(1), "rows of the matrix");
    f("rank", rank, at_least(1), "columns of the factor");
    f("density", density, between(0, 1), "share of the planted factor that is not 0");
    f("start", start, at_least(0), "largest entry at the start; 0 is a saddle point");
  }
};

Instance<Constrained> symmetric_nmf(const SymmetricNmfOptions& o, std::uint64_t seed) {
  Rng rng(seed);
  const MatrixXd planted = sparse_factor(rng, o.size, o.rank, o.density);
  return {std::make_unique<SymmetricNmf>(planted * planted.transpose(), o.rank),
          {small_start(o.size * o.rank, o.start, seed), VectorXd(0)},
          0};
}

struct NmfOptions {
  std::int64_t rows = 20;
  std::int64_t columns = 50;
  std::int64_t rank = 10;
  double density = 0.03;
  double start = 1e-5;

  void fields(Fields& f) {
    f("rows", rows, at_least(1), "rows of the matrix");
    f("columns", columns, at_least(1), "its columns");
    f("rank", rank, at_least(1), "columns of the left factor, rows of the right");
    f("density", density, between(0, 1), "share of the planted factors that is not 0");
    f("start", start, at_least(0), "largest entry at the start; 0 is a saddle point");
  }
};

Instance<Constrained> nmf(const NmfOptions& o, std::uint64_t seed) {
  Rng rng(seed);
  const MatrixXd left = sparse_factor(rng, o.rows, o.rank, o.density);
  auto problem =
      std::make_unique<Nmf>(left * sparse_factor(rng, o.rank, o.columns, o.density), o.rank);
  const Index size = problem->size();
  return {std::move(problem), {small_start(size, o.start, seed), VectorXd(0)}, 0};
}

}  // namespace

void register_robust(Catalogue<MinMax>& catalogue) {
  auto& problems = catalogue.problems;
  problems.add(
      "adversarial-classifier",
      problem_entry<MinMax, AdversarialOptions>(
          "a small network whose inputs an adversary moves",
          "no known optimum; data of Tsipras et "
          "al. 2019, Robustness may be at odds with accuracy",
          adversarial_classifier,
          {{"adversarial-training",
            {{"step_x", "1"}, {"step_y", "0.25"}, {"steps", "5"}, {"noise", "0.5"}}},
           {"agda", {{"step_x", "0.2"}, {"step_y", "100"}}},
           {"extragradient", {{"step", "2"}}},
           {"hibsa",
            {{"step_x", "0.2"},
             {"step_y", "100"},
             {"perturbation", "1e-4"},
             {"exponent_x", "-0.25"}}},
           {"multi-step-gda", {{"step_x", "0.2"}, {"step_y", "50"}, {"ascents", "10"}}},
           {"ogda", {{"step", "1"}}},
           {"smoothed-agda",
            {{"step_x", "0.2"}, {"step_y", "100"}, {"smoothing", "1"}, {"centering", "0.1"}}},
           {"tiada", {{"step_x", "0.5"}, {"step_y", "50"}}},
           {"zo-minmax", {{"step_x", "0.02"}, {"step_y", "100"}}}}));
  problems.add(
      "poisoning",
      problem_entry<MinMax, Poisoning::Options>(
          "logistic regression, a tenth of whose data an attacker moves",
          "no known optimum; settings of Liu et al. 2020, Min-max optimization without gradients",
          poisoning,
          {{"agda", {{"step_x", "0.05"}, {"step_y", "0.02"}}},
           {"hibsa",
            {{"step_x", "0.05"},
             {"step_y", "0.02"},
             {"perturbation", "1e-3"},
             {"exponent_x", "-0.25"}}},
           {"multi-step-gda", {{"step_x", "0.05"}, {"step_y", "0.02"}}},
           {"smoothed-agda", {{"step_x", "0.05"}, {"step_y", "0.02"}}},
           {"zo-minmax", {{"step_x", "0.05"}, {"step_y", "0.02"}, {"two_sided", "true"}}}}));
  problems.add(
      "robust-domains",
      problem_entry<MinMax, RobustDomainsOptions>(
          "one classifier for the worst of several domains", "optimum by ascent on the dual",
          robust_domains,
          {{"agda", {{"step_x", "1"}, {"step_y", "0.2"}}},
           {"extragradient", {{"step", "1"}}},
           {"gda", {{"step", "1"}}},
           {"hibsa",
            {{"step_x", "1"}, {"step_y", "0.2"}, {"perturbation", "0.1"}, {"exponent_x", "-0.5"}}},
           {"multi-step-gda", {{"step_x", "0.2"}, {"step_y", "1"}, {"ascents", "5"}}},
           {"ogda", {{"step", "0.5"}}},
           {"smoothed-agda",
            {{"step_x", "1"}, {"step_y", "0.2"}, {"smoothing", "1"}, {"centering", "0.5"}}},
           {"tiada", {{"step_x", "3"}, {"step_y", "3"}}},
           {"zo-minmax", {{"step_x", "0.1"}, {"step_y", "0.1"}}}}));
  problems.add(
      "robust-logistic",
      problem_entry<MinMax, RobustLogisticOptions>(
          "logistic regression on points that an adversary moves",
          "optimum by projected Newton steps on the closed form of the inner maximum, Goodfellow, "
          "Shlens, Szegedy 2015, Explaining and harnessing adversarial examples",
          robust_logistic,
          {{"adversarial-training",
            {{"step_x", "0.02"}, {"step_y", "0.6"}, {"steps", "1"}, {"noise", "0"}}},
           {"agda", {{"step_x", "0.3"}, {"step_y", "20"}}},
           {"extragradient", {{"step", "1"}}},
           {"gda", {{"step", "4"}}},
           {"hibsa",
            {{"step_x", "0.3"},
             {"step_y", "100"},
             {"perturbation", "1e-4"},
             {"exponent_x", "-0.25"}}},
           {"multi-step-gda", {{"step_x", "0.3"}, {"step_y", "20"}, {"ascents", "5"}}},
           {"ogda", {{"step", "2"}}},
           {"smoothed-agda", {{"step_x", "0.3"}, {"step_y", "20"}, {"smoothing", "1"}}},
           {"tiada", {{"step_x", "0.5"}, {"step_y", "50"}}},
           {"zo-minmax", {{"step_x", "0.05"}, {"step_y", "100"}}}}));

  catalogue.methods.add("adversarial-training",
                        method_entry<MinMax, AdversarialTraining>(
                            "signed ascent steps inside, a descent step outside",
                            "Madry, Makelov, Schmidt, Tsipras, Vladu 2018, Towards deep learning "
                            "models resistant to adversarial attacks"));
}

void register_unsupervised(Catalogue<Constrained>& catalogue) {
  auto& problems = catalogue.problems;
  problems.add("nmf", problem_entry<Constrained, NmfOptions>(
                          "nonnegative factorisation of a sparse matrix, from near its saddle at 0",
                          "planted factors: 0", nmf, {{"snap", {{"search_step", "0.3"}}}}));
  problems.add("pca",
               problem_entry<Constrained, PcaOptions>(
                   "the leading principal component, from near the saddle at 0",
                   "minus half the largest eigenvalue", pca,
                   {{"perturbed-gradient", {{"step", "0.1"}}}, {"snap", {{"step", "0.1"}}}}));
  problems.add("symmetric-nmf",
               problem_entry<Constrained, SymmetricNmfOptions>(
                   "nonnegative factorisation of similarities, from near its saddle at 0",
                   "a planted factor: 0", symmetric_nmf, {{"snap", {{"search_step", "0.02"}}}}));

  auto& methods = catalogue.methods;
  methods.add("perturbed-gradient",
              method_entry<Constrained, PerturbedGradient<VectorXd>>(
                  "projected gradient steps, and jumps where they are small",
                  "Jin, Ge, Netrapalli, Kakade, Jordan 2017, How to escape saddle points "
                  "efficiently"));
  methods.add("snap", method_entry<Constrained, Snap<VectorXd>>(
                          "projected gradient steps, and negative curvature where they are small",
                          "Lu, Razaviyayn, Yang, Huang, Hong 2020, Finding second-order stationary "
                          "points efficiently in smooth nonconvex linearly constrained "
                          "optimization problems"));
}

}  // namespace saddle
