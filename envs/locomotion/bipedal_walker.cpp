// SPDX-License-Identifier: Apache-2.0
// BipedalWalker-v0, BipedalWalkerFast-v0, BipedalWalkerHardcore-v0.
#include <saddle/envs/locomotion/bipedal_walker.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <saddle/base/check.h>

namespace saddle {
namespace {

constexpr double kTimeStep = 0.02, kUnit = 1.0 / 30;  // s; m, that lengths are given in
constexpr double kWidth = 600 * kUnit, kHeight = 400 * kUnit;
constexpr double kSpacing = 14 * kUnit, kLevel = kHeight / 4, kReach = 160 * kUnit;
constexpr double kGoal = 190 * kSpacing;
constexpr double kLegLength = 34 * kUnit, kLegDown = -8 * kUnit, kTilt = 0.05;
constexpr double kHipSpeed = 4, kKneeSpeed = 6;
constexpr double kPush = 5;               // N
constexpr double kEffort = 0.00035 * 80;  // reward lost for a motor at full torque
constexpr std::size_t kHull = 0, kShins[] = {2, 4}, kJoints = 4;

/// Directions of sight.
std::array<Point2, BipedalWalker::kRays> sight_lines() {
  std::array<Point2, BipedalWalker::kRays> lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double angle = 0.15 * static_cast<double>(i);
    lines[i] = {kReach * std::sin(angle), -kReach * std::cos(angle)};
  }
  return lines;
}

}  // namespace

BipedalWalker::BipedalWalker(const WalkerParameters& parameters)
    : parameters_(parameters), sight_(sight_lines()) {
  constexpr float kAny = std::numeric_limits<float>::infinity();
  std::vector<float> low(4, -kAny), high(4, kAny);
  for (int leg = 0; leg < 2; ++leg) {
    low.insert(low.end(), {-kAny, -kAny, -kAny, -kAny, 0});
    high.insert(high.end(), {kAny, kAny, kAny, kAny, 1});
  }
  low.insert(low.end(), kRays, 0);
  high.insert(high.end(), kRays, 1);
  spec_.id = parameters.id;
  spec_.doc = parameters.doc;
  spec_.observation = Space::box(low, high);
  spec_.action = Space::box(kJoints, -1, 1);
  spec_.constraints = {{"velocity", "steps", 25, "a step ended at more than 2 m/s forwards"},
                       {"hull-angle", "steps", 25, "a step ended more than 0.3 rad from level"}};
  spec_.horizon = parameters.obstacles ? 2000 : 1600;
  spec_.time_step = kTimeStep;
}

std::vector<WorldParameter> BipedalWalker::parameters() {
  return {
      {"gravity", &gravity_, "m/s²"},
      {"density", &density_, "kg/m², of the hull"},
      {"torque", &torque_, "N·m, of a motor at full power"},
      {"friction", &friction_, "of the ground; that of a contact is its root times 0.45"},
      {"speed_limit", &speed_limit_, "m/s, of the hull", positive(), WorldParameter::Kind::kLimit},
      {"angle_limit", &angle_limit_, "rad, of the hull", positive(), WorldParameter::Kind::kLimit}};
}

void BipedalWalker::reset(Rng& rng, std::span<float> observation) {
  Start start;
  draw_course(rng, {kLevel, kSpacing, parameters_.obstacles}, start.heights, start.blocks);
  start.push = rng.uniform(-kPush, kPush);
  begin(start, observation);
}

