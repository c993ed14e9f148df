// SPDX-License-Identifier: Apache-2.0
// Recurrent networks against their equations in double precision, and against themselves.
#include <saddle/agents/recurrent.h>

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/agents/fused/kernels.h>

#include "tests/support/reference_cell.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;

/// A network on rows of sequences of such lengths; every second one starts without a memory, as an
/// episode does.
struct Trial {
  Trial(const std::string& kind, int width, const std::vector<std::size_t>& lengths,
        std::uint64_t seed = 3) {
    NetworkOptions options;
    options.recurrent = kind;
    options.memory = width;
    options.hidden = {6};
    options.activation = "tanh";
    shape = NetworkShape::of(4, 2, options);
    Rng rng(seed);
    add_network(arena, shape, 1, rng);
    arena.add("beyond", {3});
    for (float& v : arena.values()) v += static_cast<float>(0.2 * rng.normal());
    network = make_network(shape, arena, make_fused_mlp);
    row = row_width(4, shape.memory());
    for (std::size_t piece = 0; piece < lengths.size(); ++piece) {
      for (std::size_t i = 0; i < lengths[piece]; ++i) {
        Floats one(row);
        for (float& v : one) v = static_cast<float>(rng.normal());
        one[4] = i == 0 ? 1 : 0;
        if (i == 0 && piece % 2 == 1) std::fill(one.begin() + 5, one.end(), 0.0f);
        x.insert(x.end(), one.begin(), one.end());
      }
    }
    y.resize(rows() * 2);
    dy.resize(y.size());
    for (float& v : dy) v = static_cast<float>(rng.normal());
  }

  [[nodiscard]] std::size_t rows() const { return x.size() / row; }
  [[nodiscard]] testing::Recalled expected() const { return testing::recall(shape, arena, x); }

  /// ⟨y, dy⟩ by the equations.
  [[nodiscard]] double loss() const {
    const std::vector<double> output = expected().output;
    double sum = 0;
    for (std::size_t i = 0; i < output.size(); ++i) sum += output[i] * dy[i];
    return sum;
  }

  /// Its slope in a number, by central differences.
  double slope(float& number) {
    const float at = number;
    number = at + 1e-3f;
    const double up = loss(), above = number;
    number = at - 1e-3f;
    const double result = (up - loss()) / (above - static_cast<double>(number));
    number = at;
    return result;
  }

  NetworkShape shape;
  ParameterArena arena;
  std::unique_ptr<Network> network;
  std::size_t row = 0;
  Floats x, y, dy;
};

struct Lengths {
  const char* kind;
  int width;
  std::vector<std::size_t> lengths;
};

std::vector<Lengths> cases() {
  std::vector<Lengths> all;
  for (const char* kind : {"gru", "lstm"}) {
    for (const std::vector<std::size_t>& lengths :
         {std::vector<std::size_t>{1}, {2}, {7}, {1, 1, 1}, {2, 7, 1, 3, 7}}) {
      all.push_back({kind, 5, lengths});
    }
    all.push_back({kind, 1, {3, 2}});
    all.push_back({kind, 17, {2, 3}});
  }
  return all;
}

#define SADDLE_TRACE(it)                                                           \
  SCOPED_TRACE(::testing::Message()                                                \
               << (it).kind << " of " << (it).width << ", " << (it).lengths.size() \
               << " sequences, " << fused::kernels().name)

TEST(Recurrent, FollowsTheEquationsOfItsCell) {
  for (const Lengths& it : cases()) {
    SADDLE_TRACE(it);
    Trial trial(it.kind, it.width, it.lengths);
    const testing::Recalled expected = trial.expected();
    Floats memory(expected.memory.size());
    trial.network->forward_remembering(trial.x, trial.y, memory);
    for (std::size_t i = 0; i < memory.size(); ++i) {
      EXPECT_NEAR(memory[i], expected.memory[i], 1e-5);
    }
    for (std::size_t i = 0; i < trial.y.size(); ++i) {
      EXPECT_NEAR(trial.y[i], expected.output[i], 1e-5);
    }
    Floats plain(trial.y.size()), kept(trial.y.size());
    trial.network->forward(trial.x, plain);
    trial.network->forward_keeping(trial.x, kept);
    EXPECT_EQ(plain, trial.y);
    EXPECT_EQ(kept, trial.y);
  }
}

