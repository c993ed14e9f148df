// SPDX-License-Identifier: Apache-2.0
// Wrapped worlds: budgets, ends and rewards by hand, on a world that does what its action says.
#include <saddle/envs/wrapper/wrapper.h>

#include <gtest/gtest.h>

#include <saddle/envs/vector_environment.h>
#include <saddle/envs/wrapper/early_termination.h>
#include <saddle/envs/wrapper/perturbed.h>
#include <saddle/envs/wrapper/saute.h>

namespace saddle {
namespace {

using Floats = std::vector<float>;

/// Pays 1 a step; the cost of constraint 0 is the action, of constraint 1 always 1, for two agents.
/// The central state is minus the time.
class Payer final : public Environment {
 public:
  Payer() {
    spec_.id = "Payer-v0";
    spec_.observation = Space::box(1, 0, 100);
    spec_.action = Space::box(1, 0, 10);
    spec_.agents = 2;
    spec_.constraints = {{"paid", "units", 4, "the action"}, {"time", "steps", 100, "always"}};
    spec_.state = 1;
    spec_.horizon = 4;
  }
  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float> observation) override {
    time_ = 0;
    observation[0] = observation[1] = 0;
  }
  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    ++time_;
    for (std::size_t i = 0; i < 2; ++i) {
      out.observation[i] = static_cast<float>(time_);
      out.reward[i] = 1;
      out.cost[2 * i] = action[i];
      out.cost[2 * i + 1] = 1;
    }
    return false;
  }
  void central_state(std::span<float> state) const override {
    state[0] = static_cast<float>(-time_);
  }

 private:
  EnvironmentSpec spec_;
  int time_ = 0;
};

EnvironmentFactory wrapped(const std::string& name, const std::vector<double>& limits,
                           Purpose purpose,
                           const std::vector<std::pair<std::string, std::string>>& options = {}) {
  WrapperRegistry registry("wrapper");
  register_wrappers(registry);
  const auto builder = registry.at(name).builder();
  Fields fields;
  builder->fields(fields);
  for (const auto& [key, value] : options) fields.parse(name + "." + key, value);
  return builder->wrap([] { return std::make_unique<Payer>(); }, limits, purpose);
}

/// One world, stepped with the same action for both agents.
struct Play {
  explicit Play(const EnvironmentFactory& make) : worlds(make, 1, 7) {
    const auto o = 2 * static_cast<std::size_t>(worlds.spec().observation.size);
    next.resize(o);
    start.resize(o);
    next_state.resize(static_cast<std::size_t>(worlds.spec().state));
    start_state = next_state;
    worlds.reset({0, 1}, start, start_state);
  }
  void step(float first, float second) {
    const Floats action{first, second};
    worlds.step({0, 1}, {action, next, start, reward, cost, terminated, truncated, next_state,
                         start_state});
  }

  VectorEnvironment worlds;
  Floats next, start, next_state, start_state, reward = Floats(2), cost = Floats(4);
  std::vector<std::uint8_t> terminated = {0}, truncated = {0};
};

TEST(Saute, ShowsTheShareOfEveryBudgetThatIsLeft) {
  Play run(wrapped("saute", {4, 100}, Purpose::kTraining));
  EXPECT_EQ(run.worlds.spec().observation.size, 3);
  EXPECT_EQ(run.start, (Floats{0, 1, 1, 0, 1, 1}));
  run.step(1, 3);  // the team pays 2 of 4
  EXPECT_EQ(run.next, (Floats{1, 0.5f, 0.99f, 1, 0.5f, 0.99f}));
  EXPECT_EQ(run.reward, (Floats{1, 1}));
  run.step(2, 2);  // spent, not overdrawn
  EXPECT_EQ(run.next[1], 0);
  EXPECT_EQ(run.reward, (Floats{1, 1}));
  run.step(1, 1);
  EXPECT_EQ(run.next[1], -0.25f);
  EXPECT_EQ(run.reward, (Floats{-1, -1}));
  EXPECT_EQ(run.cost, (Floats{1, 1, 1, 1}));  // costs are the world's own
}

TEST(Saute, AtTruncationTheSuccessorShowsTheTrueBudgetAndTheNextEpisodeAFullOne) {
  Play run(wrapped("saute", {4, 100}, Purpose::kTraining));
  for (int i = 0; i < 4; ++i) run.step(0.5f, 0.5f);
  ASSERT_EQ(run.truncated[0], 1);
  EXPECT_EQ(run.next[1], 0.5f);
  EXPECT_EQ(run.start[1], 1);
  run.step(2, 2);
  EXPECT_EQ(run.next[1], 0.5f);
}

TEST(Saute, TheCentralStateHasTheBudgetToo) {
  Play run(wrapped("saute", {4, 100}, Purpose::kTraining));
  EXPECT_EQ(run.start_state, (Floats{0, 1, 1}));
  run.step(1, 3);
  EXPECT_EQ(run.next_state, (Floats{-1, 0.5f, 0.99f}));
}

TEST(EarlyTermination, TheCentralStateIsTheWorlds) {
  Play run(wrapped("early", {4, 100}, Purpose::kTraining));
  run.step(5, 5);
  EXPECT_EQ(run.next_state, (Floats{-1}));
  EXPECT_EQ(run.start_state, (Floats{0}));
}