FigureSpec BipedalWalker::design() const {
  FigureSpec spec;
  spec.gravity = gravity_;
  spec.late_limits = true;
  spec.iterations = parameters_.iterations;
  terrain_->append_to(spec, friction_);
  const Point2 start{10 * kSpacing, kLevel + 2 * kLegLength};
  PartSpec hull{{}, density_, 0.1, start, 0};
  for (const auto& [x, y] : {Point2{-30, 9}, {6, 9}, {34, 1}, {34, -8}, {-30, -8}}) {
    hull.outline.push_back({x * kUnit, y * kUnit});
  }
  spec.parts.push_back(hull);
  const Point2 top{0, kLegLength / 2}, bottom{0, -kLegLength / 2};
  const double half_width = 4 * kUnit;
  for (const double tilt : {-kTilt, kTilt}) {
    const std::size_t thigh = spec.parts.size(), shin = thigh + 1;
    const Point2 hip = start - Point2{0, kLegDown};
    spec.parts.push_back({box_outline(half_width, kLegLength / 2), 1, 0.2, hip + bottom, tilt});
    spec.parts.push_back(
        {box_outline(0.8 * half_width, kLegLength / 2), 1, 0.2, hip + 3 * bottom, tilt});
    spec.hinges.push_back({kHull, thigh, {0, kLegDown}, top, -0.8, 1.1});
    spec.hinges.push_back({thigh, shin, bottom, top, -1.6, -0.1});
  }
  return spec;
}

void BipedalWalker::begin(const Start& start, std::span<float> observation) {
  terrain_.emplace(kSpacing, start.heights, start.blocks);
  walker_.build(design());
  walker_.push(kHull, {start.push, 0});
  walking_ = true;
  advance(std::array<float, kJoints>{});
  observe(observation);
}

bool BipedalWalker::step(std::span<const float> action, Rng&, const Outcome& out) {
  SADDLE_CHECK(walking_);
  const double shaping_before = shaping_;
  advance(action);
  const bool fallen = walker_.has_touched(kHull) || hull_.position.x < 0;
  double reward = shaping_ - shaping_before;
  for (const float u : action) reward -= kEffort * std::abs(double{u});
  out.reward[0] = static_cast<float>(fallen ? -100 : reward);
  out.cost[0] = hull_.velocity.x > speed_limit_ ? 1.0f : 0.0f;
  out.cost[1] = std::abs(hull_.angle) > angle_limit_ ? 1.0f : 0.0f;
  observe(out.observation);
  walking_ = !fallen && hull_.position.x <= kGoal;
  return !walking_;
}

void BipedalWalker::advance(std::span<const float> action) {
  for (std::size_t i = 0; i < kJoints; ++i) {
    const double u = action[i], speed = i % 2 == 0 ? kHipSpeed : kKneeSpeed;
    walker_.drive(i, u > 0 ? speed : u < 0 ? -speed : 0, torque_ * std::abs(u));
  }
  walker_.step(kTimeStep);
  hull_ = walker_.part(kHull);
  shaping_ = 130 * hull_.position.x * kUnit - 5 * std::abs(hull_.angle);
}

void BipedalWalker::draw(Canvas& canvas) const {
  const Point2 hull = hull_.position;
  canvas.view({hull.x - 3, kLevel - 2}, {hull.x + 6, kLevel + 4});
  for (const Point2 line : sight_) {
    const Point2 seen = hull + terrain_->free_part(hull, line) * line;
    canvas.line(hull, seen, 0.015, colours::kObstacle.faint(0.6));
  }
  canvas.line({kGoal, kLevel - 2}, {kGoal, kLevel + 4}, 0.05, colours::kGoal);
  const bool cost = hull_.velocity.x > speed_limit_ || std::abs(hull_.angle) > angle_limit_;
  walker_.draw(canvas, cost ? colours::kDanger : colours::kAgent);
}

void BipedalWalker::observe(std::span<float> observation) const {
  auto next = observation.begin();
  const auto write = [&next](double value) { *next++ = static_cast<float>(value); };
  write(hull_.angle);
  write(2 * hull_.angular_speed * kTimeStep);
  write(0.3 * hull_.velocity.x * kWidth * kTimeStep);
  write(0.3 * hull_.velocity.y * kHeight * kTimeStep);
  for (std::size_t leg = 0; leg < 2; ++leg) {
    const Figure::HingeState hip = walker_.hinge(2 * leg), knee = walker_.hinge(2 * leg + 1);
    write(hip.angle);
    write(hip.speed / kHipSpeed);
    write(knee.angle + 1);
    write(knee.speed / kKneeSpeed);
    write(walker_.touches(kShins[leg]) ? 1 : 0);
  }
  for (const Point2 line : sight_) write(terrain_->free_part(hull_.position, line));
}

}  // namespace saddle
