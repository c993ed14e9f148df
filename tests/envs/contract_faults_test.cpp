// SPDX-License-Identifier: Apache-2.0
// Worlds that break one promise each, and the check that says so.
#include <saddle/envs/contract.h>

#include <chrono>
#include <limits>
#include <map>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace saddle {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

enum class Fault {
  kNone,
  kThrows,
  kThrowsWhenMade,
  kOtherName,
  kLeavesOut,
  kWritesBeside,
  kNan,
  kNanAtReset,
  kNanInState,
  kLeavesOutState,
  kCountsInState,
  kFarAway,
  kNegative,
  kEndsAtHorizon,
  kGlobalCounter,
  kOwnStream,
  kKeepsSpeed,
  kSharedPlace,
  kKnowsItsThread,
};

/// A mass on a line that is pushed about, and has one fault.
class Mass final : public Environment {
 public:
  explicit Mass(Fault fault) : fault_(fault) {
    if (fault == Fault::kThrowsWhenMade) throw Error("there is no map");
    spec_.id = fault == Fault::kOtherName ? "Other-v0" : "Mass-v0";
    spec_.doc = "a mass on a line";
    spec_.observation = Space::box(2, -50, 50);
    spec_.action = Space::box(1, -1, 1);
    spec_.constraints = {{"effort", "newtons", 5, "at every step"}};
    spec_.state = 2;
    spec_.horizon = 30;
  }

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }

  void central_state(std::span<float> state) const override {
    static float counter = 0;
    state[0] = fault_ == Fault::kNanInState && steps_ == 4 ? kNan : speed_;
    if (fault_ != Fault::kLeavesOutState) state[1] = static_cast<float>(steps_);
    if (fault_ == Fault::kCountsInState) state[0] = ++counter;
  }

  void reset(Rng& rng, std::span<float> observation) override {
    Rng& source = fault_ == Fault::kOwnStream ? own_ : rng;
    place() = static_cast<float>(source.uniform(-1, 1));
    if (fault_ != Fault::kKeepsSpeed) speed_ = 0;
    steps_ = 0;
    observation[0] = place(), observation[1] = fault_ == Fault::kNanAtReset ? kNan : speed_;
  }

  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    ++steps_;
    speed_ += 0.1f * action[0];
    place() += 0.1f * speed_;
    out.observation[0] = place(), out.observation[1] = speed_;
    if (fault_ != Fault::kLeavesOut) out.reward[0] = -std::abs(place());
    out.cost[0] = std::abs(action[0]);
    break_promise(out);
    return fault_ == Fault::kEndsAtHorizon ? steps_ == spec_.horizon : place() > 3;
  }

 private:
  static constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

  float& place() { return fault_ == Fault::kSharedPlace ? shared_place : place_; }

  void break_promise(const Outcome& out) {
    static int counter = 0;
    static const auto main_thread = std::this_thread::get_id();
    if (fault_ == Fault::kThrows && steps_ == 7) throw std::out_of_range("index 7");
    if (fault_ == Fault::kWritesBeside) out.observation.data()[2] = 1;
    if (fault_ == Fault::kNan && steps_ == 4) out.cost[0] = kNan;
    if (fault_ == Fault::kFarAway && steps_ == 5) out.observation[1] = 77;
    if (fault_ == Fault::kNegative) out.cost[0] -= 0.5f;
    if (fault_ == Fault::kGlobalCounter) out.reward[0] += static_cast<float>(++counter);
    if (fault_ == Fault::kKnowsItsThread) {
      std::this_thread::sleep_for(std::chrono::microseconds(20));  // leaves work to the others
      if (std::this_thread::get_id() != main_thread) out.reward[0] += 1;
    }
  }

  static inline float shared_place = 0;

  Fault fault_;
  EnvironmentSpec spec_;
  Rng own_{5};
  float place_ = 0, speed_ = 0;
  int steps_ = 0;
};

std::map<std::string, Finding> findings(Fault fault) {
  std::map<std::string, Finding> all;
  const auto make = [fault] { return std::make_unique<Mass>(fault); };
  for (const Finding& finding : check_contract("Mass-v0", make, {3, 400})) {
    all[finding.check] = finding;
  }
  return all;
}

