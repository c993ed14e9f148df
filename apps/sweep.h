// SPDX-License-Identifier: Apache-2.0
// Evaluations of one policy in worlds that are perturbed more and more, or that differ by client.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <saddle/apps/config.h>
#include <saddle/apps/evaluation.h>
#include <saddle/base/fields.h>

namespace saddle {

/// One magnitude of one perturbation, or one client.
struct SweepPoint {
  std::string key;  ///< "observation_noise", "family.client"
  FieldValue magnitude;
  Variation variation;  ///< with the others as they are in the run
  Evaluation evaluation = {};
};

/// The points of "KEY=X,X,…" for each of the texts, in order; a key may be typed with - for _, and
/// is one of "perturb" unless it has a point in it, as "world.mass" has. `world` is the bare one.
/// Errors: saddle::Error naming the nearest key, or what a magnitude may be in the world.
[[nodiscard]] std::vector<SweepPoint> sweep_points(const std::vector<std::string>& typed,
                                                   Environment& world, const Variation& run);

/// A point for each of the clients 0, …, count − 1 of the run's family.
/// Errors: saddle::Error if nothing varies in it.
[[nodiscard]] std::vector<SweepPoint> client_points(std::int64_t count, Environment& world,
                                                    const Variation& run);

/// A list with the evaluation of each point and what it was made under.
[[nodiscard]] nlohmann::ordered_json to_json(const std::vector<SweepPoint>& points);

/// A table for people, a line a point. Costs are as measured. `points` must not be empty.
[[nodiscard]] std::string to_text(const std::vector<SweepPoint>& points);

}  // namespace saddle
