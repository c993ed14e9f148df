// SPDX-License-Identifier: Apache-2.0
// Advantages against numbers worked out by hand.
#include <saddle/agents/advantage.h>

#include <vector>

#include <gtest/gtest.h>

namespace saddle {
namespace {

using Flags = std::vector<std::uint8_t>;

struct Case {
  std::vector<float> reward, value, next_value;
  Flags terminated, truncated;

  [[nodiscard]] std::vector<float> advantage(std::size_t columns, double gamma,
                                             double lambda) const {
    std::vector<float> result(reward.size());
    estimate_advantage({reward, value, next_value, terminated, truncated}, columns, gamma, lambda,
                       result);
    return result;
  }
};

// γ = ½, λ = ½ keep every number short. δ = (1 + 2 − 1, 2 + ½ − 4, 3 + 4 − 1) = (2, −1.5, 6).
const Case kThreeSteps{{1, 2, 3}, {1, 4, 1}, {4, 1, 8}, {0, 0, 0}, {0, 0, 0}};

TEST(Advantage, SumsDiscountedErrors) {
  // A₂ = 6, A₁ = −1.5 + ¼·6 = 0, A₀ = 2 + ¼·0 = 2.
  EXPECT_EQ(kThreeSteps.advantage(1, 0.5, 0.5), (std::vector<float>{2, 0, 6}));
}

TEST(Advantage, TerminationDropsBootstrapAndCutsTheSum) {
  Case cut = kThreeSteps;
  cut.terminated = {0, 1, 0};
  // δ₁ = 2 − 4 = −2 and nothing after it counts: A₁ = −2, A₀ = 2 − ½ = 1.5.
  EXPECT_EQ(cut.advantage(1, 0.5, 0.5), (std::vector<float>{1.5, -2, 6}));
}

TEST(Advantage, TruncationKeepsBootstrapAndCutsTheSum) {
  Case cut = kThreeSteps;
  cut.truncated = {0, 1, 0};
  cut.next_value[1] = 10;  // the true successor's, not the next row's
  // δ₁ = 2 + 5 − 4 = 3: A₁ = 3, A₀ = 2 + ¾ = 2.75.
  EXPECT_EQ(cut.advantage(1, 0.5, 0.5), (std::vector<float>{2.75, 3, 6}));
}

TEST(Advantage, WorldsDoNotMix) {
  const Case one = kThreeSteps;
  Case two{{}, {}, {}, Flags(6), Flags(6)};
  for (std::size_t t = 0; t < 3; ++t) {
    two.reward.insert(two.reward.end(), {one.reward[t], -one.reward[t]});
    two.value.insert(two.value.end(), {one.value[t], -one.value[t]});
    two.next_value.insert(two.next_value.end(), {one.next_value[t], -one.next_value[t]});
  }
  EXPECT_EQ(two.advantage(2, 0.5, 0.5), (std::vector<float>{2, -2, 0, 0, 6, -6}));
}

TEST(Advantage, LambdaOneIsReturnMinusValueAndLambdaZeroIsTheError) {
  // λ = 1: A₀ = 1 + ½·2 + ¼·3 + ⅛·8 − 1 = 2.75.
  EXPECT_FLOAT_EQ(kThreeSteps.advantage(1, 0.5, 1)[0], 2.75);
  EXPECT_EQ(kThreeSteps.advantage(1, 0.5, 0), (std::vector<float>{2, -1.5, 6}));
}

TEST(Advantage, RefusesSizesThatDiffer) {
  Case wrong = kThreeSteps;
  wrong.value.pop_back();
  EXPECT_THROW((void)wrong.advantage(1, 0.5, 0.5), std::logic_error);
}

}  // namespace
}  // namespace saddle
