// SPDX-License-Identifier: Apache-2.0
// Averaging with neighbours, which is all that agents ever do together.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <saddle/optim/consensus/communicator.h>
#include <saddle/optim/vector.h>

namespace saddle {

/// One vector for each owned agent, in their order.
using AgentVectors = std::vector<Eigen::VectorXd>;

/// A product over agents: the points of those that a process owns. Methods move one agent after
/// another and never add such points, so they need no + and no −.
template <class P>
struct VectorSpace<std::vector<P>> {
  using V = std::vector<P>;
  using Own = VectorSpace<P>;

  static double dot_product(const V& a, const V& b) {
    SADDLE_CHECK(a.size() == b.size(), a.size(), b.size());
    double sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += Own::dot_product(a[k], b[k]);
    return sum;
  }
  static bool all_finite(const V& a) {
    bool finite = true;
    for (const P& own : a) finite = finite && Own::all_finite(own);
    return finite;
  }
  static std::int64_t dimension(const V& a) {
    std::int64_t all = 0;
    for (const P& own : a) all += Own::dimension(own);
    return all;
  }
  static V zero_like(const V& a) {
    V zero;
    for (const P& own : a) zero.push_back(Own::zero_like(own));
    return zero;
  }

  /// Takes the number of agents it was saved with.
  static void state(Archive& archive, std::string_view name, V& a) {
    std::uint64_t count = a.size();
    archive(std::string(name) + ".size", count);
    a.resize(count);
    for (std::size_t k = 0; k < a.size(); ++k) {
      Own::state(archive, std::string(name) + "." + std::to_string(k), a[k]);
    }
  }
};

/// A communicator and the weights that its agents give each other.
class Mixing {
 public:
  /// Errors: saddle::Error if the weights are none of that many agents, see check_weights().
  Mixing(std::shared_ptr<Communicator> communicator, Eigen::MatrixXd weights);

  [[nodiscard]] int agents() const { return communicator_->agents(); }
  [[nodiscard]] const std::vector<int>& owned() const { return communicator_->owned(); }
  [[nodiscard]] const Eigen::MatrixXd& weights() const { return weights_; }

  /// Σ_j W_ij x_j for each owned i.
  [[nodiscard]] AgentVectors mix(const AgentVectors& own) {
    return communicator_->mix(own, weights_);
  }

  /// The vectors of all agents.
  [[nodiscard]] AgentVectors gather(const AgentVectors& own) { return communicator_->gather(own); }

  /// (1/n) Σ_i x_i over all agents, the same bits everywhere.
  [[nodiscard]] Eigen::VectorXd mean(const AgentVectors& own);

 private:
  std::shared_ptr<Communicator> communicator_;
  Eigen::MatrixXd weights_;
};

/// Every agent's vector after `rounds` mixings: the mean of all, up to η^rounds of the
/// disagreement at the start, η = mixing_rate(weights).
/// Ref  Xiao and Boyd 2004, "Fast linear iterations for distributed averaging".
[[nodiscard]] AgentVectors gossip(Mixing& mixing, AgentVectors own, std::int64_t rounds);

}  // namespace saddle
