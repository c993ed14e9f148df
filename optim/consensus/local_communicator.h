// SPDX-License-Identifier: Apache-2.0
// All agents in one process.
#pragma once

#include <saddle/optim/consensus/communicator.h>

namespace saddle {

/// Owns all agents, and hears them by reading memory. What every form over processes must equal.
class LocalCommunicator final : public Communicator {
 public:
  /// Errors: saddle::Error unless there is an agent.
  explicit LocalCommunicator(int agents);

  [[nodiscard]] int agents() const override { return static_cast<int>(owned_.size()); }
  [[nodiscard]] const std::vector<int>& owned() const override { return owned_; }

  /// Errors: saddle::Error if the vectors have not one size; std::logic_error unless there is one
  /// for each agent and a weight for each pair.
  [[nodiscard]] std::vector<Eigen::VectorXd> mix(const std::vector<Eigen::VectorXd>& own,
                                                 const Eigen::MatrixXd& weights) override;
  [[nodiscard]] std::vector<Eigen::VectorXd> gather(
      const std::vector<Eigen::VectorXd>& own) override;

 private:
  std::vector<int> owned_;
};

}  // namespace saddle
