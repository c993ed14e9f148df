// SPDX-License-Identifier: Apache-2.0
// CartPole-v0, CartPoleContinuous-v0.
#include <saddle/envs/classic/cart_pole.h>

#include <cmath>
#include <limits>
#include <numbers>

#include <saddle/envs/canvas.h>
#include <saddle/envs/classic/angle.h>

namespace saddle {
namespace {

constexpr double kTimeStep = 0.02;
constexpr double kTrackEnd = 2.4, kFallen = 12 * std::numbers::pi / 180;

}  // namespace

CartPole::CartPole(Control control) : lever_(control, 2) {
  constexpr auto kEnd = static_cast<float>(2 * kTrackEnd), kAngle = static_cast<float>(2 * kFallen);
  constexpr float kAny = std::numeric_limits<float>::infinity();
  spec_.id = control == Control::kDiscrete ? "CartPole-v0" : "CartPoleContinuous-v0";
  spec_.doc = "balance a pole on a cart that stays near the middle of its track";
  spec_.observation = Space::box({-kEnd, -kAny, -kAngle, -kAny}, {kEnd, kAny, kAngle, kAny});
  spec_.action = lever_.space();
  spec_.constraints = {{"track", "steps", 25, "a step ended more than 1 m from the middle"}};
  spec_.horizon = 500;
  spec_.time_step = kTimeStep;
}

std::vector<WorldParameter> CartPole::parameters() {
  return {{"cart_mass", &cart_mass_, "kg"},
          {"pole_mass", &pole_mass_, "kg"},
          {"half_length", &half_length_, "m, of the pole"},
          {"gravity", &gravity_, "m/s²"},
          {"force", &force_, "N, of a full push"},
          {"track_limit", &track_limit_, "m, from the middle", positive(),
           WorldParameter::Kind::kLimit}};
}

void CartPole::reset(Rng& rng, std::span<float> observation) {
  for (double* part : {&state_.position, &state_.speed, &state_.angle, &state_.angular_speed}) {
    *part = rng.uniform(-0.05, 0.05);
  }
  observe(observation);
}

bool CartPole::step(std::span<const float> action, Rng&, const Outcome& out) {
  const double mass = cart_mass_ + pole_mass_, pole_share = pole_mass_ / mass;
  const double force = force_ * lever_.position(action[0]);
  const auto [x, v, angle, w] = state_;
  const auto [sine, cosine] = sine_cosine(angle);
  const double push = force / mass + pole_share * half_length_ * w * w * sine;
  const double turn =
      (gravity_ * sine - cosine * push) / (half_length_ * (4.0 / 3 - pole_share * cosine * cosine));
  const double pull = push - pole_share * half_length_ * turn * cosine;
  state_ = {x + kTimeStep * v, v + kTimeStep * pull, angle + kTimeStep * w, w + kTimeStep * turn};
  out.reward[0] = 1;
  out.cost[0] = std::abs(state_.position) > track_limit_ ? 1.0f : 0.0f;
  observe(out.observation);
  return std::abs(state_.position) > kTrackEnd || std::abs(state_.angle) > kFallen;
}

void CartPole::draw(Canvas& canvas) const {
  canvas.view({-2.6, -0.6}, {2.6, 2 * half_length_ + 0.6});
  canvas.box({-2.4, -0.16}, {2.4, -0.14}, colours::kInk);
  canvas.box({-2.4, -0.16}, {-track_limit_, -0.12}, colours::kDanger);
  canvas.box({track_limit_, -0.16}, {2.4, -0.12}, colours::kDanger);
  const double x = state_.position;
  canvas.box({x - 0.25, -0.14}, {x + 0.25, 0.14}, colours::kAgent);
  canvas.line(
      {x, 0},
      {x + 2 * half_length_ * std::sin(state_.angle), 2 * half_length_ * std::cos(state_.angle)},
      0.08, colours::kSecond);
  canvas.disc({x, 0}, 0.05, colours::kInk);
}

void CartPole::observe(std::span<float> observation) const {
  observation[0] = static_cast<float>(state_.position);
  observation[1] = static_cast<float>(state_.speed);
  observation[2] = static_cast<float>(state_.angle);
  observation[3] = static_cast<float>(state_.angular_speed);
}

}  // namespace saddle
