// SPDX-License-Identifier: Apache-2.0
// Adam on a flat arena against its definition in double precision.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/agents/adam.h>
#include <saddle/base/rng.h>

namespace saddle {
namespace {

constexpr std::int64_t kSize = 37;  // no whole number of vectors

ParameterArena arena_of(std::int64_t size) {
  ParameterArena arena;
  arena.add("weight", {size});
  return arena;
}

TEST(Adam, TakesTheStepsOfItsDefinition) {
  constexpr double kRate = 0.01, kMaxNorm = 3;
  ParameterArena arena = arena_of(kSize);
  Adam adam(kSize);
  std::vector<double> theta(kSize, 0), m(theta), v(theta);
  Rng rng(5);
  for (int t = 1; t <= 50; ++t) {
    std::vector<double> g(kSize);
    double squares = 0;
    for (std::size_t i = 0; i < g.size(); ++i) {
      arena.gradient()[i] = static_cast<float>(rng.normal());
      g[i] = arena.gradient()[i];
      squares += g[i] * g[i];
    }
    const double norm = std::sqrt(squares);
    EXPECT_NEAR(adam.step(arena, kRate, kMaxNorm), norm, 1e-5 * norm);
    for (std::size_t i = 0; i < g.size(); ++i) {
      const double clipped = g[i] * std::min(1.0, kMaxNorm / norm);
      m[i] = 0.9 * m[i] + 0.1 * clipped;
      v[i] = 0.999 * v[i] + 0.001 * clipped * clipped;
      theta[i] -= kRate * (m[i] / (1 - std::pow(0.9, t))) /
                  (std::sqrt(v[i] / (1 - std::pow(0.999, t))) + 1e-8);
      EXPECT_NEAR(arena.values()[i], theta[i], 1e-5) << "step " << t << ", number " << i;
      EXPECT_EQ(arena.gradient()[i], 0);
    }
  }
}

TEST(Adam, WhatFadesEndsAsZeroWithoutPassingSubnormalNumbers) {
  ParameterArena arena = arena_of(kSize);
  Adam adam(kSize);
  std::ranges::fill(arena.gradient(), 0.5f);
  std::vector<float> first(kSize), second(kSize);
  const auto moments = [&] {
    Archive saved;
    adam.state(saved);
    Archive read(saved.entries());
    read("first_moment", std::span<float>(first));
    read("second_moment", std::span<float>(second));
  };
  for (int t = 0; t < 100'000; ++t) {
    adam.step(arena, 1e-3, 0);
    if (t % 100 != 0) continue;
    moments();
    for (std::size_t i = 0; i < first.size(); ++i) {
      ASSERT_NE(std::fpclassify(first[i]), FP_SUBNORMAL) << "step " << t;
      ASSERT_NE(std::fpclassify(second[i]), FP_SUBNORMAL) << "step " << t;
    }
  }
  for (const float m : first) EXPECT_EQ(m, 0);
  for (const float v : second) EXPECT_EQ(v, 0);
}

}  // namespace
}  // namespace saddle
