// SPDX-License-Identifier: Apache-2.0
// A world of several agents in which all that is earned and paid is known beforehand, and a network
// that says the same of everything.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include <saddle/agents/network.h>
#include <saddle/envs/environment.h>

namespace saddle::testing {

/// Two agents, three steps. Step t pays agent a 1 + t + 10 a times its `pay`; the costs of agent 0
/// are 1, 1, 1 and those of agent 1 are 0, 2, 4. Agent a observes a and t.
class Ledger final : public Environment {
 public:
  static constexpr int kHorizon = 3;

  explicit Ledger(std::vector<float> pay = {1, 1}) : pay_(std::move(pay)) {
    spec_.id = "Ledger-v0";
    spec_.observation = Space::box(2, 0, kHorizon);
    spec_.action = Space::box(1, -1, 1);
    spec_.agents = 2;
    spec_.constraints = {{"fee", "units", 2, "what stands in the book"}};
    spec_.horizon = kHorizon;
  }

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }

  void reset(Rng&, std::span<float> observation) override {
    t_ = 0;
    write(observation);
  }

  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    for (std::size_t a = 0; a < 2; ++a) {
      out.reward[a] = pay_[a] * (1 + t_ + 10 * static_cast<float>(a)) * (1 + bonus_ * action[a]);
    }
    out.cost[0] = 1;
    out.cost[1] = 2 * t_;
    ++t_;
    write(out.observation);
    return false;
  }

  /// Makes pay grow with the action, so that there is something to learn.
  Ledger& with_bonus(float bonus) {
    bonus_ = bonus;
    return *this;
  }

 private:
  void write(std::span<float> observation) const {
    const float all[] = {0, t_, 1, t_};
    std::ranges::copy(all, observation.begin());
  }

  EnvironmentSpec spec_;
  std::vector<float> pay_;
  float t_ = 0, bonus_ = 0;
};

/// y is 0, or another number, whatever x is.
class Silent final : public Network {
 public:
  explicit Silent(float y = 0) : y_(y) {}
  void forward(std::span<const float>, std::span<float> y) const override {
    std::ranges::fill(y, y_);
  }
  void forward_keeping(std::span<const float> x, std::span<float> y) override { forward(x, y); }
  void backward(std::span<const float>) override {}
  void input_gradient(std::span<const float>, std::span<float> dx) override {
    std::ranges::fill(dx, 0.0f);
  }
  void tangent(std::span<const float>, std::span<const float>, std::span<float> dy) override {
    std::ranges::fill(dy, 0.0f);
  }

 private:
  float y_;
};

inline std::unique_ptr<Network> make_silent(const MlpShape&, ParameterArena&) {
  return std::make_unique<Silent>();
}

}  // namespace saddle::testing
