// SPDX-License-Identifier: Apache-2.0
// Agents that play a game together.
#pragma once

#include <cstdint>

#include <saddle/optim/consensus/consensus_step.h>
#include <saddle/optim/consensus/network.h>
#include <saddle/optim/schedule.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// Decentralised descent-ascent, simultaneous, with gradient tracking on x and, where the agents
/// share y, on y: with v and u the trackers of ∇_x f_i and ∇_y f_i at (x_i, y_i),
///
///     x_i⁺ = P(Σ_j W_ij x_j − α v_i),   y_i⁺ = P(Σ_j W_ij y_j + β u_i)    shared
///                                       y_i⁺ = P(y_i + β ∇_y f_i)         each agent's own
///
/// On a complete graph with form = atc it is descent-ascent on the mean, and shares its failures:
/// it spirals away on bilinear games and circles on those that are linear in y.
/// Step    α ≪ β, both well below 1/L, for functions strongly concave in y.
/// Ref  After Xian, Huang, Zhang and Huang 2021, "A faster decentralized algorithm for nonconvex
///      minimax problems", without its variance reduction.
class DecentralizedGda final : public Method<MinMaxNetwork> {
 public:
  struct Options {
    double step_x = 0.05;
    double step_y = 0.05;
    double exponent = 0;
    TrackingStep::Options mixing;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "step α of x in the first round");
      f("step_y", step_y, positive(), "step β of y in the first round");
      f("exponent", exponent, between(-1, 0), "both steps fall as rounds to this power");
      mixing.fields(f);
    }
  };

  explicit DecentralizedGda(const Options& options)
      : options_(options), x_step_(options.mixing), y_step_(options.mixing) {}

  void step(MinMaxNetwork& network, MinMaxNetwork::Point& z) override;
  void state(Archive& archive) override;

  [[nodiscard]] const TrackingStep& x_step() const { return x_step_; }

  /// Of −∇_y f_i; stays empty if the agents do not share y.
  [[nodiscard]] const TrackingStep& y_step() const { return y_step_; }

 private:
  Options options_;
  TrackingStep x_step_, y_step_;
  std::int64_t round_ = 0;
};

}  // namespace saddle
