// SPDX-License-Identifier: Apache-2.0
// Agents that solve a problem in two levels together.
#pragma once

#include <cstdint>

#include <saddle/optim/consensus/consensus_step.h>
#include <saddle/optim/consensus/network.h>
#include <saddle/optim/schedule.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// The three directions of an agent at (x, y, v), where v stands for [∇²_yy g]⁻¹ ∇_y f.
struct BilevelDirections {
  AgentVectors x;  ///< ∇_x f_i − ∇²_xy g_i v_i
  AgentVectors y;  ///< ∇_y g_i
  AgentVectors v;  ///< ∇²_yy g_i v_i − ∇_y f_i
};

[[nodiscard]] BilevelDirections bilevel_directions(BilevelNetwork& network,
                                                   const BilevelNetwork::Point& z,
                                                   const AgentVectors& v);

/// A single loop in which x, y and v of every agent move together: along their directions, all
/// evaluated at one point, by one consensus step each. Where y is not shared, y and v move by plain
/// descent. At agreement the three directions vanish at y = y*(x), v = [mean ∇²_yy g]⁻¹ mean ∇_y f
/// and a zero of the mean hypergradient. v starts at 0.
///
/// Errors  none; what diverges is a Status.
template <class Step>
class NetworkBilevel final : public Method<BilevelNetwork> {
 public:
  struct Options {
    double step_x = 0.05;
    double step_y = 0.1;
    double exponent = 0;
    typename Step::Options mixing;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "step of x in the first round");
      f("step_y", step_y, positive(), "step of y, and of the linear system, in the first round");
      f("exponent", exponent, between(-1, 0), "all steps fall as rounds to this power");
      mixing.fields(f);
    }
  };

  explicit NetworkBilevel(const Options& options)
      : options_(options),
        x_step_(options.mixing),
        y_step_(options.mixing),
        v_step_(options.mixing) {}

  void step(BilevelNetwork& network, BilevelNetwork::Point& z) override {
    SADDLE_CHECK(z.size() == network.size(), z.size(), network.size());
    network.resample(static_cast<std::uint64_t>(++round_));
    if (v_.empty()) v_ = VectorSpace<AgentVectors>::zero_like(y_of(z));
    const BilevelDirections d = bilevel_directions(network, z, v_);
    const double step_x = PowerSchedule{options_.step_x, options_.exponent}.at(round_);
    const double step_y = PowerSchedule{options_.step_y, options_.exponent}.at(round_);
    Mixing& mixing = network.mixing();
    const AgentVectors x = x_step_.next(mixing, x_of(z), d.x, step_x);
    AgentVectors y = y_of(z);
    if (network.shares_y()) {
      y = y_step_.next(mixing, y, d.y, step_y);
      v_ = v_step_.next(mixing, v_, d.v, step_y);
    } else {
      for (std::size_t k = 0; k < z.size(); ++k) {
        y[k] = y[k] - step_y * d.y[k];
        v_[k] = v_[k] - step_y * d.v[k];
      }
    }
    for (std::size_t k = 0; k < z.size(); ++k) z[k] = {network[k].project_x(x[k]), y[k]};
  }
  void state(Archive& archive) override {
    archive("round", round_);
    archive("x", x_step_);
    archive("y", y_step_);
    archive("v_step", v_step_);
    archive_vector(archive, "v", v_);
  }

  [[nodiscard]] const Step& x_step() const { return x_step_; }
  [[nodiscard]] const Step& y_step() const { return y_step_; }
  [[nodiscard]] const Step& v_step() const { return v_step_; }

 private:
  Options options_;
  Step x_step_, y_step_, v_step_;
  AgentVectors v_;
  std::int64_t round_ = 0;
};

/// A linearised augmented Lagrangian method for decentralised bilevel problems (after SLAM).
///
/// The paper's abstract gives the problem, over a graph with consensus in both levels, and a rate
/// to KKT points of the order of distributed stochastic gradient descent in one level. How it is
/// done here is ours, and the rate is not claimed for it: the linearised augmented Lagrangian is
/// that of ExtraStep, and the hypergradient's linear system is a third variable that the agents
/// agree on as well.
/// Step    step_x well below step_y, which is below 1/L of g.
/// Ref  Lu, Zeng, Cui, Squillante, Horesh, Kingsbury, Liu and Hong 2022, "A stochastic linearized
///      augmented Lagrangian method for decentralized bilevel optimization", NeurIPS.
using Slam = NetworkBilevel<ExtraStep>;

/// SOBA by agents: gradient tracking on x, y and the linear system.
/// Step    as Slam.
/// Ref  After Dagréou, Ablin, Vaiter and Moreau 2022, "A framework for bilevel optimization that
///      enables stochastic and global variance reduction algorithms", arXiv:2201.13409, with
///      gradient tracking as consensus, which is ours.
using DecentralizedSoba = NetworkBilevel<TrackingStep>;

}  // namespace saddle
