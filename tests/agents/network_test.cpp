// SPDX-License-Identifier: Apache-2.0
// Every back end against the same network written out with Eigen in double precision.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/reference_mlp.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;

struct Trial {
  MlpShape shape;
  ParameterArena arena;
  std::unique_ptr<Network> network;
  Floats x, y;

  Trial(const NetworkFactory& make, MlpShape s, std::size_t rows, std::uint64_t seed)
      : shape(std::move(s)) {
    Rng rng(seed);
    add_mlp(arena, shape, 1.0, rng);
    for (float& v : arena.values()) v += static_cast<float>(0.1 * rng.normal());  // biases too
    network = make(shape, arena);
    x.resize(rows * static_cast<std::size_t>(shape.inputs));
    for (float& v : x) v = static_cast<float>(rng.normal());
    y.resize(rows * static_cast<std::size_t>(shape.outputs));
  }
};

struct NamedFactory {
  const char* name;
  NetworkFactory make;

  friend void PrintTo(const NamedFactory& factory, std::ostream* out) { *out << factory.name; }
};

class Backend : public ::testing::TestWithParam<NamedFactory> {};

INSTANTIATE_TEST_SUITE_P(All, Backend,
                         ::testing::Values(NamedFactory{"Fused", make_fused_mlp},
                                           NamedFactory{"Autograd", make_autograd_mlp}),
                         [](const auto& trial) { return trial.param.name; });

TEST_P(Backend, ForwardMatchesTheFormula) {
  for (const char* activation : {"tanh", "relu", "elu", "silu"}) {
    for (const std::vector<std::int64_t>& hidden :
         {std::vector<std::int64_t>{}, {1}, {17, 3}, {64, 64}}) {
      Trial trial(GetParam().make, {5, hidden, 3, activation}, 7, 1);
      trial.network->forward(trial.x, trial.y);
      const testing::Matrix expected =
          testing::forward_pass(trial.shape, trial.arena, trial.x).before.back();
      Floats kept(trial.y.size());
      trial.network->forward_keeping(trial.x, kept);
      for (std::size_t i = 0; i < trial.y.size(); ++i) {
        EXPECT_NEAR(trial.y[i], expected.data()[i], 1e-5) << activation;
        EXPECT_EQ(trial.y[i], kept[i]);
      }
    }
  }
}

TEST_P(Backend, BackwardMatchesFiniteDifferencesAndAdds) {
  for (const char* activation : {"tanh", "elu", "silu"}) {
    Trial trial(GetParam().make, {4, {6, 5}, 2, activation}, 3, 2);
    Floats dy(trial.y.size());
    for (std::size_t i = 0; i < dy.size(); ++i) dy[i] = 0.5f - 0.2f * static_cast<float>(i);
    const auto loss = [&] {
      const testing::Matrix y =
          testing::forward_pass(trial.shape, trial.arena, trial.x).before.back();
      double sum = 0;
      for (std::size_t i = 0; i < dy.size(); ++i) sum += y.data()[i] * dy[i];
      return sum;
    };
    for (int twice = 0; twice < 2; ++twice) {
      trial.network->forward_keeping(trial.x, trial.y);
      trial.network->backward(dy);
    }
    const auto values = trial.arena.values();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float at = values[i];
      values[i] = at + 1e-3f;
      const double up = loss(), step_up = values[i];
      values[i] = at - 1e-3f;
      const double slope = (up - loss()) / (step_up - values[i]);
      values[i] = at;
      EXPECT_NEAR(trial.arena.gradient()[i] / 2, slope, 2e-5) << activation << " " << i;
    }
  }
}

TEST_P(Backend, InputGradientMatchesFiniteDifferencesAndLeavesParametersAlone) {
  for (const char* activation : {"tanh", "relu", "elu", "silu"}) {
    for (const std::vector<std::int64_t>& hidden :
         {std::vector<std::int64_t>{}, {7}, {17, 3}, {9, 5, 6}}) {
      Trial trial(GetParam().make, {5, hidden, 3, activation}, 7, 6);
      SCOPED_TRACE(::testing::Message() << activation << ", depth " << hidden.size());
      Floats dy(trial.y.size());
      for (std::size_t i = 0; i < dy.size(); ++i) dy[i] = 0.5f - 0.1f * static_cast<float>(i % 7);
      trial.network->forward_keeping(trial.x, trial.y);
      Floats dx(trial.x.size());
      trial.network->input_gradient(dy, dx);
      for (const float g : trial.arena.gradient()) EXPECT_EQ(g, 0);
      trial.network->backward(dy);
      const Floats before(trial.arena.gradient().begin(), trial.arena.gradient().end());
      Floats again(trial.x.size());
      trial.network->input_gradient(dy, again);
      EXPECT_EQ(dx, again);
      EXPECT_TRUE(std::ranges::equal(before, trial.arena.gradient()));

      const std::vector<double> expected =
          testing::chain_rule(trial.shape, trial.arena, trial.x, dy).inputs;
      const auto loss = [&] {
        const testing::Matrix y =
            testing::forward_pass(trial.shape, trial.arena, trial.x).before.back();
        double sum = 0;
        for (std::size_t i = 0; i < dy.size(); ++i) sum += y.data()[i] * dy[i];
        return sum;
      };
      for (std::size_t i = 0; i < dx.size(); ++i) {
        EXPECT_NEAR(dx[i], expected[i], 1e-5 * (1 + std::abs(expected[i])));
        if (activation == std::string("relu")) continue;  // it has kinks
        const float at = trial.x[i];
        trial.x[i] = at + 1e-3f;
        const double up = loss(), step_up = trial.x[i];
        trial.x[i] = at - 1e-3f;
        const double slope = (up - loss()) / (step_up - trial.x[i]);
        trial.x[i] = at;
        EXPECT_NEAR(dx[i], slope, 2e-5);
      }
    }
  }
}

