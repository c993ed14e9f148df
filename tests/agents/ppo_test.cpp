// SPDX-License-Identifier: Apache-2.0
// The clipped surrogate: its values by hand, its gradient by finite differences.
#include <saddle/agents/ppo.h>

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/metrics.h"
#include "tests/support/two_arms.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;

/// n rows of a policy and of the one that acted.
struct Rows {
  ActionDistribution distribution;
  Floats head, log_std, old_head, old_log_std, action, old_log_probability, advantage;
  double clip = 0.2, entropy = 0;
  Floats d_head, d_log_std;

  SurrogateTerms terms() {
    d_head.assign(head.size(), 99);  // whatever was there must not matter
    d_log_std.assign(log_std.size(), 0);
    return clipped_surrogate({distribution, head, log_std, old_head, old_log_std, action,
                              old_log_probability, advantage},
                             clip, entropy, {d_head, d_log_std});
  }
};

/// Softmax over two actions with π(1) = p.
float logit(double p) { return static_cast<float>(std::log(p / (1 - p))); }

Rows bernoulli(const std::vector<double>& now, const std::vector<double>& then, Floats action,
               Floats advantage) {
  Rows rows{ActionDistribution::over(Space::discrete(2)),
            {},
            {},
            {},
            {},
            std::move(action),
            {},
            std::move(advantage),
            0.2,
            0,
            {},
            {}};
  for (std::size_t i = 0; i < now.size(); ++i) {
    rows.head.insert(rows.head.end(), {0, logit(now[i])});
    rows.old_head.insert(rows.old_head.end(), {0, logit(then[i])});
    const double p = rows.action[i] == 1 ? then[i] : 1 - then[i];
    rows.old_log_probability.push_back(static_cast<float>(std::log(p)));
  }
  return rows;
}

TEST(ClippedSurrogate, ValueByHand) {
  // Ratios 1.5 and 0.5 with advantages 1 and −1: min(1.5, 1.2) = 1.2, min(−0.5, −0.8) = −0.8.
  Rows rows = bernoulli({0.75, 0.25}, {0.5, 0.5}, {1, 1}, {1, -1});
  const SurrogateTerms terms = rows.terms();
  EXPECT_NEAR(terms.loss, -(1.2 - 0.8) / 2, 1e-6);
  EXPECT_NEAR(terms.unused, 1, 1e-12);
  // KL(½ ‖ ¾) = ½ log(½/¾) + ½ log(½/¼), the same in both rows.
  EXPECT_NEAR(terms.kl, 0.5 * std::log(0.5 / 0.75) + 0.5 * std::log(0.5 / 0.25), 1e-6);
  for (const float d : rows.d_head) EXPECT_EQ(d, 0);
}

TEST(ClippedSurrogate, TheClipNeverStopsACorrection) {
  // Ratios 1.5 and 0.5 with the signs turned: the pessimistic term is the unclipped one.
  Rows rows = bernoulli({0.75, 0.25}, {0.5, 0.5}, {1, 1}, {-1, 1});
  const SurrogateTerms terms = rows.terms();
  EXPECT_NEAR(terms.loss, -(-1.5 + 0.5) / 2, 1e-6);
  EXPECT_EQ(terms.unused, 0);
  // ∂/∂logit of row 0: ρ(1 − p)/2 = 1.5 · ¼ / 2.
  EXPECT_NEAR(rows.d_head[1], 1.5 * 0.25 / 2, 1e-6);
}

