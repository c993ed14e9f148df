// SPDX-License-Identifier: Apache-2.0
// The constrained problems by name, where methods start, and the options that suit each method.
#include <cmath>

#include <saddle/optim/constraint/catalogue.h>
#include <saddle/optim/problems/cmdp.h>
#include <saddle/optim/problems/constrained.h>
#include <saddle/optim/problems/fair_classification.h>
#include <saddle/optim/problems/qcqp.h>

namespace saddle {

using Eigen::VectorXd;

namespace {

using Constrained = ConstrainedProblem<VectorXd>;
using Presets = std::map<std::string, Preset>;

template <class P>
Instance<Constrained> start_at(P problem, VectorXd x, std::optional<double> optimum) {
  const int constraints = problem.inequalities() + problem.equalities();
  return {std::make_unique<P>(std::move(problem)),
          {std::move(x), VectorXd::Zero(constraints)},
          optimum};
}

/// Options of every rule for a problem whose gradients and multipliers are about 1, scaled by a
/// primal step and by a dual step.
Presets scaled(const std::string& primal, const std::string& dual, const std::string& penalty) {
  const auto rule = [&](Preset own) {
    own.emplace_back("normalize", "false");
    own.emplace_back("primal_step", primal);
    return own;
  };
  return {
      {"adam-lagrangian", rule({{"step", "0.001"}})},
      {"augmented-lagrangian", rule({{"penalty", penalty}})},
      {"crpo", {{"primal_step", primal}, {"primal_exponent", "-0.5"}}},
      {"gdpa", rule({{"penalty", "0.25"}, {"primal_exponent", "-0.3333333333333333"}})},
      {"ipo", rule({{"weight", "0.001"}, {"maximum", "10"}})},
      {"lagrangian", rule({{"step", dual}})},
      {"none", {{"primal_step", primal}}},
      {"nupi", rule({{"step", dual}})},
      {"optimistic", rule({{"step", dual}, {"primal", "optimistic"}})},
      {"p3o", rule({{"penalty", "5"}, {"primal_exponent", "-0.5"}})},
      {"pid", rule({{"integral", dual}, {"proportional", "0.5"}, {"proportional_smoothing", "0"}})},
      {"regularized", rule({{"step", dual}, {"regularization", "0.1"}})},
      {"resilient", rule({{"step", dual}, {"flexibility", "0.1"}})},
      {"slm", rule({{"step", dual}, {"primal", "smoothed"}})},
  };
}

/// `presets` with some options replaced or added.
Presets with(Presets presets, const Presets& changes) {
  for (const auto& [method, preset] : changes) {
    for (const auto& [key, value] : preset) {
      Preset& own = presets[method];
      std::erase_if(own, [&name = key](const auto& option) { return option.first == name; });
      own.emplace_back(key, value);
    }
  }
  return presets;
}

/// Every rule along the natural gradient.
Presets natural(Presets presets) {
  for (auto& [method, preset] : presets) preset.emplace_back("natural", "true");
  return presets;
}

struct ClassificationOptions {
  double limit;
  void fields(Fields& f) { f("c", limit, positive(), "limit c of the constraint"); }
};
struct NeymanPearsonOptions : ClassificationOptions {
  NeymanPearsonOptions() : ClassificationOptions{0.4} {}
};
struct FairOptions : ClassificationOptions {
  FairOptions() : ClassificationOptions{0.1} {}
};

/// The objective at the limits where it is known.
std::optional<double> lookup(const std::map<double, double>& known, double limit) {
  const auto found = known.find(limit);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

struct QcqpOptions {
  std::int64_t seed = 1, variables = 5, active = 2, inactive = 1;

  void fields(Fields& f) {
    f("seed", seed, at_least(0), "seed of the program");
    f("variables", variables, between(2, 200), "number of variables");
    f("active", active, between(0, 200), "constraints that hold with equality at the solution");
    f("inactive", inactive, between(0, 200), "constraints with room there");
  }
};

Instance<Constrained> make_qcqp(const QcqpOptions& o, std::uint64_t) {
  if (o.active > o.variables) {
    throw Error(concat("a program of ", o.variables, " variables cannot have ", o.active,
                       " active constraints; lower active or raise variables"));
  }
  PlantedQcqp planted =
      planted_qcqp(static_cast<std::uint64_t>(o.seed), static_cast<int>(o.variables),
                   static_cast<int>(o.active), static_cast<int>(o.inactive));
  const double optimum = planted.problem.values(planted.x).objective;
  // Not convex: from further away, other stationary points attract.
  const VectorXd near = planted.x.array() + 0.05;
  return start_at(std::move(planted.problem), near, optimum);
}

struct CmdpOptions {
  std::int64_t seed = 0, states = 5, actions = 3, constraints = 2;

  void fields(Fields& f) {
    f("seed", seed, at_least(0), "0: the 5×5 grid of Jain et al. 2022; else a random process");
    f("states", states, between(1, 500), "of a random process");
    f("actions", actions, between(1, 100), "of a random process");
    f("constraints", constraints, between(0, 50), "of a random process");
  }
  [[nodiscard]] Cmdp build() const {
    return seed == 0 ? reference_cmdp()
                     : random_cmdp(static_cast<std::uint64_t>(seed), static_cast<int>(states),
                                   static_cast<int>(actions), static_cast<int>(constraints));
  }
};
struct SoftmaxOptions : CmdpOptions {
  double entropy = 0;

  void fields(Fields& f) {
    CmdpOptions::fields(f);
    f("entropy", entropy, at_least(0), "weight τ of log π in the cost of an action");
  }
};

VectorXd uniform_policy(const Cmdp& cmdp) {
  return VectorXd::Constant(cmdp.reward.size(), 1.0 / cmdp.actions);
}

}  // namespace

void register_constrained_problems(ConstrainedCatalogue& catalogue) {
  auto& problems = catalogue.problems;
  const std::string grid =
      "Jain, Vaswani, Babanezhad, Szepesvári, Precup 2022, Towards painless policy optimization "
      "for constrained MDPs; optimum by linear program";
  problems.add("half-plane",
               problem_entry<Constrained, NoOptions>(
                   "the nearest point to (2, 1) with x1 + x2 <= 1", "closed form",
                   [](const NoOptions&, std::uint64_t) {
                     return start_at(half_plane_program(), VectorXd::Zero(2), -1.5);
                   },
                   with(scaled("0.1", "0.1", "1"), {{"ipo", {{"primal_step", "0.0005"}}}})));
  problems.add("hyperbola",
               problem_entry<Constrained, NoOptions>(
                   "the nearest point to the origin beyond a hyperbola; not convex", "closed form",
                   [](const NoOptions&, std::uint64_t) {
                     return start_at(Hyperbola(), Eigen::Vector2d(2, 0.5), 2.0);
                   },
                   with(scaled("0.05", "0.05", "1"), {{"ipo", {{"primal_step", "0.0002"}}}})));
  problems.add("linear-program",
               problem_entry<Constrained, NoOptions>(
                   "least -x with x <= 0 on [-1, 1]; its field is a rotation", "closed form",
                   [](const NoOptions&, std::uint64_t) {
                     return start_at(linear_program(), VectorXd::Constant(1, -0.5), 0.0);
                   },
                   with(scaled("0.05", "0.05", "1"), {{"ipo", {{"primal_step", "0.0005"}}}})));
  problems.add("one-state-cmdp",
               problem_entry<Constrained, NoOptions>(
                   "one state, two actions: how often to take the risky one; objective -return",
                   "closed form",
                   [](const NoOptions&, std::uint64_t) {
                     return start_at(OneStateCmdp(), VectorXd::Zero(1), -0.65);
                   },
                   with(scaled("0.5", "0.5", "1"), {{"ipo", {{"primal_step", "0.02"}}}})));
  problems.add("neyman-pearson",
               problem_entry<Constrained, NeymanPearsonOptions>(
                   "least error on one class under a limit on the other, logistic loss",
                   "by the method of multipliers to 1e-6 at c = 0.6, 0.4, 0.2",
                   [](const NeymanPearsonOptions& o, std::uint64_t) {
                     return start_at(
                         NeymanPearson(o.limit), VectorXd::Zero(3),
                         lookup({{0.6, 0.290709}, {0.4, 0.450342}, {0.2, 0.791680}}, o.limit));
                   },
                   with(scaled("0.5", "0.5", "4"), {{"ipo", {{"primal_step", "0.02"}}}})));
  problems.add(
      "fair-classification",
      problem_entry<Constrained, FairOptions>(
          "logistic regression whose decisions hardly vary with a group",
          "by Newton's method at c = 0.2, 0.1, 0.05; the problem is that of Zafar, Valera, Gomez "
          "Rodriguez, Gummadi 2017, Fairness constraints",
          [](const FairOptions& o, std::uint64_t) {
            return start_at(
                FairClassification(o.limit), VectorXd::Zero(3),
                lookup({{0.2, 0.451649939}, {0.1, 0.542752568}, {0.05, 0.599335314}}, o.limit));
          },
          with(scaled("0.5", "0.5", "4"), {{"ipo", {{"primal_step", "0.02"}}}})));
  problems.add(
      "qcqp",
      problem_entry<Constrained, QcqpOptions>(
          "indefinite quadratics with a planted solution", "planted", make_qcqp,
          with(scaled("0.002", "0.05", "10"),
               {{"ipo", {{"primal_step", "0.0002"}, {"weight", "0.1"}, {"maximum", "100"}}}})));
  problems.add("cmdp", problem_entry<Constrained, CmdpOptions>(
                           "a constrained Markov decision process over occupancy measures; "
                           "objective -return",
                           grid,
                           [](const CmdpOptions& o, std::uint64_t) {
                             const Cmdp cmdp = o.build();
                             return start_at(OccupancyProgram(cmdp),
                                             occupancy(cmdp, table_of(cmdp, uniform_policy(cmdp))),
                                             -solve_exactly(cmdp).value);
                           },
                           with(scaled("0.1", "0.1", "1"),
                                {{"augmented-lagrangian", {{"primal_step", "0.05"}, {"step", "1"}}},
                                 {"gdpa", {{"primal_step", "0.3"}}},
                                 {"nupi", {{"step", "0.05"}}}})));
  problems.add("softmax-cmdp",
               problem_entry<Constrained, SoftmaxOptions>(
                   "the same over softmax policies; not convex; objective -return", grid,
                   [](const SoftmaxOptions& o, std::uint64_t) {
                     const Cmdp cmdp = o.build();
                     return start_at(
                         SoftmaxCmdp(cmdp, o.entropy), VectorXd::Zero(cmdp.reward.size()),
                         o.entropy > 0 ? std::nullopt : std::optional(-solve_exactly(cmdp).value));
                   },
                   with(natural(scaled("1", "0.1", "1")),
                        {{"adam-lagrangian", {{"primal_step", "0.1"}}},
                         {"cpo", {{"radius", "0.1"}}},
                         {"pcpo", {{"radius", "0.1"}}},
                         {"ipo", {{"primal_step", "0.1"}, {"weight", "0.01"}}}})));
  problems.add("direct-cmdp", problem_entry<Constrained, CmdpOptions>(
                                  "the same over tables of probabilities; objective -return", grid,
                                  [](const CmdpOptions& o, std::uint64_t) {
                                    const Cmdp cmdp = o.build();
                                    return start_at(DirectCmdp(cmdp), uniform_policy(cmdp),
                                                    -solve_exactly(cmdp).value);
                                  },
                                  with(natural(scaled("0.1", "0.1", "1")),
                                       {{"ipo", {{"primal_step", "0.01"}, {"weight", "0.01"}}}})));
}

}  // namespace saddle
