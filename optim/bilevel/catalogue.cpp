// SPDX-License-Identifier: Apache-2.0
// The bilevel problems and methods of Saddle, by name.
#include <saddle/optim/bilevel/catalogue.h>

#include <string>
#include <utility>

#include <saddle/optim/bilevel/coupled.h>
#include <saddle/optim/bilevel/implicit.h>
#include <saddle/optim/bilevel/penalty.h>
#include <saddle/optim/bilevel/soba.h>
#include <saddle/optim/bilevel/stochastic.h>
#include <saddle/optim/bilevel/value_function.h>
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/problems/bilevel_learning.h>
#include <saddle/optim/problems/bilevel_regression.h>
#include <saddle/optim/problems/bilevel_toys.h>

namespace saddle {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

namespace {

using Bilevel = BilevelProblem<VectorXd>;

struct QuadraticOptions {
  std::int64_t dimension = 1;
  double noise = 0;

  void fields(Fields& f) {
    f("dimension", dimension, {.low = 1, .high = 1000},
      "size of y; above 1 the data are random and x has one entry more");
    f("noise", noise, {.low = 0, .high = 1, .open_high = true},
      "standard deviation of what a minibatch adds to gradients and curvature");
  }
};

Instance<Bilevel> make_quadratic(const QuadraticOptions& options, std::uint64_t seed) {
  auto problem = std::make_unique<QuadraticBilevel>(
      options.dimension == 1
          ? scalar_bilevel(options.noise, seed)
          : random_bilevel(seed, static_cast<int>(options.dimension), options.noise));
  const Pair<VectorXd> solution = problem->solution();
  const double optimum = problem->outer_value(solution.x, solution.y);
  return {std::move(problem), zero_like(solution), optimum};
}

struct ShenChenOptions {
  double x = 1.5;
  double y = -1.5;

