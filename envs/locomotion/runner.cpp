// SPDX-License-Identifier: Apache-2.0
// HopperVelocity-v0, CheetahVelocity-v0.
#include <saddle/envs/locomotion/runner.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <saddle/base/check.h>

namespace saddle {
namespace {

constexpr double kTimeStep = 0.02;
constexpr int kSubsteps = 2;  // of Box2D in a step
constexpr std::size_t kTorso = 0;
constexpr double kTrack = 1000;  // m, to either side
constexpr double kNudge = 0.2;   // N·s
constexpr double kDegree = std::numbers::pi / 180;

/// A rod with rounded ends between two points about its middle, as a polygon of 8 corners.
PartSpec rod(Point2 from, Point2 to, double radius, double mass) {
  const Point2 middle = 0.5 * (from + to), half = 0.5 * (to - from);
  const double length = norm(half);
  const Point2 along = (1 / length) * half, across{-along.y, along.x};
  const double corner = radius * std::numbers::sqrt2 / 2;
  PartSpec part;
  part.position = middle;
  for (const double end : {-1, 1}) {
    const Point2 tip = (end * length) * along;
    for (const auto& [ahead, aside] :
         {Point2{0, -radius}, {corner, -corner}, {corner, corner}, {0, radius}}) {
      part.outline.push_back(tip + (end * ahead) * along + (end * aside) * across);
    }
  }
  double area = 0;
  for (std::size_t i = 0; i < part.outline.size(); ++i) {
    const Point2 a = part.outline[i], b = part.outline[(i + 1) % part.outline.size()];
    area += (a.x * b.y - a.y * b.x) / 2;
  }
  part.density = mass / area;
  part.friction = 1;
  return part;
}

/// A joint at a point between two parts, both where they start.
HingeSpec hinge(const std::vector<PartSpec>& parts, std::size_t inner, std::size_t outer, Point2 at,
                double low, double high) {
  return {inner, outer, at - parts[inner].position, at - parts[outer].position, low, high};
}

}  // namespace

RunnerParameters hopper() {
  RunnerParameters p;
  p.id = "HopperVelocity-v0";
  p.doc = "hop on one leg within a speed limit";
  p.parts = {rod({0, 1.05}, {0, 1.45}, 0.05, 3.53), rod({0, 0.6}, {0, 1.05}, 0.05, 3.93),
             rod({0, 0.1}, {0, 0.6}, 0.04, 2.71), rod({-0.13, 0.1}, {0.26, 0.1}, 0.06, 5.09)};
  p.hinges = {hinge(p.parts, 0, 1, {0, 1.05}, -150 * kDegree, 0),
              hinge(p.parts, 1, 2, {0, 0.6}, -150 * kDegree, 0),
              hinge(p.parts, 2, 3, {0, 0.1}, -45 * kDegree, 45 * kDegree)};
  p.motors = {{6, 150}, {6, 150}, {6, 150}};
  p.alive = 1;
  p.effort = 0.001;
  p.speed_limit = 0.7402;
  p.least_height = 0.7;
  p.most_lean = 0.2;
  return p;
}

RunnerParameters cheetah() {
  RunnerParameters p;
  p.id = "CheetahVelocity-v0";
  p.doc = "run on two legs within a speed limit";
  constexpr double kRadius = 0.046;
  // Hips, knees and ankles of the leg behind and of the one in front.
  const Point2 hip{-0.5, 0.7}, knee = hip + Point2{0.16, -0.25},
                               ankle = knee + Point2{-0.28, -0.14};
  const Point2 toe = ankle + Point2{0.06, -0.18};
  const Point2 hip2{0.5, 0.7}, knee2 = hip2 + Point2{-0.14, -0.24},
                               ankle2 = knee2 + Point2{0.13, -0.18};
  const Point2 toe2 = ankle2 + Point2{0.09, -0.13};
  p.parts = {rod({-0.5, 0.7}, {0.5, 0.7}, kRadius, 6.25),
             rod(knee, hip, kRadius, 1.54),
             rod(ankle, knee, kRadius, 1.59),
             rod(toe, ankle, kRadius, 1.1),
             rod(knee2, hip2, kRadius, 1.44),
             rod(ankle2, knee2, kRadius, 1.2),
             rod(toe2, ankle2, kRadius, 0.88)};
  p.hinges = {hinge(p.parts, 0, 1, hip, -1.05, 0.52),   hinge(p.parts, 1, 2, knee, -0.785, 0.785),
              hinge(p.parts, 2, 3, ankle, -0.785, 0.4), hinge(p.parts, 0, 4, hip2, -0.7, 1),
              hinge(p.parts, 4, 5, knee2, -0.87, 1.2),  hinge(p.parts, 5, 6, ankle2, -0.5, 0.5)};
  p.motors = {{12, 120}, {12, 90}, {12, 60}, {12, 120}, {12, 60}, {12, 30}};
  p.effort = 0.1;
  p.speed_limit = 3.2096;
  return p;
}

Runner::Runner(const RunnerParameters& parameters) : parameters_(parameters) {
  const std::size_t joints = parameters.motors.size();
  SADDLE_CHECK(joints == parameters.hinges.size(), joints, parameters.hinges.size());
  constexpr float kAny = std::numeric_limits<float>::infinity();
  spec_.id = parameters.id;
  spec_.doc = parameters.doc;
  spec_.observation = Space::box(static_cast<int>(5 + 2 * joints), -kAny, kAny);
  spec_.action = Space::box(static_cast<int>(joints), -1, 1);
  spec_.constraints = {{"velocity", "steps", 25,
                        concat("the torso ran faster than ", parameters.speed_limit, " m/s")}};
  spec_.horizon = 1000;
  spec_.time_step = kTimeStep;
  design_.parts = parameters.parts;
  design_.hinges = parameters.hinges;
  design_.ground = {{{-kTrack, 0}, {kTrack, 0}, 1}};
  design_.gravity = 9.81;
  design_.iterations = {8, 3};
}

std::vector<WorldParameter> Runner::parameters() {
  return {
      {"gravity", &design_.gravity, "m/s²"},
      {"strength", &strength_, "of all motors, as a share of the torques they have"},
      {"friction", &design_.ground[0].friction, "of the ground and feet of friction 1"},
      {"speed_limit", &parameters_.speed_limit, "m/s", positive(), WorldParameter::Kind::kLimit}};
}

void Runner::reset(Rng& rng, std::span<float> observation) {
  figure_.build(design_);
  for (std::size_t part = 0; part < design_.parts.size(); ++part) {
    const double x = rng.uniform(-kNudge, kNudge);
    figure_.kick(part, {x, rng.uniform(-kNudge, kNudge)}, figure_.part(part).position);
  }
  torso_ = figure_.part(kTorso);
  running_ = true;
  observe(observation);
}

bool Runner::step(std::span<const float> action, Rng&, const Outcome& out) {
  SADDLE_CHECK(running_);
  double effort = 0;
  for (std::size_t i = 0; i < parameters_.motors.size(); ++i) {
    const RunnerMotor& motor = parameters_.motors[i];
    const double u = action[i];
    figure_.drive(i, motor.speed * u, strength_ * motor.torque);
    effort += u * u;
  }
  const double before = torso_.position.x;
  for (int i = 0; i < kSubsteps; ++i) figure_.step(kTimeStep / kSubsteps);
  torso_ = figure_.part(kTorso);
  const double speed = (torso_.position.x - before) / kTimeStep;
  out.reward[0] = static_cast<float>(speed + parameters_.alive - parameters_.effort * effort);
  out.cost[0] = speed > parameters_.speed_limit ? 1.0f : 0.0f;
  observe(out.observation);
  running_ = !has_fallen();
  return !running_;
}

bool Runner::has_fallen() const {
  return torso_.position.y < parameters_.least_height ||
         std::abs(torso_.angle) > parameters_.most_lean;
}

void Runner::draw(Canvas& canvas) const {
  const double x = torso_.position.x;
  canvas.view({x - 2.5, -0.5}, {x + 2.5, 2.5});
  const bool fast = torso_.velocity.x > parameters_.speed_limit;
  figure_.draw(canvas, fast ? colours::kDanger : colours::kAgent);
  // Without marks on the ground nobody would see it run.
  for (double mark = std::ceil(x - 2.5); mark < x + 2.5; ++mark) {
    canvas.line({mark, -0.15}, {mark, -0.05}, 0.03, colours::kInk);
  }
}

void Runner::observe(std::span<float> observation) const {
  const std::size_t joints = parameters_.motors.size();
  const auto write = [&observation](std::size_t i, double value) {
    observation[i] = static_cast<float>(value);
  };
  write(0, torso_.position.y);
  write(1, torso_.angle);
  write(joints + 2, torso_.velocity.x);
  write(joints + 3, torso_.velocity.y);
  write(joints + 4, torso_.angular_speed);
  for (std::size_t i = 0; i < joints; ++i) {
    const Figure::HingeState hinge = figure_.hinge(i);
    write(2 + i, hinge.angle);
    write(joints + 5 + i, hinge.speed);
  }
}

}  // namespace saddle
