// SPDX-License-Identifier: Apache-2.0
// One process of those that c10d_test starts: `c10d_worker contract`, or a way to fail and who
// does.
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <thread>

#include <unistd.h>

#include <gtest/gtest.h>

#include <saddle/optim/consensus/local_communicator.h>
#include <saddle/optim/torch/c10d_communicator.h>
#include <tests/optim/consensus/communicator_contract.h>

namespace saddle {
namespace {

/// Points end at the bits that agents in one process reach.
void keep_contract(const C10dOptions& options) {
  const auto communicator = make_c10d_communicator(options);
  const ContractPoints apart = expect_communicator_contract(*communicator);
  LocalCommunicator local(options.world_size);
  const ContractPoints together = expect_communicator_contract(local);
  const auto k = static_cast<std::size_t>(options.rank);
  ASSERT_EQ(apart.safe_dec_pg.size(), 1u);
  EXPECT_EQ(apart.gradient_tracking[0].x, together.gradient_tracking[k].x);
  EXPECT_EQ(apart.safe_dec_pg[0].x, together.safe_dec_pg[k].x);
  EXPECT_EQ(apart.safe_dec_pg[0].y, together.safe_dec_pg[k].y);
}

/// Goes round after round on a ring until something happens.
void mix_for_ever(const C10dOptions& options, const std::string& failure, int failing_rank) {
  const auto communicator = make_c10d_communicator(options);
  const Eigen::MatrixXd weights = metropolis_weights(ring_graph(options.world_size));
  AgentVectors own{Eigen::VectorXd::Constant(100, options.rank)};
  for (int round = 0;; ++round) {
    if (round == 20 && options.rank == failing_rank) {
      if (failure == "exit") _exit(3);
      if (failure == "throw") throw Error("enough");
      std::this_thread::sleep_for(3 * options.timeout);
      _exit(3);
    }
    own = communicator->mix(own, weights);
  }
}

void run(int count, char** words) {
  const std::string what = count > 1 ? words[1] : "";
  C10dOptions options = c10d_options_from_environment();
  options.timeout = std::chrono::seconds(count > 3 ? std::stoi(words[3]) : 60);
  if (what == "contract") {
    keep_contract(options);
  } else if (what == "leave") {
    (void)make_c10d_communicator(options);
  } else {
    mix_for_ever(options, what, std::stoi(words[2]));
  }
}

}  // namespace
}  // namespace saddle

int main(int count, char** words) {
  testing::InitGoogleTest(&count, words);
  testing::GTEST_FLAG(throw_on_failure) = true;
  try {
    saddle::run(count, words);
  } catch (const saddle::Error& error) {
    std::cout << error.what() << std::endl;
    return 2;
  }
  return 0;
}
