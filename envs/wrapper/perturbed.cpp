// SPDX-License-Identifier: Apache-2.0
// Perturbed worlds.
#include <saddle/envs/wrapper/perturbed.h>

#include <algorithm>
#include <cmath>

namespace saddle {
namespace {

void require_parameters(Environment& world, const Perturbation& p) {
  using Kind = WorldParameter::Kind;
  const std::string& id = world.spec().id;
  const std::vector<WorldParameter> parameters = world.parameters();
  std::vector<std::string> known;
  known.reserve(parameters.size());
  for (const WorldParameter& parameter : parameters) known.push_back(parameter.name);
  for (const auto& [kind, spread] :
       {std::pair{Kind::kPhysics, p.physics_spread}, {Kind::kLimit, p.limit_spread}}) {
    if (spread == 0 || std::ranges::count(parameters, kind, &WorldParameter::kind) > 0) continue;
    throw Error(concat("'", id, "' lists no parameter that is ",
                       kind == Kind::kLimit ? "a limit" : "physics", "; leave ", name_of(kind),
                       "_spread at 0"));
  }
  for (const ParameterError& parameter : p.parameters) {
    if (std::ranges::count(known, parameter.name) > 0) continue;
    throw Error(concat("'", id, "' has no parameter '", parameter.name, "'",
                       did_you_mean(parameter.name, known)));
  }
}

/// What adds to or multiplies numbers needs numbers.
void require_sums(const EnvironmentSpec& spec, const Perturbation& p) {
  const bool observed = p.observation_noise != 0 || p.observation_bias != 0;
  if (spec.observation.is_discrete() && (observed || !p.hide.empty())) {
    throw Error(concat("what one observes of '", spec.id, "' is one of ", spec.observation.count,
                       " choices, to which nothing can be added and of which nothing can be ",
                       "hidden; leave observation_noise and observation_bias at 0 and hide empty"));
  }
  for (const std::int64_t i : p.hide) {
    if (i < spec.observation.size) continue;
    throw Error(concat("one observes ", spec.observation.size, " numbers of '", spec.id,
                       "', so that hide takes 0 to ", spec.observation.size - 1, ", not ", i));
  }
  if (!spec.action.is_discrete()) return;
  if (p.action_bias != 0 || p.action_gain_error != 0) {
    throw Error(concat("an action of '", spec.id, "' is one of ", spec.action.count,
                       " choices, which have neither bias nor gain; leave action_bias and ",
                       "action_gain_error at 0"));
  }
  if (p.action_noise > 1) {
    throw Error(concat("an action of '", spec.id, "' is one of ", spec.action.count,
                       " choices, of which action_noise is the probability of a random one; it ",
                       "is at most 1, not ", p.action_noise));
  }
}

}  // namespace

Perturbed::Perturbed(std::unique_ptr<Environment> inner, const Perturbation& perturbation)
    : inner_(std::move(inner)),
      perturbation_(perturbation),
      spec_(inner_->spec()),
      member_(perturbation.family, *inner_),
      observation_ranges_(ranges_of(spec_.observation)),
      action_ranges_(ranges_of(spec().action)),
      played_(static_cast<std::size_t>(spec().agents) *
              static_cast<std::size_t>(spec().action.size)),
      queue_(static_cast<std::size_t>(perturbation.action_delay) * played_.size()) {
  require_perturbable(*inner_, perturbation_);
  for (const WorldParameter& parameter : inner_->parameters()) {
    double scale = 1;
    for (const ParameterError& known : perturbation_.parameters) {
      if (known.name == parameter.name) scale = 1 + known.error;
    }
    parameters_.push_back({parameter, scale});
  }
  const std::size_t context = member_.context().size();
  if (context == 0) return;
  inner_observation_.resize(static_cast<std::size_t>(spec_.agents) * observation_ranges_.size());
  spec_.observation.low.insert(spec_.observation.low.end(), context, -1);
  spec_.observation.high.insert(spec_.observation.high.end(), context, 1);
  spec_.observation.size += static_cast<int>(context);
  if (spec_.state > 0) spec_.state += static_cast<int>(context);
}

void Perturbed::reset(Rng& rng, std::span<float> observation) {
  oldest_ = 0;
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    queue_[i] = action_ranges_.empty()
                    ? 0
                    : static_cast<float>(action_ranges_[i % action_ranges_.size()].middle);
  }
  set_parameters(rng);
  const std::span<float> inner = inner_part(observation);
  inner_->reset(rng, inner);
  observe(rng, inner, observation);
}

double Perturbed::spread(WorldParameter::Kind kind) const {
  switch (kind) {
    case WorldParameter::Kind::kPhysics:
      return perturbation_.physics_spread;
    case WorldParameter::Kind::kGoal:
      return 0;
    case WorldParameter::Kind::kLimit:
      return perturbation_.limit_spread;
  }
  return 0;
}

