// SPDX-License-Identifier: Apache-2.0
// Cooperative navigation: motion, contact, costs and observations by hand, and that names do not
// matter.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include <saddle/envs/particles/coop_nav.h>

#include "tests/support/particles.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;
using testing::at;
using testing::moving;
using testing::Particles;

CoopNavParameters team(int agents, int neighbours, Goals goals = Goals::kOwn) {
  return {"Team-v0", "a team", agents, neighbours, goals};
}

/// A world, and what its last step put out.
struct Played {
  explicit Played(const CoopNavParameters& parameters, std::uint64_t seed = 1)
      : world(parameters), rng(seed) {
    const auto n = static_cast<std::size_t>(world.spec().agents);
    observation.resize(n * static_cast<std::size_t>(world.spec().observation.size));
    reward.resize(n);
    cost.resize(n);
    world.reset(rng, observation);
  }
  void step(const Floats& action) {
    EXPECT_FALSE(world.step(action, rng, {observation, reward, cost}));
  }
  void rest() { step(Floats(2 * reward.size(), 0)); }
  [[nodiscard]] Floats row(std::size_t agent) const {
    const std::size_t o = observation.size() / reward.size();
    const auto first = observation.begin() + static_cast<std::ptrdiff_t>(agent * o);
    return {first, first + static_cast<std::ptrdiff_t>(o)};
  }

  CoopNav world;
  Rng rng;
  Floats observation, reward, cost;
};

const Particles kGoals = {at(0.5, 0), at(0, 0.5), at(-0.5, 0)};

TEST(CoopNav, MovesWithTheVelocityItHasAndThenChangesThat) {
  Played played(team(3, 2));
  played.world.place(Particles{moving(0, 0, 1, 0.4), at(5, 5), at(-5, 5)}, kGoals);
  played.step({1, -0.5, 0, 0, 0, 1});
  const Particle& first = played.world.agents()[0];
  EXPECT_DOUBLE_EQ(first.position[0], 0.1);
  EXPECT_DOUBLE_EQ(first.position[1], 0.04);
  EXPECT_DOUBLE_EQ(first.velocity[0], 0.75 + 0.5);
  EXPECT_NEAR(first.velocity[1], 0.05, 1e-15);
  const Particle& last = played.world.agents()[2];
  EXPECT_DOUBLE_EQ(last.position[1], 5);
  EXPECT_DOUBLE_EQ(last.velocity[1], 0.5);
}

TEST(CoopNav, AtFullControlItApproachesTwoMetresASecond) {
  // v = 0.75 v + 0.5 rests at 2.
  Played played(team(2, 1));
  played.world.place(Particles{at(0, 0), at(9, 9)}, Particles{at(0, 0), at(1, 1)});
  for (int t = 0; t < 40; ++t) played.step({1, 0, 0, 0});
  EXPECT_NEAR(played.world.agents()[0].velocity[0], 2, 1e-4);
}

TEST(Particle, PushesWhatItOverlapsByAHundredNewtonsAMetre) {
  const DoublePair force = contact_force(DoublePair{-0.06, 0.08}, 0.2);  // 0.1 m of overlap
  EXPECT_NEAR(force[0], -0.6 * 10, 1e-9);
  EXPECT_NEAR(force[1], 0.8 * 10, 1e-9);
  EXPECT_NEAR(contact_force(DoublePair{0.2, 0}, 0.2)[0], 0.1 * std::log(2), 1e-12);
  EXPECT_NEAR(contact_force(DoublePair{0.201, 0}, 0.2)[0], 0.1 * std::log1p(std::exp(-1)), 1e-12);
  for (const DoublePair nothing :
       {contact_force(DoublePair{0.25, 0}, 0.2), contact_force(DoublePair{}, 0.2)}) {
    EXPECT_EQ(nothing[0], 0);
    EXPECT_EQ(nothing[1], 0);
  }
  // Deep inside each other exp(overlap / 1 mm) is beyond any number.
  EXPECT_NEAR(contact_force(DoublePair{0.5, 0}, 2)[0], 150, 1e-9);
}

