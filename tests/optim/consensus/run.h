// SPDX-License-Identifier: Apache-2.0
// What tests of networks ask of points.
#pragma once

#include <algorithm>

#include <gtest/gtest.h>

#include <saddle/optim/consensus/consensus_step.h>
#include <saddle/optim/consensus/network.h>

namespace saddle {

/// (1/n) Σ v_i, of agents that are all here.
[[nodiscard]] inline Eigen::VectorXd mean_of(const AgentVectors& v) {
  Eigen::VectorXd sum = v.at(0);
  for (std::size_t i = 1; i < v.size(); ++i) sum += v[i];
  return sum / static_cast<double>(v.size());
}

/// The largest ‖x_i − x_i*‖.
template <class P>
[[nodiscard]] double distance(const std::vector<P>& z, const std::vector<P>& solution) {
  double largest = 0;
  for (std::size_t k = 0; k < z.size(); ++k) {
    largest = std::max(largest, (z[k].x - solution.at(k).x).norm());
  }
  return largest;
}

/// And of ‖y_i − y_i*‖.
template <class P>
[[nodiscard]] double distance_y(const std::vector<P>& z, const std::vector<P>& solution) {
  double largest = 0;
  for (std::size_t k = 0; k < z.size(); ++k) {
    largest = std::max(largest, (z[k].y - solution.at(k).y).norm());
  }
  return largest;
}

/// The law that gradient tracking stands on.
inline void expect_tracks_the_mean(const TrackingStep& step) {
  const Eigen::VectorXd error = mean_of(step.tracker()) - mean_of(step.tracked());
  EXPECT_LT(error.norm(), 1e-10);
}

}  // namespace saddle
