// SPDX-License-Identifier: Apache-2.0
// From the data of all agents to the network of those that a process owns.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <saddle/optim/consensus/local_communicator.h>
#include <saddle/optim/consensus/problems.h>

namespace saddle {

/// The agents of `communicator`, or of this process alone if there is none.
[[nodiscard]] inline Mixing mixing_of(AgentsCommunicator communicator,
                                      const Eigen::MatrixXd& weights) {
  if (!communicator) {
    communicator = std::make_shared<LocalCommunicator>(static_cast<int>(weights.rows()));
  }
  return {std::move(communicator), weights};
}

/// The network of owned agents, from what an agent's number tells.
template <class Local>
[[nodiscard]] SolvedNetwork<Local> solved_network(
    Mixing mixing, bool shares_y, const std::function<std::unique_ptr<Local>(int agent)>& local,
    const typename Local::Point& start,
    const std::function<typename Local::Point(int agent)>& solution, double optimum) {
  SolvedNetwork<Local> solved;
  std::vector<std::unique_ptr<Local>> owned;
  for (const int agent : mixing.owned()) {
    owned.push_back(local(agent));
    solved.start.push_back(start);
    solved.solution.push_back(solution(agent));
  }
  solved.network = std::make_unique<Network<Local>>(std::move(owned), std::move(mixing), shares_y);
  solved.optimum = optimum;
  return solved;
}

}  // namespace saddle
