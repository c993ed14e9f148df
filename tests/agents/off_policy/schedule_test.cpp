// SPDX-License-Identifier: Apache-2.0
// Learning rates of off-policy agents over a run.
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "tests/support/metrics.h"
#include "tests/support/off_policy_session.h"

namespace saddle {
namespace {

using Session = testing::OffPolicySession;

class OffPolicySchedule : public ::testing::TestWithParam<testing::NamedSettings> {
 protected:
  static Session session(const std::string& schedule, const std::string& critic = "constant") {
    ActorSettings settings = GetParam().settings;
    settings.learning_rate = 0.008;
    settings.schedule = schedule;
    OffPolicyOptions options = testing::small_replay();
    options.critic.schedule = critic;
    return Session(settings, options);
  }
};

INSTANTIATE_TEST_SUITE_P(All, OffPolicySchedule, ::testing::ValuesIn(testing::all_settings()),
                         [](const auto& trial) { return trial.param.name; });

TEST_P(OffPolicySchedule, TheLearningRateGoesByTheShareOfTheRun) {
  Session constant = session("constant"), linear = session("linear"), cosine = session("cosine");
  for (Session* one : {&constant, &linear, &cosine}) one->train(4, 1);
  for (std::size_t i = 0; i < 4; ++i) {
    const double share = 0.25 * static_cast<double>(i);
    const auto rate = [i](const Session& one) {
      return testing::value(one.history[i], "policy/learning_rate");
    };
    EXPECT_DOUBLE_EQ(rate(constant), 0.008);
    EXPECT_DOUBLE_EQ(rate(linear), 0.008 * (1 - share));
    EXPECT_DOUBLE_EQ(rate(cosine), 0.008 * (1 + std::cos(std::numbers::pi * share)) / 2);
  }
}

TEST_P(OffPolicySchedule, OfPolicyAndCriticsAreTheirOwn) {
  Session constant = session("constant"), policy = session("linear"),
          critic = session("constant", "linear");
  for (Session* one : {&constant, &policy, &critic}) one->train(2, 1, 4);
  const auto same = [&](Session& one, const char* name) {
    return one.everything().at(name).bytes == constant.everything().at(name).bytes;
  };
  EXPECT_FALSE(same(policy, "policy/0.weight"));
  EXPECT_FALSE(same(critic, "agent/learner/cost_critic/network/0.weight"));
}

TEST_P(OffPolicySchedule, ResumesToTheSameBitsAndGoesOnInALongerRunByItsLength) {
  Session straight = session("linear", "cosine"), first = session("linear", "cosine"),
          second = session("linear", "cosine"), longer = session("linear", "cosine");
  straight.train(4, 2);
  first.train(2, 1, 4);
  for (Session* resumed : {&second, &longer}) {
    Archive loading(first.everything());
    resumed->agent.policy(loading);
    resumed->run.state(loading);
  }
  second.train(4, 1);
  testing::expect_same(straight.everything(), second.everything());
  longer.train(3, 1, 8);
  EXPECT_DOUBLE_EQ(testing::value(longer.history[0], "policy/learning_rate"), 0.008 * 0.75);
}

}  // namespace
}  // namespace saddle
