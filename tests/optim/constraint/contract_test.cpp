// SPDX-License-Identifier: Apache-2.0
// What every constraint rule of the registry promises.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/optim/constraint/registry.h>

namespace saddle {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

RuleRegistry all_rules() {
  RuleRegistry rules("constraint");
  register_rules(rules);
  return rules;
}

bool same_entries(const Archive& a, const Archive& b) {
  if (a.entries().size() != b.entries().size()) return false;
  for (const auto& [key, entry] : a.entries()) {
    const auto other = b.entries().find(key);
    if (other == b.entries().end() || other->second.bytes != entry.bytes) return false;
  }
  return true;
}

TEST(Rules, HaveTheNamesOfTheLiterature) {
  EXPECT_THAT(all_rules().names(),
              testing::UnorderedElementsAre(
                  "adam-lagrangian", "augmented-lagrangian", "crpo", "gdpa", "ipo", "lagrangian",
                  "none", "nupi", "optimistic", "p3o", "pid", "regularized", "resilient", "slm"));
}

TEST(Rules, SayWhetherTheyHaveMultipliers) {
  const RuleRegistry rules = all_rules();
  std::vector<std::string> without;
  for (const std::string& name : rules.names()) {
    const auto rule = rules.at(name).builder()->build(1);
    if (rule->has_multipliers()) continue;
    without.push_back(name);
    (void)rule->update(VectorXd::Constant(1, 3));
    EXPECT_EQ(rule->multipliers()[0], 0) << name;
  }
  EXPECT_THAT(without, testing::ElementsAre("crpo", "none", "p3o"));
}

class EveryRule : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] std::unique_ptr<ConstraintRule> make(int constraints) const {
    return rules_.at(GetParam()).builder()->build(constraints);
  }
  VectorXd draw() { return Vector2d(rng_.normal(), 5 * rng_.normal() - 1); }

 private:
  RuleRegistry rules_ = all_rules();
  Rng rng_{7};
};

TEST_P(EveryRule, AnswersWithFiniteWeightsThatAreNotNegative) {
  const auto rule = make(2);
  for (int i = 0; i < 200; ++i) {
    const GradientWeights w = rule->update(draw());
    ASSERT_EQ(w.constraints.size(), 2);
    ASSERT_EQ(rule->multipliers().size(), 2);
    ASSERT_TRUE(std::isfinite(w.objective) && w.constraints.allFinite());
    ASSERT_GE(w.objective, 0);
    ASSERT_GE(w.constraints.minCoeff(), 0);
    ASSERT_GE(rule->multipliers().minCoeff(), 0);
    ASSERT_GT(w.objective + w.constraints.sum(), 0);
  }
}

TEST_P(EveryRule, WithoutConstraintsLeavesTheObjective) {
  const GradientWeights w = make(0)->update(VectorXd());
  EXPECT_EQ(w.objective, 1);
  EXPECT_EQ(w.constraints.size(), 0);
}

TEST_P(EveryRule, RefusesBadValuesAndStaysAsItWas) {
  const auto rule = make(2);
  for (int i = 0; i < 20; ++i) (void)rule->update(draw());
  Archive before, after;
  rule->state(before);
  EXPECT_THROW((void)rule->update(Vector2d(0, std::numeric_limits<double>::quiet_NaN())), Error);
  EXPECT_THROW((void)rule->update(Vector2d(-std::numeric_limits<double>::infinity(), 0)), Error);
  EXPECT_THROW((void)rule->update(VectorXd::Zero(3)), std::logic_error);
  rule->state(after);
  EXPECT_TRUE(same_entries(before, after));
}

TEST_P(EveryRule, ContinuesFromASavedStateToTheSameBits) {
  const auto first = make(2), second = make(2);
  for (int i = 0; i < 23; ++i) (void)first->update(draw());
  Archive saved;
  first->state(saved);
  Archive loading(saved.entries());
  second->state(loading);
  for (int i = 0; i < 40; ++i) {
    const VectorXd g = draw();
    const GradientWeights a = first->update(g), b = second->update(g);
    ASSERT_EQ(a.objective, b.objective);
    ASSERT_EQ(a.constraints, b.constraints);
    ASSERT_EQ(first->multipliers(), second->multipliers());
  }
}

TEST_P(EveryRule, TreatsConstraintsApart) {
  // Relabelling the constraints relabels the weights. The worst constraint is unique here.
  const auto one = make(2), other = make(2);
  for (int i = 0; i < 50; ++i) {
    const VectorXd g = draw();
    const VectorXd w = one->update(g).constraints;
    const VectorXd swapped = other->update(g.reverse()).constraints;
    ASSERT_NEAR((w.reverse() - swapped).norm(), 0, 1e-12);
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, EveryRule, testing::ValuesIn(all_rules().names()),
                         [](const testing::TestParamInfo<std::string>& rule) {
                           std::string name = rule.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace saddle
