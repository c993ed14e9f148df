// SPDX-License-Identifier: Apache-2.0
// The losses of first-order updates: values by hand, gradients by finite differences.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/agents/cup.h>
#include <saddle/agents/focops.h>
#include <saddle/agents/policy_gradient.h>

namespace saddle {
namespace {

using Floats = std::vector<float>;

/// n rows of a policy, of the one it is compared with, and actions of the latter.
struct LossRows {
  ActionDistribution distribution;
  SurrogateLoss loss;
  Floats head, log_std, old_head, old_log_std, action, old_log_probability, advantage;
  Floats d_head, d_log_std;

  SurrogateTerms terms() {
    d_head.assign(head.size(), 99);  // whatever was there must not matter
    d_log_std.assign(log_std.size(), 0);
    return loss({distribution, head, log_std, old_head, old_log_std, action, old_log_probability,
                 advantage},
                {d_head, d_log_std});
  }
};

/// LossRows whose policies differ by about `shift`.
LossRows random_rows(const Space& space, SurrogateLoss loss, double shift) {
  Rng rng(7);
  LossRows rows{
      ActionDistribution::over(space), std::move(loss), {}, {}, {}, {}, {}, {}, {}, {}, {}};
  const auto h = static_cast<std::size_t>(rows.distribution.head_size);
  if (!space.is_discrete()) {
    rows.log_std.assign(h, 0.1f);
    rows.old_log_std.assign(h, -0.05f);
  }
  for (int i = 0; i < 6; ++i) {
    Floats old_head(h), action(static_cast<std::size_t>(rows.distribution.action_size));
    for (float& x : old_head) x = static_cast<float>(rng.normal());
    ActionDensity pi;
    pi.of(rows.distribution, rows.old_log_std).at(old_head).sample(&rng, action);
    rows.old_log_probability.push_back(static_cast<float>(pi.log_probability(action)));
    rows.old_head.insert(rows.old_head.end(), old_head.begin(), old_head.end());
    for (const float x : old_head)
      rows.head.push_back(x + static_cast<float>(shift * rng.normal()));
    rows.action.insert(rows.action.end(), action.begin(), action.end());
    rows.advantage.push_back(static_cast<float>(rng.normal()));
  }
  return rows;
}

void expect_gradient_of_loss(LossRows rows) {
  (void)rows.terms();
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

SurrogateLoss focops(double radius) {
  return [radius](const SurrogateRows& rows, SurrogateGradient gradient) {
    return focops_surrogate(rows, 1.5, radius, gradient);
  };
}

SurrogateLoss score(double entropy) {
  return [entropy](const SurrogateRows& rows, SurrogateGradient gradient) {
    return score_surrogate(rows, entropy, gradient);
  };
}

TEST(Surrogates, GradientsMatchFiniteDifferences) {
  for (const Space& space : {Space::box(2, -1, 1), Space::discrete(3)}) {
    for (const SurrogateLoss& loss :
         {score(0), score(0.1), focops(100), SurrogateLoss(projection_surrogate)}) {
      expect_gradient_of_loss(random_rows(space, loss, 0.2));
    }
  }
}

TEST(ScoreSurrogate, IsTheScoreTimesTheAdvantage) {
  // π(1) = ½ and one row with A = 3: −3 log ½, and −3 (1 − ½) for the logit of what was done.
  LossRows rows{ActionDistribution::over(Space::discrete(2)), score(0), {0, 0}, {}, {0, 0}, {}, {1},
                {static_cast<float>(std::log(0.5))},          {3},      {},     {}};
  EXPECT_NEAR(rows.terms().loss, -3 * std::log(0.5), 1e-6);
  EXPECT_NEAR(rows.d_head[1], -1.5, 1e-6);
  EXPECT_NEAR(rows.d_head[0], 1.5, 1e-6);
}

TEST(FocopsSurrogate, ARowOutsideTheTrustRegionHasNoPartInTheGradient) {
  // The second row moved by two standard deviations, KL 2; the first by a tenth, KL 0.005.
  LossRows rows{ActionDistribution::over(Space::box(1, -1, 1)),
                focops(0.02),
                {0.1f, 2},
                {0},
                {0, 0},
                {0},
                {0.5f, 1},
                {},
                {1, 5},
                {},
                {}};
  for (std::size_t i = 0; i < 2; ++i) {
    rows.old_log_probability.push_back(
        static_cast<float>(ActionDensity()
                               .of(rows.distribution, rows.old_log_std)
                               .at(std::span(rows.old_head).subspan(i, 1))
                               .log_probability(std::span(rows.action).subspan(i, 1))));
  }
  const SurrogateTerms both = rows.terms();
  const float first = rows.d_head[0], log_std = rows.d_log_std[0];
  EXPECT_EQ(rows.d_head[1], 0);
  EXPECT_NE(first, 0);
  EXPECT_EQ(both.unused, 0.5);
  EXPECT_NEAR(both.kl, (0.005 + 2) / 2, 1e-6);

  // And whatever it did, nothing of it reaches the other row or the shared deviation.
  rows.advantage[1] = -1000;
  (void)rows.terms();
  EXPECT_EQ(rows.d_head[0], first);
  EXPECT_EQ(rows.d_log_std[0], log_std);
}

TEST(FocopsSurrogate, ValueByHand) {
  // KL ½ 0.1² and ρ = exp(−½(0.4² − 0.5²)) on an advantage of 3 at λ = 1.5.
  LossRows rows{ActionDistribution::over(Space::box(1, -1, 1)),
                focops(0.02),
                {0.1f},
                {0},
                {0},
                {0},
                {0.5f},
                {static_cast<float>(-0.125 - 0.5 * std::log(2 * std::acos(-1.0)))},
                {3},
                {},
                {}};
  EXPECT_NEAR(rows.terms().loss, 0.005 - std::exp(0.045) * 3 / 1.5, 1e-5);
}

TEST(ProjectionSurrogate, StaysAtHalfWayWhereCostsAreIndifferent) {
  LossRows rows = random_rows(Space::box(2, -1, 1), projection_surrogate, 0);
  rows.log_std = rows.old_log_std;
  rows.advantage.assign(rows.advantage.size(), 0.0f);
  const SurrogateTerms terms = rows.terms();
  EXPECT_EQ(terms.loss, 0);
  for (const float d : rows.d_head) EXPECT_EQ(d, 0);
  for (const float d : rows.d_log_std) EXPECT_EQ(d, 0);
}

}  // namespace
}  // namespace saddle
