// SPDX-License-Identifier: Apache-2.0
// Agents that are processes: they end at the bits of those in one process, and miss who is lost.
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/base/check.h>

namespace saddle {
namespace {

using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

/// Of this machine, and not in use a moment ago.
int free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  SADDLE_CHECK(bind(listener, any, size) == 0 && getsockname(listener, any, &size) == 0);
  close(listener);
  return ntohs(address.sin_port);
}

struct Outcome {
  int code = -1;
  std::string output;
};

/// Starts the processes of `ranks` with the same words, and waits for all of them to end.
std::vector<Outcome> run(const std::vector<int>& ranks, int world_size, const std::string& words) {
  const int port = free_port();
  std::vector<FILE*> processes;
  for (const int rank : ranks) {
    const std::string command = concat("RANK=", rank, " WORLD_SIZE=", world_size,
                                       " MASTER_ADDR=127.0.0.1 MASTER_PORT=", port, " timeout 100 ",
                                       SADDLE_C10D_WORKER, " ", words, " 2>&1");
    processes.push_back(popen(command.c_str(), "r"));
    SADDLE_CHECK(processes.back() != nullptr);
  }
  std::vector<Outcome> outcomes;
  for (FILE* process : processes) {
    Outcome outcome;
    char part[4096];
    while (fgets(part, sizeof part, process) != nullptr) outcome.output += part;
    outcome.code = WEXITSTATUS(pclose(process));
    outcomes.push_back(outcome);
  }
  return outcomes;
}

void expect_all_name(const std::vector<Outcome>& outcomes, int but, const std::string& culprit) {
  for (std::size_t rank = 0; rank < outcomes.size(); ++rank) {
    if (static_cast<int>(rank) == but) continue;
    EXPECT_EQ(outcomes[rank].code, 2) << "rank " << rank << ": " << outcomes[rank].output;
    EXPECT_THAT(outcomes[rank].output, HasSubstr(culprit)) << "rank " << rank;
  }
}

TEST(C10dCommunicator, KeepsTheContractToTheBitsOfOneProcess) {
  for (const Outcome& outcome : run({0, 1, 2, 3}, 4, "contract")) {
    EXPECT_EQ(outcome.code, 0) << outcome.output;
  }
}

TEST(C10dCommunicator, IsANetworkOfOneAsWell) {
  for (const Outcome& outcome : run({0}, 1, "leave")) EXPECT_EQ(outcome.code, 0) << outcome.output;
}

TEST(C10dCommunicator, ProcessesLeaveTogetherHoweverSoonTheyAreDone) {
  for (int repetition = 0; repetition < 3; ++repetition) {
    for (const Outcome& outcome : run({0, 1, 2, 3}, 4, "leave")) {
      EXPECT_EQ(outcome.code, 0) << outcome.output;
    }
  }
}

TEST(C10dCommunicator, AllNameARankThatEndsOnTheWay) {
  const auto start = Clock::now();
  const std::vector<Outcome> outcomes = run({0, 1, 2, 3}, 4, "exit 2 60");
  EXPECT_EQ(outcomes[2].code, 3);
  expect_all_name(outcomes, 2, "rank 2 of 4 ended or did not answer within 60 s");
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(50));
}

TEST(C10dCommunicator, AllNameRankZeroWhoKeepsTheTable) {
  expect_all_name(run({0, 1, 2, 3}, 4, "exit 0 60"), 0, "rank 0 of 4 ended or did not answer");
}

TEST(C10dCommunicator, AnErrorInOneProcessEndsTheOthersAtOnce) {
  const std::vector<Outcome> outcomes = run({0, 1, 2, 3}, 4, "throw 1 60");
  EXPECT_THAT(outcomes[1].output, HasSubstr("enough"));
  expect_all_name(outcomes, 1, "rank 1 of 4 ended or did not answer");
}

TEST(C10dCommunicator, ARankThatHangsIsNamedWhenTheTimeIsOver) {
  expect_all_name(run({0, 1, 2, 3}, 4, "hang 3 3"), 3,
                  "rank 3 of 4 ended or did not answer within 3 s");
}

TEST(C10dCommunicator, ARankThatNeverComesIsNamed) {
  const std::vector<Outcome> outcomes = run({0, 1, 3}, 4, "exit 9 3");
  expect_all_name(outcomes, -1, "rank 2 of 4 did not come within 3 s");
  expect_all_name(run({1, 2}, 3, "exit 9 2"), -1, "rank 0 does not answer at 127.0.0.1:");
}

}  // namespace
}  // namespace saddle
