// SPDX-License-Identifier: Apache-2.0
// Agents in one process, against what every form of communication must do.
#include <saddle/optim/consensus/local_communicator.h>

#include <barrier>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "communicator_contract.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(LocalCommunicator, KeepsTheContract) {
  for (const int agents : {2, 3, 4, 5, 8, 9}) {
    LocalCommunicator communicator(agents);
    const ContractPoints points = expect_communicator_contract(communicator);
    EXPECT_EQ(points.safe_dec_pg.size(), static_cast<std::size_t>(agents));
  }
}

/// What threads that own an agent each write on, and read once all have written.
struct Blackboard {
  explicit Blackboard(int agents) : words(static_cast<std::size_t>(agents)), all(agents) {}
  AgentVectors words;
  std::barrier<> all;
};

/// One agent of a network, in a thread of its own: the smallest form of agents that are apart.
class ThreadCommunicator final : public Communicator {
 public:
  ThreadCommunicator(Blackboard& board, int agent) : board_(board), owned_{agent} {}

  int agents() const override { return static_cast<int>(board_.words.size()); }
  const std::vector<int>& owned() const override { return owned_; }
  AgentVectors mix(const AgentVectors& own, const MatrixXd& weights) override {
    const auto i = static_cast<std::size_t>(owned_[0]);
    return {LocalCommunicator(agents()).mix(gather(own), weights)[i]};
  }
  AgentVectors gather(const AgentVectors& own) override {
    board_.words[static_cast<std::size_t>(owned_[0])] = own.at(0);
    board_.all.arrive_and_wait();
    AgentVectors heard = board_.words;
    board_.all.arrive_and_wait();
    return heard;
  }

 private:
  Blackboard& board_;
  std::vector<int> owned_;
};

TEST(Network, AgentsThatAreApartEndAtTheSameBits) {
  constexpr int kAgents = 5;
  LocalCommunicator together(kAgents);
  const ContractPoints expected = expect_communicator_contract(together);
  Blackboard board(kAgents);
  std::vector<std::thread> threads;
  for (int agent = 0; agent < kAgents; ++agent) {
    threads.emplace_back([&, agent] {
      ThreadCommunicator communicator(board, agent);
      const ContractPoints own = expect_communicator_contract(communicator);
      const auto k = static_cast<std::size_t>(agent);
      ASSERT_EQ(own.safe_dec_pg.size(), 1u);
      EXPECT_EQ(own.gradient_tracking[0].x, expected.gradient_tracking[k].x);
      EXPECT_EQ(own.safe_dec_pg[0].x, expected.safe_dec_pg[k].x);
      EXPECT_EQ(own.safe_dec_pg[0].y, expected.safe_dec_pg[k].y);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(LocalCommunicator, RefusesVectorsOfTwoSizes) {
  LocalCommunicator communicator(2);
  const AgentVectors own{VectorXd::Zero(2), VectorXd::Zero(3)};
  const MatrixXd weights = metropolis_weights(ring_graph(2));
  const auto says = ThrowsMessage<Error>(HasSubstr("agent 1 has a vector of 3 numbers"));
  EXPECT_THAT([&] { (void)communicator.mix(own, weights); }, says);
  EXPECT_THAT([&] { (void)communicator.gather(own); }, says);
}

TEST(LocalCommunicator, RefusesAnotherNumberOfAgents) {
  LocalCommunicator communicator(2);
  const AgentVectors own(3, VectorXd::Zero(2));
  EXPECT_THROW((void)communicator.mix(own, metropolis_weights(ring_graph(2))), std::logic_error);
  EXPECT_THROW((void)communicator.mix({own[0], own[1]}, metropolis_weights(ring_graph(3))),
               std::logic_error);
  EXPECT_THAT([] { LocalCommunicator none(0); }, ThrowsMessage<Error>(HasSubstr("0 agents")));
}

TEST(Network, GivesAProcessTheDataOfItsAgent) {
  LocalCommunicator communicator(5);
  const auto all = decentralized_qp(DecentralizedQpOptions{}, 3, borrowed(communicator));
  Blackboard board(5);
  for (int agent = 0; agent < 5; ++agent) {
    ThreadCommunicator one(board, agent);
    const auto own = decentralized_qp(DecentralizedQpOptions{}, 3, borrowed(one));
    ASSERT_EQ(own.network->size(), 1u);
    const VectorXd x = VectorXd::Constant(2, 0.3);
    const auto k = static_cast<std::size_t>(agent);
    EXPECT_EQ((*own.network)[0].values(x).constraints, (*all.network)[k].values(x).constraints);
    EXPECT_EQ(own.solution[0].y, all.solution[k].y);
  }
}

TEST(Network, NeedsAProblemForEachAgentAndFittingWeights) {
  const auto communicator = std::make_shared<LocalCommunicator>(3);
  EXPECT_THAT(
      [&] { Mixing(communicator, metropolis_weights(ring_graph(4))); },
      ThrowsMessage<Error>(HasSubstr("weights of 4 agents do not fit a communicator of 3")));
  EXPECT_THAT(
      [&] { ConstrainedNetwork({}, Mixing(communicator, metropolis_weights(ring_graph(3)))); },
      ThrowsMessage<Error>(HasSubstr("a problem for each of the 3 agents")));
}

}  // namespace
}  // namespace saddle
