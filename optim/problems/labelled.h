// SPDX-License-Identifier: Apache-2.0
// Points of two classes, and generators of them.
#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace saddle {

/// n points of d entries, each of class 1 or −1.
struct LabelledPoints {
  Eigen::MatrixXd points;  ///< [d, n], a column each
  Eigen::VectorXd labels;  ///< [n], 1 or −1

  /// Errors: saddle::Error naming what does not fit.
  void validate() const;
};

/// Standard normal points on either side of the plane with the given normal, up to noise: the label
/// is the sign of normalᵀx + noise · N(0, 1).
[[nodiscard]] LabelledPoints half_space_points(std::uint64_t seed, std::int64_t count,
                                               const Eigen::VectorXd& normal, double noise);

/// One feature that is robust and many that are not: x₁ is the label, or its opposite with
/// probability `flipped`, and x₂, …, x_d are N(mean · label, 1). Together the weak features are as
/// good as the strong one, but a perturbation of twice their mean turns all of them round.
/// Ref  Tsipras, Santurkar, Engstrom, Turner and Madry 2019, arXiv:1805.12152, section 2.1.
[[nodiscard]] LabelledPoints weak_feature_points(std::uint64_t seed, std::int64_t count,
                                                 std::int64_t dimension, double mean,
                                                 double flipped);

}  // namespace saddle
