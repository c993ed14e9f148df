// SPDX-License-Identifier: Apache-2.0
// Gradients and tangents of the hand-written kernels against the chain rule in double precision,
// over shapes that fill registers and shapes that do not.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/agents/fused/kernels.h>

#include "tests/support/reference_mlp.h"

namespace saddle {
namespace {

void expect_close(std::span<const float> actual, const std::vector<double>& expected) {
  double size = 0, error = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    size = std::max(size, std::abs(expected[i]));
    error = std::max(error, std::abs(expected[i] - actual[i]));
  }
  EXPECT_LE(error, 1e-5 * size);
}

void expect_products(const std::string& activation, int inputs, std::vector<std::int64_t> hidden,
                     int rows, int outputs = 3) {
  SCOPED_TRACE(::testing::Message()
               << activation << ", " << inputs << " inputs, " << hidden.size() << " layers of "
               << (hidden.empty() ? 0 : hidden.front()) << ", " << outputs << " outputs, " << rows
               << " rows, " << fused::kernels().name);
  Rng rng(77);
  ParameterArena arena;
  const MlpShape shape{inputs, std::move(hidden), outputs, activation};
  add_mlp(arena, shape, 1, rng);
  for (float& v : arena.values()) v += static_cast<float>(0.1 * rng.normal());
  const auto network = make_fused_mlp(shape, arena);
  const auto random = [&](int columns) {
    std::vector<float> values(static_cast<std::size_t>(rows * columns));
    for (float& v : values) v = static_cast<float>(rng.normal());
    return values;
  };
  const std::vector<float> x = random(inputs), dy = random(outputs);
  std::vector<float> y(dy.size());
  network->forward_keeping(x, y);
  network->backward(dy);

  const testing::Gradients expected = testing::chain_rule(shape, arena, x, dy);
  expect_close(arena.gradient(), expected.parameters);

  // The inputs' gradient is another use of the same pass, and does not touch the parameters'.
  std::vector<float> dx(x.size(), std::nanf(""));
  network->input_gradient(dy, dx);
  expect_close(dx, expected.inputs);
  expect_close(arena.gradient(), expected.parameters);

  // A second use of the same pass, along a direction that is longer than the network.
  std::vector<float> v(arena.values().size() + 2);
  for (float& part : v) part = static_cast<float>(rng.normal());
  network->tangent(v, {}, y);
  expect_close(y, testing::forward_mode(shape, arena, x, v));
  network->tangent(v, {}, y);
  expect_close(y, testing::forward_mode(shape, arena, x, v));
}

TEST(FusedGradient, IsTheChainRulesForEveryShape) {
  for (const char* activation : {"tanh", "relu", "elu", "silu"}) {
    for (const std::int64_t width : {1, 3, 17, 65}) {
      for (std::size_t depth = 1; depth <= 4; ++depth) {
        for (const int rows : {1, 6, 129}) {
          expect_products(activation, 5, std::vector<std::int64_t>(depth, width), rows);
        }
      }
    }
  }
}

TEST(FusedGradient, IsTheChainRulesForEveryNumberOfOutputs) {
  for (const int outputs : {1, 2, 4, 5, 17}) {
    for (const int inputs : {3, 16, 20}) {
      for (const std::size_t depth : {0, 1, 2}) {
        for (const int rows : {1, 5, 21, 150}) {
          expect_products("tanh", inputs, std::vector<std::int64_t>(depth, 24), rows, outputs);
        }
      }
    }
  }
}

TEST(FusedGradient, RowsDoNotFeelEachOther) {
  for (const int outputs : {1, 3, 6}) {
    for (const std::vector<std::int64_t>& hidden : {std::vector<std::int64_t>{}, {16}, {7, 20}}) {
      SCOPED_TRACE(::testing::Message() << outputs << " outputs, " << hidden.size() << " layers");
      constexpr std::size_t kRows = 150, kInputs = 16;
      Rng rng(78);
      ParameterArena arena;
      const MlpShape shape{kInputs, hidden, outputs, "elu"};
      add_mlp(arena, shape, 1, rng);
      const auto network = make_fused_mlp(shape, arena);
      const auto width = static_cast<std::size_t>(outputs);
      std::vector<float> x(kRows * kInputs), together(kRows * width), kept(together), alone(width);
      for (float& value : x) value = static_cast<float>(rng.normal());
      network->forward(x, together);
      network->forward_keeping(x, kept);
      EXPECT_EQ(together, kept);
      for (std::size_t i = 0; i < kRows; ++i) {
        network->forward(std::span(x).subspan(i * kInputs, kInputs), alone);
        EXPECT_TRUE(std::ranges::equal(alone, std::span(together).subspan(i * width, width))) << i;
      }
    }
  }
}

TEST(FusedGradient, AddsUpOverLargeBatches) {
  for (const char* activation : {"tanh", "elu", "silu"}) {
    expect_products(activation, 60, {64, 64}, 1000);
  }
}

}  // namespace
}  // namespace saddle
