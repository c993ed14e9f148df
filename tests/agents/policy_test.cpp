// SPDX-License-Identifier: Apache-2.0
// How random a policy is before it has learned anything.
#include <saddle/agents/policy.h>

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <saddle/agents/distribution.h>

namespace saddle {
namespace {

/// The entropy at any state of a policy that starts with this log standard deviation.
double first_entropy(const Space& action, const std::string& initial_log_std) {
  NetworkOptions options;
  Fields fields;
  options.fields(fields);
  fields.parse("initial_log_std", initial_log_std);
  EnvironmentSpec spec;
  spec.observation = Space::box(2, -1, 1);
  spec.action = action;
  Rng rng(3);
  const Policy policy(spec, options, make_fused_mlp, rng);
  AlignedFloats head(policy.head_size());
  policy.heads(AlignedFloats{0.5f, -2}, head);
  return ActionDensity().of(policy.distribution(), policy.log_std()).at(head).entropy();
}

TEST(Policy, StartsWithTheDeviationThatOptionsName) {
  const double unit = 0.5 * std::log(2 * std::numbers::pi * std::numbers::e);
  for (const auto& [text, log_std] : {std::pair{"-2.5", -2.5}, {"0", 0.0}, {"0.75", 0.75}}) {
    EXPECT_NEAR(first_entropy(Space::box(3, -1, 1), text), 3 * (log_std + unit), 1e-6);
    // The box is the unit of an action.
    EXPECT_NEAR(first_entropy(Space::box(1, -20, 80), text), log_std + unit, 1e-6);
    // Choices have no deviation, and are even to within the small weights.
    EXPECT_NEAR(first_entropy(Space::discrete(4), text), std::log(4.0), 1e-3);
  }
}

}  // namespace
}  // namespace saddle
