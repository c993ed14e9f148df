// SPDX-License-Identifier: Apache-2.0
// Every perturbation that a world takes, at once.
#pragma once

#include <string>

#include <saddle/envs/wrapper/perturbed.h>

namespace saddle::testing {

inline Perturbation all_perturbations(Environment& world) {
  const EnvironmentSpec& spec = world.spec();
  Perturbation p = perturbable(world);
  p.action_noise = 0.2;
  p.action_delay = 3;
  for (const WorldParameter& parameter : world.parameters()) {
    if (parameter.kind == WorldParameter::Kind::kPhysics) p.physics_spread = 0.1;
    if (parameter.kind == WorldParameter::Kind::kLimit) p.limit_spread = 0.1;
  }
  for (ParameterError& parameter : p.parameters) parameter.error = -0.2;
  for (FamilyParameter& parameter : p.family.parameters.all) {
    const double usual = std::stod(parameter.usual);
    parameter.range = concat(0.9 * usual, "..", 1.1 * usual);
  }
  p.family.observe = !p.parameters.empty() && !spec.observation.is_discrete();
  if (!spec.observation.is_discrete()) {
    p.observation_noise = 0.3;
    p.observation_bias = -0.1;
    p.hide = {0};
  }
  if (!spec.action.is_discrete()) {
    p.action_bias = 0.1;
    p.action_gain_error = 0.5;
  }
  return p;
}

/// Copies of every registered world, so perturbed.
inline EnvironmentRegistry perturbed_worlds() {
  EnvironmentRegistry plain("environment"), all("environment");
  register_environments(plain);
  for (const std::string& name : plain.names()) {
    const EnvironmentFactory& make = plain.at(name);
    all.add(name, perturbed(make, all_perturbations(*make())));
  }
  return all;
}

}  // namespace saddle::testing
