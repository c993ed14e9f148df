// SPDX-License-Identifier: Apache-2.0
// All agents in one process.
#include <saddle/optim/consensus/local_communicator.h>

#include <numeric>

#include <saddle/base/check.h>

namespace saddle {

using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

void check_sizes(const std::vector<VectorXd>& own, std::size_t agents) {
  SADDLE_CHECK(own.size() == agents, own.size(), agents);
  for (std::size_t i = 1; i < own.size(); ++i) {
    if (own[i].size() != own[0].size()) {
      throw Error(concat("agent ", i, " has a vector of ", own[i].size(), " numbers and agent 0 ",
                         "one of ", own[0].size(),
                         "; agents can only mix vectors of one size, so check their problems"));
    }
  }
}

}  // namespace

LocalCommunicator::LocalCommunicator(int agents) {
  if (agents < 1) {
    throw Error(concat("a network cannot have ", agents, " agents; it takes at least 1"));
  }
  owned_.resize(static_cast<std::size_t>(agents));
  std::iota(owned_.begin(), owned_.end(), 0);
}

std::vector<VectorXd> LocalCommunicator::mix(const std::vector<VectorXd>& own,
                                             const MatrixXd& weights) {
  const auto n = static_cast<Eigen::Index>(owned_.size());
  check_sizes(own, owned_.size());
  SADDLE_CHECK(weights.rows() == n && weights.cols() == n, weights.rows(), weights.cols(), n);
  std::vector<VectorXd> mixed(own.size());
  for (Eigen::Index i = 0; i < n; ++i) {
    VectorXd sum = VectorXd::Zero(own[0].size());
    for (Eigen::Index j = 0; j < n; ++j) {
      if (weights(i, j) != 0) sum += weights(i, j) * own[static_cast<std::size_t>(j)];
    }
    mixed[static_cast<std::size_t>(i)] = std::move(sum);
  }
  return mixed;
}

std::vector<VectorXd> LocalCommunicator::gather(const std::vector<VectorXd>& own) {
  check_sizes(own, owned_.size());
  return own;
}

}  // namespace saddle
