// SPDX-License-Identifier: Apache-2.0
// What every method of the catalogue promises, on a game that all of them play.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/optim/lagrangian_problem.h>
#include <saddle/optim/minmax/extragradient.h>
#include <saddle/optim/problems/constrained.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::VectorXd;

TEST(MinMaxCatalogue, HasTheNamesOfTheLiterature) {
  EXPECT_THAT(games().methods.names(),
              testing::UnorderedElementsAre(
                  "adagrad-gda", "agda", "extragradient", "gda", "hibsa", "multi-step-gda", "mwu",
                  "ogda", "omwu", "perturbed-smoothed-agda", "proximal-point", "smoothed-agda",
                  "tiada", "two-timescale-gda", "zo-minmax"));
  EXPECT_THAT(
      games().problems.names(),
      testing::UnorderedElementsAre("bilinear", "finite-maximum", "matrix-game", "nc-c-box",
                                    "nc-nc-box", "quadratic-saddle", "quartic", "tiada-quadratic"));
}

TEST(MinMaxCatalogue, PresetsAreOptionsOfMethods) {
  for (const std::string& problem : games().problems.names()) {
    for (const auto& [method, preset] : games().problems.at(problem).presets) {
      EXPECT_NO_THROW((void)make_method(method, *make_game(problem).problem, preset))
          << problem << ", " << method;
    }
  }
}

class EveryGameMethod : public testing::TestWithParam<std::string> {};

TEST_P(EveryGameMethod, ContinuesFromASavedStateToTheSameBits) {
  const Instance<Game> at = make_game("matrix-game");
  const auto first = make_method(GetParam(), *at.problem);
  const auto second = make_method(GetParam(), *at.problem);
  GamePoint z = at.start;
  run(*at.problem, *first, z, 13);
  Archive saved;
  first->state(saved);
  Archive loading(saved.entries());
  second->state(loading);
  GamePoint copy = z;
  for (int i = 0; i < 20; ++i) {
    first->step(*at.problem, z);
    second->step(*at.problem, copy);
    ASSERT_EQ(z.x, copy.x);
    ASSERT_EQ(z.y, copy.y);
  }
}

TEST_P(EveryGameMethod, CanBeSavedBeforeItsFirstStep) {
  const Instance<Game> at = make_game("matrix-game");
  const auto first = make_method(GetParam(), *at.problem);
  const auto second = make_method(GetParam(), *at.problem);
  Archive saved;
  first->state(saved);
  Archive loading(saved.entries());
  second->state(loading);
  GamePoint z = at.start, copy = at.start;
  run(*at.problem, *first, z, 3);
  run(*at.problem, *second, copy, 3);
  EXPECT_EQ(z.x, copy.x);
  EXPECT_EQ(z.y, copy.y);
}

/// Records the minibatches that a method asks for.
struct Recording final : Game {
  double value(const VectorXd& x, const VectorXd& y) override { return inner->value(x, y); }
  VectorXd gradient_x(const VectorXd& x, const VectorXd& y) override {
    return inner->gradient_x(x, y);
  }
  VectorXd gradient_y(const VectorXd& x, const VectorXd& y) override {
    return inner->gradient_y(x, y);
  }
  VectorXd project_x(const VectorXd& x) const override { return inner->project_x(x); }
  VectorXd project_y(const VectorXd& y) const override { return inner->project_y(y); }
  void resample(std::uint64_t batch) override { batches.push_back(batch); }

  explicit Recording(Game* game) : inner(game) {}
  Game* inner;
  std::vector<std::uint64_t> batches;
};

TEST_P(EveryGameMethod, DrawsOneMinibatchAStepAndCountsFromOne) {
  const Instance<Game> at = make_game("matrix-game");
  Recording recording(at.problem.get());
  GamePoint z = at.start;
  run<Game>(recording, *make_method(GetParam(), recording), z, 4);
  EXPECT_THAT(recording.batches, testing::ElementsAre(1, 2, 3, 4));
}

TEST_P(EveryGameMethod, StaysInTheSetsOfBothPlayers) {
  const Instance<Game> at = make_game("matrix-game");
  GamePoint z = at.start;
  run(*at.problem, *make_method(GetParam(), *at.problem), z, 300, [&](const GamePoint& p) {
    ASSERT_LT(euclidean_norm(GamePoint(p - at.problem->project(p))), 1e-12);
  });
}

TEST_P(EveryGameMethod, AGradientThatIsNotANumberIsAnOutcome) {
  struct Broken final : Game {
    double value(const VectorXd&, const VectorXd&) override { return std::nan(""); }
    VectorXd gradient_x(const VectorXd&, const VectorXd&) override { return scalar(std::nan("")); }
    VectorXd gradient_y(const VectorXd&, const VectorXd&) override { return scalar(std::nan("")); }
    VectorXd project_x(const VectorXd&) const override { return scalar(1); }
    VectorXd project_y(const VectorXd&) const override { return scalar(1); }
  } broken;
  GamePoint z = scalars(1, 1);
  const Result result = solve(broken, *make_method(GetParam(), broken), z, {.limit = 50});
  EXPECT_TRUE(result.status == Status::kDiverged || result.status == Status::kLimit);
  EXPECT_TRUE(all_finite(z));
}

INSTANTIATE_TEST_SUITE_P(MinMax, EveryGameMethod, testing::ValuesIn(games().methods.names()),
                         [](const testing::TestParamInfo<std::string>& method) {
                           std::string name = method.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(MultiplicativeWeights, RefusesSetsThatAreNotSimplicesAndStartsOnTheirBorder) {
  const Instance<Game> line = make_game("bilinear");
  GamePoint z = line.start;
  EXPECT_THROW(make_method("mwu", *line.problem)->step(*line.problem, z), Error);
  const Instance<Game> simplex = make_game("matrix-game");
  z = simplex.start;
  z.y = VectorXd::Unit(2, 0);
  EXPECT_THROW(make_method("omwu", *simplex.problem)->step(*simplex.problem, z), Error);
}

TEST(Extragradient, IsWrittenOnceForInequalitiesGamesAndConstraints) {
  /// The bilinear game x y as no more than a field.
  struct Rotation final : VariationalProblem<VectorXd> {
    VectorXd field(const VectorXd& z) override { return Eigen::Vector2d(z[1], -z[0]); }
  } rotation;
  Extragradient<VariationalProblem<VectorXd>> of_field({.step = 0.1});
  VectorXd z = Eigen::Vector2d(1, 1);
  run<VariationalProblem<VectorXd>>(rotation, of_field, z, 1000);
  EXPECT_NEAR(z.norm() / std::sqrt(2.0), 0.00691083, 5e-9);

  QuadraticProgram program = half_plane_program();
  LagrangianProblem<VectorXd> lagrangian(program);
  Extragradient<LagrangianProblem<VectorXd>> of_constraints({.step = 0.1});
  GamePoint point{VectorXd::Zero(2), VectorXd::Zero(1)};
  const Result result = solve(lagrangian, of_constraints, point);
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  EXPECT_NEAR(point.y[0], 1, 1e-7);
}

}  // namespace
}  // namespace saddle
