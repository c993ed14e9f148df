// SPDX-License-Identifier: Apache-2.0
// Normal numbers by the ten thousand, for methods that draw a whole vector of them in every step.
#pragma once

#include <span>

#include <Eigen/Core>

#include <saddle/base/rng.h>

namespace saddle {

/// Fills `out` with independent standard normal numbers, several times faster than Rng::normal().
/// The same stream and size give the same numbers, up to the last bits of exp and log.
/// Ref: Marsaglia and Tsang 2000, "The ziggurat method for generating random variables", Journal of
/// Statistical Software 5(8); layer and abscissa from separate bits, as Doornik 2005, "An improved
/// ziggurat method to generate normal random samples", asks.
void draw_normals(Rng& rng, std::span<double> out);

/// n independent standard normal numbers, one by one from Rng::normal().
[[nodiscard]] Eigen::VectorXd normal_vector(Eigen::Index n, Rng& rng);

}  // namespace saddle
