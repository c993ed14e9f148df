// SPDX-License-Identifier: Apache-2.0
// Problems of agents whose solutions are known.
#pragma once

#include <cstdint>
#include <memory>

#include <saddle/base/fields.h>
#include <saddle/optim/consensus/graph.h>
#include <saddle/optim/consensus/network.h>

namespace saddle {

/// A network, where its agents start, and where they should end. All hold owned agents only; the
/// data of the others come from the same seed.
template <class Local>
struct SolvedNetwork {
  std::unique_ptr<Network<Local>> network;
  typename Network<Local>::Point start;
  typename Network<Local>::Point solution;
  double optimum = 0;  ///< (1/n) Σ f_i there
};

/// The functions below take the agents' communicator, of as many agents as the options say; by
/// default all agents live in this process. Errors: saddle::Error if the numbers differ.
using AgentsCommunicator = std::shared_ptr<Communicator>;

/// f_i = ½ a_i (x − b_i)² (constants left out), with (a, b) = (1, 1), (2, −1), (3, 2), (4, 0),
/// (5, 3) in turn: x* = Σ a_i b_i/Σ a_i, which is 4/3 for five agents. The seed draws the graph.
struct DecentralizedQuadraticOptions {
  GraphOptions graph;
  void fields(Fields& f) { graph.fields(f); }
};
[[nodiscard]] SolvedNetwork<ConstrainedProblem<Eigen::VectorXd>> decentralized_quadratic(
    const DecentralizedQuadraticOptions& options, std::uint64_t seed,
    AgentsCommunicator communicator = nullptr);

/// f_i = ½‖x − b_i‖² (constants left out) subject to q_iᵀx ≤ c_i, ‖q_i‖ = 1, in the plane.
struct HalfPlaneData {
  Eigen::MatrixXd b;  ///< [n, 2]
  Eigen::MatrixXd q;  ///< [n, 2]
  Eigen::VectorXd c;  ///< [n]
};

/// The network of given data. Its solution is the point of the polygon nearest to the mean of b,
/// with the multipliers μ of ½‖x − b̄‖² subject to Q x ≤ c; λ_i = n μ_i, since agents weigh their
/// constraints by 1/n.
/// Errors: saddle::Error if the polygon is empty or the data are not finite.
[[nodiscard]] SolvedNetwork<ConstrainedProblem<Eigen::VectorXd>> decentralized_qp(
    const HalfPlaneData& data, const Eigen::MatrixXd& weights,
    AgentsCommunicator communicator = nullptr);

/// The same with b_i about (2, 1) and directions q_i drawn from the seed; (½, ½) is on the borders
/// of the first and the third half-plane, and inside the others.
struct DecentralizedQpOptions {
  GraphOptions graph;
  void fields(Fields& f) { graph.fields(f); }
};
[[nodiscard]] SolvedNetwork<ConstrainedProblem<Eigen::VectorXd>> decentralized_qp(
    const DecentralizedQpOptions& options, std::uint64_t seed,
    AgentsCommunicator communicator = nullptr);

/// Logistic regression, f_i = mean log(1 + e^{−s aᵀx}) + ½·ridge‖x‖² over the agent's own points a
/// with labels s = ±1. Agents see different clouds and unequal shares of the labels, so that each
/// by itself would learn another classifier. The solution is found by Newton's method. With `batch`
/// > 0 a minibatch is that many points of every agent, drawn with replacement.
struct DecentralizedLogisticOptions {
  GraphOptions graph;
  std::int64_t points = 40;
  std::int64_t features = 3;
  double ridge = 0.1;
  std::int64_t batch = 0;

  void fields(Fields& f) {
    graph.fields(f);
    f("points", points, at_least(1), "points of each agent");
    f("features", features, between(1, 100), "features of a point, the constant one included");
    f("ridge", ridge, positive(), "weight of ½‖x‖²");
    f("batch", batch, at_least(0), "points in a minibatch of each agent; 0: all of them");
  }
};
[[nodiscard]] SolvedNetwork<ConstrainedProblem<Eigen::VectorXd>> decentralized_logistic(
    const DecentralizedLogisticOptions& options, std::uint64_t seed,
    AgentsCommunicator communicator = nullptr);

/// f_i = ½ xᵀP_i x + a_iᵀx + xᵀB_i y − ½ yᵀQ_i y + c_iᵀy with P_i, Q_i ⪰ ½ I drawn from the seed.
/// A shared y solves the game of the mean data. With a y_i each, y_i = Q_i⁻¹(B_iᵀx + c_i) and x is
/// a zero of the mean of (P_i + B_i Q_i⁻¹ B_iᵀ) x + a_i + B_i Q_i⁻¹ c_i.
struct DecentralizedSaddleOptions {
  GraphOptions graph;
  bool shared = true;

  void fields(Fields& f) {
    graph.fields(f);
    f("shared", shared, "whether the agents share y, or have one each");
  }
};
[[nodiscard]] SolvedNetwork<MinMaxProblem<Eigen::VectorXd>> decentralized_saddle(
    const DecentralizedSaddleOptions& options, std::uint64_t seed,
    AgentsCommunicator communicator = nullptr);

/// g_i = ½ yᵀH_i y − yᵀB_i x and f_i = ½‖y − t_i‖² + ½ ρ‖x‖², with H_i ⪰ ½ I, B_i and t_i drawn
/// from the seed. A shared y is H⁻¹B x, and x* = (BᵀH⁻²B + ρI)⁻¹BᵀH⁻¹t with the mean H, B and t.
/// With a y_i each, x* = (mean B_iᵀH_i⁻²B_i + ρI)⁻¹ mean B_iᵀH_i⁻¹t_i.
struct DecentralizedBilevelOptions {
  GraphOptions graph;
  bool shared = true;
  double ridge = 0.2;

  void fields(Fields& f) {
    graph.fields(f);
    f("shared", shared, "whether the agents share y, or have one each");
    f("ridge", ridge, positive(), "weight ρ of ½‖x‖²");
  }
};
[[nodiscard]] SolvedNetwork<BilevelProblem<Eigen::VectorXd>> decentralized_bilevel(
    const DecentralizedBilevelOptions& options, std::uint64_t seed,
    AgentsCommunicator communicator = nullptr);

}  // namespace saddle
