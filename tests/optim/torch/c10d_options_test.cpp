// SPDX-License-Identifier: Apache-2.0
// Who a process is: what torchrun says, and what it may say wrongly.
#include <saddle/optim/torch/c10d_communicator.h>

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/base/check.h>

namespace saddle {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

using Variables = std::map<std::string, std::string>;

C10dOptions options_from(const Variables& variables) {
  return c10d_options_from([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

const Variables kGood{
    {"RANK", "2"}, {"WORLD_SIZE", "4"}, {"MASTER_ADDR", "node0"}, {"MASTER_PORT", "29501"}};

Variables good_but(const std::string& name, const std::string& value) {
  Variables variables = kGood;
  variables[name] = value;
  return variables;
}

TEST(C10dOptions, AreWhatTorchrunSets) {
  const C10dOptions options = options_from(kGood);
  EXPECT_EQ(options.rank, 2);
  EXPECT_EQ(options.world_size, 4);
  EXPECT_EQ(options.master_address, "node0");
  EXPECT_EQ(options.master_port, 29501);
  EXPECT_EQ(options.network_interface, "");
  EXPECT_EQ(options_from(good_but("GLOO_SOCKET_IFNAME", "eth1")).network_interface, "eth1");
}

TEST(C10dOptions, NameTheVariableThatIsMissing) {
  for (const auto& [name, value] : kGood) {
    Variables missing = kGood;
    missing.erase(name);
    const auto says =
        ThrowsMessage<Error>(AllOf(HasSubstr(name + " is not set"), HasSubstr("torchrun")));
    EXPECT_THAT([&] { (void)options_from(missing); }, says);
    EXPECT_THAT([&] { (void)options_from(good_but(name, "")); }, says);
  }
}

TEST(C10dOptions, NameTheVariableThatIsWrongAndWhatItTakes) {
  const auto refused = [](const char* name, const char* value, const char* range) {
    EXPECT_THAT([&] { (void)options_from(good_but(name, value)); },
                ThrowsMessage<Error>(HasSubstr(
                    concat(name, " is '", value, "'; it must be a whole number in ", range))));
  };
  refused("RANK", "4", "[0, 3]");
  refused("RANK", "-1", "[0, 3]");
  refused("RANK", "two", "[0, 3]");
  refused("WORLD_SIZE", "0", "[1, ");
  refused("WORLD_SIZE", "4 ", "[1, ");
  refused("MASTER_PORT", "65536", "[1, 65535]");
  refused("MASTER_PORT", "99999999999", "[1, 65535]");
}

TEST(C10dOptions, ThatDoNotFitAreRefusedBeforeAnythingIsOpened) {
  const auto refused = [](const C10dOptions& options, const char* why) {
    EXPECT_THAT([&] { (void)make_c10d_communicator(options); },
                ThrowsMessage<Error>(HasSubstr(why)));
  };
  refused({.rank = 2, .world_size = 2}, "rank 2 is none of 2 processes");
  refused({.master_port = 0}, "port 0 is no address");
  refused({.master_address = ""}, "'' with port 29500 is no address");
  refused({.timeout = std::chrono::milliseconds(10)}, "a time-out of 10 ms is too short");
}

}  // namespace
}  // namespace saddle
