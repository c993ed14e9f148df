// SPDX-License-Identifier: Apache-2.0
// Quadrotor2dTrack-v0.
#include <saddle/envs/classic/quadrotor.h>

#include <cmath>
#include <limits>
#include <numbers>

#include <saddle/envs/canvas.h>

namespace saddle {
namespace {

constexpr double kTimeStep = 1.0 / 60, kGravity = 9.8, kMass = 0.027, kArm = 0.0397;
constexpr double kThrustRange = 0.1, kGustTime = 0.5;
constexpr double kFarthest = 2, kCentre = 1, kFallen = 85 * std::numbers::pi / 180;
constexpr double kTargetSpeed = 2 * std::numbers::pi / Quadrotor2d::kPeriod;  // rad/s

DoublePair uniform(Rng& rng, double reach) {
  const double first = rng.uniform(-reach, reach);
  return DoublePair{first, rng.uniform(-reach, reach)};
}
/// Of what is added to gusts in a step, so that they keep this standard deviation.
double reach_of(double gust, double kept) { return gust * std::sqrt(3 * (1 - kept * kept)); }

}  // namespace

Quadrotor2d::Quadrotor2d()
    : target_turn_(sine_cosine(kTargetSpeed * kTimeStep)),
      mass_(kMass),
      gust_kept_(std::exp(-kTimeStep / kGustTime)),
      gust_reach_(reach_of(gust_, gust_kept_)) {
  constexpr float kAny = std::numeric_limits<float>::infinity();
  spec_.id = "Quadrotor2dTrack-v0";
  spec_.doc = "follow a point round a circle inside a tube, in wind and without leaning far";
  spec_.observation = Space::box({-kAny, -kAny, -kAny, -kAny, -kAny, -kAny, -1, -1},
                                 {kAny, kAny, kAny, kAny, kAny, kAny, 1, 1});
  spec_.action = Space::box(2, -1, 1);
  spec_.constraints = {{"tube", "steps", 25, "a step ended more than 0.1 m from the target"},
                       {"tilt", "steps", 10, "a step ended with a pitch above 0.1 rad"}};
  spec_.horizon = 720;
  spec_.time_step = kTimeStep;
}

void Quadrotor2d::place(const State& state) {
  state_ = state;
  of_pitch_ = sine_cosine(state.pitch);
}

std::vector<WorldParameter> Quadrotor2d::parameters() {
  return {{"mass", &mass_, "kg"},
          {"inertia", &inertia_, "kg·m²"},
          {"breeze", &breeze_, "m/s², the most of what blows all episode"},
          {"gust", &gust_, "m/s², the standard deviation of what blows besides"},
          {"radius", &radius_, "m, of the circle", between(0, 0.9), WorldParameter::Kind::kGoal},
          {"tube", &tube_, "m, from the target", positive(), WorldParameter::Kind::kLimit},
          {"tilt_limit", &tilt_limit_, "rad", positive(), WorldParameter::Kind::kLimit}};
}

DoublePair Quadrotor2d::target() const {
  return DoublePair{radius_ * state_.phase.cosine, kCentre + radius_ * state_.phase.sine};
}

DoublePair Quadrotor2d::target_velocity() const {
  const double speed = radius_ * kTargetSpeed;
  return DoublePair{-speed * state_.phase.sine, speed * state_.phase.cosine};
}

void Quadrotor2d::reset(Rng& rng, std::span<float> observation) {
  gust_reach_ = reach_of(gust_, gust_kept_);
  State start;
  start.phase = state_.phase = sine_cosine(rng.uniform(-std::numbers::pi, std::numbers::pi));
  start.position = target() + uniform(rng, 0.05);
  start.velocity = target_velocity() + uniform(rng, 0.05);
  start.pitch = rng.uniform(-0.05, 0.05);
  start.pitch_speed = rng.uniform(-0.1, 0.1);
  start.breeze = DoublePair{rng.uniform(-breeze_, breeze_), 0};
  place(start);
  observe(observation);
}

bool Quadrotor2d::step(std::span<const float> action, Rng& rng, const Outcome& out) {
  fly((1 + kThrustRange * DoublePair{action[0], action[1]}) * (kMass * kGravity / 2));
  move_target();
  move_gust(rng);
  const DoublePair off = state_.position - target(), squares = off * off;
  const double distance2 = squares[0] + squares[1];
  out.reward[0] = static_cast<float>(std::exp(-10 * distance2));
  out.cost[0] = distance2 > tube_ * tube_ ? 1.0f : 0.0f;
  out.cost[1] = std::abs(state_.pitch) > tilt_limit_ ? 1.0f : 0.0f;
  observe(out.observation);
  return std::abs(state_.position[0]) > kFarthest ||
         std::abs(state_.position[1] - kCentre) > kCentre || std::abs(state_.pitch) > kFallen;
}

void Quadrotor2d::fly(DoublePair thrust) {
  const double h = kTimeStep;
  const double turn = kArm * (thrust[1] - thrust[0]) / (inertia_ * std::numbers::sqrt2);
  const double middle = state_.pitch + h / 2 * (state_.pitch_speed + h / 4 * turn);
  const double end = state_.pitch + h * (state_.pitch_speed + h / 2 * turn);
  const auto [sine, cosine] = sine_cosine(DoublePair{middle, end});
  const double lift = (thrust[0] + thrust[1]) / mass_;
  const DoublePair steady = state_.breeze + state_.gust - DoublePair{0, kGravity};
  const DoublePair at_start = lift * DoublePair{of_pitch_.sine, of_pitch_.cosine} + steady;
  const DoublePair in_middle = lift * DoublePair{sine[0], cosine[0]} + steady;
  const DoublePair at_end = lift * DoublePair{sine[1], cosine[1]} + steady;
  state_.position += h * (state_.velocity + h / 6 * (at_start + 2 * in_middle));
  state_.velocity += h / 6 * (at_start + 4 * in_middle + at_end);
  state_.pitch = end;
  state_.pitch_speed += h * turn;
  of_pitch_ = {sine[1], cosine[1]};
}

void Quadrotor2d::move_target() {
  const auto [sine, cosine] = state_.phase;
  const auto [more, less] = target_turn_;
  state_.phase = {sine * less + cosine * more, cosine * less - sine * more};
}

void Quadrotor2d::move_gust(Rng& rng) {
  state_.gust = gust_kept_ * state_.gust + uniform(rng, gust_reach_);
}

void Quadrotor2d::draw(Canvas& canvas) const {
  const DoublePair aim = target();
  const Point2 at{state_.position[0], state_.position[1]};
  canvas.view({-1, 0}, {1, 2});
  canvas.ring({0, kCentre}, radius_, 0.01, colours::kScenery);
  canvas.disc({aim[0], aim[1]}, tube_, colours::kGoal.faint(0.3));
  canvas.disc({aim[0], aim[1]}, 0.015, colours::kGoal);
  const Pose body = Pose::at(at, -state_.pitch);
  canvas.box(at, 0.08, 0.008, -state_.pitch,
             std::abs(state_.pitch) > tilt_limit_ ? colours::kDanger : colours::kAgent);
  for (const double arm : {-0.08, 0.08}) {
    canvas.line(body.to_world({arm, 0}), body.to_world({arm, 0.02}), 0.01, colours::kInk);
    canvas.line(body.to_world({arm - 0.03, 0.02}), body.to_world({arm + 0.03, 0.02}), 0.008,
                colours::kSecond);
  }
}

void Quadrotor2d::observe(std::span<float> observation) const {
  const DoublePair off = state_.position - target();
  const DoublePair moving = state_.velocity - target_velocity();
  observation[0] = static_cast<float>(off[0]);
  observation[1] = static_cast<float>(off[1]);
  observation[2] = static_cast<float>(moving[0]);
  observation[3] = static_cast<float>(moving[1]);
  observation[4] = static_cast<float>(state_.pitch);
  observation[5] = static_cast<float>(state_.pitch_speed);
  observation[6] = static_cast<float>(state_.phase.cosine);
  observation[7] = static_cast<float>(state_.phase.sine);
}

}  // namespace saddle