TEST(Perturbed, TheCentralStateIsAsItIsInTruth) {
  Perturbation perturbation;
  perturbation.observation_bias = 0.1;  // of 50
  Play run(perturbed([] { return std::make_unique<Payer>(); }, perturbation));
  run.step(0, 0);
  EXPECT_EQ(run.next, (Floats{6, 6}));
  EXPECT_EQ(run.next_state, (Floats{-1}));
}

TEST(Saute, ADiscountedBudgetIsSpreadOverTheHorizon) {
  // d′ = 4 (1 − ½⁴)/(½·4) = 1.875, and a step of 1.5 leaves (1 − 0.8)/½ = 0.4.
  Play run(wrapped("saute", {4, 1000}, Purpose::kTraining, {{"discount", "0.5"}}));
  run.step(1.5f, 1.5f);
  EXPECT_FLOAT_EQ(run.next[1], 0.4f);
  run.step(10, 10);  // (0.4 − 5.33)/½ = −9.87, and twice that is not shown
  EXPECT_NEAR(run.next[1], (0.4 - 10 / 1.875) / 0.5, 1e-5);
  run.step(0, 0);
  EXPECT_EQ(run.next[1], -10);
}

TEST(Saute, WithoutAnyBudgetTheFirstCostOverdrawsIt) {
  Play run(wrapped("saute", {0, 100}, Purpose::kTraining, {{"unsafe_reward", "-3"}}));
  EXPECT_EQ(run.start[1], 0);
  run.step(0, 0);
  EXPECT_EQ(run.reward[0], 1);
  run.step(0.1f, 0);
  EXPECT_EQ(run.reward[0], -3);
}

TEST(Saute, AnEvaluationPaysTheTrueReward) {
  Play run(wrapped("saute", {1, 100}, Purpose::kEvaluation));
  run.step(5, 5);
  EXPECT_EQ(run.next[1], -4);
  EXPECT_EQ(run.reward[0], 1);
}

TEST(Saute, EpisodesThatStartUnderAnotherLimitHaveThatShareOfTheBudget) {
  Play run(wrapped("saute", {4, 0}, Purpose::kTraining));
  const std::vector<double> half = {2, 0};
  run.worlds.set_limits(half);
  run.step(1, 1);  // the episode that goes on has what it had
  EXPECT_EQ(run.next[1], 0.75f);
  for (int i = 0; i < 3; ++i) run.step(0, 0);
  ASSERT_EQ(run.truncated[0], 1);
  EXPECT_EQ(run.next[1], 0.75f);
  EXPECT_EQ(run.start, (Floats{0, 0.5f, 0, 0, 0.5f, 0}));
  run.step(1, 1);
  EXPECT_EQ(run.next[1], 0.25f);
}

TEST(EarlyTermination, ALimitInForceIsThatOfTheEpisodesToCome) {
  Play run(wrapped("early", {4, 100}, Purpose::kTraining));
  const std::vector<double> half = {2, 50};
  run.worlds.set_limits(half);
  run.step(3, 3);
  EXPECT_EQ(run.terminated[0], 0);
  run.step(2, 2);
  EXPECT_EQ(run.terminated[0], 1);
  run.step(3, 3);
  EXPECT_EQ(run.terminated[0], 1);
}

TEST(EarlyTermination, EndsTheEpisodeAboveTheLimitAndForgetsItsCost) {
  Play run(wrapped("early", {4, 100}, Purpose::kTraining));
  run.step(4, 4);
  EXPECT_EQ(run.terminated[0], 0);
  EXPECT_EQ(run.reward[0], 1);
  run.step(1, 0);
  EXPECT_EQ(run.terminated[0], 1);
  EXPECT_EQ(run.reward[0], 0);
  EXPECT_EQ(run.cost[0], 1);
  // The second episode starts with nothing paid.
  run.step(4, 4);
  EXPECT_EQ(run.terminated[0], 0);
}

TEST(EarlyTermination, AnEpisodeThatEndsByItselfLeavesNoCostBehind) {
  Play run(wrapped("early", {4, 100}, Purpose::kTraining));
  for (int i = 0; i < 4; ++i) run.step(1, 1);
  ASSERT_EQ(run.truncated[0], 1);
  run.step(3, 3);
  EXPECT_EQ(run.terminated[0], 0);
}

TEST(EarlyTermination, AnEvaluationEndsNothing) {
  Play run(wrapped("early", {4, 100}, Purpose::kEvaluation));
  run.step(9, 9);
  EXPECT_EQ(run.terminated[0], 0);
  EXPECT_EQ(run.reward[0], 1);
}

TEST(Wrappers, ResumeInTheMiddleOfAnEpisode) {
  for (const char* name : {"saute", "early"}) {
    const EnvironmentFactory make = wrapped(name, {4, 100}, Purpose::kTraining);
    Play straight(make), restored(make);
    straight.worlds.set_limits(std::vector<double>{3.5, 100});
    straight.worlds.reset({0, 1}, straight.start);
    straight.step(1, 2);
    straight.worlds.set_limits(std::vector<double>{1, 50});
    Archive saved;
    straight.worlds.state(saved);
    Archive loading(saved.entries());
    restored.worlds.state(loading);
    for (const float action : {1.0f, 3.0f, 0.0f, 0.0f, 2.0f}) {
      straight.step(action, action);
      restored.step(action, action);
      EXPECT_EQ(straight.next, restored.next);
      EXPECT_EQ(straight.reward, restored.reward);
      EXPECT_EQ(straight.terminated, restored.terminated);
    }
  }
}

}  // namespace
}  // namespace saddle