TEST_P(Backend, TangentMatchesFiniteDifferencesAndForwardMode) {
  for (const char* activation : {"tanh", "relu", "elu", "silu"}) {
    for (const std::vector<std::int64_t>& hidden :
         {std::vector<std::int64_t>{}, {7}, {17, 3}, {9, 5, 6}}) {
      Trial trial(GetParam().make, {5, hidden, 3, activation}, 7, 4);
      SCOPED_TRACE(::testing::Message() << activation << ", depth " << hidden.size());
      Rng rng(5);
      Floats v(trial.arena.values().size());
      for (float& part : v) part = static_cast<float>(rng.normal());
      {
        const Floats gone_afterwards = trial.x;
        trial.network->forward_keeping(gone_afterwards, trial.y);
      }
      trial.network->backward(trial.y);  // the pass serves both products, in any order
      Floats along(trial.y.size());
      trial.network->tangent(v, {}, along);
      const std::vector<double> expected =
          testing::forward_mode(trial.shape, trial.arena, trial.x, v);

      const Floats at(trial.arena.values().begin(), trial.arena.values().end());
      const auto moved = [&](float step) {
        const auto values = trial.arena.values();
        for (std::size_t i = 0; i < v.size(); ++i) values[i] = at[i] + step * v[i];
        return testing::forward_pass(trial.shape, trial.arena, trial.x).before.back();
      };
      constexpr float kStep = 1e-3f;
      const testing::Matrix up = moved(kStep), down = moved(-kStep);
      for (std::size_t i = 0; i < along.size(); ++i) {
        EXPECT_NEAR(along[i], expected[i], 1e-5 * (1 + std::abs(expected[i])));
        // float32 parameters leave about 10⁻⁷/10⁻³ of noise, and a kink more than that.
        if (activation == std::string("relu")) continue;
        EXPECT_NEAR(along[i], (up.data()[i] - down.data()[i]) / (2 * kStep), 2e-3);
      }
    }
  }
}

TEST_P(Backend, SeesParametersWhereTheyAre) {
  Trial trial(GetParam().make, {2, {3}, 1, "tanh"}, 1, 3);
  trial.network->forward(trial.x, trial.y);
  const float before = trial.y[0];
  trial.arena.values().back() += 1;  // the output's bias
  trial.network->forward(trial.x, trial.y);
  EXPECT_NEAR(trial.y[0], before + 1, 1e-6);
}

TEST(AddMlp, KaimingWeightsAndBiasesAreUniformByTheInputsOfTheirLayer) {
  Rng rng(6);
  ParameterArena arena;
  add_mlp(arena, {100, {400, 25}, 300, "relu", "kaiming"}, 0.5, rng);
  const double bounds[] = {0.1, 0.1, 0.05, 0.05, 0.1, 0.1};  // ½/√25 in the last layer
  ASSERT_EQ(arena.blocks().size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    SCOPED_TRACE(::testing::Message() << "block " << i << ", seed 6");
    const std::span<const float> values = arena.values(arena.blocks()[i]);
    double greatest = 0, sum = 0, squares = 0;
    for (const double v : values) {
      greatest = std::max(greatest, std::abs(v));
      sum += v;
      squares += v * v;
    }
    const auto n = static_cast<double>(values.size());
    EXPECT_LE(greatest, bounds[i] * (1 + 1e-6));
    EXPECT_GT(greatest, bounds[i] * (1 - 6 / n));               // misses one time in e⁶
    EXPECT_NEAR(sum / n, 0, 5 * bounds[i] / std::sqrt(3 * n));  // five standard errors
    // The square of a uniform number has mean ⅓ and variance ⅕ − ⅑.
    EXPECT_NEAR(squares / n / (bounds[i] * bounds[i]), 1.0 / 3, 5 * std::sqrt(4.0 / 45 / n));
  }
}

TEST(AddMlp, FreshWeightsAreOrthogonal) {
  for (const auto& [inputs, width] : {std::pair{5, 12}, {12, 5}}) {
    Rng rng(4);
    ParameterArena arena;
    add_mlp(arena, {inputs, {width}, 1, "tanh"}, 0.5, rng);
    using Weights = Eigen::Map<const Eigen::Matrix<float, -1, -1, Eigen::RowMajor>>;
    const Eigen::MatrixXd w =
        Weights(arena.values(arena.blocks()[0]).data(), width, inputs).cast<double>();
    const Eigen::MatrixXd gram =
        width < inputs ? Eigen::MatrixXd(w * w.transpose()) : Eigen::MatrixXd(w.transpose() * w);
    EXPECT_TRUE(gram.isApprox(2 * Eigen::MatrixXd::Identity(gram.rows(), gram.cols()), 1e-5));
    double last = 0;
    for (const float v : arena.values(arena.blocks()[2])) last += v * v;
    EXPECT_NEAR(std::sqrt(last), 0.5, 1e-6);
  }
}

}  // namespace
}  // namespace saddle
