// SPDX-License-Identifier: Apache-2.0
// Pendulum-v0.
#include <saddle/envs/classic/pendulum.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <saddle/envs/canvas.h>

namespace saddle {
namespace {

constexpr double kTimeStep = 0.05, kMaxSpeed = 8, kMaxTorque = 2;

}  // namespace

Pendulum::Pendulum() {
  spec_.id = "Pendulum-v0";
  spec_.doc = "swing a pendulum up and hold it without turning fast";
  spec_.observation = Space::box({-1, -1, -8}, {1, 1, 8});
  spec_.action = Space::box(1, -kMaxTorque, kMaxTorque);
  spec_.constraints = {{"angular-speed", "steps", 25, "a step ended faster than 4 rad/s"}};
  spec_.horizon = 200;
  spec_.time_step = kTimeStep;
}

void Pendulum::place(double angle, double speed) {
  angle_ = angle;
  speed_ = speed;
  of_angle_ = sine_cosine(angle);
}

std::vector<WorldParameter> Pendulum::parameters() {
  return {{"gravity", &gravity_, "m/s²"},
          {"length", &length_, "m, of the rod"},
          {"mass", &mass_, "kg, of the rod"},
          {"target", &target_, "rad, the angle that is rewarded",
           between(-std::numbers::pi, std::numbers::pi), WorldParameter::Kind::kGoal},
          {"speed_limit", &speed_limit_, "rad/s", positive(), WorldParameter::Kind::kLimit}};
}

void Pendulum::reset(Rng& rng, std::span<float> observation) {
  fall_ = 1.5 * gravity_ / length_;
  push_ = 3 / (mass_ * length_ * length_);
  const double angle = rng.uniform(-std::numbers::pi, std::numbers::pi);
  place(angle, rng.uniform(-1, 1));
  observe(observation);
}

bool Pendulum::step(std::span<const float> action, Rng&, const Outcome& out) {
  const double torque = action[0], off = wrap(angle_ - target_);
  out.reward[0] =
      static_cast<float>(-(off * off + 0.1 * speed_ * speed_ + 0.001 * torque * torque));
  const double speed = speed_ + (fall_ * of_angle_.sine + push_ * torque) * kTimeStep;
  speed_ = std::clamp(speed, -kMaxSpeed, kMaxSpeed);
  angle_ += kTimeStep * speed_;
  of_angle_ = sine_cosine(angle_);
  out.cost[0] = std::abs(speed_) > speed_limit_ ? 1.0f : 0.0f;
  observe(out.observation);
  return false;
}

void Pendulum::draw(Canvas& canvas) const {
  const double reach = 1.3 * length_;
  canvas.view({-reach, -reach}, {reach, reach});
  canvas.line({0, 0}, {-length_ * of_angle_.sine, length_ * of_angle_.cosine}, 0.2 * length_,
              std::abs(speed_) > speed_limit_ ? colours::kDanger : colours::kAgent);
  canvas.disc({0, 0}, 0.05 * length_, colours::kInk);
}

void Pendulum::observe(std::span<float> observation) const {
  observation[0] = static_cast<float>(of_angle_.cosine);
  observation[1] = static_cast<float>(of_angle_.sine);
  observation[2] = static_cast<float>(speed_);
}

}  // namespace saddle