TEST(Recurrent, WalkingASequenceIsSteppingThroughIt) {
  for (const char* kind : {"gru", "lstm"}) {
    Trial trial(kind, 7, {7});
    trial.network->forward_keeping(trial.x, trial.y);
    Floats memory(trial.x.begin() + 5, trial.x.begin() + static_cast<std::ptrdiff_t>(trial.row));
    for (std::size_t t = 0; t < 7; ++t) {
      const auto from = trial.x.begin() + static_cast<std::ptrdiff_t>(t * trial.row);
      Floats row(from, from + 4), out(2);
      row.push_back(1);
      row.insert(row.end(), memory.begin(), memory.end());
      trial.network->forward_remembering(row, out, memory);
      EXPECT_EQ(out, Floats(trial.y.begin() + static_cast<std::ptrdiff_t>(2 * t),
                            trial.y.begin() + static_cast<std::ptrdiff_t>(2 * t + 2)));
    }
  }
}

TEST(Recurrent, BackwardMatchesFiniteDifferencesAndAdds) {
  for (const Lengths& it : cases()) {
    SADDLE_TRACE(it);
    Trial trial(it.kind, it.width, it.lengths);
    for (int twice = 0; twice < 2; ++twice) {
      trial.network->forward_keeping(trial.x, trial.y);
      trial.network->backward(trial.dy);
    }
    const Floats gradient(trial.arena.gradient().begin(), trial.arena.gradient().end());
    // Of a wide one every so many; first and last parameters are among them.
    const std::size_t stride = it.width > 5 ? 29 : 1;
    for (std::size_t i = 0; i < gradient.size(); i += stride) {
      const double slope = trial.slope(trial.arena.values()[i]);
      EXPECT_NEAR(gradient[i] / 2, slope, 1e-4 * (1 + std::abs(slope))) << i;
    }
  }
}

TEST(Recurrent, InputGradientMatchesFiniteDifferencesAndLeavesParametersAlone) {
  for (const Lengths& it : cases()) {
    SADDLE_TRACE(it);
    Trial trial(it.kind, it.width, it.lengths);
    trial.network->forward_keeping(trial.x, trial.y);
    Floats dx(trial.x.size(), std::nanf(""));
    trial.network->input_gradient(trial.dy, dx);
    for (const float g : trial.arena.gradient()) EXPECT_EQ(g, 0);
    for (std::size_t i = 0; i < dx.size(); ++i) {
      if (i % trial.row == 4) {
        EXPECT_EQ(dx[i], 0);  // the flag is no number
        continue;
      }
      EXPECT_NEAR(dx[i], trial.slope(trial.x[i]), 1e-4) << i;
    }
    Floats again(dx.size());
    trial.network->backward(trial.dy);
    trial.network->input_gradient(trial.dy, again);
    EXPECT_EQ(again, dx);
  }
}

TEST(Recurrent, TangentMatchesFiniteDifferences) {
  for (const Lengths& it : cases()) {
    SADDLE_TRACE(it);
    for (const bool inputs_move : {false, true}) {
      Trial trial(it.kind, it.width, it.lengths);
      Rng rng(6);
      Floats v(trial.arena.values().size()), dx(trial.x.size());
      for (float& part : v) part = static_cast<float>(0.3 * rng.normal());
      for (std::size_t i = 0; i < dx.size(); ++i) {
        dx[i] = inputs_move && i % trial.row != 4 ? static_cast<float>(0.3 * rng.normal()) : 0;
      }
      trial.network->forward_keeping(trial.x, trial.y);
      trial.network->backward(trial.dy);  // the pass serves all products, in any order
      Floats along(trial.y.size(), std::nanf(""));
      trial.network->tangent(v, inputs_move ? std::span<const float>(dx) : std::span<const float>(),
                             along);
      const Floats theta(trial.arena.values().begin(), trial.arena.values().end()), x = trial.x;
      const auto moved = [&](float step) {
        const auto values = trial.arena.values();
        for (std::size_t i = 0; i < v.size(); ++i) values[i] = theta[i] + step * v[i];
        for (std::size_t i = 0; i < dx.size(); ++i) trial.x[i] = x[i] + step * dx[i];
        return trial.expected().output;
      };
      constexpr float kStep = 1e-3f;
      const std::vector<double> up = moved(kStep), down = moved(-kStep);
      for (std::size_t i = 0; i < along.size(); ++i) {
        EXPECT_NEAR(along[i], (up[i] - down[i]) / (2 * kStep), 2e-3);
      }
    }
  }
}

