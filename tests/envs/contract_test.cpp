// SPDX-License-Identifier: Apache-2.0
// What every registered world promises.
#include <saddle/envs/contract.h>

#include <cctype>

#include <gtest/gtest.h>

namespace saddle {
namespace {

EnvironmentRegistry all_worlds() {
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  return worlds;
}

class EveryWorld : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Contract, EveryWorld, ::testing::ValuesIn(all_worlds().names()),
                         [](const auto& world) {
                           std::string name = world.param;
                           std::erase_if(name, [](char c) { return !std::isalnum(c); });
                           return name;
                         });

TEST_P(EveryWorld, KeepsTheContract) {
  constexpr std::uint64_t kSeed = 21;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  const auto findings = check_contract(GetParam(), all_worlds().at(GetParam()), {kSeed, 6000});
  EXPECT_EQ(findings.size(), 13u);
  for (const Finding& finding : findings) {
    EXPECT_EQ(finding.verdict, Verdict::kPassed) << finding.check << ": " << finding.detail;
  }
}

}  // namespace
}  // namespace saddle