  void fields(Fields& f) {
    f("x", x, between(0, 3), "x of the start");
    f("y", y, {}, "y of the start");
  }
};

Instance<Bilevel> make_shen_chen(const ShenChenOptions& options, std::uint64_t) {
  return {std::make_unique<ShenChen>(), {scalar(options.x), scalar(options.y)}, 0.199910888};
}

Instance<Bilevel> make_singular(const NoOptions&, std::uint64_t) {
  return {std::make_unique<LowerLevelSingular>(), {scalar(0), Vector2d(0, 0)}, 0.0};
}

Instance<Bilevel> make_ridge(const RidgeHyperparameter::Options& options, std::uint64_t seed) {
  return {std::make_unique<RidgeHyperparameter>(options, seed),
          {scalar(-2), VectorXd::Zero(options.features)},
          {}};
}

Instance<Bilevel> make_representation(const HyperRepresentation::Options& options,
                                      std::uint64_t seed) {
  auto problem = std::make_unique<HyperRepresentation>(options, seed);
  Pair<VectorXd> start = problem->start();
  return {std::move(problem), std::move(start), {}};
}

Instance<Bilevel> make_cleaning(const HyperCleaning::Options& options, std::uint64_t seed) {
  return {std::make_unique<HyperCleaning>(options, seed),
          {VectorXd::Zero(options.samples), VectorXd::Zero(3)},
          {}};
}

Instance<Bilevel> make_personalized(const PersonalizedRegression::Options& options,
                                    std::uint64_t seed) {
  if (options.samples < options.features) {
    throw Error(concat("personalized-regression has ", options.samples, " samples for ",
                       options.features, " features, which leaves its solution open; take at ",
                       "least as many samples as features"));
  }
  auto problem = std::make_unique<PersonalizedRegression>(options, seed);
  const Pair<VectorXd> solution = problem->solution();
  const double optimum = problem->outer_value(solution.x, solution.y);
  return {std::move(problem), zero_like(solution), optimum};
}

template <template <class, class> class M>
MethodEntry<Bilevel> row(std::string doc, std::string paper) {
  return method_entry<Bilevel, M<VectorXd, VectorXd>>(std::move(doc), std::move(paper));
}

void register_problems(Registry<ProblemEntry<Bilevel>>& problems) {
  problems.add("bilevel-quadratic",
               problem_entry<Bilevel, QuadraticOptions>(
                   "two quadratics; x* = 10/7, y* = 5/7, F* = 1/7 in one dimension",
                   "closed form: x* = (B'H^-2 B + rho I)^-1 B'H^-1 t", make_quadratic,
                   {{"itd", {{"step_y", "0.2"}}},
                    {"slm", {{"step", "0.2"}}},
                    {"stocbio", {{"step_y", "0.2"}}},
                    {"ttsa", {{"step_x", "3"}, {"step_v", "0.2"}}}}));
  problems.add(
      "shen-chen",
      problem_entry<Bilevel, ShenChenOptions>(
          "three local minima over a lower level that is not convex",
          "Shen and Chen 2023, On penalty-based bilevel gradient descent method", make_shen_chen));
  problems.add("lower-level-singular",
               problem_entry<Bilevel, NoOptions>(
                   "a lower level with a line of solutions; x* = 1, y* = (1, 1), F* = 0",
                   "Liu, Ye, Wright, Stone and Liu 2022, BOME! Bilevel optimization made easy",
                   make_singular));
  problems.add("ridge-hyperparameter",
               problem_entry<Bilevel, RidgeHyperparameter::Options>(
                   "the logarithm of a ridge's penalty, by the validation loss",
                   "lower level in closed form; one variable to search", make_ridge,
                   {{"aid", {{"step_x", "5"}, {"step_y", "0.3"}}},
                    {"bome", {{"step", "0.1"}, {"steps", "30"}}},
                    {"f2sa", {{"step_x", "1"}}},
                    {"itd", {{"step_x", "5"}, {"step_y", "0.3"}, {"steps", "200"}}},
                    {"slm", {{"step", "0.2"}}},
                    {"soba", {{"step_x", "1"}, {"step_y", "0.3"}, {"step_v", "0.3"}}},
                    {"stocbio", {{"step_x", "5"}, {"step_y", "0.3"}, {"terms", "200"}}},
                    {"ttsa", {{"step_x", "40"}, {"step_v", "0.3"}}},
                    {"vpbgd", {{"step", "0.3"}}}}));
  problems.add(
      "hyper-representation",
      problem_entry<Bilevel, HyperRepresentation::Options>(
          "features for many tasks, under a ridge for each",
          "Franceschi, Frasconi, Salzo, Grazzi and Pontil 2018, Bilevel programming for "
          "hyperparameter optimization and meta-learning",
          make_representation,
          {{"aid", {{"step_x", "0.2"}}},
           {"bome", {{"step", "0.02"}, {"steps", "50"}}},
           {"itd", {{"step_x", "0.2"}, {"step_y", "0.2"}, {"steps", "75"}}},
           {"stocbio", {{"step_x", "0.2"}, {"step_y", "0.2"}, {"terms", "75"}}},
           {"ttsa", {{"step_x", "0.2"}, {"step_y", "0.2"}, {"step_v", "0.2"}, {"terms", "75"}}},
           {"vpbgd", {{"step", "0.05"}}}}));
  problems.add(
      "hyper-cleaning",
      problem_entry<Bilevel, HyperCleaning::Options>(
          "weights of samples some of whose labels are wrong",
          "Franceschi, Donini, Frasconi and Pontil 2017, Forward and reverse "
          "gradient-based hyperparameter optimization",
          make_cleaning,
          {{"aid", {{"step_x", "300"}}},
           {"bome", {{"step", "0.5"}, {"step_y", "1"}}},
           {"f2sa", {{"step_x", "50"}}},
           {"itd", {{"step_x", "300"}, {"step_y", "1"}, {"steps", "200"}}},
           {"slm", {{"step", "1"}, {"centering", "0.5"}, {"step_y", "1"}}},
           {"soba", {{"step_x", "200"}}},
           {"stocbio", {{"step_x", "300"}, {"step_y", "1"}, {"terms", "200"}}},
           {"ttsa", {{"step_x", "2000"}, {"step_y", "1"}, {"step_v", "1"}, {"terms", "200"}}},
           {"vpbgd", {{"step", "4"}, {"step_y", "1"}}}}));
  problems.add(
      "personalized-regression",
      problem_entry<Bilevel, PersonalizedRegression::Options>(
          "clients' models near a shared one; quadratic, so x* is known",
          "Rajeswaran, Finn, Kakade and Levine 2019, Meta-learning with implicit gradients",
          make_personalized,
          {{"aid", {{"step_x", "1"}}},
           {"itd", {{"step_x", "1"}, {"steps", "120"}}},
           {"slm", {{"step", "0.2"}}},
           {"soba", {{"step_x", "0.5"}}},
           {"stocbio", {{"step_x", "1"}, {"terms", "120"}}},
           {"ttsa", {{"step_x", "4"}, {"terms", "120"}}},
           {"vpbgd", {{"step", "0.3"}}}}));
}

void register_methods(Registry<MethodEntry<Bilevel>>& methods) {
  methods.add("itd", row<Itd>("gradients through the lower steps",
                              "Franceschi, Donini, Frasconi and Pontil 2017, Forward and reverse "
                              "gradient-based hyperparameter optimization"));
  methods.add("aid", row<Aid>("implicit gradients by conjugate gradients or a Neumann series",
                              "Pedregosa 2016, Hyperparameter optimization with approximate "
                              "gradient"));
  methods.add("stocbio", row<StocBio>("implicit gradients from independent minibatches",
                                      "Ji, Yang and Liang 2021, Bilevel optimization: convergence "
                                      "analysis and enhanced design"));
  methods.add("ttsa", row<Ttsa>("one loop on two time scales",
                                "Hong, Wai, Wang and Yang 2020, A two-timescale framework for "
                                "bilevel optimization"));
  methods.add("soba", row<Soba>("lower variable, linear system and x together: where Hessian "
                                "products are at hand, start here",
                                "Dagreou, Ablin, Vaiter and Moreau 2022, A framework for bilevel "
                                "optimization that enables stochastic and global variance "
                                "reduction algorithms"));
  methods.add("f2sa", row<F2sa>("first order, with a penalty that grows",
                                "Kwon, Kwon, Wright and Nowak 2023, A fully first-order method for "
                                "stochastic bilevel optimization"));
  methods.add("vpbgd", row<Vpbgd>("first order, with a penalty on the lower value",
                                  "Shen and Chen 2023, On penalty-based bilevel gradient descent "
                                  "method"));
  methods.add("bome", row<Bome>("first order, with a barrier that needs no penalty",
                                "Liu, Ye, Wright, Stone and Liu 2022, BOME! Bilevel optimization "
                                "made easy"));
  methods.add("slm", row<ValueFunctionSlm>("smoothed Lagrangian of the lower value constraint",
                                           "Lu 2023, SLM: a smoothed first-order Lagrangian method "
                                           "for structured constrained nonconvex optimization"));
}

}  // namespace

void register_bilevel(Catalogue<Bilevel>& catalogue) {
  register_problems(catalogue.problems);
  register_methods(catalogue.methods);
}

void register_coupled_bilevel(Catalogue<CoupledBilevelProblem>& catalogue) {
  // ½y² + ½(x − 3)² over ½(y − x)² with x + y ≤ 2: y* = min(x, 2 − x), x* = 2.5, F* = ¼.
  const auto make = [](const NoOptions&, std::uint64_t) {
    const MatrixXd one = MatrixXd::Ones(1, 1);
    auto problem = std::make_unique<CoupledBilevelProblem>(
        std::make_unique<QuadraticBilevel>(
            QuadraticBilevel::Data{one, one, scalar(0), 1, 0, scalar(3)}),
        Coupling{one, one, scalar(2), 0});
    return Instance<CoupledBilevelProblem>{std::move(problem), {scalar(-1), scalar(0)}, 0.25};
  };
  catalogue.problems.add("coupled-quadratic",
                         problem_entry<CoupledBilevelProblem, NoOptions>(
                             "a lower constraint that becomes tight on the way; x* = 2.5",
                             "closed form: y* = min(x, 2 - x)", make));
  catalogue.methods.add(
      "implicit-kkt",
      method_entry<CoupledBilevelProblem, ImplicitKkt>(
          "implicit gradients through the tight constraints",
          "Khanduri, Tsaknakis, Zhang, Liu, Liu, Zhang and Hong 2023, Linearly constrained bilevel "
          "optimization: a smoothed implicit gradient approach"));
}

}  // namespace saddle
