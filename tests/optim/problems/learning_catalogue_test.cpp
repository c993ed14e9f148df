// SPDX-License-Identifier: Apache-2.0
// Every robust and unsupervised problem of the catalogue can be made, and its methods solve it.
#include <saddle/optim/problems/catalogue.h>

#include <gtest/gtest.h>

#include <saddle/optim/gradient_check.h>
#include <saddle/optim/minmax/catalogue.h>

namespace saddle {
namespace {

using Eigen::VectorXd;
using MinMax = MinMaxProblem<VectorXd>;
using Constrained = ConstrainedProblem<VectorXd>;

template <class Builder>
void set(Builder& builder, const Preset& options) {
  Fields fields;
  builder.fields(fields);
  for (const auto& [key, typed] : options) fields.parse(key, typed);
}

template <class Problem>
Instance<Problem> make(const Catalogue<Problem>& catalogue, const std::string& name,
                       std::uint64_t seed, const Preset& options = {}) {
  const auto builder = catalogue.problems.at(name).builder();
  set(*builder, options);
  return builder->build(seed);
}

template <class Problem>
std::unique_ptr<Method<Problem>> method_for(const Catalogue<Problem>& catalogue,
                                            const std::string& problem, const std::string& method,
                                            const Instance<Problem>& instance) {
  const auto builder = catalogue.methods.at(method).builder();
  const auto& presets = catalogue.problems.at(problem).presets;
  if (const auto preset = presets.find(method); preset != presets.end()) {
    set(*builder, preset->second);
  }
  return builder->build(*instance.problem, 1);
}

TEST(RobustCatalogue, EveryProblemHasTheGradientsOfItsValuesAndAFeasibleStart) {
  Catalogue<MinMax> catalogue;
  register_robust(catalogue);
  EXPECT_EQ(catalogue.problems.names(),
            (std::vector<std::string>{"adversarial-classifier", "poisoning", "robust-domains",
                                      "robust-logistic"}));
  for (const std::string& name : catalogue.problems.names()) {
    Preset options;
    if (name != "robust-domains") options = {{"points", "20"}, {"dimension", "4"}};
    Instance<MinMax> instance = make(catalogue, name, 3, options);
    Pair<VectorXd>& z = instance.start;
    EXPECT_EQ(instance.problem->project_y(z.y), z.y) << name;
    Rng rng(1);
    const VectorXd x = z.x + VectorXd::NullaryExpr(z.x.size(), [&] { return rng.normal(); });
    EXPECT_LT(check_gradient(*instance.problem, x, z.y).largest, 1e-7) << name;
  }
}

TEST(RobustCatalogue, AdversarialTrainingNearsTheKnownOptima) {
  Catalogue<MinMax> catalogue;
  register_robust(catalogue);
  Instance<MinMax> instance = make(catalogue, "robust-logistic", 1);
  const auto method = method_for(catalogue, "robust-logistic", "adversarial-training", instance);
  Pair<VectorXd> z = instance.start;
  for (int i = 0; i < 3000; ++i) method->step(*instance.problem, z);
  z.y = instance.problem->project_y(1e6 * instance.problem->gradient_y(z.x, z.y));
  ASSERT_TRUE(instance.optimum);
  EXPECT_NEAR(instance.problem->value(z.x, z.y), *instance.optimum, 2e-3);
}

TEST(RobustCatalogue, MethodsForGamesReachTheKnownOptimaByTheirPresets) {
  Catalogue<MinMax> catalogue;
  register_min_max(catalogue);
  register_robust(catalogue);
  for (const std::string name : {"robust-domains", "robust-logistic"}) {
    const auto& presets = catalogue.problems.at(name).presets;
    ASSERT_GE(presets.size(), 9u);
    for (const auto& [method_name, preset] : presets) {
      Instance<MinMax> instance = make(catalogue, name, 1, {{"points", "100"}});
      const auto method = method_for(catalogue, name, method_name, instance);
      Pair<VectorXd> z = instance.start;
      for (int i = 0; i < 1000; ++i) method->step(*instance.problem, z);
      // f is monotone along its slope in y, so that the end of the slope is the maximum.
      z.y = instance.problem->project_y(1e9 * instance.problem->gradient_y(z.x, z.y));
      EXPECT_NEAR(instance.problem->value(z.x, z.y), *instance.optimum, 1e-2)
          << name << " by " << method_name;
    }
  }
}

TEST(RobustCatalogue, EveryPresetIsOneOfAKnownMethod) {
  Catalogue<MinMax> catalogue;
  register_min_max(catalogue);
  register_robust(catalogue);
  for (const std::string name : {"adversarial-classifier", "poisoning"}) {
    Instance<MinMax> instance = make(catalogue, name, 1);
    for (const auto& [method_name, preset] : catalogue.problems.at(name).presets) {
      const auto method = method_for(catalogue, name, method_name, instance);
      Pair<VectorXd> z = instance.start;
      for (int i = 0; i < 20; ++i) method->step(*instance.problem, z);
      EXPECT_LT(instance.problem->value(z.x, instance.start.y),
                instance.problem->value(instance.start.x, instance.start.y))
          << name << " by " << method_name;
    }
  }
}

TEST(RobustCatalogue, SeedsMakeTheData) {
  Catalogue<MinMax> catalogue;
  register_robust(catalogue);
  for (const std::string& name : catalogue.problems.names()) {
    Instance<MinMax> one = make(catalogue, name, 1), same = make(catalogue, name, 1);
    Instance<MinMax> other = make(catalogue, name, 2);
    const auto value = [&](Instance<MinMax>& i) {
      return i.problem->value(VectorXd(i.start.x.array() + 0.1), i.start.y);
    };
    EXPECT_EQ(value(one), value(same)) << name;
    EXPECT_NE(value(one), value(other)) << name;
  }
}

TEST(RobustCatalogue, OptionsThatDoNotFitTogetherAreErrors) {
  Catalogue<MinMax> catalogue;
  register_robust(catalogue);
  EXPECT_THROW((void)make(catalogue, "poisoning", 1, {{"poisoned", "0.0001"}}), Error);
  EXPECT_THROW((void)make(catalogue, "robust-logistic", 1, {{"ridge", "0"}}), Error);
}

TEST(UnsupervisedCatalogue, EveryMethodLeavesTheSaddleOfEveryProblem) {
  Catalogue<Constrained> catalogue;
  register_unsupervised(catalogue);
  EXPECT_EQ(catalogue.problems.names(), (std::vector<std::string>{"nmf", "pca", "symmetric-nmf"}));
  EXPECT_EQ(catalogue.methods.names(), (std::vector<std::string>{"perturbed-gradient", "snap"}));
  for (const std::string& name : catalogue.problems.names()) {
    for (const std::string& method_name : catalogue.methods.names()) {
      Instance<Constrained> instance = make(catalogue, name, 1);
      EXPECT_LT(check_gradient(*instance.problem, instance.start.x).largest, 1e-7);
      const auto method = method_for(catalogue, name, method_name, instance);
      Pair<VectorXd> z = instance.start;
      const double before = instance.problem->values(z.x).objective;
      for (int i = 0; i < 2000; ++i) method->step(*instance.problem, z);
      const double after = instance.problem->values(z.x).objective;
      ASSERT_TRUE(instance.optimum);
      EXPECT_LT(after - *instance.optimum, 0.1 * (before - *instance.optimum))
          << name << " by " << method_name;
    }
  }
}

}  // namespace
}  // namespace saddle
