// SPDX-License-Identifier: Apache-2.0
// Games and methods for them, a row each.
#include <saddle/optim/minmax/catalogue.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>

#include <saddle/base/rng.h>
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/minmax/alternating_gda.h>
#include <saddle/optim/minmax/extragradient.h>
#include <saddle/optim/minmax/gda.h>
#include <saddle/optim/minmax/lagrangian_method.h>
#include <saddle/optim/minmax/multiplicative_weights.h>
#include <saddle/optim/minmax/optimistic_gda.h>
#include <saddle/optim/minmax/perturbed_smoothed_agda.h>
#include <saddle/optim/minmax/proximal_point.h>
#include <saddle/optim/minmax/tiada.h>
#include <saddle/optim/minmax/zeroth_order.h>
#include <saddle/optim/problems/games.h>

namespace saddle {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

namespace {

using Game = MinMaxProblem<VectorXd>;
using Constrained = ConstrainedProblem<VectorXd>;

Pair<VectorXd> scalars(double x, double y) { return {scalar(x), scalar(y)}; }

struct BilinearOptions {
  std::int64_t dimension = 1;
  double condition = 1;

  void fields(Fields& f) {
    f("dimension", dimension, between(1, 10000), "entries of x, and of y");
    f("condition", condition, at_least(1), "ratio of the largest singular value, 1, to the least");
  }
};

Instance<Game> bilinear(const BilinearOptions& options, std::uint64_t) {
  const auto n = static_cast<Eigen::Index>(options.dimension);
  const Eigen::ArrayXd exponents = Eigen::ArrayXd::LinSpaced(n, -std::log(options.condition), 0);
  return {std::make_unique<BilinearGame>(MatrixXd(exponents.exp().matrix().asDiagonal())),
          {VectorXd::Ones(n), VectorXd::Ones(n)},
          0.0};
}

struct QuadraticGameOptions {
  std::int64_t dimension = 5;
  double condition = 10;

  void fields(Fields& f) {
    f("dimension", dimension, between(1, 1000), "entries of x, each a player, and of y");
    f("condition", condition, at_least(1), "condition numbers of both curvatures");
  }
};

Instance<Game> quadratic(const QuadraticGameOptions& options, std::uint64_t seed) {
  auto game = std::make_unique<QuadraticGame>(
      random_quadratic(seed, static_cast<int>(options.dimension), options.condition));
  const Pair<VectorXd> solution = game->solution();
  const double optimum = game->value(solution.x, solution.y);
  return {std::move(game), zero_like(solution), optimum};
}

struct QuarticOptions {
  double coupling = 0.5;

  void fields(Fields& f) {
    f("coupling", coupling, {.low = 0, .high = 1, .open_low = true, .open_high = true},
      "weight b of the product x y");
  }
};

Instance<Game> quartic(const QuarticOptions& options, std::uint64_t) {
  const double b2 = options.coupling * options.coupling;
  return {std::make_unique<QuarticGame>(options.coupling), scalars(0.3, 0),
          b2 * b2 / 4 + b2 * (1 - b2) / 2};
}

struct MatrixOptions {
  std::string payoff = "two-by-two";
  std::int64_t strategies = 3;

  void fields(Fields& f) {
    f("payoff", payoff, {"two-by-two", "cyclic", "random"},
      "[[3, -1], [-2, 4]], rock-paper-scissors among all strategies, or normal entries");
    f("strategies", strategies, between(2, 1000), "of each player; an odd number if cyclic");
  }
};

/// Strategy i beats the next half of the others and loses to the rest.
MatrixXd cyclic_payoff(Eigen::Index n) {
  MatrixXd payoff = MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index ahead = 1; ahead < n; ++ahead) {
      payoff(i, (i + ahead) % n) = 2 * ahead < n ? -1 : 1;
    }
  }
  return payoff;
}

Instance<Game> matrix_game(const MatrixOptions& options, std::uint64_t seed) {
  const auto n = static_cast<Eigen::Index>(options.strategies);
  MatrixXd payoff;
  if (options.payoff == "two-by-two") {
    payoff = (MatrixXd(2, 2) << 3, -1, -2, 4).finished();
  } else if (options.payoff == "cyclic") {
    if (n % 2 == 0) {
      throw Error(concat("a cyclic game has an odd number of strategies, not ", n,
                         "; add one or take one away"));
    }
    payoff = cyclic_payoff(n);
  } else {
    Rng rng(seed);
    payoff = MatrixXd::NullaryExpr(n, n, [&rng] { return rng.normal(); });
  }
  // Off the centre, which solves the cyclic game, and inside.
  VectorXd start = VectorXd::LinSpaced(payoff.rows(), 1, 9);
  start /= start.sum();
  const double value = game_value(payoff);
  return {std::make_unique<MatrixGame>(std::move(payoff)), {start.reverse(), start}, value};
}

