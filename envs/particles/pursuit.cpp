// SPDX-License-Identifier: Apache-2.0
// Pursuit1-v0 and Pursuit3-v0.
#include <saddle/envs/particles/pursuit.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <saddle/envs/canvas.h>

namespace saddle {
namespace {

constexpr double kArena = 1, kObstacleArena = 0.8, kBetweenObstacles = 0.6, kDamping = 0.25;
constexpr double kPursuerSpeed = 1, kEvaderSpeed = 1.3;

bool within(const Particle& a, const Particle& b, double distance) {
  return norm_squared(a.position - b.position) < distance * distance;
}

}  // namespace

Pursuit::Pursuit(const PursuitParameters& parameters)
    : agents_(static_cast<std::size_t>(parameters.pursuers) + 1),
      obstacles_(2),
      forces_(agents_.size()),
      sightings_(agents_.size() + obstacles_.size()) {
  SADDLE_CHECK(parameters.pursuers >= 1, parameters.pursuers);
  constexpr float kAny = std::numeric_limits<float>::infinity();
  spec_.id = parameters.id;
  spec_.doc = parameters.doc;
  spec_.observation = Space::box(9 + 4 * parameters.pursuers, -kAny, kAny);
  spec_.observation.low[0] = 0;
  spec_.observation.high[0] = 1;
  spec_.action = Space::box(2, -1, 1);
  spec_.agents = parameters.pursuers + 1;
  spec_.constraints = {{"arena", "steps", 1, "the agent ended a step outside the arena"},
                       {"obstacles", "steps", 1, "the agent ended a step touching an obstacle"}};
  spec_.state = 4 * parameters.pursuers + 8;
  spec_.horizon = 50;
  spec_.time_step = kParticleStep;
}

std::vector<WorldParameter> Pursuit::parameters() {
  return {{"pursuer_acceleration", &pursuer_acceleration_, "m/s², at full control"},
          {"evader_acceleration", &evader_acceleration_, "m/s², at full control"}};
}

void Pursuit::place(std::span<const Particle> agents, std::span<const Particle> obstacles) {
  SADDLE_CHECK(agents.size() == agents_.size() && obstacles.size() == obstacles_.size(),
               agents.size(), obstacles.size());
  std::ranges::copy(agents, agents_.begin());
  std::ranges::copy(obstacles, obstacles_.begin());
}

/// Whether an agent touches neither an obstacle nor an agent before it.
bool Pursuit::is_free(std::size_t agent) const {
  for (const Particle& obstacle : obstacles_) {
    if (within(agents_[agent], obstacle, radius(agent) + kObstacleRadius)) return false;
  }
  for (std::size_t other = 0; other < agent; ++other) {
    if (within(agents_[agent], agents_[other], radius(agent) + radius(other))) return false;
  }
  return true;
}

void Pursuit::reset(Rng& rng, std::span<float> observation) {
  do {
    for (Particle& obstacle : obstacles_) obstacle = resting_within(kObstacleArena, rng);
  } while (within(obstacles_[0], obstacles_[1], kBetweenObstacles));
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    do {
      agents_[i] = resting_within(kArena, rng);
    } while (!is_free(i));
  }
  observe(observation);
}

bool Pursuit::step(std::span<const float> action, Rng&, const Outcome& out) {
  push(action);
  settle(out);
  observe(out.observation);
  return false;
}

void Pursuit::push(std::span<const float> action) {
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    forces_[i].value = (is_evader(i) ? evader_acceleration_ : pursuer_acceleration_) *
                       DoublePair{action[2 * i], action[2 * i + 1]};
    for (const Particle& obstacle : obstacles_) {
      forces_[i].value +=
          contact_force(agents_[i].position - obstacle.position, radius(i) + kObstacleRadius);
    }
  }
  push_apart(agents_, forces_, [this](std::size_t agent) { return radius(agent); });
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    move(agents_[i], forces_[i].value, kDamping, is_evader(i) ? kEvaderSpeed : kPursuerSpeed);
  }
}

void Pursuit::settle(const Outcome& out) const {
  const auto caught = static_cast<float>(std::ranges::count_if(pursuers(), [&](const auto& p) {
    return within(p, agents_.back(), kPursuerRadius + kEvaderRadius);
  }));
  std::ranges::fill(out.reward, caught / static_cast<float>(pursuers().size()));
  out.reward.back() = -caught;
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    const DoublePair p = agents_[i].position;
    const bool touches = std::ranges::any_of(obstacles_, [&](const Particle& obstacle) {
      return within(agents_[i], obstacle, radius(i) + kObstacleRadius);
    });
    out.cost[2 * i] = std::max(std::abs(p[0]), std::abs(p[1])) > kArena ? 1.0f : 0.0f;
    out.cost[2 * i + 1] = touches ? 1.0f : 0.0f;
  }
}

void Pursuit::draw(Canvas& canvas) const {
  constexpr double kReach = kArena + 0.4;
  canvas.view({-kReach, -kReach}, {kReach, kReach});
  for (const double side : {-kArena, kArena}) {
    canvas.line({side, -kArena}, {side, kArena}, 0.02, colours::kDanger);
    canvas.line({-kArena, side}, {kArena, side}, 0.02, colours::kDanger);
  }
  for (const Particle& obstacle : obstacles_) {
    canvas.disc(place_of(obstacle), kObstacleRadius, colours::kObstacle);
  }
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    canvas.disc(place_of(agents_[i]), radius(i), is_evader(i) ? colours::kSecond : colours::kAgent);
  }
}

void Pursuit::observe(std::span<float> observation) {
  constexpr auto kAll = Seen::kPositionAndVelocity;
  const auto evader = std::span(agents_).last(1);
  float* to = observation.data();
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    const Particle& agent = agents_[i];
    *to++ = is_evader(i) ? 1.0f : 0.0f;
    to = write_pair(agent.position, write_pair(agent.velocity, to));
    to = sightings_.write(agent, obstacles_, obstacles_.size(), Seen::kPosition, to);
    if (is_evader(i)) {
      to = sightings_.write(agent, pursuers(), pursuers().size(), kAll, to);
    } else {
      to = sightings_.write(agent, evader, 1, kAll, to);
      to = sightings_.write(agent, pursuers(), pursuers().size() - 1, kAll, to);
    }
  }
}

}  // namespace saddle