TEST(Particle, KeepsItsTopSpeed) {
  Particle particle = moving(0, 0, 3, 4);
  move(particle, DoublePair{}, 0.5, 1);
  EXPECT_DOUBLE_EQ(particle.position[1], 0.4);
  EXPECT_DOUBLE_EQ(particle.velocity[0], 0.6);
  EXPECT_DOUBLE_EQ(particle.velocity[1], 0.8);
}

TEST(CoopNav, AgentsPushEachOtherApartAlike) {
  Played played(team(3, 2));
  played.world.place(Particles{at(0, 0), at(0.1, 0), at(0, 3)}, kGoals);
  played.rest();
  const auto agents = played.world.agents();
  EXPECT_NEAR(agents[0].velocity[0], -1, 1e-9);
  EXPECT_NEAR(agents[1].velocity[0], 1, 1e-9);
  EXPECT_EQ(agents[0].velocity[1], 0);
  EXPECT_EQ(agents[2].velocity[0], 0);
}

TEST(CoopNav, CostsBothOfAPairThatIsTooNear) {
  Played own(team(3, 2)), shared(team(3, 2, Goals::kAny));
  const auto costs = [&](const Particles& agents) {
    own.world.place(agents, kGoals);
    shared.world.place(agents, kGoals);
    own.rest();
    shared.rest();
    const float mean = std::accumulate(own.cost.begin(), own.cost.end(), 0.0f) / 3;
    EXPECT_EQ(shared.cost, Floats(3, mean));
    return own.cost;
  };
  EXPECT_EQ(costs({at(0, 0), at(0.31, 0), at(0, 0.31)}), (Floats{0, 0, 0}));
  EXPECT_EQ(costs({at(0, 0), at(0.29, 0), at(0, 0.31)}), (Floats{1, 1, 0}));
  EXPECT_EQ(costs({at(0, 0), at(0.29, 0), at(0, 0.29)}), (Floats{1, 1, 1}));
  EXPECT_EQ(costs({at(0.2, 0.2), at(1, 1), at(0, 0)}), (Floats{1, 0, 1}));
  // Where a step ends is what counts.
  EXPECT_EQ(costs({moving(0, 0, 1, 0), at(0.39, 0), at(0, 3)}), (Floats{1, 1, 0}));
  EXPECT_EQ(costs({moving(0, 0, -1, 0), at(0.25, 0), at(0, 3)}), (Floats{0, 0, 0}));
}

TEST(CoopNav, CostsAreThoseOfEveryPairAtRandom) {
  constexpr std::uint64_t kSeed = 12;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Played played(team(6, 3), kSeed);
  int near = 0;
  for (int t = 0; t < 400; ++t) {
    if (t % 20 == 0) played.world.reset(played.rng, played.observation);
    Floats action(12);
    for (float& a : action) a = static_cast<float>(played.rng.uniform(-1, 1));
    played.step(action);
    const auto agents = played.world.agents();
    for (std::size_t i = 0; i < 6; ++i) {
      double least = 100;
      for (std::size_t j = 0; j < 6; ++j) {
        if (j == i) continue;
        const DoublePair apart = agents[i].position - agents[j].position;
        least = std::min(least, std::hypot(apart[0], apart[1]));
      }
      ASSERT_EQ(played.cost[i], least < 0.3 ? 1 : 0) << t << ' ' << i << ' ' << least;
      near += least < 0.3;
    }
  }
  EXPECT_GT(near, 20);
}

TEST(CoopNav, PaysByTheDistanceFromGoals) {
  const Particles agents = {at(0.2, 0.4), at(0, 0.6), at(3, 4)};
  Played own(team(3, 2)), shared(team(3, 2, Goals::kAny));
  own.world.place(agents, Particles{at(0.5, 0), at(0, 0.5), at(0, 0)});
  own.rest();
  EXPECT_FLOAT_EQ(own.reward[0], -0.5f);
  EXPECT_FLOAT_EQ(own.reward[1], -0.1f);
  EXPECT_FLOAT_EQ(own.reward[2], -5);
  // The first agent is nearest to the goal at (½, 0), the second to (0, ½), the last to (3, 3.5).
  shared.world.place(agents, Particles{at(0.5, 0), at(0, 0.5), at(3, 3.5)});
  shared.rest();
  for (const float reward : shared.reward) EXPECT_FLOAT_EQ(reward, -(0.5f + 0.1f + 0.5f));
}