template <class Problem>
Instance<Game> plain(const Pair<VectorXd>& start, double optimum) {
  return {std::make_unique<Problem>(), start, optimum};
}

void register_problems(Registry<ProblemEntry<Game>>& r) {
  // Where f is strongly concave in y the perturbation is a bias that nothing needs.
  const std::map<std::string, Preset> strongly_concave{
      {"hibsa",
       {{"perturbation", "0"}, {"step_x", "0.05"}, {"exponent_x", "0"}, {"step_y", "0.2"}}},
      {"perturbed-smoothed-agda", {{"perturbation", "0"}}}};
  // Descent-ascent circles with steps as small as these.
  const std::map<std::string, Preset> circling{{"extragradient", {{"step", "0.05"}}},
                                               {"ogda", {{"step", "0.05"}}}};
  // The minimiser ten times slower than the maximiser.
  const Preset slow{{"step_x", "0.02"}, {"step_y", "0.2"}};
  const std::map<std::string, Preset> slow_minimiser{
      {"agda", slow},
      {"hibsa",
       {{"perturbation", "0"}, {"step_x", "0.02"}, {"exponent_x", "0"}, {"step_y", "0.2"}}},
      {"perturbed-smoothed-agda", {slow[0], slow[1], {"perturbation", "0"}}},
      {"smoothed-agda", slow},
      {"zo-minmax", slow}};

  r.add("bilinear",
        problem_entry<Game, BilinearOptions>("x'A y on the whole space: the field is a rotation",
                                             "solution 0, by hand", bilinear));
  r.add("quadratic-saddle", problem_entry<Game, QuadraticGameOptions>(
                                "strongly convex-concave, random; every entry of x is a player",
                                "the linear system of its gradients", quadratic, strongly_concave));
  r.add("nc-c-box", problem_entry<Game, NoOptions>(
                        "x y - x^2/20 in a box: nonconvex, and concave without curvature",
                        "stationary at 0, by hand",
                        [](const NoOptions&, std::uint64_t) {
                          return plain<NonconvexConcaveBox>(scalars(0.5, 0.5), 0);
                        },
                        circling));
  r.add("quartic", problem_entry<Game, QuarticOptions>(
                       "(x^2 - 1)^2/4 + b x y - y^2/2: nonconvex, strongly concave",
                       "minima +-sqrt(1 - b^2) of max_y f, by hand", quartic, strongly_concave));
  r.add("finite-maximum",
        problem_entry<Game, NoOptions>(
            "the larger of two nonconvex functions, weighed on the simplex",
            "minima of the maximum: roots of |x|^3 - |x| + 1/5, and the kink at 0",
            [](const NoOptions&, std::uint64_t) {
              return plain<FiniteMaximum>({scalar(0.05), Vector2d(0.5, 0.5)}, 0.188723);
            }));
  r.add("matrix-game", problem_entry<Game, MatrixOptions>("x'A y over mixed strategies",
                                                          "value by linear program", matrix_game));
  r.add("tiada-quadratic",
        problem_entry<Game, NoOptions>(
            "-y^2/2 + 2 x y - 2 x^2: needs y to be faster than x by 4",
            "Li, Yang, He 2023, equation 2: every (x, 2x) is stationary",
            [](const NoOptions&, std::uint64_t) -> Instance<Game> {
              return {std::make_unique<QuadraticGame>(concave_quadratic()), scalars(1, 0.01), 0.0};
            },
            slow_minimiser));
  r.add("nc-nc-box",
        problem_entry<Game, NoOptions>(
            "x y + phi(x) - phi(y) in a box: nonconvex, nonconcave, with a limit cycle",
            "stationary at 0; after Pethick et al. 2022, Escaping limit cycles",
            [](const NoOptions&, std::uint64_t) {
              return plain<NonconvexNonconcaveBox>(scalars(1, 1), 0);
            }));
}