TEST(Recurrent, WalksManySequencesOfManyLengths) {
  SCOPED_TRACE("seed 11");
  Rng rng(11);
  std::vector<std::size_t> lengths;
  for (int i = 0; i < 300; ++i) lengths.push_back(1 + rng.below(5));
  for (const char* kind : {"gru", "lstm"}) {
    Trial trial(kind, 5, lengths);
    trial.network->forward_keeping(trial.x, trial.y);
    const std::vector<double> expected = trial.expected().output;
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(trial.y[i], expected[i], 1e-5);

    // ⟨dy, J v⟩ = ⟨Jᵀ dy, v⟩.
    Floats v(trial.arena.values().size()), along(trial.y.size());
    for (float& part : v) part = static_cast<float>(rng.normal());
    trial.network->backward(trial.dy);
    trial.network->tangent(v, {}, along);
    double forward = 0, backward = 0, size = 0;
    for (std::size_t i = 0; i < along.size(); ++i) {
      forward += static_cast<double>(along[i]) * trial.dy[i];
      size += std::abs(static_cast<double>(along[i]) * trial.dy[i]);
    }
    for (std::size_t i = 0; i < v.size(); ++i) {
      backward += static_cast<double>(trial.arena.gradient()[i]) * v[i];
    }
    EXPECT_NEAR(forward, backward, 1e-5 * size);
  }
}

TEST(Recurrent, StartsAtTheFirstRow) {
  Trial trial("gru", 3, {2});
  trial.x[4] = 0;
  EXPECT_ANY_THROW(trial.network->forward(trial.x, trial.y));
}

TEST(AddNetwork, WithoutACellIsThePerceptronAlone) {
  NetworkOptions options;
  Rng one(5), two(5);
  ParameterArena plain, network;
  const NetworkShape shape = NetworkShape::of(3, 2, options);
  add_mlp(plain, shape.mlp, 0.1, one);
  add_network(network, shape, 0.1, two);
  EXPECT_TRUE(std::ranges::equal(std::as_const(plain).values(), std::as_const(network).values()));
  EXPECT_EQ(shape.memory(), 0u);
  EXPECT_EQ(row_width(3, 0), 3u);
}

TEST(AddNetwork, GatesStartOrthogonalAndRememberingForget) {
  NetworkOptions options;
  options.recurrent = "lstm";
  options.memory = 5;
  Rng rng(5);
  ParameterArena arena;
  const NetworkShape shape = NetworkShape::of(3, 2, options);
  add_network(arena, shape, 1, rng);
  EXPECT_EQ(shape.memory(), 10u);
  EXPECT_EQ(shape.mlp.inputs, 8);
  const std::size_t first = arena.blocks().size() - 4;
  EXPECT_EQ(arena.blocks()[first].name, "cell.input.weight");
  const auto bias = arena.values(arena.blocks()[first + 1]);
  for (std::size_t i = 0; i < bias.size(); ++i) EXPECT_EQ(bias[i], i / 5 == 1 ? 1 : 0);
  for (std::size_t g = 0; g < 4; ++g) {
    const Eigen::MatrixXd w =
        testing::Stored(arena.values(arena.blocks()[first + 2]).data() + g * 25, 5, 5)
            .cast<double>();
    EXPECT_TRUE((w * w.transpose()).isApprox(Eigen::MatrixXd::Identity(5, 5), 1e-5));
  }
}

}  // namespace
}  // namespace saddle
