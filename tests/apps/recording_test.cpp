// SPDX-License-Identifier: Apache-2.0
// Episodes kept to be shown.
#include <saddle/apps/recording.h>

#include <limits>

#include <gtest/gtest.h>

#include <saddle/agents/train.h>
#include <saddle/envs/classic/pendulum.h>

#include "tests/apps/expect_error.h"

namespace saddle {
namespace {

Player still() {
  return {[](std::span<const float>, std::span<float>, std::span<float> action, Rng*) {
    std::ranges::fill(action, 0.0f);
  }};
}

TEST(Recording, IsTheEpisodeThatAnEvaluationPlays) {
  const EnvironmentFactory make = [] { return std::make_unique<Pendulum>(); };
  std::vector<Recording> recordings(3);
  WorkerPool alone(1);
  const std::vector<Episode> seen =
      evaluate(recorded(make, recordings), still(), 3, 5, false, alone);
  const std::vector<Episode> unseen = evaluate(make, still(), 3, 5, false, alone);
  for (std::size_t e = 0; e < 3; ++e) {
    SCOPED_TRACE(e);
    ASSERT_EQ(recordings[e].size(), 201u);  // the start and the 200 steps of one episode
    EXPECT_EQ(recordings[e].front().step, 0);
    EXPECT_EQ(recordings[e].front().reward, 0);
    EXPECT_EQ(recordings[e].back().step, 200);
    EXPECT_EQ(seen[e].team_return(), unseen[e].team_return());
    EXPECT_NEAR(recordings[e].back().reward, unseen[e].team_return(), 1e-9);
    EXPECT_NEAR(recordings[e].back().cost.at(0), unseen[e].team_cost(0), 1e-9);
  }
}

/// Draws a line through these places.
class Scribble final : public Environment {
 public:
  explicit Scribble(std::vector<Point2> places) : places_(std::move(places)) {}

  [[nodiscard]] const EnvironmentSpec& spec() const override { return pendulum_.spec(); }
  void reset(Rng& rng, std::span<float> observation) override { pendulum_.reset(rng, observation); }
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override {
    return pendulum_.step(action, rng, out);
  }
  void draw(Canvas& canvas) const override {
    canvas.add({Shape::Kind::kLine, colours::kInk, places_, 0.1});
  }

 private:
  Pendulum pendulum_;
  std::vector<Point2> places_;
};

TEST(Recording, OfAShapeThatIsNoneIsAnError) {
  for (const std::vector<Point2>& places :
       {std::vector<Point2>(), {{0, 0}, {std::numeric_limits<double>::quiet_NaN(), 0}}}) {
    std::vector<Recording> recordings(1);
    const auto world = recorded([&] { return std::make_unique<Scribble>(places); }, recordings)();
    std::vector<float> observation(3);
    Rng rng;
    test::expect_error([&] { world->reset(rng, observation); }, {"'Pendulum-v0'", "step 0"});
  }
}

class Unseen final : public Environment {
 public:
  [[nodiscard]] const EnvironmentSpec& spec() const override { return pendulum_.spec(); }
  void reset(Rng& rng, std::span<float> observation) override { pendulum_.reset(rng, observation); }
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override {
    return pendulum_.step(action, rng, out);
  }

 private:
  Pendulum pendulum_;
};

TEST(Recording, OfAWorldThatDrawsNothingIsAnError) {
  std::vector<Recording> recordings(1);
  const auto world = recorded([] { return std::make_unique<Unseen>(); }, recordings)();
  std::vector<float> observation(3);
  Rng rng;
  test::expect_error([&] { world->reset(rng, observation); }, {"'Pendulum-v0'", "draw()"});
}

}  // namespace
}  // namespace saddle