/// The methods that serve games and, by the Lagrangian, constraints: `row` makes the entry.
template <class Catalogue, class Row>
void register_shared_methods(Catalogue& r, const Row& row) {
  using Hybrid = PerturbedSmoothedAgda<VectorXd>;
  r.add("gda", row.template operator()<GradientDescentAscent<Game>>(
                   "simultaneous descent and ascent; circles or diverges where play rotates",
                   "Arrow, Hurwicz, Uzawa 1958, Studies in linear and non-linear programming"));
  r.add("agda", row.template operator()<AlternatingGda<VectorXd>>(
                    "alternating descent and ascent, with momentum if asked for",
                    "Zhang, Wang, Lessard, Grosse 2022, Near-optimal local convergence of "
                    "alternating gradient descent-ascent for minimax optimization"));
  r.add("two-timescale-gda", row.template operator()<TwoTimescaleGda<VectorXd>>(
                                 "simultaneous, with the minimiser much slower than the maximiser",
                                 "Lin, Jin, Jordan 2020, On gradient descent ascent for "
                                 "nonconvex-concave minimax problems"));
  r.add("multi-step-gda", row.template operator()<MultiStepGda<VectorXd>>(
                              "several ascent steps for each of descent",
                              "Nouiehed, Sanjabi, Huang, Lee, Razaviyayn 2019, Solving a class of "
                              "non-convex min-max games using iterative first order methods"));
  r.add("extragradient", row.template operator()<Extragradient<Game>>(
                             "looks ahead and steps with what it sees there",
                             "Korpelevich 1976, The extragradient method for finding saddle "
                             "points and other problems"));
  r.add("ogda",
        row.template operator()<OptimisticGda<Game>>(
            "optimistic: corrects each step by the last change of the gradients",
            "Popov 1980, A modification of the Arrow-Hurwicz method for search of saddle "
            "points; Daskalakis, Ilyas, Syrgkanis, Zeng 2018, Training GANs with optimism"));
  r.add("proximal-point", row.template operator()<ProximalPoint<Game>>(
                              "implicit steps, each solved by an inner extragradient",
                              "Rockafellar 1976, Monotone operators and the proximal point "
                              "algorithm"));
  r.add("smoothed-agda",
        row.template operator()<Hybrid>("alternating, with the minimiser tied to a centre that "
                                        "follows slowly",
                                        "Zhang, Xiao, Sun, Luo 2020, A single-loop smoothed "
                                        "gradient descent-ascent algorithm for nonconvex-concave "
                                        "min-max problems",
                                        Hybrid::smoothed()));
  r.add("hibsa", row.template operator()<Hybrid>(
                     "block after block, then an ascent that forgets a vanishing "
                     "share of y",
                     "Lu, Tsaknakis, Hong, Chen 2020, Hybrid block successive "
                     "approximation for one-sided non-convex min-max problems",
                     Hybrid::hibsa()));
  r.add("perturbed-smoothed-agda",
        row.template operator()<Hybrid>("smoothing of x and perturbation of y together",
                                        "Lu et al. 2020 and Zhang et al. 2020, as hibsa and "
                                        "smoothed-agda",
                                        Hybrid::both()));
  r.add("tiada", row.template operator()<TiAda<VectorXd>>(
                     "steps that adapt to the gradients and to each other",
                     "Li, Yang, He 2023, TiAda: a time-scale adaptive algorithm for nonconvex "
                     "minimax optimization"));
  r.add("adagrad-gda", row.template operator()<TiAda<VectorXd>>(
                           "steps that adapt to the gradients, each player's to its own",
                           "Duchi, Hazan, Singer 2011, Adaptive subgradient methods for online "
                           "learning and stochastic optimization",
                           TiAda<VectorXd>::adagrad()));
  r.add("zo-minmax", row.template operator()<ZerothOrderMinMax<VectorXd>>(
                         "gradients of x, or of both, estimated from values alone",
                         "Liu, Lu, Chen, Feng, Xu, Al-Dujaili, Hong, O'Reilly 2020, Min-max "
                         "optimization without gradients"));
}

/// method_entry() of M, and of M on the Lagrangian.
struct GameRow {
  template <class M>
  MethodEntry<Game> operator()(const char* doc, const char* paper,
                               const typename M::Options& defaults = {}) const {
    return method_entry<Game, M>(doc, paper, defaults);
  }
};
struct LagrangianRow {
  template <class M>
  MethodEntry<Constrained> operator()(const char* doc, const char* paper,
                                      const typename M::Options& defaults = {}) const {
    return method_entry<Constrained, LagrangianMethod<VectorXd, M>>(
        concat("on the Lagrangian: ", doc), paper, defaults);
  }
};

}  // namespace

void register_min_max(Catalogue<Game>& catalogue) {
  register_problems(catalogue.problems);
  register_shared_methods(catalogue.methods, GameRow());
  catalogue.methods.add(
      "mwu", method_entry<Game, MultiplicativeWeights>(
                 "multiplicative weights, for mixed strategies; its average converges",
                 "Freund, Schapire 1999, Adaptive game playing using multiplicative weights"));
  catalogue.methods.add(
      "omwu", method_entry<Game, MultiplicativeWeights>(
                  "optimistic multiplicative weights, for mixed strategies",
                  "Daskalakis, Panageas 2019, Last-iterate convergence: zero-sum games and "
                  "constrained min-max optimization",
                  MultiplicativeWeights::optimistic()));
}

void register_lagrangian_games(Catalogue<Constrained>& catalogue) {
  register_shared_methods(catalogue.methods, LagrangianRow());
}

}  // namespace saddle