/// Expects that this check failed, that its sentence has these words, and that no other failed.
void expect_fault(Fault fault, const std::string& check, const std::vector<std::string>& words) {
  SCOPED_TRACE(check);
  for (const auto& [name, finding] : findings(fault)) {
    if (name != check) {
      EXPECT_NE(finding.verdict, Verdict::kFailed) << name << ": " << finding.detail;
      continue;
    }
    EXPECT_EQ(finding.verdict, Verdict::kFailed);
    for (const std::string& word : words) EXPECT_THAT(finding.detail, HasSubstr(word));
  }
}

TEST(Contract, ASoundWorldPassesAll) {
  const auto all = findings(Fault::kNone);
  EXPECT_EQ(all.size(), 13u);
  for (const auto& [name, finding] : all) {
    EXPECT_EQ(finding.verdict, Verdict::kPassed) << name << ": " << finding.detail;
  }
}

TEST(Contract, EachFaultHasItsCheck) {
  expect_fault(Fault::kThrowsWhenMade, "spec", {"there is no map"});
  expect_fault(Fault::kOtherName, "spec", {"'Mass-v0'", "'Other-v0'", "one name"});
  expect_fault(Fault::kThrows, "steps", {"after 6 steps of an episode", "index 7"});
  expect_fault(Fault::kLeavesOut, "memory", {"step 1 of episode 1", "reward 0", "write all"});
  expect_fault(Fault::kWritesBeside, "memory", {"beside the 2 numbers of its observation"});
  expect_fault(Fault::kNan, "finite", {"step 4 of episode 1", "cost 0", "nan"});
  expect_fault(Fault::kNanAtReset, "finite", {"the reset of episode 1", "observation 1"});
  expect_fault(Fault::kNanInState, "finite", {"step 4 of episode 1", "central state 0", "nan"});
  expect_fault(Fault::kLeavesOutState, "memory",
               {"the reset of episode 1", "central state 1 was not written"});
  expect_fault(Fault::kCountsInState, "determinism", {"central state 0 at step 1,", "no clock"});
  expect_fault(Fault::kFarAway, "spaces", {"step 5", "observation 1 was 77", "[-50, 50]", "clip"});
  expect_fault(Fault::kNegative, "costs", {"cost 0 was -0.", "at least 0"});
  expect_fault(Fault::kEndsAtHorizon, "endings", {"step 30", "time limit"});
  expect_fault(Fault::kGlobalCounter, "determinism", {"reward 0 at step 1,", "no clock"});
  expect_fault(Fault::kOwnStream, "reset", {"observation", "set everything anew"});
  expect_fault(Fault::kKeepsSpeed, "reset", {"observation 1 at", "set everything anew"});
  expect_fault(Fault::kKnowsItsThread, "threads", {"reward 0", "1 thread and on 3"});
}

// What copies share breaks checkpoints too, and threads would race for it.
TEST(Contract, CopiesThatShareStateAreFound) {
  const auto all = findings(Fault::kSharedPlace);
  EXPECT_EQ(all.at("determinism").verdict, Verdict::kPassed);
  EXPECT_EQ(all.at("instances").verdict, Verdict::kFailed);
  EXPECT_THAT(all.at("instances").detail, HasSubstr("not static"));
  EXPECT_EQ(all.at("checkpoints").verdict, Verdict::kFailed);
  EXPECT_EQ(all.at("threads").verdict, Verdict::kSkipped);
}

TEST(Contract, WhatAFaultMakesMeaninglessIsSkipped) {
  const auto skipped = [](Fault fault) {
    std::vector<std::string> names;
    for (const auto& [name, finding] : findings(fault)) {
      if (finding.verdict == Verdict::kSkipped) names.push_back(name);
    }
    return names;
  };
  EXPECT_EQ(skipped(Fault::kOtherName).size(), 12u);
  EXPECT_EQ(skipped(Fault::kThrows).size(), 10u);
  EXPECT_EQ(skipped(Fault::kNan).size(), 5u);
  EXPECT_EQ(skipped(Fault::kFarAway).size(), 0u);
  EXPECT_THAT(skipped(Fault::kKeepsSpeed), ::testing::ElementsAre("checkpoints"));
  EXPECT_THAT(skipped(Fault::kGlobalCounter),
              ::testing::ElementsAre("checkpoints", "instances", "reset", "threads"));
}

