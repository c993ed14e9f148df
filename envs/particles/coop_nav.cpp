// SPDX-License-Identifier: Apache-2.0
// CoopNav3-v0 and its like.
#include <saddle/envs/particles/coop_nav.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <saddle/envs/canvas.h>

namespace saddle {
namespace {

/// Draws places for all, each with room about it.
void scatter(std::vector<Particle>& particles, double half_width, Rng& rng) {
  constexpr double kFree2 = CoopNav::kFreeAtStart * CoopNav::kFreeAtStart;
  for (std::size_t i = 0; i < particles.size(); ++i) {
    const auto before = std::span(particles).first(i);
    const auto crowded = [&](DoublePair place) {
      return std::ranges::any_of(before, [&](const Particle& other) {
        return norm_squared(place - other.position) < kFree2;
      });
    };
    // They would fill a tenth of the square, so it takes a few draws at most.
    do {
      particles[i] = resting_within(half_width, rng);
    } while (crowded(particles[i].position));
  }
}

double distance(const Particle& a, const Particle& b) {
  return std::sqrt(norm_squared(a.position - b.position));
}

}  // namespace

CoopNav::CoopNav(const CoopNavParameters& parameters)
    : kind_(parameters.goals),
      neighbours_(static_cast<std::size_t>(parameters.neighbours)),
      half_width_(std::sqrt(parameters.agents / 3.0)),
      agents_(static_cast<std::size_t>(parameters.agents)),
      goals_(agents_.size()),
      forces_(agents_.size()),
      sightings_(agents_.size()) {
  SADDLE_CHECK(parameters.agents >= 2 && parameters.neighbours >= 1 &&
                   parameters.neighbours < parameters.agents,
               parameters.agents, parameters.neighbours);
  constexpr float kAny = std::numeric_limits<float>::infinity();
  const int goals = kind_ == Goals::kOwn ? 1 : parameters.agents;
  spec_.id = parameters.id;
  spec_.doc = parameters.doc;
  spec_.observation = Space::box(4 + 2 * goals + 4 * parameters.neighbours, -kAny, kAny);
  spec_.action = Space::box(2, -1, 1);
  spec_.agents = parameters.agents;
  spec_.constraints = {
      {"separation", "steps", 0.7,
       kind_ == Goals::kOwn
           ? "the agent ended a step less than 0.3 m from another"
           : "the share of agents that ended a step less than 0.3 m from another"}};
  spec_.state = 6 * parameters.agents;
  spec_.horizon = 50;
  spec_.time_step = kParticleStep;
}

std::vector<WorldParameter> CoopNav::parameters() {
  return {{"acceleration", &acceleration_, "m/s², at full control"},
          {"damping",
           &damping_,
           "share of the velocity that a step takes",
           {.low = 0, .high = 1, .open_low = true}},
          {"separation", &separation_, "m, from centre to centre", positive(),
           WorldParameter::Kind::kLimit}};
}

void CoopNav::place(std::span<const Particle> agents, std::span<const Particle> goals) {
  SADDLE_CHECK(agents.size() == agents_.size() && goals.size() == goals_.size(), agents.size(),
               goals.size());
  std::ranges::copy(agents, agents_.begin());
  std::ranges::copy(goals, goals_.begin());
}

void CoopNav::reset(Rng& rng, std::span<float> observation) {
  scatter(agents_, half_width_, rng);
  scatter(goals_, half_width_, rng);
  observe(observation);
}

bool CoopNav::step(std::span<const float> action, Rng&, const Outcome& out) {
  push(action);
  reward(out.reward);
  charge(out.cost);
  observe(out.observation);
  return false;
}

void CoopNav::push(std::span<const float> action) {
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    forces_[i].value = acceleration_ * DoublePair{action[2 * i], action[2 * i + 1]};
  }
  push_apart(agents_, forces_, [](std::size_t) { return kRadius; });
  for (std::size_t i = 0; i < agents_.size(); ++i) move(agents_[i], forces_[i].value, damping_);
}

void CoopNav::reward(std::span<float> out) const {
  if (kind_ == Goals::kOwn) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<float>(-distance(agents_[i], goals_[i]));
    }
    return;
  }
  double sum = 0;
  for (const Particle& goal : goals_) {
    double least = std::numeric_limits<double>::infinity();
    for (const Particle& agent : agents_) least = std::min(least, distance(agent, goal));
    sum -= least;
  }
  std::ranges::fill(out, static_cast<float>(sum));
}

/// `cost` [n].
void CoopNav::charge(std::span<float> cost) const {
  std::ranges::fill(cost, 0.0f);
  for (std::size_t i = 0; i < cost.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double squared = norm_squared(agents_[i].position - agents_[j].position);
      if (squared < separation_ * separation_) cost[i] = cost[j] = 1;
    }
  }
  if (kind_ == Goals::kOwn) return;
  const auto near = static_cast<float>(std::ranges::count(cost, 1.0f));
  std::ranges::fill(cost, near / static_cast<float>(cost.size()));
}

void CoopNav::draw(Canvas& canvas) const {
  const double reach = half_width_ + 0.7;
  canvas.view({-reach, -reach}, {reach, reach});
  for (const Particle& goal : goals_) {
    canvas.ring(place_of(goal), kRadius, 0.03, colours::kGoal);
  }
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    const Particle& agent = agents_[i];
    if (kind_ == Goals::kOwn) {
      canvas.line(place_of(agent), place_of(goals_[i]), 0.01, colours::kGoal.faint(0.5));
    }
    const bool near = std::ranges::any_of(agents_, [&](const Particle& other) {
      return &other != &agent && distance(agent, other) < separation_;
    });
    const Colour colour = near ? colours::kDanger : colours::kAgent;
    canvas.disc(place_of(agent), separation_ / 2, colour.faint(0.2));
    canvas.disc(place_of(agent), kRadius, colour);
  }
}

void CoopNav::observe(std::span<float> observation) {
  float* to = observation.data();
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    const Particle& agent = agents_[i];
    to = write_pair(agent.position, write_pair(agent.velocity, to));
    const auto goals = kind_ == Goals::kOwn ? std::span(goals_).subspan(i, 1) : std::span(goals_);
    to = sightings_.write(agent, goals, goals.size(), Seen::kPosition, to);
    to = sightings_.write(agent, agents_, neighbours_, Seen::kPositionAndVelocity, to);
  }
}

}  // namespace saddle
