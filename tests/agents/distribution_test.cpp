// SPDX-License-Identifier: Apache-2.0
// Densities against closed forms, gradients against finite differences, samples against moments.
#include <saddle/agents/distribution.h>

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace saddle {
namespace {

using Floats = std::vector<float>;

const ActionDistribution kGaussian = ActionDistribution::over(Space::box(2, -1, 1));
const ActionDistribution kSoftmax = ActionDistribution::over(Space::discrete(3));

/// Both spans have to outlive it.
ActionDensity density(const ActionDistribution& family, const Floats& head,
                      const Floats& log_std = {}) {
  return ActionDensity().of(family, log_std).at(head);
}

TEST(Distribution, GaussianDensityEntropyAndDivergence) {
  const Floats mean{1, -2}, log_std{0, static_cast<float>(std::log(2.0))}, action{1.5, 0};
  // −½(½² + 1²) − log 2 − log 2π
  EXPECT_NEAR(density(kGaussian, mean, log_std).log_probability(action),
              -0.625 - std::log(2.0) - std::log(2 * std::numbers::pi), 1e-6);
  EXPECT_NEAR(density(kGaussian, mean, log_std).entropy(),
              1 + std::log(2 * std::numbers::pi) + std::log(2.0), 1e-6);
  // KL(N(0,1) ‖ N(1,2)) = log 2 + (1 + 1)/8 − ½, in each of two independent dimensions.
  const Floats zero{0, 0}, one{1, 1};
  const Floats log_two{static_cast<float>(std::log(2.0)), static_cast<float>(std::log(2.0))};
  EXPECT_NEAR(density(kGaussian, zero, zero).kl(density(kGaussian, one, log_two)),
              2 * (std::log(2.0) + 0.25 - 0.5), 1e-6);
  EXPECT_EQ(density(kGaussian, mean, log_std).kl(density(kGaussian, mean, log_std)), 0);
}

TEST(Distribution, SoftmaxDensityEntropyAndDivergence) {
  const Floats third{7, 7, 7}, skewed{0, static_cast<float>(std::log(2.0)), 0};  // ¼, ½, ¼
  EXPECT_NEAR(density(kSoftmax, skewed).log_probability(Floats{1}), std::log(0.5), 1e-6);
  EXPECT_NEAR(density(kSoftmax, third).entropy(), std::log(3.0), 1e-6);
  EXPECT_NEAR(density(kSoftmax, skewed).entropy(), 1.5 * std::log(2.0), 1e-6);
  const double expected = 0.5 * std::log(0.25 * 3) + 0.5 * std::log(0.5 * 3);
  EXPECT_NEAR(density(kSoftmax, skewed).kl(density(kSoftmax, third)), expected, 1e-6);
  const Floats huge{1000, 0, -1000};
  EXPECT_NEAR(density(kSoftmax, huge).log_probability(Floats{2}), -2000, 1e-3);
  EXPECT_NEAR(density(kSoftmax, huge).entropy(), 0, 1e-6);
}

/// Central differences of f at x, coordinate by coordinate.
template <class Function>
Floats differences(const Floats& x, const Function& f) {
  constexpr float kStep = 1e-2f;
  Floats slopes;
  for (std::size_t i = 0; i < x.size(); ++i) {
    Floats up = x, down = x;
    up[i] += kStep;
    down[i] -= kStep;
    slopes.push_back(static_cast<float>((f(up) - f(down)) / (up[i] - down[i])));
  }
  return slopes;
}

void expect_near(const Floats& actual, const Floats& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  // Third-order error of the differences: (10⁻²)² times derivatives of order one to ten.
  for (std::size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 2e-3);
}

TEST(Distribution, ScoresMatchFiniteDifferences) {
  const Floats mean{0.3f, -0.7f}, log_std{-0.2f, 0.4f}, action{1, -1.5f};
  Floats d_head(2), d_log_std(2);
  density(kGaussian, mean, log_std).add_score(action, 1, d_head, d_log_std);
  expect_near(d_head, differences(mean, [&](const Floats& m) {
                return density(kGaussian, m, log_std).log_probability(action);
              }));
  expect_near(d_log_std, differences(log_std, [&](const Floats& s) {
                return density(kGaussian, mean, s).log_probability(action);
              }));

  const Floats logits{0.1f, 1.2f, -0.5f};
  Floats d_logits(3);
  density(kSoftmax, logits).add_score(Floats{2}, 1, d_logits, {});
  expect_near(d_logits, differences(logits, [&](const Floats& l) {
                return density(kSoftmax, l).log_probability(Floats{2});
              }));
}

TEST(Distribution, EntropyGradientsMatchFiniteDifferences) {
  const Floats logits{0.1f, 1.2f, -0.5f};
  Floats d_logits(3);
  density(kSoftmax, logits).add_entropy_gradient(1, d_logits, {});
  expect_near(d_logits,
              differences(logits, [](const Floats& l) { return density(kSoftmax, l).entropy(); }));

  const Floats mean{0, 0}, log_std{-0.2f, 0.4f};
  Floats d_head(2), d_log_std(2);
  density(kGaussian, mean, log_std).add_entropy_gradient(1, d_head, d_log_std);
  EXPECT_EQ(d_head, (Floats{0, 0}));
  expect_near(d_log_std, differences(log_std, [&](const Floats& s) {
                return density(kGaussian, mean, s).entropy();
              }));
}

TEST(Distribution, DivergenceGradientsMatchFiniteDifferences) {
  const Floats mean{0.3f, -0.7f}, log_std{-0.2f, 0.4f}, other{0.1f, 0.2f}, other_std{0.1f, -0.3f};
  Floats d_head(2), d_log_std(2);
  density(kGaussian, mean, log_std)
      .add_kl_gradient(density(kGaussian, other, other_std), 1, d_head, d_log_std);
  expect_near(d_head, differences(mean, [&](const Floats& m) {
                return density(kGaussian, m, log_std).kl(density(kGaussian, other, other_std));
              }));
  expect_near(d_log_std, differences(log_std, [&](const Floats& s) {
                return density(kGaussian, mean, s).kl(density(kGaussian, other, other_std));
              }));

  const Floats logits{0.1f, 1.2f, -0.5f}, target{-0.4f, 0.3f, 0.2f};
  Floats d_logits(3);
  density(kSoftmax, logits).add_kl_gradient(density(kSoftmax, target), 1, d_logits, {});
  expect_near(d_logits, differences(logits, [&](const Floats& l) {
                return density(kSoftmax, l).kl(density(kSoftmax, target));
              }));
}

TEST(Distribution, CurvatureIsTheHessianOfTheDivergence) {
  // ½ vᵀF v against KL(π ‖ π + εv)/ε², in all directions of the coordinates and one across.
  constexpr float kStep = 2e-2f;
  const auto expect_curvature = [&](const ActionDistribution& pi, const Floats& head,
                                    const Floats& log_std, const Floats& v_head,
                                    const Floats& v_log_std) {
    Floats d_head(head.size()), d_log_std(log_std.size());
    density(pi, head, log_std).add_curvature(v_head, v_log_std, 1, d_head, d_log_std);
    double form = 0;
    for (std::size_t i = 0; i < head.size(); ++i) form += 0.5 * v_head[i] * d_head[i];
    for (std::size_t i = 0; i < log_std.size(); ++i) form += 0.5 * v_log_std[i] * d_log_std[i];
    const auto divergence = [&](float step) {
      Floats moved = head, moved_std = log_std;
      for (std::size_t i = 0; i < head.size(); ++i) moved[i] += step * v_head[i];
      for (std::size_t i = 0; i < log_std.size(); ++i) moved_std[i] += step * v_log_std[i];
      return density(pi, head, log_std).kl(density(pi, moved, moved_std));
    };
    EXPECT_NEAR(form, (divergence(kStep) + divergence(-kStep)) / (2 * kStep * kStep), 5e-3);
  };
  const Floats mean{0.3f, -0.7f}, log_std{-0.2f, 0.4f};
  expect_curvature(kGaussian, mean, log_std, {1, 0}, {0, 0});
  expect_curvature(kGaussian, mean, log_std, {0, 0}, {0, 1});
  expect_curvature(kGaussian, mean, log_std, {0.5f, -0.3f}, {0.4f, 0.7f});
  const Floats logits{0.1f, 1.2f, -0.5f};
  for (const Floats& v : {Floats{1, 0, 0}, Floats{0, 1, 0}, Floats{0.5f, -0.4f, 0.8f}}) {
    expect_curvature(kSoftmax, logits, {}, v, {});
  }
}

TEST(Distribution, SamplesHaveTheRightMoments) {
  constexpr int kDraws = 20000;
  constexpr std::uint64_t kSeed = 1;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Rng rng(kSeed);
  const Floats mean{1, -2}, log_std{0, static_cast<float>(std::log(2.0))};
  Floats action(2);
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    density(kGaussian, mean, log_std).sample(&rng, action);
    sum += action[1];
    squares += (action[1] + 2) * (action[1] + 2);
  }
  // Five standard errors: 2/√n for the mean, 4·√2/√n for the variance.
  EXPECT_NEAR(sum / kDraws, -2, 5 * 2 / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 4, 5 * 4 * std::sqrt(2.0) / std::sqrt(kDraws));

  const Floats skewed{0, static_cast<float>(std::log(2.0)), 0};
  int middle = 0;
  for (int i = 0; i < kDraws; ++i) {
    density(kSoftmax, skewed).sample(&rng, std::span(action).first(1));
    ASSERT_TRUE(action[0] == 0 || action[0] == 1 || action[0] == 2);
    middle += action[0] == 1;
  }
  EXPECT_NEAR(middle, kDraws / 2.0, 5 * std::sqrt(kDraws / 4.0));
}

TEST(Distribution, TheModeNeedsNoRandomNumbers) {
  Floats action(2);
  density(kGaussian, Floats{1, -2}, Floats{0, 0}).sample(nullptr, action);
  EXPECT_EQ(action, (Floats{1, -2}));
  density(kSoftmax, Floats{0, 2, 1}).sample(nullptr, std::span(action).first(1));
  EXPECT_EQ(action[0], 1);
}

}  // namespace
}  // namespace saddle
