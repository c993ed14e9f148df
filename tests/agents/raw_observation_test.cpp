// SPDX-License-Identifier: Apache-2.0
// Agents of both kinds that see observations as they are, or normalised.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/agents/off_policy/off_policy.h>
#include <saddle/agents/ppo.h>
#include <saddle/agents/train.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/ledger.h"
#include "tests/support/linear_network.h"
#include "tests/support/session.h"
#include "tests/support/teams.h"

namespace saddle {
namespace {

using testing::Ledger;

constexpr int kLedgers = 4, kLedgerSteps = 6;

/// An agent with linear networks, whose mode is link(w · x + b) where x is what it sees.
struct RawKind {
  const char* name;
  std::unique_ptr<Agent> (*build)(const AgentContext&, bool normalize, const NetworkFactory&);
  double (*link)(double);
  friend void PrintTo(const RawKind& kind, std::ostream* out) { *out << kind.name; }
};

std::unique_ptr<Agent> raw_on_policy(const AgentContext& context, bool normalize,
                                     const NetworkFactory& network) {
  OnPolicyOptions options = testing::small_team(testing::multi("own", "shared", "mean"));
  options.rollout.steps = kLedgerSteps;
  options.network.hidden.clear();
  options.network.normalize = normalize;
  return std::make_unique<OnPolicyAgent>(context, options, network, testing::update<PpoUpdate>(),
                                         std::make_unique<Lagrangian>(1, Lagrangian::Options{}));
}

std::unique_ptr<Agent> raw_off_policy(const AgentContext& context, bool normalize,
                                      const NetworkFactory& network) {
  OffPolicyOptions options;
  options.rollout.steps = kLedgerSteps;
  options.replay = {.size = 100, .start = 0, .batch = 8, .ratio = 0.5};
  options.network.hidden.clear();
  options.network.normalize = normalize;
  return std::make_unique<OffPolicyAgent>(context, options, DdpgOptions().settings(), network,
                                          std::make_unique<Lagrangian>(1, Lagrangian::Options{}));
}

class RawObservations : public ::testing::TestWithParam<RawKind> {};

INSTANTIATE_TEST_SUITE_P(
    All, RawObservations,
    ::testing::Values(RawKind{"on_policy", raw_on_policy, [](double u) { return u; }},
                      RawKind{"off_policy", raw_off_policy, [](double u) { return std::tanh(u); }}),
    [](const auto& kind) { return kind.param.name; });

TEST_P(RawObservations, AreWhatActsOutsideTraining) {
  for (const bool normalize : {false, true}) {
    const auto agent =
        GetParam().build({Ledger().spec(), 0, {2}, 1}, normalize, testing::make_linear_network);
    Archive saving;
    agent->policy(saving);
    Archive::Entries entries = saving.entries();
    const float weight[] = {0.0005f, 0.001f}, bias = 0.1f;
    std::memcpy(entries.at("policy/0.weight").bytes.data(), weight, sizeof weight);
    std::memcpy(entries.at("policy/0.bias").bytes.data(), &bias, sizeof bias);
    Archive loading(std::move(entries));
    agent->policy(loading);
    std::vector<float> action(2);
    agent->act(std::vector<float>{1000, -300, 1000, -300}, {}, action, nullptr);
    // Normalised they end at ±10.
    const double head = normalize ? 0.005 - 0.01 + 0.1 : 0.5 - 0.3 + 0.1;
    EXPECT_NEAR(action[0], GetParam().link(head), 1e-6);
    EXPECT_NEAR(action[1], GetParam().link(head), 1e-6);
  }
}

/// A linear network that notes the observations at the start of the rows it is shown.
class Watched final : public Network {
 public:
  Watched(const MlpShape& shape, ParameterArena& arena, std::vector<float>& seen)
      : linear_(shape, arena), width_(static_cast<std::size_t>(shape.inputs)), seen_(seen) {}

  void forward(std::span<const float> x, std::span<float> y) const override {
    note(x);
    linear_.forward(x, y);
  }
  void forward_keeping(std::span<const float> x, std::span<float> y) override {
    note(x);
    linear_.forward_keeping(x, y);
  }
  void backward(std::span<const float> dy) override { linear_.backward(dy); }
  void input_gradient(std::span<const float> dy, std::span<float> dx) override {
    linear_.input_gradient(dy, dx);
  }
  void tangent(std::span<const float> v, std::span<const float> dx, std::span<float> dy) override {
    linear_.tangent(v, dx, dy);
  }

 private:
  void note(std::span<const float> x) const {
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (i % width_ < 2) seen_.push_back(x[i]);
    }
  }

  testing::LinearNetwork linear_;
  std::size_t width_;
  std::vector<float>& seen_;
};

TEST_P(RawObservations, AreAllThatNetworksLearnFrom) {
  for (const bool normalize : {false, true}) {
    std::vector<float> seen;
    VectorEnvironment environment([] { return std::make_unique<Ledger>(); }, kLedgers, 5);
    const auto agent = GetParam().build({environment.spec(), kLedgers, {2}, 5}, normalize,
                                        [&](const MlpShape& shape, ParameterArena& arena) {
                                          return std::make_unique<Watched>(shape, arena, seen);
                                        });
    TrainingRun run{environment, *agent};
    testing::train(run, 3 * kLedgerSteps * kLedgers, 1);
    // What the ledger shows.
    const auto shown = [](float x) { return x == 0 || x == 1 || x == 2 || x == 3; };
    EXPECT_EQ(std::ranges::all_of(seen, shown), !normalize);
  }
}

TEST_P(RawObservations, ResumeToTheSameBits) {
  struct Session {
    explicit Session(const RawKind& kind)
        : agent(kind.build({environment.spec(), kLedgers, {2}, 5}, false,
                           testing::make_linear_network)) {}
    VectorEnvironment environment{[] { return std::make_unique<Ledger>(); }, kLedgers, 5};
    std::unique_ptr<Agent> agent;
    TrainingRun run{environment, *agent};
  };
  Session straight(GetParam()), first(GetParam()), second(GetParam());
  testing::train(straight.run, 4 * kLedgerSteps * kLedgers, 1);
  testing::train(first.run, 2 * kLedgerSteps * kLedgers, 1);
  Archive loading(testing::everything(first.run));
  second.agent->policy(loading);
  second.run.state(loading);
  testing::train(second.run, 4 * kLedgerSteps * kLedgers, 1);
  testing::expect_same(testing::everything(straight.run), testing::everything(second.run));
}

}  // namespace
}  // namespace saddle
