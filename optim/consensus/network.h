// SPDX-License-Identifier: Apache-2.0
// A problem whose parts belong to agents that only talk to their neighbours.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <saddle/optim/consensus/mixing.h>
#include <saddle/optim/problem.h>

namespace saddle {

/// n agents that solve the mean of their problems together, each with a copy x_i of x and all of
/// them equal at the solution:
///
///     constrained  min over x  (1/n) Σ f_i(x)        subject to g_i(x) ≤ 0, h_i(x) = 0 for all i
///     game         min over x  (1/n) Σ max_{y_i} f_i(x, y_i)    or   max_y (1/n) Σ f_i(x, y)
///     two levels   min over x  (1/n) Σ f_i(x, y_i*(x)),  where y_i* minimises g_i(x, ·)
///                              or (1/n) Σ f_i(x, y*(x)), where y* minimises (1/n) Σ g_i(x, ·)
///
/// Multipliers are each agent's own, and n times those of the problem as written. The second forms
/// are those that share y, of which each agent then has a copy too.
///
/// A point has one entry for each agent that this process owns, in their order. All agents' x must
/// be of one size and of one set X; so must a shared y.
template <class Local>
class Network {
 public:
  using Point = std::vector<typename Local::Point>;

  /// One problem for each owned agent, in their order.
  /// Errors: saddle::Error if there are more or fewer, or if the weights are none, see Mixing.
  Network(std::vector<std::unique_ptr<Local>> local, Mixing mixing, bool shares_y = false)
      : local_(std::move(local)), mixing_(std::move(mixing)), shares_y_(shares_y) {
    if (local_.size() != mixing_.owned().size()) {
      throw Error(concat("a network needs a problem for each of the ", mixing_.owned().size(),
                         " agents of this process, not ", local_.size()));
    }
    for (const auto& problem : local_) SADDLE_CHECK(problem != nullptr);
  }

  /// How many agents this process owns.
  [[nodiscard]] std::size_t size() const { return local_.size(); }
  [[nodiscard]] Local& operator[](std::size_t k) { return *local_[k]; }
  [[nodiscard]] Mixing& mixing() { return mixing_; }
  [[nodiscard]] bool shares_y() const { return shares_y_; }

  /// As VariationalProblem::resample(); agents draw apart from each other.
  void resample(std::uint64_t batch) {
    const auto n = static_cast<std::uint64_t>(mixing_.agents());
    for (std::size_t k = 0; k < local_.size(); ++k) {
      const auto agent = static_cast<std::uint64_t>(mixing_.owned()[k]);
      local_[k]->resample(batch == 0 ? 0 : (batch - 1) * n + agent + 1);
    }
  }

 private:
  std::vector<std::unique_ptr<Local>> local_;
  Mixing mixing_;
  bool shares_y_;
};

using ConstrainedNetwork = Network<ConstrainedProblem<Eigen::VectorXd>>;
using MinMaxNetwork = Network<MinMaxProblem<Eigen::VectorXd>>;
using BilevelNetwork = Network<BilevelProblem<Eigen::VectorXd>>;

/// The x, and the y, of owned agents.
template <class P>
[[nodiscard]] AgentVectors x_of(const std::vector<P>& z) {
  AgentVectors x;
  for (const P& own : z) x.push_back(own.x);
  return x;
}
template <class P>
[[nodiscard]] AgentVectors y_of(const std::vector<P>& z) {
  AgentVectors y;
  for (const P& own : z) y.push_back(own.y);
  return y;
}

/// How far the agents are from solving their problem together, each part by itself. Gradients are
/// taken where the agents are, and P at their mean x̄. The same bits in every process.
/// Ref  Lu et al. 2021 (Safe Dec-PG), equation 14, for the constrained form.
struct NetworkResidual {
  double stationarity = 0;  ///< ‖x̄ − P(x̄ − the mean gradient, or hypergradient, in x)‖
  double second = 0;  ///< (1/n) Σ ‖λ_i − P(λ_i + g_i(x_i))‖, ascent in y, or the inner gradient
  double consensus = 0;  ///< (1/n) Σ ‖x_i − x̄‖, with that of a shared y on top

  [[nodiscard]] double sum() const { return stationarity + second + consensus; }
};

[[nodiscard]] NetworkResidual network_residual(ConstrainedNetwork& network,
                                               const ConstrainedNetwork::Point& z);
[[nodiscard]] NetworkResidual network_residual(MinMaxNetwork& network,
                                               const MinMaxNetwork::Point& z);
[[nodiscard]] NetworkResidual network_residual(BilevelNetwork& network,
                                               const BilevelNetwork::Point& z);

/// What solve() compares with its tolerance.
template <class Local, class P>
[[nodiscard]] double residual_of(Network<Local>& network, const std::vector<P>& z) {
  return network_residual(network, z).sum();
}

/// As for one problem, but decided by all agents, so that no process goes on alone.
template <class Local, class P>
[[nodiscard]] bool has_diverged(Network<Local>& network, const std::vector<P>& z, double largest) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  AgentVectors squares;
  for (const P& own : z) {
    squares.push_back(Eigen::VectorXd::Constant(1, all_finite(own) ? dot_product(own, own) : nan));
  }
  const double mean = network.mixing().mean(squares)[0];
  return !(std::sqrt(mean * network.mixing().agents()) <= largest);
}

}  // namespace saddle
