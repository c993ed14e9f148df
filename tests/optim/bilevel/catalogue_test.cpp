// SPDX-License-Identifier: Apache-2.0
// What every bilevel problem and method of the catalogue promises.
#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/optim/bilevel/coupled.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::VectorXd;

TEST(BilevelCatalogue, HasTheNamesOfTheLiterature) {
  const Catalogue<Levels> catalogue = bilevel_catalogue();
  EXPECT_THAT(catalogue.problems.names(),
              testing::UnorderedElementsAre(
                  "bilevel-quadratic", "shen-chen", "lower-level-singular", "ridge-hyperparameter",
                  "hyper-representation", "hyper-cleaning", "personalized-regression"));
  EXPECT_THAT(catalogue.methods.names(),
              testing::UnorderedElementsAre("itd", "aid", "stocbio", "ttsa", "soba", "f2sa",
                                            "vpbgd", "bome", "slm"));
  Catalogue<CoupledBilevelProblem> coupled;
  register_coupled_bilevel(coupled);
  EXPECT_THAT(coupled.problems.names(), testing::ElementsAre("coupled-quadratic"));
  EXPECT_THAT(coupled.methods.names(), testing::ElementsAre("implicit-kkt"));
}

TEST(BilevelCatalogue, ExplainsItselfAndHasPresetsThatMethodsAccept) {
  const Catalogue<Levels> catalogue = bilevel_catalogue();
  for (const std::string& name : catalogue.methods.names()) {
    EXPECT_FALSE(catalogue.methods.at(name).doc.empty()) << name;
    EXPECT_FALSE(catalogue.methods.at(name).paper.empty()) << name;
  }
  for (const std::string& name : catalogue.problems.names()) {
    const auto& entry = catalogue.problems.at(name);
    EXPECT_FALSE(entry.doc.empty() || entry.source.empty()) << name;
    for (const auto& [method, preset] : entry.presets) {
      EXPECT_NO_THROW((void)configured(catalogue.methods.at(method), preset)) << name;
    }
  }
}

TEST(BilevelCatalogue, RefusesProblemsThatHaveNoOneSolution) {
  EXPECT_THROW((void)make_problem("personalized-regression", {{"samples", "2"}}), Error);
  EXPECT_THROW((void)make_problem("hyper-cleaning", {{"samples", "0"}}), Error);
  EXPECT_THROW((void)make_problem("bilevel-quadratic", {{"dimension", "0"}}), Error);
}

using Names = std::tuple<std::string, std::string>;

class EveryBilevelPair : public testing::TestWithParam<Names> {
 protected:
  [[nodiscard]] std::string problem() const { return std::get<0>(GetParam()); }
  [[nodiscard]] std::string method() const { return std::get<1>(GetParam()); }

  /// The problem with minibatches, where it has them.
  [[nodiscard]] Instance<Levels> noisy() const {
    if (problem() == "bilevel-quadratic") return make_problem(problem(), {{"noise", "0.2"}});
    if (problem() == "hyper-cleaning") return make_problem(problem(), {{"batch", "8"}});
    if (problem() == "personalized-regression") return make_problem(problem(), {{"batch", "8"}});
    return make_problem(problem());
  }
};

TEST_P(EveryBilevelPair, RunsToAStatusWithAFinitePoint) {
  const Instance<Levels> instance = make_problem(problem());
  const auto solver = make_method(method(), problem());
  Point z = instance.start;
  ASSERT_TRUE(all_finite(z));
  const Result result = solve(*instance.problem, *solver, z, {.limit = 100, .check_every = 20});
  EXPECT_TRUE(all_finite(z));
  EXPECT_FALSE(result.message.empty());
  EXPECT_EQ(z.x, instance.problem->project_x(z.x));
  if (problem() != "lower-level-singular") {
    EXPECT_NE(result.status, Status::kDiverged) << result.message;
  }
}

TEST_P(EveryBilevelPair, ContinuesFromASavedStateToTheSameBits) {
  const Instance<Levels> one = noisy(), other = noisy();
  const auto first = make_method(method(), problem()), second = make_method(method(), problem());
  Archive fresh;
  first->state(fresh);  // before the first step, too
  Point z = one.start;
  for (int i = 0; i < 5; ++i) first->step(*one.problem, z);
  Archive saved;
  first->state(saved);
  Archive loading(saved.entries());
  second->state(loading);
  Point continued = z;
  for (int i = 0; i < 5; ++i) {
    first->step(*one.problem, z);
    second->step(*other.problem, continued);
    if (!all_finite(z)) break;
    ASSERT_EQ(z.x, continued.x);
    ASSERT_EQ(z.y, continued.y);
  }
}

INSTANTIATE_TEST_SUITE_P(Pairs, EveryBilevelPair,
                         testing::Combine(testing::ValuesIn(bilevel_catalogue().problems.names()),
                                          testing::ValuesIn(bilevel_catalogue().methods.names())),
                         [](const testing::TestParamInfo<Names>& pair) {
                           std::string name =
                               std::get<0>(pair.param) + "_" + std::get<1>(pair.param);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace saddle
