// SPDX-License-Identifier: Apache-2.0
// Who hears whom, and with what weight.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <saddle/base/fields.h>

namespace saddle {

/// Agents 0, …, n − 1 and the pairs of them that hear each other.
class Graph {
 public:
  using Edge = std::pair<int, int>;

  /// An edge given twice, in whatever order, is one edge.
  /// Errors: saddle::Error unless there is an agent, and if an edge leads out of the graph or from
  /// an agent to itself.
  Graph(int agents, const std::vector<Edge>& edges);

  [[nodiscard]] int agents() const { return static_cast<int>(neighbours_.size()); }

  /// Of agent i, ascending.
  [[nodiscard]] const std::vector<int>& neighbours(int i) const {
    return neighbours_[static_cast<std::size_t>(i)];
  }
  [[nodiscard]] int degree(int i) const { return static_cast<int>(neighbours(i).size()); }
  [[nodiscard]] int largest_degree() const;

  /// Whether what one agent says reaches every other in the end.
  [[nodiscard]] bool connected() const;

  /// D − A [n, n], with the degrees D and the adjacency A.
  [[nodiscard]] Eigen::MatrixXd laplacian() const;

 private:
  std::vector<std::vector<int>> neighbours_;
};

[[nodiscard]] Graph ring_graph(int agents);
[[nodiscard]] Graph path_graph(int agents);
[[nodiscard]] Graph star_graph(int agents);  ///< agent 0 in the middle
[[nodiscard]] Graph complete_graph(int agents);

/// A grid whose borders meet; agent r · columns + c stands in row r and column c.
[[nodiscard]] Graph torus_graph(int rows, int columns);

/// Every pair hears each other with the probability `density`; drawn again until it is connected.
/// Errors: saddle::Error if it has not been in 1000 draws.
/// Ref  Erdős and Rényi 1959; Gilbert 1959.
[[nodiscard]] Graph erdos_renyi_graph(int agents, double density, std::uint64_t seed);

/// W_ij = 1/(1 + max(d_i, d_j)) along edges. Each agent needs its neighbours' degrees d alone.
/// Ref  Xiao and Boyd 2004, "Fast linear iterations for distributed averaging".
[[nodiscard]] Eigen::MatrixXd metropolis_weights(const Graph& graph);

/// W_ij = 1/(1 + max_k d_k) along edges.
[[nodiscard]] Eigen::MatrixXd max_degree_weights(const Graph& graph);

/// I − a L. Errors: saddle::Error unless 0 < a < 2/λ_max(L), where its powers average.
[[nodiscard]] Eigen::MatrixXd laplacian_weights(const Graph& graph, double a);

/// I − a L with the a = 2/(λ_2 + λ_max) of the largest spectral gap, where λ_2 is the least
/// eigenvalue of L but one. Requires a connected graph of at least two agents.
[[nodiscard]] Eigen::MatrixXd laplacian_weights(const Graph& graph);

/// (I + W)/2, whose eigenvalues are not negative.
[[nodiscard]] Eigen::MatrixXd lazy_weights(const Eigen::MatrixXd& weights);

/// η = max(|λ_2|, |λ_n|) of symmetric weights: what is left of a disagreement after one mixing, at
/// worst. 0 for one agent.
[[nodiscard]] double mixing_rate(const Eigen::MatrixXd& weights);

/// 1 − η. Disagreement falls below ε after about log(1/ε)/gap mixings.
[[nodiscard]] inline double spectral_gap(const Eigen::MatrixXd& weights) {
  return 1 - mixing_rate(weights);
}

/// Errors: saddle::Error unless the weights are finite, symmetric and doubly stochastic, reach from
/// every agent to every other, and average in the end, that is, have a spectral gap.
void check_weights(const Eigen::MatrixXd& weights);

/// The weights of a network as options.
struct GraphOptions {
  std::string graph = "ring";
  std::int64_t agents = 5;
  double density = 0.4;
  std::string weights = "metropolis";
  bool lazy = false;

  void fields(Fields& f) {
    f("graph", graph, {"ring", "path", "star", "torus", "complete", "erdos-renyi"},
      "who hears whom");
    f("agents", agents, between(1, 1000), "number of agents");
    f("density", density, {.low = 0, .high = 1, .open_low = true},
      "probability of a pair in an Erdős-Rényi graph");
    f("weights", weights, {"metropolis", "max-degree", "laplacian"}, "what neighbours count for");
    f("lazy", lazy, "mix with half the weight, (I + W)/2");
  }
};

/// Errors: saddle::Error if there is no such graph, or none of so many agents.
[[nodiscard]] Graph make_graph(const GraphOptions& options, std::uint64_t seed);
[[nodiscard]] Eigen::MatrixXd make_weights(const GraphOptions& options, std::uint64_t seed);

}  // namespace saddle
