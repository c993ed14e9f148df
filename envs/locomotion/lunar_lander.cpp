// SPDX-License-Identifier: Apache-2.0
// LunarLander-v0, LunarLanderContinuous-v0, and both with wind and with fewer iterations.
#include <saddle/envs/locomotion/lunar_lander.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <saddle/base/check.h>

namespace saddle {
namespace {

constexpr double kTimeStep = 0.02, kUnit = 1.0 / 30;  // s; m, that lengths are given in
constexpr double kWidth = 600 * kUnit, kHeight = 400 * kUnit, kPad = kHeight / 4;
constexpr std::size_t kHull = 0, kLegs[] = {1, 2};
constexpr double kLegAway = 20 * kUnit, kLegDown = 18 * kUnit;
constexpr double kPush = 1000;  // N
constexpr int kWindTimes = 9999;

/// Ground through the mean of every three neighbouring heights, a little lowered, and a floor
/// below.
void add_ground(const std::array<double, LunarLander::kHeights>& drawn,
                std::vector<GroundEdge>& ground) {
  constexpr std::size_t kPoints = LunarLander::kHeights - 1, kMiddle = kPoints / 2;
  std::array<double, LunarLander::kHeights> heights = drawn;
  for (std::size_t i = kMiddle - 2; i <= kMiddle + 2; ++i) heights[i] = kPad;
  const auto corner = [&heights](std::size_t i) -> Point2 {
    const double before = i == 0 ? heights.back() : heights[i - 1];
    return {kWidth / (kPoints - 1) * static_cast<double>(i),
            0.33 * (before + heights[i] + heights[i + 1])};
  };
  ground.push_back({{0, 0}, {kWidth, 0}, 0.2});
  for (std::size_t i = 0; i + 1 < kPoints; ++i) ground.push_back({corner(i), corner(i + 1), 0.1});
}

/// How the wind blows at a time, in [−1, 1]; it does not repeat itself.
double gust(int time) {
  return std::tanh(std::sin(0.02 * time) + std::sin(std::numbers::pi * 0.01 * time));
}

}  // namespace

LunarLander::LunarLander(const LanderParameters& parameters) : parameters_(parameters) {
  constexpr float kAny = std::numeric_limits<float>::infinity();
  spec_.id = parameters.id;
  spec_.doc = parameters.doc;
  spec_.observation = Space::box({-kAny, -kAny, -kAny, -kAny, -kAny, -kAny, 0, 0},
                                 {kAny, kAny, kAny, kAny, kAny, kAny, 1, 1});
  spec_.action = parameters.continuous ? Space::box(2, -1, 1) : Space::discrete(4);
  spec_.constraints = {
      {"fuel", "steps at full power", 80, "the main engine's power, and a tenth of the sides'"},
      {"tilt", "steps", 10, "a step ended more than 0.4 rad from upright"},
      {"impact", "m/s", 2, "a leg or the hull came down on the ground, at this speed"}};
  spec_.horizon = 1000;
  spec_.time_step = kTimeStep;
}

std::vector<WorldParameter> LunarLander::parameters() {
  std::vector<WorldParameter> all = {
      {"gravity", &gravity_, "m/s²"},
      {"density", &density_, "kg/m², of the hull"},
      {"main_engine", &main_engine_, "N·s/m, times 0.133 m its impulse in a step"},
      {"side_engine", &side_engine_, "N·s/m, times 0.4 m its impulse in a step"},
      {"tilt_limit", &tilt_limit_, "rad", positive(), WorldParameter::Kind::kLimit}};
  if (parameters_.wind) {
    all.push_back({"wind", &wind_, "N, the most it pushes"});
    all.push_back({"turbulence", &turbulence_, "N·m, the most it turns"});
  }
  return all;
}

void LunarLander::reset(Rng& rng, std::span<float> observation) {
  Start start;
  for (double& height : start.heights) height = rng.uniform(0, kHeight / 2);
  start.push.x = rng.uniform(-kPush, kPush);
  start.push.y = rng.uniform(-kPush, kPush);
  if (parameters_.wind) {
    start.wind_time = static_cast<int>(rng.below(2 * kWindTimes)) - kWindTimes;
    start.torque_time = static_cast<int>(rng.below(2 * kWindTimes)) - kWindTimes;
  }
  const double along = rng.uniform(-1, 1);
  begin(start, {along, rng.uniform(-1, 1)}, observation);
}

bool LunarLander::step(std::span<const float> action, Rng& rng, const Outcome& out) {
  const double along = rng.uniform(-1, 1);
  return fly(action, {along, rng.uniform(-1, 1)}, out);
}

FigureSpec LunarLander::design(const Start& start) const {
  FigureSpec spec;
  spec.gravity = gravity_;
  spec.sleeps = true;
  spec.late_limits = true;
  spec.iterations = parameters_.iterations;
  add_ground(start.heights, spec.ground);
  PartSpec hull{{}, density_, 0.1, {kWidth / 2, kHeight}, 0};
  for (const auto& [x, y] : {Point2{-14, 17}, {-17, 0}, {-17, -10}, {17, -10}, {17, 0}, {14, 17}}) {
    hull.outline.push_back({x * kUnit, y * kUnit});
  }
  spec.parts.push_back(hull);
  for (const double side : {-1, 1}) {
    const Point2 position{kWidth / 2 - side * kLegAway, kHeight};
    spec.parts.push_back({box_outline(2 * kUnit, 8 * kUnit), 1, 0.2, position, side * 0.05});
    spec.hinges.push_back({kHull,
                           spec.parts.size() - 1,
                           {0, 0},
                           {side * kLegAway, kLegDown},
                           side < 0 ? 0.4 : -0.9,
                           side < 0 ? 0.9 : -0.4});
  }
  return spec;
}

void LunarLander::begin(const Start& start, Scatter scatter, std::span<float> observation) {
  constexpr double kSpringSpeed = 0.3, kSpringTorque = 40;
  craft_.build(design(start));
  craft_.drive(0, -kSpringSpeed, kSpringTorque);
  craft_.drive(1, kSpringSpeed, kSpringTorque);
  craft_.push(kHull, start.push);
  wind_time_ = start.wind_time;
  torque_time_ = start.torque_time;
  flying_ = true;
  advance({}, scatter);
  observe(observation);
}

bool LunarLander::fly(std::span<const float> action, Scatter scatter, const Outcome& out) {
  SADDLE_CHECK(flying_);
  const Power power = power_of(action);
  const double fall = -craft_.part(kHull).velocity.y, shaping_before = shaping_;
  const bool stood[] = {craft_.touches(kLegs[0]), craft_.touches(kLegs[1])};
  advance(power, scatter);
  const bool crashed = craft_.has_touched(kHull), away = std::abs(state_[0]) >= 1;
  const bool at_rest = !craft_.is_awake(kHull);
  double reward = shaping_ - shaping_before - 0.3 * power.main - 0.03 * std::abs(power.side);
  if (crashed || away) reward = -100;
  if (at_rest) reward = 100;
  bool landed = crashed;
  for (std::size_t i : {0, 1}) landed = landed || (!stood[i] && craft_.touches(kLegs[i]));
  out.reward[0] = static_cast<float>(reward);
  out.cost[0] = static_cast<float>(power.main + kSideFuel * std::abs(power.side));
  out.cost[1] = std::abs(state_[4]) > tilt_limit_ ? 1.0f : 0.0f;
  out.cost[2] = landed ? static_cast<float>(std::max(0.0, fall)) : 0.0f;
  observe(out.observation);
  flying_ = !(crashed || away || at_rest);
  return !flying_;
}

LunarLander::Power LunarLander::power_of(std::span<const float> action) const {
  if (!parameters_.continuous) {
    const auto choice = static_cast<int>(action[0]);
    return {choice == 2 ? 1.0 : 0.0, choice == 1 ? -1.0 : choice == 3 ? 1.0 : 0.0};
  }
  const double main = action[0], side = action[1];
  return {main > 0 ? 0.5 + 0.5 * main : 0, std::abs(side) > 0.5 ? side : 0};
}

void LunarLander::advance(const Power& power, Scatter scatter) {
  if (parameters_.wind) blow();
  const Figure::PartState hull = craft_.part(kHull);
  const double sine = std::sin(hull.angle), cosine = std::cos(hull.angle);
  const Point2 up{-sine, cosine}, right{cosine, sine};
  const double along = scatter.along * kUnit, across = scatter.across * kUnit;
  if (power.main > 0) {
    const Point2 thrust = (4 * kUnit + 2 * along) * up + across * right;
    craft_.kick(kHull, (main_engine_ * power.main) * thrust, hull.position - thrust);
  }
  if (power.side != 0) {
    const double direction = power.side > 0 ? 1 : -1;
    const Point2 thrust = along * up + (3 * across + direction * 12 * kUnit) * right;
    // Not on the axis of the craft: Gymnasium has 17 there and 14 here.
    const Point2 engine = hull.position + Point2{-17 * kUnit * sine, 14 * kUnit * cosine};
    craft_.kick(kHull, (side_engine_ * std::abs(power.side)) * thrust, engine - thrust);
  }
  craft_.step(kTimeStep);
  const Figure::PartState now = craft_.part(kHull);
  state_ = {(now.position.x - kWidth / 2) / (kWidth / 2),
            (now.position.y - (kPad + kLegDown)) / (kHeight / 2),
            now.velocity.x * (kWidth / 2) * kTimeStep,
            now.velocity.y * (kHeight / 2) * kTimeStep,
            now.angle,
            20 * now.angular_speed * kTimeStep,
            craft_.touches(kLegs[0]) ? 1.0 : 0.0,
            craft_.touches(kLegs[1]) ? 1.0 : 0.0};
  shaping_ = -100 * norm({state_[0], state_[1]}) - 100 * norm({state_[2], state_[3]}) -
             100 * std::abs(state_[4]) + 10 * state_[6] + 10 * state_[7];
}

void LunarLander::blow() {
  if (craft_.touches(kLegs[0]) || craft_.touches(kLegs[1])) return;
  craft_.push(kHull, {wind_ * gust(wind_time_++), 0});
  craft_.twist(kHull, turbulence_ * gust(torque_time_++));
}

void LunarLander::draw(Canvas& canvas) const {
  constexpr double kPadHalf = 2;
  canvas.view({0, 0}, {kWidth, 1.15 * kHeight});  // it may rise at first
  craft_.draw(canvas, std::abs(state_[4]) > tilt_limit_ ? colours::kDanger : colours::kAgent);
  canvas.line({kWidth / 2 - kPadHalf, kPad}, {kWidth / 2 + kPadHalf, kPad}, 0.08, colours::kGoal);
}

void LunarLander::observe(std::span<float> observation) const {
  std::ranges::transform(state_, observation.begin(),
                         [](double x) { return static_cast<float>(x); });
}

}  // namespace saddle