TEST(CoopNav, ObservesItselfItsGoalAndItsNearestOthers) {
  Played played(team(4, 2));
  played.world.place(Particles{moving(0, 0, 1, 0), at(0, 2), moving(1, 0, 0, 1), at(-0.5, 0)},
                     Particles{at(0.6, 0.2), at(0, 3), at(0, 0), at(0, 0)});
  played.rest();
  EXPECT_EQ(played.world.spec().observation.size, 4 + 2 + 2 * 4);
  // It is at (0.1, 0) now, and so is what it sees: the fourth agent 0.6 away, the third 0.9.
  const Floats expected = {0.75f, 0, 0.1f,   0, 0.5f, 0.2f,  //
                           -0.6f, 0, -0.75f, 0, 0.9f, 0.1f, -0.75f, 0.75f};
  const Floats seen = played.row(0);
  ASSERT_EQ(seen.size(), expected.size());
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_NEAR(seen[i], expected[i], 1e-6) << i;
}

TEST(CoopNav, TheCentralStateIsAllThereIs) {
  for (const Goals goals : {Goals::kOwn, Goals::kAny}) {
    Played played(team(4, 1, goals));
    played.world.place(Particles{moving(0, 0, 1, 0), at(0, 2), moving(1, 0, 0, 1), at(-0.5, 0)},
                       Particles{at(0.6, 0.2), at(0, 3), at(0, -1), at(2, 0)});
    played.step({1, -1, 0, 0, 0, 0, 0, 0.5});
    ASSERT_EQ(played.world.spec().state, 24);
    // By 0.1 v, then v less a quarter and 0.1 · 5 u.
    const Floats expected = {0.1f, 0,    1.25f, -0.5f, 0,     2,  0, 0,      //
                             1,    0.1f, 0,     0.75f, -0.5f, 0,  0, 0.25f,  //
                             0.6f, 0.2f, 0,     3,     0,     -1, 2, 0};
    Floats state(24);
    played.world.central_state(state);
    for (std::size_t i = 0; i < state.size(); ++i) EXPECT_NEAR(state[i], expected[i], 1e-6) << i;
  }
}

TEST(CoopNav, WhereGoalsAreForAnyAllAreSeenTheNearestFirst) {
  Played played(team(3, 1, Goals::kAny));
  played.world.place(Particles{at(0, 0), at(0, 2), at(3, 0)},
                     Particles{at(0, 3), at(1, 0), at(0, -2)});
  played.rest();
  EXPECT_EQ(played.row(0), (Floats{0, 0, 0, 0, 1, 0, 0, -2, 0, 3, 0, 2, 0, 0}));
}

TEST(CoopNav, WhoIsCalledWhatMakesNoDifference) {
  constexpr std::uint64_t kSeed = 5;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  constexpr std::array<std::size_t, 5> kNew = {3, 0, 4, 1, 2};  // agent i of one is kNew[i] there
  for (const Goals goals : {Goals::kOwn, Goals::kAny}) {
    Played one(team(5, 3, goals), kSeed), other(team(5, 3, goals), kSeed + 1);
    Particles agents(5), targets(5);
    for (std::size_t i = 0; i < 5; ++i) {
      agents[kNew.at(i)] = one.world.agents()[i];
      targets[kNew.at(i)] = one.world.goals()[i];
    }
    other.world.place(agents, targets);
    for (int t = 0; t < 50; ++t) {
      Floats action(10), renamed(10);
      for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t d = 0; d < 2; ++d) {
          // Mostly towards the middle, where they meet.
          const double pull = -one.world.agents()[i].position[static_cast<int>(d)];
          action[2 * i + d] =
              static_cast<float>(std::clamp(pull + one.rng.uniform(-0.5, 0.5), -1.0, 1.0));
          renamed[2 * kNew.at(i) + d] = action[2 * i + d];
        }
      }
      one.step(action);
      other.step(renamed);
      for (std::size_t i = 0; i < 5; ++i) {
        ASSERT_NEAR(one.reward[i], other.reward[kNew.at(i)], 1e-5) << t;
        ASSERT_EQ(one.cost[i], other.cost[kNew.at(i)]) << t;
        const Floats here = one.row(i), there = other.row(kNew.at(i));
        for (std::size_t j = 0; j < here.size(); ++j) ASSERT_NEAR(here[j], there[j], 1e-5) << t;
      }
    }
  }
}

