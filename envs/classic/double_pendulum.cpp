// SPDX-License-Identifier: Apache-2.0
// DoublePendulum-v0, DoublePendulumContinuous-v0.
#include <saddle/envs/classic/double_pendulum.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <saddle/envs/canvas.h>
#include <saddle/envs/classic/runge_kutta.h>

namespace saddle {
namespace {

constexpr double kTimeStep = 0.2;
constexpr double kMaxSpeed1 = 4 * std::numbers::pi, kMaxSpeed2 = 9 * std::numbers::pi;
constexpr double kInertia = 1, kLength = 1, kCentre = 0.5;  // of each link, of mass 1

using Motion = std::array<DoublePair, 2>;  // angles, then speeds

/// The rate of change of a motion under a torque. Both links' angles against the vertical, θ₁ and
/// θ₁ + θ₂, have the smaller matrix of inertia and the shorter forces.
Motion rate(const Motion& motion, const SineCosine<DoublePair>& of_angles, double torque,
            double gravity) {
  constexpr double kBoth = kLength * kCentre, kOuter = kCentre * kCentre + kInertia,
                   kInner = kOuter + kLength * kLength;
  const DoublePair speeds = motion[1];
  const auto [sine, cosine] = of_angles;
  const double first = speeds[0], second = first + speeds[1];
  const double coupling = kBoth * cosine[1], pull = kBoth * sine[1];
  const double weight1 = (kCentre + kLength) * gravity * sine[0];
  const double weight2 = kCentre * gravity * (sine[0] * cosine[1] + cosine[0] * sine[1]);
  const double force1 = pull * (second * second) - (torque + weight1);
  const double force2 = (torque - weight2) - pull * (first * first);
  const double inverse = 1 / (kInner * kOuter - coupling * coupling);  // of at least 2.56
  const double rate1 = (kOuter * force1 - coupling * force2) * inverse;
  const double rate2 = (kInner * force2 - coupling * force1) * inverse;
  return {speeds, DoublePair{rate1, rate2 - rate1}};
}

}  // namespace

DoublePendulum::DoublePendulum(Control control) : lever_(control, 3) {
  constexpr auto kMost1 = static_cast<float>(kMaxSpeed1), kMost2 = static_cast<float>(kMaxSpeed2);
  spec_.id = control == Control::kDiscrete ? "DoublePendulum-v0" : "DoublePendulumContinuous-v0";
  spec_.doc = "swing two links up by the joint between them without turning fast";
  spec_.observation = Space::box({-1, -1, -1, -1, -kMost1, -kMost2}, {1, 1, 1, 1, kMost1, kMost2});
  spec_.action = lever_.space();
  spec_.constraints = {
      {"speed", "steps", 10, "a step ended with the first link faster than 3 rad/s"}};
  spec_.horizon = 500;
  spec_.time_step = kTimeStep;
}

void DoublePendulum::place(const State& state) {
  angles_ = DoublePair{state[0], state[1]};
  speeds_ = DoublePair{state[2], state[3]};
  of_angles_ = sine_cosine(angles_);
}

std::vector<WorldParameter> DoublePendulum::parameters() {
  return {{"gravity", &gravity_, "m/s²"},
          {"height", &height_, "m, that the tip is to pass", between(0, 1.9),
           WorldParameter::Kind::kGoal},
          {"speed_limit", &speed_limit_, "rad/s", positive(), WorldParameter::Kind::kLimit}};
}

void DoublePendulum::reset(Rng& rng, std::span<float> observation) {
  State start;
  for (double& part : start) part = rng.uniform(-0.1, 0.1);
  place(start);
  observe(observation);
}

bool DoublePendulum::step(std::span<const float> action, Rng&, const Outcome& out) {
  const double torque = lever_.position(action[0]);
  const Motion motion{angles_, speeds_};
  const auto [angles, speeds] =
      runge_kutta_step(motion, rate(motion, of_angles_, torque, gravity_), kTimeStep,
                       [torque, g = gravity_](const Motion& ahead) {
                         return rate(ahead, sine_cosine(ahead[0]), torque, g);
                       });
  angles_ = wrap(angles);
  constexpr DoublePair kMost{kMaxSpeed1, kMaxSpeed2};
  const DoublePair floored = speeds < -kMost ? -kMost : speeds;
  speeds_ = floored > kMost ? kMost : floored;
  of_angles_ = sine_cosine(angles);
  const bool up = tip() > height_;
  out.reward[0] = up ? 0.0f : -1.0f;
  out.cost[0] = std::abs(speeds_[0]) > speed_limit_ ? 1.0f : 0.0f;
  observe(out.observation);
  return up;
}

double DoublePendulum::tip() const {
  const auto [sine, cosine] = of_angles_;
  return -cosine[0] - (cosine[0] * cosine[1] - sine[0] * sine[1]);
}

void DoublePendulum::draw(Canvas& canvas) const {
  const double both = angles_[0] + angles_[1];
  const Point2 elbow{of_angles_.sine[0], -of_angles_.cosine[0]};
  const Point2 tip{elbow.x + std::sin(both), elbow.y - std::cos(both)};
  canvas.view({-2.2, -2.2}, {2.2, 2.2});
  canvas.line({-2.2, height_}, {2.2, height_}, 0.02, colours::kGoal);
  canvas.line({0, 0}, elbow, 0.16,
              std::abs(speeds_[0]) > speed_limit_ ? colours::kDanger : colours::kAgent);
  canvas.line(elbow, tip, 0.16, colours::kSecond);
  canvas.disc({0, 0}, 0.06, colours::kInk);
  canvas.disc(elbow, 0.06, colours::kInk);
}

void DoublePendulum::observe(std::span<float> observation) const {
  const auto [sine, cosine] = of_angles_;
  observation[0] = static_cast<float>(cosine[0]);
  observation[1] = static_cast<float>(sine[0]);
  observation[2] = static_cast<float>(cosine[1]);
  observation[3] = static_cast<float>(sine[1]);
  observation[4] = static_cast<float>(speeds_[0]);
  observation[5] = static_cast<float>(speeds_[1]);
}

}  // namespace saddle
