// SPDX-License-Identifier: Apache-2.0
// Averaging with neighbours, which is all that agents ever do together.
#include <saddle/optim/consensus/mixing.h>

#include <utility>

#include <saddle/optim/consensus/graph.h>

namespace saddle {

Mixing::Mixing(std::shared_ptr<Communicator> communicator, Eigen::MatrixXd weights)
    : communicator_(std::move(communicator)), weights_(std::move(weights)) {
  SADDLE_CHECK(communicator_ != nullptr && !communicator_->owned().empty());
  check_weights(weights_);
  if (weights_.rows() != communicator_->agents()) {
    throw Error(concat("weights of ", weights_.rows(), " agents do not fit a communicator of ",
                       communicator_->agents(), "; give both the same number of agents"));
  }
}

Eigen::VectorXd Mixing::mean(const AgentVectors& own) {
  const AgentVectors all = gather(own);
  Eigen::VectorXd sum = all[0];
  for (std::size_t i = 1; i < all.size(); ++i) sum += all[i];
  return sum / static_cast<double>(all.size());
}

AgentVectors gossip(Mixing& mixing, AgentVectors own, std::int64_t rounds) {
  for (std::int64_t r = 0; r < rounds; ++r) own = mixing.mix(own);
  return own;
}

}  // namespace saddle
