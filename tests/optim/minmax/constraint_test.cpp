// SPDX-License-Identifier: Apache-2.0
// Methods for games as methods for constraints: the linear program whose Lagrangian is a rotation,
// and others with known multipliers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/optim/minmax/lagrangian_method.h>
#include <saddle/optim/problems/constrained.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

using Constrained = ConstrainedProblem<VectorXd>;

std::unique_ptr<Method<Constrained>> make(const std::string& name, const Constrained& problem,
                                          const Preset& options) {
  Catalogue<Constrained> catalogue;
  register_lagrangian_games(catalogue);
  const auto builder = catalogue.methods.at(name).builder();
  Fields fields;
  builder->fields(fields);
  for (const auto& [key, typed] : options) fields.parse(key, typed);
  return builder->build(problem, 2);
}

TEST(LagrangianGames, AreRegisteredUnderTheirNames) {
  Catalogue<Constrained> catalogue;
  register_lagrangian_games(catalogue);
  std::vector<std::string> expected = games().methods.names();
  std::erase(expected, "mwu");
  std::erase(expected, "omwu");
  EXPECT_THAT(catalogue.methods.names(), testing::ElementsAreArray(expected));
}

/// Distances to the saddle (0, 1) of min −x subject to x ≤ 0 over 20000 steps of 0.05 from
/// (½, ½): the largest of the second half, the last, and that of the average.
struct Distances {
  double largest = 0, last = 0, average = 0;
};

Distances on_linear_program(const std::string& name, const Preset& steps) {
  constexpr int kSteps = 20000;
  QuadraticProgram program = linear_program();
  const auto method = make(name, program, steps);
  const GamePoint saddle = scalars(0, 1);
  GamePoint z = scalars(0.5, 0.5), sum = scalars(0, 0);
  Distances distances;
  int step = 0;
  run<Constrained>(program, *method, z, kSteps, [&](const GamePoint& p) {
    distances.last = euclidean_norm(GamePoint(p - saddle));
    if (++step > kSteps / 2) distances.largest = std::max(distances.largest, distances.last);
    sum = sum + p;
  });
  distances.average = euclidean_norm(GamePoint((1.0 / kSteps) * sum - saddle));
  return distances;
}

const Preset kStep{{"step", "0.05"}};
const Preset kSteps{{"step_x", "0.05"}, {"step_y", "0.05"}};

TEST(LinearProgram, DescentAscentCirclesAndOnlyItsAverageConverges) {
  const Distances simultaneous = on_linear_program("gda", kStep);
  EXPECT_NEAR(simultaneous.largest, 1.07, 5e-3);
  EXPECT_NEAR(simultaneous.average, 0.0085, 5e-5);
  EXPECT_GT(simultaneous.last, 0.5);
  const Distances alternating = on_linear_program("agda", kSteps);
  EXPECT_NEAR(alternating.largest, 0.725, 5e-4);
  EXPECT_NEAR(alternating.average, 0.0007, 5e-5);
}

TEST(LinearProgram, OptimisticAndExtragradientConvergeInTheLastIterate) {
  EXPECT_NEAR(on_linear_program("ogda", kStep).last, 9e-12, 5e-13);
  EXPECT_NEAR(on_linear_program("extragradient", kStep).last, 1e-11, 5e-12);
}

TEST(LinearProgram, ProximalAndSmoothedMethodsConvergeInTheLastIterate) {
  EXPECT_LT(on_linear_program("proximal-point", {{"accuracy", "1e-8"}}).last, 1e-14);
  EXPECT_LT(on_linear_program("smoothed-agda", {}).last, 1e-14);
}

TEST(LagrangianMethod, FindsTheMultipliersOfEveryConvexProgramHere) {
  for (const std::string name : {"gda", "agda", "extragradient", "ogda", "proximal-point"}) {
    QuadraticProgram half_plane = half_plane_program();
    GamePoint z{VectorXd::Zero(2), scalar(0)};
    Result result = solve(half_plane, *make(name, half_plane, {}), z);
    EXPECT_EQ(result.status, Status::kConverged) << name << ": " << result.message;
    EXPECT_LT((z.x - Vector2d(1, 0)).norm(), 1e-7) << name;
    EXPECT_NEAR(z.y[0], 1, 1e-7) << name;

    NeymanPearson classification(0.4);
    z = {VectorXd::Zero(3), scalar(0)};
    result = solve(classification, *make(name, classification, {}), z,
                   {.tolerance = 1e-7, .limit = 60000, .check_every = 100});
    EXPECT_EQ(result.status, Status::kConverged) << name << ": " << result.message;
    EXPECT_NEAR(z.y[0], 1.085551, 1e-3) << name;
  }
}

TEST(LagrangianMethod, GivesEqualitiesMultipliersOfEitherSign) {
  // min ½‖x‖² subject to x₁ + x₂ = 2: x* = (1, 1), ν* = −1.
  QuadraticProgram program({.q = Eigen::MatrixXd::Identity(2, 2),
                            .c = VectorXd::Zero(2),
                            .a = {},
                            .b = {},
                            .e_matrix = Eigen::MatrixXd::Ones(1, 2),
                            .e = scalar(2)});
  GamePoint z{VectorXd::Zero(2), scalar(0)};
  const Result result = solve(program, *make("ogda", program, {}), z);
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  EXPECT_NEAR(z.y[0], -1, 1e-7);
}

TEST(LagrangianMethod, ContinuesFromASavedStateToTheSameBits) {
  Hyperbola problem;
  const auto first = make("ogda", problem, {}), second = make("ogda", problem, {});
  GamePoint z{Vector2d(2, 0.5), scalar(0)};
  run<Constrained>(problem, *first, z, 10);
  Archive saved;
  first->state(saved);
  Archive loading(saved.entries());
  second->state(loading);
  GamePoint copy = z;
  run<Constrained>(problem, *first, z, 10);
  run<Constrained>(problem, *second, copy, 10);
  EXPECT_EQ(z.x, copy.x);
  EXPECT_EQ(z.y, copy.y);
}

}  // namespace
}  // namespace saddle
