// SPDX-License-Identifier: Apache-2.0
// What policy updates are given.
#pragma once

#include <vector>

#include <saddle/agents/policy_update.h>

namespace saddle::testing {

/// Notes what the updates are given, an entry a policy.
struct Given {
  std::vector<float> observation, advantage, cost_advantage;
  GradientWeights weights;
  Eigen::VectorXd violation;
};

/// Notes it and moves nothing.
class Spy final : public PolicyUpdate {
 public:
  Spy(std::vector<Given>& seen, std::size_t index) : seen_(seen), index_(index) {}
  void apply(Policy&, const PolicyBatch& batch, Metrics& metrics) override {
    const auto copy = [](std::span<const float> x) {
      return std::vector<float>(x.begin(), x.end());
    };
    seen_[index_] = {copy(batch.observation), copy(batch.advantage), copy(batch.cost_advantage),
                     batch.weights, batch.violation};
    metrics.set("spy", static_cast<double>(index_));
  }
  void state(Archive&) override {}

 private:
  std::vector<Given>& seen_;
  std::size_t index_;
};

}  // namespace saddle::testing
