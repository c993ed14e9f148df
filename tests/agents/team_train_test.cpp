// SPDX-License-Identifier: Apache-2.0
// Several agents in training: threads and resuming, however they share.
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/agents/ppo.h>
#include <saddle/agents/train.h>
#include <saddle/agents/trust_region.h>
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/none.h>

#include "tests/support/session.h"
#include "tests/support/teams.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

using testing::expect_same;

using testing::multi;
using testing::small_team;
using testing::update;

struct Way {
  const char* name;
  MultiAgentOptions options;
  PolicyUpdateFactory update;
  bool keeps_constraints = false;
  std::string trunk = "shared";
  EnvironmentFactory make = testing::make_walk;
  friend void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }
};

class TeamWays : public ::testing::TestWithParam<Way> {};

INSTANTIATE_TEST_SUITE_P(
    All, TeamWays,
    ::testing::Values(
        Way{"OwnShared", multi("own", "shared", "each"), update<PpoUpdate>()},
        Way{"OwnSeparate", multi("own", "separate", "each"), update<PpoUpdate>()},
        Way{"CentralShared", multi("central", "shared", "each", true), update<PpoUpdate>()},
        Way{"CentralSeparate", multi("central", "separate", "mean"), update<PpoUpdate>()},
        Way{"OwnTrunks", multi("own", "separate", "each"), update<PpoUpdate>(), false, "separate"},
        Way{"CentralTrunks", multi("central", "shared", "each"), update<CpoUpdate>(), true,
            "separate"},
        Way{"StateShared", multi("central", "shared", "each"), update<PpoUpdate>(), false, "shared",
            testing::make_central_walk},
        Way{"StateTrunks", multi("central", "separate", "mean"), update<PpoUpdate>(), false,
            "separate", testing::make_central_walk},
        Way{"CpoShared", multi("central", "shared", "each"), update<CpoUpdate>(), true},
        Way{"CpoSeparate", multi("own", "separate", "each", true), update<CpoUpdate>(), true}),
    [](const auto& way) { return way.param.name; });

/// On the walk, which ends in every way there is.
struct TeamSession {
  explicit TeamSession(const Way& way)
      : environment(way.make, 37, 11),
        agent({environment.spec(), 37, {1, 3}, 11}, options(way), make_fused_mlp, way.update,
              rule(way, environment.spec())) {}

  static OnPolicyOptions options(const Way& way) {
    OnPolicyOptions options = small_team(way.options);
    options.critic.trunk = way.trunk;
    return options;
  }

  static std::unique_ptr<ConstraintRule> rule(const Way& way, const EnvironmentSpec& spec) {
    const int count = small_team(way.options).multipliers(spec);
    if (way.keeps_constraints) return std::make_unique<None>(count, None::Options{});
    return std::make_unique<Lagrangian>(count, Lagrangian::Options{});
  }

  void train(int updates, int threads) {
    testing::train(run, std::int64_t{updates} * 6 * 37, threads);
  }

  Archive::Entries everything() { return testing::everything(run); }

  VectorEnvironment environment;  // blocks of 16, 16 and 5
  OnPolicyAgent agent;
  TrainingRun run{environment, agent};
};

TEST_P(TeamWays, DoNotDependOnTheNumberOfThreads) {
  TeamSession one(GetParam()), two(GetParam()), three(GetParam());
  one.train(3, 1);
  two.train(3, 2);
  three.train(3, 3);
  expect_same(one.everything(), two.everything());
  expect_same(one.everything(), three.everything());
}

TEST_P(TeamWays, ResumeToTheSameBits) {
  TeamSession straight(GetParam()), first(GetParam()), second(GetParam());
  straight.train(4, 2);
  first.train(2, 1);
  Archive loading(first.everything());
  second.agent.policy(loading);
  second.run.state(loading);
  second.train(4, 1);
  expect_same(straight.everything(), second.everything());
}

}  // namespace
}  // namespace saddle
