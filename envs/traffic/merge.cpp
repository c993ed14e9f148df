// SPDX-License-Identifier: Apache-2.0
// Merge4-v0 and Merge8-v0.
#include <saddle/envs/traffic/merge.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <saddle/envs/canvas.h>

namespace saddle {
namespace {

constexpr double kTimeStep = 0.2;
constexpr float kCrash = -10;

}  // namespace

Merge::Merge(const MergeParameters& parameters)
    : seen_(static_cast<std::size_t>(std::min(parameters.cars - 1, 4))),
      cars_(static_cast<std::size_t>(parameters.cars)),
      sighted_(cars_.size()) {
  SADDLE_CHECK(parameters.cars >= 2, parameters.cars);
  constexpr float kAny = std::numeric_limits<float>::infinity();
  std::vector<float> low = {0, -kAny, 0}, high = {1, kAny, static_cast<float>(kTopSpeed)};
  for (std::size_t k = 0; k < seen_; ++k) {
    low.insert(low.end(), {-kAny, -kAny, 0});
    high.insert(high.end(), {kAny, kAny, 1});
  }
  spec_.id = parameters.id;
  spec_.doc = parameters.doc;
  spec_.observation = Space::box(std::move(low), std::move(high));
  spec_.action = Space::box({-5}, {3});
  spec_.agents = parameters.cars;
  spec_.constraints = {{"headway", "steps", 2, "the car ended a step less than 1.5 s behind"},
                       {"braking", "steps", 2, "the car slowed down by more than 3 m/s²"}};
  spec_.state = 3 * parameters.cars;
  spec_.horizon = 100;
  spec_.time_step = kTimeStep;
}

void Merge::place(std::span<const Car> cars) {
  SADDLE_CHECK(cars.size() == cars_.size(), cars.size());
  std::ranges::copy(cars, cars_.begin());
}

std::vector<WorldParameter> Merge::parameters() {
  return {
      {"desired_speed", &desired_speed_, "m/s", positive(), WorldParameter::Kind::kGoal},
      {"headway", &headway_, "s, behind the car ahead", positive(), WorldParameter::Kind::kLimit},
      {"harsh", &harsh_, "m/s², of braking", positive(), WorldParameter::Kind::kLimit}};
}

void Merge::reset(Rng& rng, std::span<float> observation) {
  for (std::size_t i = 0; i < cars_.size(); ++i) {
    Car& car = cars_[i];
    car.from_ramp = i % 2 == 1;
    const std::size_t place = i / 2;  // in its row
    car.position = -200 - 50 * static_cast<double>(place) + rng.uniform(-10, 10);
    car.speed = (car.from_ramp ? 20 : 25) + rng.uniform(-3, 3);
  }
  observe(observation);
}

bool Merge::step(std::span<const float> action, Rng&, const Outcome& out) {
  for (std::size_t i = 0; i < cars_.size(); ++i) {
    Car& car = cars_[i];
    const double before = car.speed;
    car.speed = std::clamp(before + kTimeStep * action[i], 0.0, kTopSpeed);
    car.position += kTimeStep * (before + car.speed) / 2;
    const double a = (car.speed - before) / kTimeStep;
    out.reward[i] =
        static_cast<float>(std::min(car.speed, desired_speed_) / desired_speed_ - 0.01 * a * a);
    // Rounding may make more of a slowing down than it is.
    out.cost[2 * i + 1] = a < -harsh_ - 1e-9 ? 1.0f : 0.0f;
  }
  bool crashed = false;
  for (std::size_t i = 0; i < cars_.size(); ++i) {
    out.cost[2 * i] = is_too_near(i) ? 1.0f : 0.0f;
    if (!crashes(i)) continue;
    out.reward[i] = kCrash;
    crashed = true;
  }
  observe(out.observation);
  return crashed;
}

void Merge::central_state(std::span<float> state) const {
  float* to = state.data();
  for (const Car& car : cars_) {
    *to++ = static_cast<float>(car.position / 100);
    *to++ = static_cast<float>(car.speed / 10);
    *to++ = car.on_ramp() ? 1.0f : 0.0f;
  }
}

bool Merge::is_too_near(std::size_t car) const {
  const Car& own = cars_[car];
  return std::ranges::any_of(cars_, [&](const Car& other) {
    const bool counts =
        other.on_ramp() == own.on_ramp() || (other.position >= kZone && own.position >= kZone);
    // Of two side by side the one with the lower number is ahead.
    const bool ahead = std::pair(other.position, &own) > std::pair(own.position, &other);
    return &other != &own && counts && ahead &&
           other.position - own.position - kLength < headway_ * own.speed;
  });
}

bool Merge::crashes(std::size_t car) const {
  const Car& own = cars_[car];
  return std::ranges::any_of(cars_, [&](const Car& other) {
    return &other != &own && other.on_ramp() == own.on_ramp() &&
           std::abs(other.position - own.position) < kLength;
  });
}

void Merge::draw(Canvas& canvas) const {
  constexpr double kLane = 6, kReach = 150, kRampWidth = 10;
  double middle = 0;
  for (const Car& car : cars_) middle += car.position / static_cast<double>(cars_.size());
  canvas.view({middle - kReach, -kReach / 4}, {middle + kReach, kReach / 4});
  const auto lane = [&](Point2 from, Point2 to) {
    canvas.line(from, to, kLane, colours::kScenery.faint(0.6));
  };
  lane({middle - 2 * kReach, 0}, {middle + 2 * kReach, 0});
  lane({middle - 2 * kReach, -kRampWidth}, {kZone, -kRampWidth});
  lane({kZone, -kRampWidth}, {0, 0});
  for (std::size_t i = 0; i < cars_.size(); ++i) {
    const Car& car = cars_[i];
    const double beside = car.on_ramp() ? std::min(car.position / kZone, 1.0) * kRampWidth : 0;
    canvas.box(
        {car.position, -beside}, kLength / 2, 1.5, 0,
        is_too_near(i) ? colours::kDanger : (car.from_ramp ? colours::kSecond : colours::kAgent));
  }
}

void Merge::observe(std::span<float> observation) {
  float* to = observation.data();
  for (const Car& own : cars_) {
    *to++ = own.on_ramp() ? 1.0f : 0.0f;
    *to++ = static_cast<float>(own.position);
    *to++ = static_cast<float>(own.speed);
    std::size_t count = 0;
    for (const Car& other : cars_) {
      if (&other != &own) sighted_[count++] = &other;
    }
    const auto others = std::span(sighted_).first(count);
    std::ranges::partial_sort(others, others.begin() + static_cast<std::ptrdiff_t>(seen_), {},
                              [&own](const Car* other) {
                                return std::pair(std::abs(other->position - own.position), other);
                              });
    for (const Car* other : others.first(seen_)) {
      *to++ = static_cast<float>(other->position - own.position);
      *to++ = static_cast<float>(other->speed - own.speed);
      *to++ = other->on_ramp() ? 1.0f : 0.0f;
    }
  }
}

}  // namespace saddle