void Perturbed::set_parameters(Rng& rng) {
  member_.draw(rng);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const auto& [parameter, scale] = parameters_[i];
    const double p = member_.value(i) * scale, s = spread(parameter.kind);
    *parameter.value = std::clamp(p * (1 + (s > 0 ? s * rng.uniform(-1, 1) : 0)),
                                  parameter.bounds.low, parameter.bounds.high);
  }
}

/// Where the inner world is to write what it shows.
std::span<float> Perturbed::inner_part(std::span<float> observation) {
  return inner_observation_.empty() ? observation : std::span(inner_observation_);
}

bool Perturbed::step(std::span<const float> action, Rng& rng, const Outcome& out) {
  std::ranges::copy(action, played_.begin());
  if (!queue_.empty()) delay();
  disturb(rng);
  const std::span<float> inner = inner_part(out.observation);
  const bool ended = inner_->step(played_, rng, {inner, out.reward, out.cost});
  observe(rng, inner, out.observation);
  return ended;
}

void Perturbed::central_state(std::span<float> state) const {
  const std::span<const float> context = member_.context();
  inner_->central_state(state.first(state.size() - context.size()));
  std::ranges::copy(context, state.last(context.size()).begin());
}

/// `inner`, what the inner world shows, becomes what is observed.
void Perturbed::observe(Rng& rng, std::span<float> inner, std::span<float> observation) const {
  const double noise = perturbation_.observation_noise, bias = perturbation_.observation_bias;
  for (std::size_t i = 0; (noise != 0 || bias != 0) && i < inner.size(); ++i) {
    const Range& range = observation_ranges_[i % observation_ranges_.size()];
    const double error = range.half * (bias + (noise > 0 ? noise * rng.normal() : 0));
    // What is not finite stays, for whoever checks the world.
    if (std::isfinite(inner[i])) inner[i] = range.clip(inner[i] + error);
  }
  const std::size_t width = observation_ranges_.size();
  for (const std::int64_t hidden : perturbation_.hide) {
    for (auto i = static_cast<std::size_t>(hidden); i < inner.size(); i += width) {
      if (!std::isfinite(inner[i])) continue;
      inner[i] = static_cast<float>(observation_ranges_[i % width].middle);
    }
  }
  if (inner_observation_.empty()) return;
  auto to = observation.begin();
  for (std::size_t first = 0; first < inner.size(); first += width) {
    to = std::ranges::copy(inner.subspan(first, width), to).out;
    to = std::ranges::copy(member_.context(), to).out;
  }
}

/// Puts the action last into the queue, and takes out what is to be played now.
void Perturbed::delay() {
  const auto slot = std::span(queue_).subspan(oldest_, played_.size());
  std::ranges::swap_ranges(slot, played_);
  oldest_ = (oldest_ + played_.size()) % queue_.size();
}

void Perturbed::disturb(Rng& rng) {
  const double noise = perturbation_.action_noise, bias = perturbation_.action_bias;
  const double gain_error = perturbation_.action_gain_error;
  if (noise == 0 && bias == 0 && gain_error == 0) return;
  if (action_ranges_.empty()) {
    const auto count = static_cast<std::uint32_t>(spec().action.count);
    for (float& choice : played_) {
      if (rng.uniform() < noise) choice = static_cast<float>(rng.below(count));
    }
    return;
  }
  for (std::size_t i = 0; i < played_.size(); ++i) {
    const Range& range = action_ranges_[i % action_ranges_.size()];
    const double error = range.half * (bias + (noise > 0 ? noise * rng.normal() : 0));
    const double meant = played_[i];
    played_[i] = range.clip(meant + gain_error * (meant - range.middle) + error);
  }
}

bool Perturbation::is_nothing() const {
  Perturbation nothing;
  nothing.parameters = parameters;
  for (ParameterError& parameter : nothing.parameters) parameter.error = 0;
  nothing.family = family.of_one();
  return *this == nothing;
}

Perturbation perturbable(Environment& world) {
  Perturbation perturbation;
  for (const WorldParameter& parameter : world.parameters()) {
    perturbation.parameters.push_back({parameter.name, parameter.doc});
  }
  perturbation.family = family_of(world);
  return perturbation;
}

void require_perturbable(Environment& world, const Perturbation& perturbation) {
  require_parameters(world, perturbation);
  (void)FamilyMember(perturbation.family, world);
  require_sums(world.spec(), perturbation);
}

EnvironmentFactory perturbed(EnvironmentFactory make, const Perturbation& perturbation) {
  if (perturbation.is_nothing()) return make;
  return [make = std::move(make), perturbation] {
    return std::make_unique<Perturbed>(make(), perturbation);
  };
}

}  // namespace saddle
