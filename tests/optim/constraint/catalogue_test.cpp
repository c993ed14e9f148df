// SPDX-License-Identifier: Apache-2.0
// Every method on every constrained problem, with the options of the catalogue: what theory says.
#include <saddle/optim/constraint/catalogue.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <gtest/gtest.h>

namespace saddle {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Problem = ConstrainedProblem<VectorXd>;

ConstrainedCatalogue everything() {
  ConstrainedCatalogue catalogue;
  register_constrained(catalogue);
  return catalogue;
}

struct Cell {
  std::string problem, method;
};

/// A cell, built.
struct Built {
  Instance<Problem> instance;
  std::unique_ptr<Method<Problem>> method;
  std::map<std::string, double> options;  ///< the numbers among the method's
};

Built build(const Cell& cell) {
  const ConstrainedCatalogue catalogue = everything();
  const auto& entry = catalogue.problems.at(cell.problem);
  Built built{entry.builder()->build(0), nullptr, {}};
  const auto method = catalogue.methods.at(cell.method).builder();
  Fields fields;
  method->fields(fields);
  if (const auto preset = entry.presets.find(cell.method); preset != entry.presets.end()) {
    for (const auto& [key, value] : preset->second) fields.parse(key, value);
  }
  for (const Field& field : fields.all()) {
    const FieldValue value = field.value();
    if (const auto* real = std::get_if<double>(&value)) built.options[field.key] = *real;
  }
  built.method = method->build(*built.instance.problem, 0);
  return built;
}

/// What a run leaves behind.
struct Trace {
  Result result;
  Pair<VectorXd> z;
  KktResidual kkt;
  VectorXd g;                ///< [m + p], at the end
  double gap = 0;            ///< of the objective, at the end
  double average_gap = 0;    ///< over the last quarter
  double low = 0, high = 0;  ///< of the largest inequality, in the last quarter
};

Trace run(Built& built, std::int64_t limit, double tolerance) {
  Problem& problem = *built.instance.problem;
  Trace t;
  t.z = built.instance.start;
  t.low = std::numeric_limits<double>::infinity();
  t.high = -t.low;
  double sum = 0;
  int count = 0;
  const double optimum = built.instance.optimum.value();
  t.result = solve(problem, *built.method, t.z,
                   {.tolerance = tolerance, .limit = limit, .check_every = 10},
                   [&](std::int64_t i, const Pair<VectorXd>& z, double) {
                     if (i <= 3 * limit / 4) return true;
                     const ConstrainedValues at = problem.values(z.x);
                     const double g = at.constraints.head(problem.inequalities()).maxCoeff();
                     t.low = std::min(t.low, g);
                     t.high = std::max(t.high, g);
                     sum += at.objective - optimum;
                     ++count;
                     return true;
                   });
  const ConstrainedValues at = problem.values(t.z.x);
  t.kkt = kkt_residual(problem, t.z);
  t.g = at.constraints;
  t.gap = at.objective - optimum;
  t.average_gap = count > 0 ? sum / count : 0;
  return t;
}

bool over_policies(const Cell& cell) {
  return cell.problem == "softmax-cmdp" || cell.problem == "direct-cmdp";
}

/// Steps after which the slower laws are looked at; those of policies cost more.
std::int64_t rounds(const Cell& cell) { return over_policies(cell) ? 4000 : 20000; }

// ---- what theory says of a method

void solves_to(const Cell& cell, double tolerance, double gap) {
  Built built = build(cell);
  const Trace t = run(built, 60000, tolerance);
  EXPECT_EQ(t.result.status, Status::kConverged) << t.result.message;
  EXPECT_NEAR(t.gap, 0, gap);
}
void solves(const Cell& cell) { solves_to(cell, 1e-6, 2e-5); }

/// Where the Lagrangian has no curvature along the constraint the field is a rotation: the last
/// iterate cycles with the amplitude of its steps, and the average is right.
void cycles(const Cell& cell) {
  Built built = build(cell);
  const Trace t = run(built, rounds(cell), 1e-6);
  EXPECT_EQ(t.result.status, Status::kLimit) << t.result.message;
  EXPECT_LT(t.low, -0.005);
  EXPECT_GT(t.high, 0.005);
  EXPECT_LT(std::abs(t.average_gap), 0.01);
}

/// Adam's multiplier moves by its step whatever the violation.
void swings(const Cell& cell) {
  Built built = build(cell);
  const Trace t = run(built, rounds(cell), 1e-6);
  EXPECT_EQ(t.result.status, Status::kLimit) << t.result.message;
  EXPECT_GT(t.high - t.low, 0.2);
}

/// Rests where the Lagrangian is stationary and each constraint is off by `relaxation` λ.
void relaxes(const Cell& cell, const std::string& option) {
  Built built = build(cell);
  const Trace t = run(built, rounds(cell), 1e-6);
  const double tau = built.options.at(option);
  EXPECT_LT(t.kkt.stationarity, 1e-5);
  for (Index k = 0; k < t.g.size(); ++k) {
    const bool rests = k >= built.instance.problem->inequalities() || t.z.y[k] > 0;
    EXPECT_LT(t.g[k], tau * t.z.y[k] + 1e-5) << "constraint " << k;
    if (rests) {
      EXPECT_GT(t.g[k], tau * t.z.y[k] - 1e-5) << "constraint " << k;
    }
  }
  EXPECT_GT(t.kkt.primal,
            0.9 * tau * t.z.y.head(built.instance.problem->inequalities()).maxCoeff());
}

/// Violates active constraints by τ λ/β_r, which falls as r^{−1/3}.
void perturbs(const Cell& cell) {
  Built built = build(cell);
  const Trace t = run(built, rounds(cell), 1e-9);
  const double scale =
      built.options.at("perturbation") / (built.options.at("penalty") * std::cbrt(rounds(cell)));
  for (Index k = 0; k < built.instance.problem->inequalities(); ++k) {
    if (t.z.y[k] > 0) {
      EXPECT_NEAR(t.g[k], scale * t.z.y[k], 0.03 * t.g[k]) << "constraint " << k;
    }
  }
  EXPECT_LT(t.kkt.stationarity, 1e-2);
}

/// Stays strictly feasible with λ_k g_k = −κ, so the objective is off by less than m κ on convex
/// problems.
void keeps_inside(const Cell& cell) {
  Built built = build(cell);
  const Trace t = run(built, rounds(cell), 1e-9);
  const double weight = built.options.at("weight");
  EXPECT_LT(t.g.maxCoeff(), 0);
  EXPECT_LT(t.kkt.stationarity, 2e-3);
  for (Index k = 0; k < t.g.size(); ++k) EXPECT_NEAR(t.z.y[k] * t.g[k], -weight, 0.1 * weight);
  EXPECT_GT(t.gap, 0);
  EXPECT_LT(t.gap, 1.1 * weight * static_cast<double>(t.g.size()));
}

/// A method without multipliers zigzags to the solution as its step falls; KKT never holds, since
/// it has no multipliers to show.
void zigzags(const Cell& cell) {
  Built built = build(cell);
  const Trace t = run(built, rounds(cell), 1e-6);
  EXPECT_EQ(t.result.status, Status::kLimit) << t.result.message;
  EXPECT_LT(std::abs(t.average_gap), 0.01);
  EXPECT_LT(t.high, 0.02);
  EXPECT_GT(t.low, -0.05);
}

/// Goes to the minimum without constraints, which is infeasible, or to infinity.
void ignores(const Cell& cell) {
  Built built = build(cell);
  const Trace t = run(built, 3000, 1e-6);
  EXPECT_NE(t.result.status, Status::kConverged);
  EXPECT_GT(t.kkt.primal, 0.2);
  EXPECT_LT(t.gap, 0);
}

/// A trust region that starts feasible stays so while its objective falls; one that does not comes
/// back first.
void descends_inside(const Cell& cell, double gap) {
  Built built = build(cell);
  const ConstrainedValues before = built.instance.problem->values(built.instance.start.x);
  const Trace t = run(built, 300, 1e-6);
  if (before.constraints.maxCoeff() <= 0) {
    EXPECT_LT(t.g.maxCoeff(), 1e-8);
    EXPECT_LE(t.gap, before.objective - built.instance.optimum.value() + 1e-12);
  }
  EXPECT_LT(t.g.maxCoeff(), 1e-4);
  EXPECT_LT(t.gap, gap);
}

/// CPO and PCPO have no step for equalities, and say so.
void refuses_equalities(const Cell& cell) {
  Built built = build(cell);
  Pair<VectorXd> z = built.instance.start;
  EXPECT_THROW(built.method->step(*built.instance.problem, z), Error);
}

/// A barrier has no inside where equalities are two inequalities, and no subgradient of 26
/// penalties gets through in time: neither comes near.
void does_not_come_near(const Cell& cell) {
  Built built = build(cell);
  const Trace t = run(built, rounds(cell), 1e-6);
  EXPECT_NE(t.result.status, Status::kConverged);
  EXPECT_GT(std::abs(t.gap), 0.1);
}

void expect_theory(const Cell& cell) {
  const auto is = [&](std::initializer_list<const char*> names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const std::string& m = cell.method;
  const bool occupancy = cell.problem == "cmdp";
  const bool flat =
      is({"linear-program", "hyperbola", "one-state-cmdp", "direct-cmdp", "softmax-cmdp", "cmdp"},
         cell.problem);
  if (occupancy && is({"cpo", "pcpo"}, m)) return refuses_equalities(cell);
  if (occupancy && is({"ipo", "p3o", "crpo"}, m)) return does_not_come_near(cell);
  if (occupancy && m == "optimistic") return solves_to(cell, 1e-4, 2e-3);
  if (is({"augmented-lagrangian", "nupi", "optimistic", "pid", "slm"}, m)) return solves(cell);
  if (m == "lagrangian") return flat ? cycles(cell) : solves(cell);
  if (m == "adam-lagrangian") return flat || cell.problem == "qcqp" ? swings(cell) : solves(cell);
  if (m == "regularized") return relaxes(cell, "regularization");
  if (m == "resilient") return relaxes(cell, "flexibility");
  if (m == "gdpa") return perturbs(cell);
  if (m == "ipo") return keeps_inside(cell);
  if (is({"crpo", "p3o"}, m)) return zigzags(cell);
  if (m == "none") return ignores(cell);
  // A tight constraint that bends inwards: the hyperbola starts on it, and probabilities are
  // projected, so the linearised step is refused there.
  if (is({"cpo", "pcpo"}, m)) {
    return descends_inside(cell, is({"hyperbola"}, cell.problem) ? 2.3 : 0.12);
  }
  FAIL() << "no theory for method " << m;
}

class Table : public testing::TestWithParam<Cell> {};

TEST_P(Table, HoldsWhatTheorySays) { expect_theory(GetParam()); }

TEST_P(Table, ContinuesFromASavedStateToTheSameBits) {
  Built first = build(GetParam()), second = build(GetParam());
  Pair<VectorXd> z = first.instance.start;
  if (GetParam().problem == "cmdp" && GetParam().method.ends_with("cpo")) return;
  for (int i = 0; i < 12; ++i) first.method->step(*first.instance.problem, z);
  Archive saved;
  first.method->state(saved);
  Archive loading(saved.entries());
  second.method->state(loading);
  Pair<VectorXd> copy = z;
  for (int i = 0; i < 12; ++i) {
    first.method->step(*first.instance.problem, z);
    second.method->step(*second.instance.problem, copy);
  }
  EXPECT_EQ(z.x, copy.x);
  EXPECT_EQ(z.y, copy.y);
}

std::vector<Cell> cells() {
  const ConstrainedCatalogue catalogue = everything();
  std::vector<Cell> all;
  for (const auto& problem : catalogue.problems.names()) {
    for (const auto& method : catalogue.methods.names()) all.push_back({problem, method});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Constrained, Table, testing::ValuesIn(cells()), [](const auto& cell) {
  std::string name = cell.param.problem + "_" + cell.param.method;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// ---- bad input

class EveryMethod : public testing::TestWithParam<std::string> {};

Status status_from(const std::string& method, Problem& problem, Pair<VectorXd> z) {
  const auto made = everything().methods.at(method).builder()->build(problem, 0);
  const Result result = solve(problem, *made, z, {.limit = 50});
  EXPECT_TRUE(all_finite(z));
  EXPECT_FALSE(result.message.empty());
  return result.status;
}

/// Two variables, one constraint, and what is wrong with it.
struct Broken final : Problem {
  Broken(Index gradient, Index constraints, double value_at)
      : gradient_size(gradient), constraint_count(constraints), value(value_at) {}
  int inequalities() const override { return 1; }
  ConstrainedValues values(const VectorXd&) override {
    return {value, VectorXd::Constant(constraint_count, value)};
  }
  VectorXd gradient(const VectorXd&, const GradientWeights&) override {
    return VectorXd::Constant(gradient_size, value);
  }
  Index gradient_size, constraint_count;
  double value;
};

TEST_P(EveryMethod, RefusesAStartOrAProblemThatDoesNotFit) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const VectorXd two = VectorXd::Ones(2), one = VectorXd::Ones(1);
  Broken sound(2, 1, 1), short_gradient(1, 1, 1), long_values(2, 3, 1);
  EXPECT_THROW(status_from(GetParam(), sound, {VectorXd(), one}), Error);
  EXPECT_THROW(status_from(GetParam(), sound, {VectorXd::Constant(2, nan), one}), Error);
  EXPECT_THROW(status_from(GetParam(), sound, {two, VectorXd()}), Error);
  EXPECT_THROW(status_from(GetParam(), sound, {two, VectorXd::Constant(1, nan)}), Error);
  EXPECT_THROW(status_from(GetParam(), short_gradient, {two, one}), Error);
  EXPECT_THROW(status_from(GetParam(), long_values, {two, one}), Error);
}

TEST_P(EveryMethod, EndsWithAStatusWhereValuesAreNotFinite) {
  Broken undefined(2, 1, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(status_from(GetParam(), undefined, {VectorXd::Ones(2), VectorXd::Zero(1)}),
            Status::kDiverged);
}

INSTANTIATE_TEST_SUITE_P(Constrained, EveryMethod, testing::ValuesIn(everything().methods.names()),
                         [](const auto& method) {
                           std::string name = method.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(ConstrainedCatalogue, NamesEveryProblemAndMethodWithItsSource) {
  const ConstrainedCatalogue catalogue = everything();
  EXPECT_EQ(catalogue.problems.names(),
            (std::vector<std::string>{"cmdp", "direct-cmdp", "fair-classification", "half-plane",
                                      "hyperbola", "linear-program", "neyman-pearson",
                                      "one-state-cmdp", "qcqp", "softmax-cmdp"}));
  EXPECT_EQ(catalogue.methods.names().size(), 16u);
  for (const auto& name : catalogue.problems.names()) {
    EXPECT_FALSE(catalogue.problems.at(name).source.empty());
    for (const auto& [method, preset] : catalogue.problems.at(name).presets) {
      EXPECT_TRUE(catalogue.methods.contains(method)) << method;
    }
  }
}

TEST(ConstrainedCatalogue, RefusesOptionsThatDoNotFitTogether) {
  const ConstrainedCatalogue catalogue = everything();
  const auto program = catalogue.problems.at("qcqp").builder();
  Fields of_program;
  program->fields(of_program);
  of_program.parse("active", "9");
  EXPECT_THROW((void)program->build(0), Error);
  const auto method = catalogue.methods.at("gdpa").builder();
  Fields of_method;
  method->fields(of_method);
  of_method.parse("primal", "adam");
  of_method.parse("primal_exponent", "-0.5");
  EXPECT_THROW(
      (void)method->build(*catalogue.problems.at("hyperbola").builder()->build(0).problem, 0),
      Error);
}

}  // namespace
}  // namespace saddle