TEST(ClippedSurrogate, GradientMatchesFiniteDifferences) {
  Rng rng(7);
  constexpr int kRows = 6, kSize = 2;
  Rows rows{ActionDistribution::over(Space::box(kSize, -1, 1)),
            {},
            {0.1f, -0.3f},
            {},
            {0, -0.2f},
            {},
            {},
            {},
            0.2,
            0.05,
            {},
            {}};
  for (int i = 0; i < kRows; ++i) {
    Floats action;
    for (int j = 0; j < kSize; ++j) {
      rows.old_head.push_back(static_cast<float>(rng.normal()));
      rows.head.push_back(rows.old_head.back() + static_cast<float>(0.2 * rng.normal()));
      action.push_back(rows.old_head.back() + static_cast<float>(rng.normal()));
    }
    rows.old_log_probability.push_back(
        static_cast<float>(ActionDensity()
                               .of(rows.distribution, rows.old_log_std)
                               .at(std::span(rows.old_head).last(kSize))
                               .log_probability(action)));
    rows.action.insert(rows.action.end(), action.begin(), action.end());
    rows.advantage.push_back(static_cast<float>(rng.normal()));
  }
  const SurrogateTerms terms = rows.terms();
  ASSERT_GT(terms.unused, 0);
  ASSERT_LT(terms.unused, 1);
  const Floats d_head = rows.d_head, d_log_std = rows.d_log_std;
  const auto slope = [&](float& x) {
    constexpr float kStep = 1e-3f;
    const float at = x;
    x = at + kStep;
    const double up = rows.terms().loss;
    x = at - kStep;
    const double down = rows.terms().loss;
    x = at;
    return (up - down) / (2 * kStep);
  };
  // float32 inputs leave about 10⁻⁷/10⁻³ of noise in a difference.
  for (std::size_t i = 0; i < d_head.size(); ++i) EXPECT_NEAR(d_head[i], slope(rows.head[i]), 5e-4);
  for (std::size_t i = 0; i < d_log_std.size(); ++i) {
    EXPECT_NEAR(d_log_std[i], slope(rows.log_std[i]), 5e-4);
  }
}

TEST(CombineAdvantages, FollowsTheWeightsOnOneCommonScale) {
  const Floats advantage{1, -1, 2, 0}, cost{1, 0, 0, 1, 2, 0, 0, 3};  // two constraints
  PolicyBatch batch;
  batch.advantage = advantage;
  batch.cost_advantage = cost;
  batch.weights = {0.5, Eigen::Vector2d(2, 0.5)};
  Floats combined(4);
  combine_advantages(batch, batch.weights, combined);
  // ½A − 2c₁ − ½c₂ = (−1.5, −1, −3, −1.5): mean −1.75, variance (0.0625 + 0.5625 + 1.5625 +
  // 0.0625)/4.
  const double deviation = std::sqrt(2.25 / 4);
  EXPECT_NEAR(combined[0], 0.25 / deviation, 1e-6);
  EXPECT_NEAR(combined[1], 0.75 / deviation, 1e-6);
  EXPECT_NEAR(combined[2], -1.25 / deviation, 1e-6);
  EXPECT_NEAR(combined[3], 0.25 / deviation, 1e-6);
}

TEST(CombineAdvantages, AConstraintTwiceAtHalfTheWeightIsTheConstraintOnce) {
  const Floats advantage{1, -1, 2, 0}, cost{1, 0, 2, 3}, twice{1, 1, 0, 0, 2, 2, 3, 3};
  PolicyBatch batch;
  batch.advantage = advantage;
  batch.cost_advantage = cost;
  Floats once(4), both(4), swapped(4);
  combine_advantages(batch, {1, Eigen::VectorXd::Constant(1, 0.75)}, once);
  batch.cost_advantage = twice;
  combine_advantages(batch, {1, Eigen::Vector2d(0.5, 0.25)}, both);
  EXPECT_EQ(once, both);
  // And what is reward matters: the other way round it is another problem.
  batch.advantage = cost;
  batch.cost_advantage = advantage;
  combine_advantages(batch, {1, Eigen::VectorXd::Constant(1, 0.75)}, swapped);
  EXPECT_NE(once, swapped);
}

TEST(CombineAdvantages, AConstantAdvantageMovesNothing) {
  const Floats advantage{3, 3, 3};
  PolicyBatch batch;
  batch.advantage = advantage;
  batch.weights = {1, Eigen::VectorXd()};
  Floats combined(3);
  combine_advantages(batch, batch.weights, combined);
  for (const float a : combined) EXPECT_EQ(a, 0);
}

TEST(PpoUpdate, RaisesWhatWasBetterAndStopsAtTheTargetDivergence) {
  testing::TwoArms arms;
  const float before = arms.lead();
  PpoOptions options;
  options.learning_rate = 0.01;
  options.minibatch = 16;
  options.epochs = 1000;
  options.target_kl = 1e-3;
  PpoUpdate update(arms.policy, options, Rng(5));
  Metrics metrics;
  update.apply(arms.policy, arms.batch(), metrics);
  EXPECT_GT(arms.lead(), before);
  EXPECT_LT(testing::value(metrics, "policy/epochs"), 1000);
  EXPECT_GT(testing::value(metrics, "policy/kl"), options.target_kl);
}

}  // namespace
}  // namespace saddle