TEST(Contract, SpecsThatMakeNoSenseAreOneSentence) {
  const EnvironmentSpec sound = Mass(Fault::kNone).spec();
  EXPECT_NO_THROW(require_sound(sound));
  const auto refused = [&](const auto& change, const char* what, const char* remedy) {
    EnvironmentSpec spec = sound;
    change(spec);
    EXPECT_THAT([&] { require_sound(spec); },
                ThrowsMessage<Error>(AllOf(HasSubstr(what), HasSubstr(remedy))));
  };
  const float inf = std::numeric_limits<float>::infinity();
  refused([](auto& s) { s.id = ""; }, "world ''", "letters");
  refused([](auto& s) { s.id = "My World-v0"; }, "'My World-v0'", "letters");
  refused([](auto& s) { s.agents = 0; }, "0 agents", "1 to");
  refused([](auto& s) { s.state = -1; }, "central state of -1 numbers", "0 to");
  refused([](auto& s) { s.horizon = 0; }, "horizon of 0", "at least 1");
  refused([&](auto& s) { s.time_step = inf; }, "time step of inf", "positive");
  refused([](auto& s) { s.observation.size = 3; }, "observation of world 'Mass-v0' has 3",
          "bounds");
  refused([](auto& s) { s.action = Space::box(0, 0, 0); }, "action of world", "1 to");
  refused([](auto& s) { s.action.low[0] = 2; }, "[2, 1] for number 0", "must not exceed");
  refused([](auto& s) { s.action.high[0] = std::nanf(""); }, "[-1, nan]", "must not exceed");
  refused([](auto& s) { s.action = Space::discrete(0); }, "0 choices", "Space::discrete(n)");
  refused([](auto& s) { s.constraints[0].name = "Top speed"; }, "'Top speed'", "lower-case");
  refused([](auto& s) { s.constraints.push_back(s.constraints[0]); }, "there twice", "another");
  refused([](auto& s) { s.constraints[0].default_limit = -1; }, "limit of -1", "at least 0");
  EnvironmentSpec unbounded = sound;
  unbounded.observation = Space::box(2, -inf, inf);
  EXPECT_NO_THROW(require_sound(unbounded));
}

TEST(Contract, DocumentationIsAskedFor) {
  /// A world of nothing but its spec.
  class Still final : public Environment {
   public:
    explicit Still(EnvironmentSpec spec) : spec_(std::move(spec)) {}
    [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
    void reset(Rng&, std::span<float> observation) override { observation[0] = 0; }
    [[nodiscard]] bool step(std::span<const float>, Rng&, const Outcome& out) override {
      out.observation[0] = out.reward[0] = 0;
      for (float& cost : out.cost) cost = 0;
      return false;
    }

   private:
    EnvironmentSpec spec_;
  };
  EnvironmentSpec sound;
  sound.id = "Still-v12";
  sound.doc = "nothing moves";
  sound.observation = Space::discrete(1);
  sound.action = Space::discrete(2);
  sound.constraints = {{"use", "units", 1, "never"}};
  const auto detail = [](const EnvironmentSpec& spec) {
    const auto all =
        check_contract(spec.id, [&] { return std::make_unique<Still>(spec); }, {0, 100});
    EXPECT_EQ(all[1].check, "documentation");
    return all[1].verdict == Verdict::kFailed ? all[1].detail : "";
  };
  EXPECT_EQ(detail(sound), "");
  for (const char* name : {"Still", "Still-v", "v0", "Still-w0", "0"}) {
    EnvironmentSpec spec = sound;
    spec.id = name;
    EXPECT_THAT(detail(spec), HasSubstr("-v0'")) << name;
  }
  EnvironmentSpec spec = sound;
  spec.constraints[0].unit = "";
  EXPECT_THAT(detail(spec), AllOf(HasSubstr("'use'"), HasSubstr("unit")));
  spec.constraints[0] = {"use", "units", 1, ""};
  EXPECT_THAT(detail(spec), AllOf(HasSubstr("'use'"), HasSubstr("doc")));
  spec.doc = "";
  EXPECT_THAT(detail(spec), HasSubstr("no doc"));
}

TEST(RandomSteps, AreCounted) {
  RandomSteps steps([] { return std::make_unique<Mass>(Fault::kNone); }, 1);
  EXPECT_EQ(steps.run(50), 800);
}

}  // namespace
}  // namespace saddle
