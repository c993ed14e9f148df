// SPDX-License-Identifier: Apache-2.0
// The quadratic program of five agents that the figures for Safe Dec-PG were measured on.
#pragma once

#include <saddle/optim/consensus/problems.h>

namespace saddle {

/// b_i about (2, 1), unit q_i, and c_i = q_iᵀ(½, ½) + (0, 0.3, 0, 0.5, 0.2)_i, drawn once by numpy
/// 1.24 from default_rng(0). Only the last constraint is active: x* = (1.842987, 0.184755) with
/// multiplier 0.879945 of the mean.
[[nodiscard]] inline HalfPlaneData oracle_half_planes() {
  HalfPlaneData data{Eigen::MatrixXd(5, 2), Eigen::MatrixXd(5, 2), Eigen::VectorXd(5)};
  data.b << 2.1257302210933933, 0.8678951367086981,  //
      2.640422650443282, 1.1049001171530397,         //
      1.4643306268388891, 1.3615950549094848,        //
      3.3040000451301372, 1.9470809631292423,        //
      1.2962647641930074, -0.2654214710460525;
  data.q << -0.9978090697238524, 0.06615935592809416,  //
      -0.9956015322215984, -0.093688788219327,         //
      -0.8621220784405028, -0.5067006235100047,        //
      -0.8645965520261095, -0.5024667175291939,        //
      0.3672530654877292, 0.9301210598034352;
  data.c << -0.4658248568978791, -0.24464516022046273, -0.6844113509752537, -0.18353163477765166,
      0.8486870626455822;
  return data;
}

/// They stand on a ring.
[[nodiscard]] inline SolvedNetwork<ConstrainedProblem<Eigen::VectorXd>> oracle_network() {
  return decentralized_qp(oracle_half_planes(), metropolis_weights(ring_graph(5)));
}

}  // namespace saddle
