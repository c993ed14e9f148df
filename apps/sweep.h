// SPDX-License-Identifier: Apache-2.0
// Evaluations of one policy in worlds that are perturbed more and more.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <saddle/apps/evaluation.h>
#include <saddle/base/fields.h>
#include <saddle/envs/wrapper/perturbed.h>

namespace saddle {

/// One magnitude of one perturbation.
struct SweepPoint {
  std::string key;  ///< "observation_noise"
  FieldValue magnitude;
  Perturbation perturbation;  ///< with the others as they are in the run
  Evaluation evaluation = {};
};

/// The points of "KEY=X,X,…" for each of the texts, in order; a key may be typed with - for _.
/// `world` is the bare one.
/// Errors: saddle::Error naming the nearest key, or what a magnitude may be in the world.
[[nodiscard]] std::vector<SweepPoint> sweep_points(const std::vector<std::string>& typed,
                                                   Environment& world, const Perturbation& run);

/// A list with the evaluation of each point and what it was made under.
[[nodiscard]] nlohmann::ordered_json to_json(const std::vector<SweepPoint>& points);

/// A table for people, a line a point. Costs are as measured. `points` must not be empty.
[[nodiscard]] std::string to_text(const std::vector<SweepPoint>& points);

}  // namespace saddle
