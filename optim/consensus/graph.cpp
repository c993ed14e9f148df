// SPDX-License-Identifier: Apache-2.0
// Who hears whom, and with what weight.
#include <saddle/optim/consensus/graph.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include <saddle/base/rng.h>
#include <saddle/optim/linear_algebra.h>

namespace saddle {

using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr double kRoundOff = 1e-12;
constexpr int kDraws = 1000;
constexpr std::uint32_t kGraphStream = 0x67726170;

/// Weights along edges, and on the diagonal what is left of 1.
MatrixXd edge_weights(const Graph& graph, const std::function<double(int, int)>& weight) {
  const int n = graph.agents();
  MatrixXd w = MatrixXd::Zero(n, n);
  for (int i = 0; i < n; ++i) {
    for (const int j : graph.neighbours(i)) w(i, j) = weight(i, j);
    w(i, i) = 1 - w.row(i).sum();
  }
  return w;
}

/// The edges between all pairs that `joined` says yes to, asked in a fixed order.
Graph graph_of_pairs(int agents, const std::function<bool(int, int)>& joined) {
  std::vector<Graph::Edge> edges;
  for (int i = 0; i < agents; ++i) {
    for (int j = i + 1; j < agents; ++j) {
      if (joined(i, j)) edges.emplace_back(i, j);
    }
  }
  return {agents, edges};
}

/// The edges along which weights are not 0.
Graph graph_of_weights(const MatrixXd& w) {
  return graph_of_pairs(static_cast<int>(w.rows()), [&](int i, int j) { return w(i, j) != 0; });
}

}  // namespace

Graph::Graph(int agents, const std::vector<Edge>& edges) {
  if (agents < 1)
    throw Error(concat("a graph cannot have ", agents, " agents; it takes at least 1"));
  neighbours_.resize(static_cast<std::size_t>(agents));
  for (const auto& [i, j] : edges) {
    if (i < 0 || j < 0 || i >= agents || j >= agents || i == j) {
      throw Error(concat("the edge from agent ", i, " to agent ", j, " is none of a graph of ",
                         agents, " agents; edges join two different ones, counted from 0"));
    }
    neighbours_[static_cast<std::size_t>(i)].push_back(j);
    neighbours_[static_cast<std::size_t>(j)].push_back(i);
  }
  for (std::vector<int>& own : neighbours_) {
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
  }
}

int Graph::largest_degree() const {
  int largest = 0;
  for (int i = 0; i < agents(); ++i) largest = std::max(largest, degree(i));
  return largest;
}

bool Graph::connected() const {
  std::vector<bool> reached(neighbours_.size(), false);
  std::vector<int> to_visit{0};
  reached[0] = true;
  std::size_t count = 1;
  while (!to_visit.empty()) {
    const int i = to_visit.back();
    to_visit.pop_back();
    for (const int j : neighbours(i)) {
      if (reached[static_cast<std::size_t>(j)]) continue;
      reached[static_cast<std::size_t>(j)] = true;
      to_visit.push_back(j);
      ++count;
    }
  }
  return count == reached.size();
}

MatrixXd Graph::laplacian() const {
  MatrixXd l = MatrixXd::Zero(agents(), agents());
  for (int i = 0; i < agents(); ++i) {
    l(i, i) = degree(i);
    for (const int j : neighbours(i)) l(i, j) = -1;
  }
  return l;
}

Graph ring_graph(int agents) {
  return graph_of_pairs(agents,
                        [&](int i, int j) { return j == i + 1 || (i == 0 && j == agents - 1); });
}
Graph path_graph(int agents) {
  return graph_of_pairs(agents, [](int i, int j) { return j == i + 1; });
}
Graph star_graph(int agents) {
  return graph_of_pairs(agents, [](int i, int) { return i == 0; });
}
Graph complete_graph(int agents) {
  return graph_of_pairs(agents, [](int, int) { return true; });
}
Graph torus_graph(int rows, int columns) {
  if (rows < 2 || columns < 2) {
    throw Error(concat("a torus of ", rows, " by ", columns,
                       " agents is none; it takes at least 2 by 2, so take a number of agents ",
                       "that is not prime, or a ring"));
  }
  std::vector<Graph::Edge> edges;
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      edges.emplace_back(r * columns + c, (r + 1) % rows * columns + c);
      edges.emplace_back(r * columns + c, r * columns + (c + 1) % columns);
    }
  }
  return {rows * columns, edges};
}

Graph erdos_renyi_graph(int agents, double density, std::uint64_t seed) {
  Rng rng(seed, stream_id(kGraphStream, 0));
  for (int draw = 0; draw < kDraws; ++draw) {
    Graph graph = graph_of_pairs(agents, [&](int, int) { return rng.uniform() < density; });
    if (graph.connected()) return graph;
  }
  throw Error(concat("no graph of ", agents, " agents with density ", density, " was connected in ",
                     kDraws, " draws; raise the density"));
}