TEST(CoopNav, StartsAtRestInTheSquareWithRoomForAll) {
  constexpr std::uint64_t kSeed = 3;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  for (const int n : {2, 3, 10}) {
    Played played(team(n, 1), kSeed);
    EXPECT_NEAR(played.world.half_width(), std::sqrt(n / 3.0), 1e-12);
    double farthest = 0;
    for (int episode = 0; episode < 100; ++episode) {
      played.world.reset(played.rng, played.observation);
      for (const auto all : {played.world.agents(), played.world.goals()}) {
        for (std::size_t i = 0; i < all.size(); ++i) {
          EXPECT_EQ(norm_squared(all[i].velocity), 0);
          for (const int d : {0, 1}) farthest = std::max(farthest, std::abs(all[i].position[d]));
          for (std::size_t j = 0; j < i; ++j) {
            EXPECT_GE(norm_squared(all[i].position - all[j].position), 0.4 * 0.4);
          }
        }
      }
    }
    EXPECT_LE(farthest, played.world.half_width());
    EXPECT_GT(farthest, 0.95 * played.world.half_width());
  }
}

/// Mean cost of an agent and return of agents that go straight to their goals, and turn aside from
/// each other with a gain of `care`.
std::pair<double, double> mean_outcome(int n, double care) {
  constexpr int kEpisodes = 60;
  Played played(team(n, 1), 9);
  double cost = 0, earned = 0;
  for (int episode = 0; episode < kEpisodes; ++episode) {
    played.world.reset(played.rng, played.observation);
    for (int t = 0; t < played.world.spec().horizon; ++t) {
      const auto agents = played.world.agents(), goals = played.world.goals();
      Floats action;
      for (std::size_t i = 0; i < agents.size(); ++i) {
        DoublePair u = 3 * (goals[i].position - agents[i].position) - 2 * agents[i].velocity;
        for (const int d : {0, 1}) u[d] = std::clamp(u[d], -1.0, 1.0);
        for (std::size_t j = 0; j < agents.size(); ++j) {
          if (j == i) continue;
          const DoublePair apart = agents[i].position + 0.3 * agents[i].velocity -
                                   agents[j].position - 0.3 * agents[j].velocity;
          const double distance = std::sqrt(norm_squared(apart));
          const double away = std::clamp((0.6 - distance) / 0.3, 0.0, 2.0) / distance;
          u += care * away * (apart + 0.7 * DoublePair{-apart[1], apart[0]});
        }
        for (const int d : {0, 1}) {
          action.push_back(static_cast<float>(std::clamp(u[d], -1.0, 1.0)));
        }
      }
      played.step(action);
      for (const float c : played.cost) cost += c / static_cast<float>(n) / kEpisodes;
      for (const float r : played.reward) earned += r / static_cast<float>(n) / kEpisodes;
    }
  }
  return {cost, earned};
}

TEST(CoopNav, WhoTurnsAsideKeepsTheLimitAndWhoGoesStraightEarnsMoreAndDoesNot) {
  for (const int n : {3, 5, 10}) {
    const CoopNav world(team(n, 1));
    const auto straight = mean_outcome(n, 0), careful = mean_outcome(n, 2);
    EXPECT_GT(straight.first, 1.5 * world.spec().constraints[0].default_limit);
    EXPECT_LT(careful.first, world.spec().constraints[0].default_limit);
    EXPECT_GT(straight.second, careful.second);
  }
}

}  // namespace
}  // namespace saddle
