// SPDX-License-Identifier: Apache-2.0
// MountainCar-v0, MountainCarContinuous-v0.
#include <saddle/envs/classic/mountain_car.h>

#include <algorithm>
#include <cmath>

#include <saddle/envs/canvas.h>
#include <saddle/envs/classic/angle.h>

namespace saddle {
namespace {

constexpr double kWall = -1.2, kEdge = 0.6, kMaxSpeed = 0.07;

}  // namespace

MountainCar::MountainCar(Control control)
    : continuous_(control == Control::kContinuous),
      lever_(control, 3),
      power_(continuous_ ? 0.0015 : 0.001),
      flag_(continuous_ ? 0.45 : 0.5) {
  spec_.id = continuous_ ? "MountainCarContinuous-v0" : "MountainCar-v0";
  spec_.doc = continuous_ ? "swing a weak car up a hill, neither fast nor with much energy"
                          : "swing a weak car up a hill without driving fast";
  constexpr auto kFastest = static_cast<float>(kMaxSpeed);
  spec_.observation =
      Space::box({static_cast<float>(kWall), -kFastest}, {static_cast<float>(kEdge), kFastest});
  spec_.action = lever_.space();
  spec_.constraints = {{"speed", "steps", 10, "a step ended faster than 0.04"}};
  if (continuous_) {
    spec_.constraints.push_back({"energy", "squared pushes", 60, "the square of the push"});
  }
  spec_.horizon = continuous_ ? 999 : 200;
}

std::vector<WorldParameter> MountainCar::parameters() {
  return {{"gravity", &gravity_, "a step², of the steepest slope"},
          {"power", &power_, "a step², of a full push"},
          {"flag", &flag_, "where it stands", between(0, kEdge), WorldParameter::Kind::kGoal},
          {"speed_limit", &speed_limit_, "a step", positive(), WorldParameter::Kind::kLimit}};
}

void MountainCar::reset(Rng& rng, std::span<float> observation) {
  state_ = {rng.uniform(-0.6, -0.4), 0};
  observe(observation);
}

bool MountainCar::step(std::span<const float> action, Rng&, const Outcome& out) {
  const double push = lever_.position(action[0]);
  const double slope = sine_cosine(3 * state_.position).cosine;
  const double speed =
      std::clamp(state_.speed + power_ * push - gravity_ * slope, -kMaxSpeed, kMaxSpeed);
  const double position = std::clamp(state_.position + speed, kWall, kEdge);
  state_ = {position, position <= kWall ? std::max(speed, 0.0) : speed};
  const bool arrived = state_.position >= flag_ && state_.speed >= 0;
  const double energy = push * push;
  out.reward[0] = continuous_ ? static_cast<float>((arrived ? 100 : 0) - 0.1 * energy) : -1.0f;
  out.cost[0] = std::abs(state_.speed) > speed_limit_ ? 1.0f : 0.0f;
  if (continuous_) out.cost[1] = static_cast<float>(energy);
  observe(out.observation);
  return arrived;
}

void MountainCar::draw(Canvas& canvas) const {
  const auto height = [](double x) { return 0.45 * std::sin(3 * x) + 0.55; };
  canvas.view({-1.25, 0}, {0.65, 1.2});
  std::vector<Point2> hill{{0.65, 0}, {-1.25, 0}};
  for (int i = 0; i <= 95; ++i) hill.push_back({-1.25 + 0.02 * i, height(-1.25 + 0.02 * i)});
  canvas.polygon(std::move(hill), colours::kScenery);
  canvas.line({flag_, height(flag_)}, {flag_, height(flag_) + 0.15}, 0.01, colours::kInk);
  canvas.polygon({{flag_, height(flag_) + 0.15},
                  {flag_ + 0.06, height(flag_) + 0.125},
                  {flag_, height(flag_) + 0.1}},
                 colours::kGoal);
  const double slope = std::atan(1.35 * std::cos(3 * state_.position));
  const Pose car = Pose::at({state_.position, height(state_.position)}, slope);
  canvas.box(car.to_world({0, 0.045}), 0.06, 0.025, slope,
             std::abs(state_.speed) > speed_limit_ ? colours::kDanger : colours::kAgent);
  canvas.disc(car.to_world({-0.035, 0.02}), 0.02, colours::kInk);
  canvas.disc(car.to_world({0.035, 0.02}), 0.02, colours::kInk);
}

void MountainCar::observe(std::span<float> observation) const {
  observation[0] = static_cast<float>(state_.position);
  observation[1] = static_cast<float>(state_.speed);
}

}  // namespace saddle
