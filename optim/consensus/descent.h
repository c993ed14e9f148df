// SPDX-License-Identifier: Apache-2.0
// Agents that minimise the mean of their objectives.
#pragma once

#include <cstdint>

#include <saddle/optim/consensus/consensus_step.h>
#include <saddle/optim/consensus/network.h>
#include <saddle/optim/schedule.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// x_i ← P(step(x, ∇f_i(x_i))_i) with steps α_r = α r^p, for (1/n) Σ f_i without constraints other
/// than X. One gradient an agent and round.
///
/// Errors  step() throws saddle::Error if an agent has constraints; SafeDecPg keeps those.
template <class Step>
class NetworkDescent final : public Method<ConstrainedNetwork> {
 public:
  struct Options {
    double step = 0.05;
    double exponent = 0;
    typename Step::Options mixing;

    void fields(Fields& f) {
      f("step", step, positive(), "step α of the first round");
      f("exponent", exponent, between(-1, 0), "the step falls as rounds to this power");
      mixing.fields(f);
    }
  };

  explicit NetworkDescent(const Options& options)
      : steps_{options.step, options.exponent}, mixing_step_(options.mixing) {}

  void step(ConstrainedNetwork& network, ConstrainedNetwork::Point& z) override {
    SADDLE_CHECK(z.size() == network.size(), z.size(), network.size());
    network.resample(static_cast<std::uint64_t>(++round_));
    AgentVectors gradients;
    for (std::size_t k = 0; k < z.size(); ++k) {
      const int constraints = network[k].inequalities() + network[k].equalities();
      if (constraints > 0) {
        throw Error(concat("agent ", network.mixing().owned()[k], " has ", constraints,
                           " constraints, which this method cannot keep; use safe-dec-pg"));
      }
      gradients.push_back(network[k].gradient(z[k].x, {1, z[k].y}));
    }
    const AgentVectors next =
        mixing_step_.next(network.mixing(), x_of(z), gradients, steps_.at(round_));
    for (std::size_t k = 0; k < z.size(); ++k) z[k].x = network[k].project(next[k]);
  }
  void state(Archive& archive) override {
    archive("round", round_);
    archive("mixing", mixing_step_);
  }

  [[nodiscard]] const Step& mixing_step() const { return mixing_step_; }

 private:
  PowerSchedule steps_;
  Step mixing_step_;
  std::int64_t round_ = 0;
};

/// Decentralised gradient descent, x ← W x − α ∇f. With a constant step the agents come within
/// O(α/(1 − η)) of the optimum and no nearer: for quadratic f_i = ½ a_i (x − b_i)² to
/// (I − W + α A)⁻¹ α A b. Steps α/√r reach it, slowly.
/// Step    α < (1 + λ_min(W))/L.
/// Ref  Nedić and Ozdaglar 2009; Yuan, Ling and Yin 2016, arXiv:1310.7063.
using Dgd = NetworkDescent<GossipStep>;

/// Gradient tracking: reaches the optimum of heterogeneous agents with a constant step, linearly
/// where the mean is strongly convex; a stationary point at O(1/T) of the squared norm where it is
/// only smooth. With samples and exponent −½ it is GNSD.
/// Step    α of order (1 − η)²/L at worst.
/// Ref  Nedić, Olshevsky and Shi 2017, arXiv:1607.03218; Lu, Zhang, Sun and Hong 2019, "GNSD: a
///      gradient-tracking based nonconvex stochastic algorithm for decentralized optimization".
using GradientTracking = NetworkDescent<TrackingStep>;

/// EXTRA, exact with a constant step as well, with one exchange a round instead of two.
/// Step    α < (1 + λ_min(W))/L, of convex f_i with Lipschitz constant L.
/// Ref  Shi, Ling, Wu and Yin 2015, arXiv:1404.6264.
using Extra = NetworkDescent<ExtraStep>;

}  // namespace saddle
