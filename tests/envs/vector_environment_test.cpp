// SPDX-License-Identifier: Apache-2.0
// Time limits, resets, clipping and checks, on a world that counts.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/batch.h"

namespace saddle {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::StepBuffers;
using ::testing::ThrowsMessage;

/// Observes (random number of the episode, steps taken). Pays the action it saw. Ends by itself
/// when the action is 0.5 or 0.75, and costs less than nothing when it is the latter. Its central
/// state is what it observes, ten times as large.
class Counter final : public Environment {
 public:
  explicit Counter(bool discrete = false) {
    spec_.id = "Counter-v0";
    spec_.observation = Space::box(2, 0, 1000);
    spec_.action = discrete ? Space::discrete(3) : Space::box(1, -1, 1);
    spec_.constraints = {{"use", "units", 1, "always"}};
    spec_.state = 2;
    spec_.horizon = 3;
  }

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }

  void reset(Rng& rng, std::span<float> observation) override {
    episode_ = static_cast<float>(rng.uniform());
    steps_ = 0;
    observe(observation);
  }

  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    ++steps_;
    observe(out.observation);
    out.reward[0] = action[0];
    out.cost[0] = action[0] == 0.75f ? -1 : cost;
    return action[0] == 0.5f || action[0] == 0.75f;
  }

  void central_state(std::span<float> state) const override {
    state[0] = scale * episode_;
    state[1] = scale * static_cast<float>(steps_);
  }

  static inline float cost = 1, scale = 10;

 private:
  void observe(std::span<float> observation) const {
    observation[0] = episode_;
    observation[1] = static_cast<float>(steps_);
  }

  EnvironmentSpec spec_;
  float episode_ = 0;
  int steps_ = 0;
};

std::unique_ptr<Environment> make_counter() { return std::make_unique<Counter>(); }

struct Counters : ::testing::Test {
  Counters() { worlds.reset({0, 2}, buffers.start); }
  ~Counters() override {
    Counter::cost = 1;
    Counter::scale = 10;
  }

  void step(float first, float second) {
    buffers.action = {first, second};
    worlds.step({0, 2}, buffers.view());
  }

  /// The same with room for central states.
  void step_with_states(float first, float second) {
    buffers.action = {first, second};
    StepView view = buffers.view();
    view.next_state = next_state;
    view.start_state = start_state;
    worlds.step({0, 2}, view);
  }

  std::vector<float> next_state = std::vector<float>(4), start_state = next_state;
  VectorEnvironment worlds{make_counter, 2, 5};
  StepBuffers buffers{worlds};
};

TEST_F(Counters, ResetInTheSameStepAndKeepTheFinalObservation) {
  const float first_episode = buffers.start[0];
  step(0, 0);
  EXPECT_THAT(buffers.terminated, ElementsAre(0, 0));
  EXPECT_THAT(buffers.truncated, ElementsAre(0, 0));
  EXPECT_EQ(buffers.start, buffers.next);

  step(0.5, 0);  // the first world ends by itself
  EXPECT_THAT(buffers.terminated, ElementsAre(1, 0));
  EXPECT_THAT(buffers.truncated, ElementsAre(0, 0));
  EXPECT_EQ(buffers.next[0], first_episode);
  EXPECT_EQ(buffers.next[1], 2);
  EXPECT_NE(buffers.start[0], first_episode);
  EXPECT_EQ(buffers.start[1], 0);

  step(0, 0);  // the second reaches the horizon
  EXPECT_THAT(buffers.terminated, ElementsAre(0, 0));
  EXPECT_THAT(buffers.truncated, ElementsAre(0, 1));
  EXPECT_EQ(buffers.next[3], 3);
  EXPECT_EQ(buffers.start[3], 0);
  EXPECT_EQ(buffers.next[1], 1) << "the first world is one step into its second episode";
}

