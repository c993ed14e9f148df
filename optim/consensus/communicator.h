// SPDX-License-Identifier: Apache-2.0
// How agents on a graph hear of each other.
#pragma once

#include <vector>

#include <Eigen/Core>

namespace saddle {

/// n agents that exchange vectors with their neighbours. A process runs those in owned(): all of
/// them in one process, or one in each of n processes. Methods loop over the owned agents and are
/// the same in both forms, to the same bits.
class Communicator {
 public:
  virtual ~Communicator() = default;

  [[nodiscard]] virtual int agents() const = 0;                     ///< n
  [[nodiscard]] virtual const std::vector<int>& owned() const = 0;  ///< ascending

  /// Σ_j W(i, j) x_j, summed in ascending j, for each owned i. `own` holds the x_i of owned agents
  /// in their order; all agents' vectors have one size. `weights` W [n, n] is the same everywhere;
  /// only vectors whose weight is not 0 travel.
  /// Errors: saddle::Error naming the agent that did not answer in time.
  [[nodiscard]] virtual std::vector<Eigen::VectorXd> mix(const std::vector<Eigen::VectorXd>& own,
                                                         const Eigen::MatrixXd& weights) = 0;

  /// The vectors of all n agents, everywhere: for residuals and reports, not for methods.
  /// Errors: as mix().
  [[nodiscard]] virtual std::vector<Eigen::VectorXd> gather(
      const std::vector<Eigen::VectorXd>& own) = 0;
};

}  // namespace saddle