MatrixXd metropolis_weights(const Graph& graph) {
  return edge_weights(
      graph, [&](int i, int j) { return 1.0 / (1 + std::max(graph.degree(i), graph.degree(j))); });
}
MatrixXd max_degree_weights(const Graph& graph) {
  const double weight = 1.0 / (1 + graph.largest_degree());
  return edge_weights(graph, [=](int, int) { return weight; });
}
MatrixXd laplacian_weights(const Graph& graph, double a) {
  const double largest = eigenvalues(graph.laplacian()).maxCoeff();
  if (!(a > 0) || !(a * largest < 2)) {
    throw Error(concat("the step ", a, " of Laplacian weights is outside (0, ", 2 / largest,
                       "), where agents come to agree on this graph"));
  }
  return edge_weights(graph, [=](int, int) { return a; });
}
MatrixXd laplacian_weights(const Graph& graph) {
  SADDLE_CHECK(graph.agents() > 1 && graph.connected(), graph.agents());
  const VectorXd ascending = eigenvalues(graph.laplacian());
  return laplacian_weights(graph, 2 / (ascending[1] + ascending[ascending.size() - 1]));
}
MatrixXd lazy_weights(const MatrixXd& weights) {
  return 0.5 * (MatrixXd::Identity(weights.rows(), weights.cols()) + weights);
}

double mixing_rate(const MatrixXd& weights) {
  const auto n = weights.rows();
  if (n == 1) return 0;
  const VectorXd ascending = eigenvalues(weights);
  return std::max(std::abs(ascending[0]), std::abs(ascending[n - 2]));
}

void check_weights(const MatrixXd& weights) {
  const auto n = weights.rows();
  if (n < 1 || weights.cols() != n) {
    throw Error(concat("weights of shape ", n, " by ", weights.cols(),
                       " are none of a network; give one row and one column for each agent"));
  }
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) {
      if (!std::isfinite(weights(i, j))) {
        throw Error(concat("the weight of agent ", j, " for agent ", i, " is ", weights(i, j),
                           "; weights must be finite"));
      }
      if (std::abs(weights(i, j) - weights(j, i)) > kRoundOff) {
        throw Error(concat("agent ", i, " weighs agent ", j, " by ", weights(i, j), " but agent ",
                           j, " weighs agent ", i, " by ", weights(j, i),
                           "; weights must be symmetric, as Metropolis weights are"));
      }
    }
    if (const double sum = weights.row(i).sum(); std::abs(sum - 1) > kRoundOff) {
      throw Error(concat("the weights of agent ", i, " sum to ", sum,
                         "; each row must sum to 1, or the agents' mean drifts"));
    }
  }
  if (!graph_of_weights(weights).connected()) {
    throw Error(
        "the graph of these weights is not connected, so that its agents cannot agree; join its "
        "parts by an edge");
  }
  if (const double rate = mixing_rate(weights); !(rate < 1 - kRoundOff)) {
    throw Error(concat("mixing with these weights leaves ", rate,
                       " of a disagreement; make them lazy, (I + W)/2"));
  }
}

Graph make_graph(const GraphOptions& options, std::uint64_t seed) {
  const auto n = static_cast<int>(options.agents);
  const std::vector<std::string> known{"complete", "erdos-renyi", "path", "ring", "star", "torus"};
  if (options.graph == "complete") return complete_graph(n);
  if (options.graph == "erdos-renyi") return erdos_renyi_graph(n, options.density, seed);
  if (options.graph == "path") return path_graph(n);
  if (options.graph == "ring") return ring_graph(n);
  if (options.graph == "star") return star_graph(n);
  if (options.graph == "torus") {
    int rows = static_cast<int>(std::sqrt(n));
    while (rows > 1 && n % rows != 0) --rows;
    return torus_graph(rows, n / std::max(rows, 1));
  }
  throw Error(concat("unknown graph '", options.graph, "'", did_you_mean(options.graph, known)));
}

MatrixXd make_weights(const GraphOptions& options, std::uint64_t seed) {
  const Graph graph = make_graph(options, seed);
  MatrixXd weights;
  if (options.weights == "metropolis") {
    weights = metropolis_weights(graph);
  } else if (options.weights == "max-degree") {
    weights = max_degree_weights(graph);
  } else if (options.weights == "laplacian") {
    weights = graph.agents() == 1 ? MatrixXd::Identity(1, 1) : laplacian_weights(graph);
  } else {
    throw Error(concat("unknown weights '", options.weights, "'",
                       did_you_mean(options.weights, {"laplacian", "max-degree", "metropolis"})));
  }
  return options.lazy ? lazy_weights(weights) : weights;
}

}  // namespace saddle