TEST_F(Counters, StatesAreThoseOfObservationsAtEveryEnding) {
  const auto expect_states = [&] {
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(next_state[i], 10 * buffers.next[i]) << i;
      EXPECT_EQ(start_state[i], 10 * buffers.start[i]) << i;
    }
  };
  worlds.reset({0, 2}, buffers.start, start_state);
  EXPECT_THAT(start_state, ElementsAre(10 * buffers.start[0], 0, 10 * buffers.start[2], 0));
  const float first = start_state[0], second = start_state[2];
  step_with_states(0, 0);
  EXPECT_THAT(next_state, ElementsAre(first, 10, second, 10));
  EXPECT_EQ(start_state, next_state);
  step_with_states(0.5, 0);  // the first world ends by itself
  EXPECT_THAT(next_state, ElementsAre(first, 20, second, 20));
  EXPECT_NE(start_state[0], first);
  EXPECT_EQ(start_state[1], 0);
  EXPECT_EQ(start_state[3], 20);
  expect_states();
  step_with_states(0, 0);  // the second reaches the horizon
  EXPECT_EQ(next_state[1], 10);
  EXPECT_EQ(next_state[2], second);
  EXPECT_EQ(next_state[3], 30);
  EXPECT_NE(start_state[2], second);
  EXPECT_EQ(start_state[3], 0);
  expect_states();
}

TEST_F(Counters, AskingForStatesChangesNothingElse) {
  VectorEnvironment others(make_counter, 2, 5);
  StepBuffers apart(others);
  others.reset({0, 2}, apart.start);
  apart.action = {0, 0};
  for (int t = 0; t < 5; ++t) {
    step_with_states(0, 0);
    others.step({0, 2}, apart.view());
    EXPECT_EQ(apart.start, buffers.start);
  }
}

TEST(ManyCounters, StatesOfAPoolOfThreadsAreInTheirRows) {
  VectorEnvironment worlds(make_counter, 37, 5);  // blocks of 16, 16 and 5
  StepBuffers buffers(worlds);
  std::vector<float> next_state(2 * 37), start_state(2 * 37);
  WorkerPool pool(2);
  worlds.reset(pool, buffers.start, start_state);
  StepView view = buffers.view();
  view.next_state = next_state;
  view.start_state = start_state;
  for (int t = 0; t < 4; ++t) {
    worlds.step(pool, view);
    for (std::size_t i = 0; i < next_state.size(); ++i) {
      ASSERT_EQ(next_state[i], 10 * buffers.next[i]);
      ASSERT_EQ(start_state[i], 10 * buffers.start[i]);
    }
  }
}

TEST_F(Counters, RefuseStatesThatAreNotFinite) {
  Counter::scale = std::numeric_limits<float>::infinity();
  EXPECT_NO_THROW(step(0, 0)) << "nobody asked";
  EXPECT_THAT(
      [&] { step_with_states(0, 0); },
      ThrowsMessage<Error>(AllOf(HasSubstr("world 0 of 'Counter-v0' returned a central state of"),
                                 HasSubstr("at step 2 of its episode"))));
}

TEST_F(Counters, EndingAtTheHorizonByItselfIsTerminationAlone) {
  step(0, 0);
  step(0, 0);
  step(0.5, 0);
  EXPECT_THAT(buffers.terminated, ElementsAre(1, 0));
  EXPECT_THAT(buffers.truncated, ElementsAre(0, 1));
}

TEST_F(Counters, SeeActionsInsideTheBox) {
  step(7, -std::numeric_limits<float>::infinity());
  EXPECT_THAT(buffers.reward, ElementsAre(1, -1));
}

TEST_F(Counters, RefuseAnActionThatIsNotANumber) {
  step(0, 0);
  EXPECT_THAT(
      [&] { step(0, std::nanf("")); },
      ThrowsMessage<Error>(AllOf(HasSubstr("world 1 of 'Counter-v0'"), HasSubstr("step 2"))));
}

TEST(DiscreteCounters, RefuseAChoiceThatDoesNotExist) {
  VectorEnvironment worlds([] { return std::make_unique<Counter>(true); }, 1, 0);
  StepBuffers buffers(worlds);
  worlds.reset({0, 1}, buffers.start);
  for (const float action : {-1.0f, 3.0f, 0.5f}) {
    buffers.action = {action};
    EXPECT_THROW(worlds.step({0, 1}, buffers.view()), Error) << action;
  }
  buffers.action = {2};
  EXPECT_NO_THROW(worlds.step({0, 1}, buffers.view()));
}

TEST_F(Counters, RefuseNumbersThatAreNotFiniteAndCostsBelowZero) {
  for (const float wrong : {std::nanf(""), std::numeric_limits<float>::infinity(), -0.5f}) {
    Counter::cost = wrong;
    worlds.reset({0, 2}, buffers.start);
    EXPECT_THAT([&] { step(0, 0); },
                ThrowsMessage<Error>(AllOf(HasSubstr("world 0 of 'Counter-v0' returned a cost of"),
                                           HasSubstr("at step 1 of its episode"))));
  }
}

TEST_F(Counters, NameTheWorldAndTheStepThatWentWrongThoughTheEpisodeEnded) {
  step(0, 0);
  EXPECT_THAT([&] { step(0, 0.75); },
              ThrowsMessage<Error>(AllOf(HasSubstr("world 1 of 'Counter-v0' returned a cost of -1"),
                                         HasSubstr("at step 2 of its episode"))));
}

TEST_F(Counters, ARangeStepsItsOwnWorldsOnly) {
  step(0, 0);
  const std::vector<float> both = buffers.next;
  VectorEnvironment other(make_counter, 2, 5);
  StepBuffers apart(other);
  other.reset({0, 2}, apart.start);
  apart.action = {0, 0};
  const auto row = [](auto& values, std::size_t i) {
    const std::size_t width = values.size() / 2;
    return std::span(values).subspan(i * width, width);
  };
  for (const std::size_t i : {1u, 0u}) {
    other.step({static_cast<int>(i), 1},
               {row(apart.action, i), row(apart.next, i), row(apart.start, i), row(apart.reward, i),
                row(apart.cost, i), row(apart.terminated, i), row(apart.truncated, i)});
  }
  EXPECT_EQ(apart.next, both);
}

TEST_F(Counters, ABatchMayBeAPartOfALargerOne) {
  VectorEnvironment part(make_counter, 1, 5, 1);
  std::vector<float> observation(2);
  part.reset({0, 1}, observation);
  EXPECT_EQ(observation[0], buffers.start[2]);
}

TEST_F(Counters, MemoryOfAnotherShapeIsAMistakeOfOurs) {
  buffers.reward.pop_back();
  EXPECT_THROW(worlds.step({0, 2}, buffers.view()), std::logic_error);
  EXPECT_THROW(worlds.step({1, 2}, buffers.view()), std::logic_error);
  EXPECT_THROW(VectorEnvironment(make_counter, 0, 1), std::logic_error);
  start_state.pop_back();
  EXPECT_THROW(step_with_states(0, 0), std::logic_error);
  next_state.pop_back();
  EXPECT_THROW(step_with_states(0, 0), std::logic_error);
}

TEST_F(Counters, ACheckpointWithMoreActionsThanAnEpisodeHasIsRefused) {
  Archive saved;
  worlds.state(saved);
  auto entries = saved.entries();
  ArchiveEntry& actions = entries.at("1/actions");
  actions.shape = {4};
  actions.bytes.resize(4 * sizeof(float));
  Archive loaded(entries);
  EXPECT_THAT([&] { worlds.state(loaded); },
              ThrowsMessage<Error>(HasSubstr("4 numbers as the actions of world 1")));
}

}  // namespace
}  // namespace saddle
