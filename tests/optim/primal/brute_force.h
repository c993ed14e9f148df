// SPDX-License-Identifier: Apache-2.0
// The programs of constrained trust regions by trying every set of binding constraints, in full
// coordinates: slow, plain, and by another way than the library's.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include <saddle/optim/linear_algebra.h>

namespace saddle {

/// A trust-region program in coordinates where the metric is the identity: u = Lᵀs, H = L Lᵀ.
struct WhitenedProgram {
  Eigen::VectorXd g;  ///< [n]
  Eigen::MatrixXd b;  ///< [n, m]
  Eigen::VectorXd c;  ///< [m]

  WhitenedProgram(const Eigen::MatrixXd& h, const Eigen::VectorXd& gradient,
                  const Eigen::MatrixXd& constraints, Eigen::VectorXd values)
      : g(solve_regular(cholesky_factor(h), gradient)), b(constraints), c(std::move(values)) {
    if (b.cols() > 0) b = solve_regular(cholesky_factor(h), b);
  }

  [[nodiscard]] double violation(const Eigen::VectorXd& u) const {
    return c.size() > 0 ? (c + b.transpose() * u).maxCoeff() : -1.0;
  }
};

/// {u : c_A + B_Aᵀu = 0}: its shortest point and the projector onto its directions; nothing if the
/// equations contradict each other.
struct Flat {
  Eigen::VectorXd shortest;
  Eigen::MatrixXd projector;
};
inline std::optional<Flat> flat_of(const WhitenedProgram& p, unsigned set) {
  const Eigen::Index n = p.g.size();
  std::vector<Eigen::Index> chosen;
  for (Eigen::Index k = 0; k < p.c.size(); ++k) {
    if (set & (1u << k)) chosen.push_back(k);
  }
  if (chosen.empty()) return Flat{Eigen::VectorXd::Zero(n), Eigen::MatrixXd::Identity(n, n)};
  const Eigen::MatrixXd rows = p.b(Eigen::all, chosen).transpose();
  // The pseudo-inverse, by way of the spectrum of A Aᵀ.
  const auto [values, vectors] = spectrum(rows * rows.transpose());
  const Eigen::ArrayXd inverted =
      (values.array() > 1e-13 * values.maxCoeff()).select(values.array().inverse(), 0);
  const Eigen::MatrixXd inverse =
      rows.transpose() * vectors * inverted.matrix().asDiagonal() * vectors.transpose();
  const Eigen::VectorXd offsets = p.c(chosen);
  const Eigen::VectorXd shortest = -inverse * offsets;
  if ((rows * shortest + offsets).norm() > 1e-9 * (1 + offsets.norm())) return std::nullopt;
  return Flat{shortest, Eigen::MatrixXd::Identity(n, n) - inverse * rows};
}

/// The least gᵀu over c + Bᵀu ≤ 0, ‖u‖² ≤ 2δ; nothing if there is no such u. The minimiser is, on
/// the flat of the constraints that bind there, either the point of the sphere farthest down or
/// the shortest point.
inline std::optional<double> brute_force_cpo(const WhitenedProgram& p, double radius) {
  const double slack = 1e-9;
  std::optional<double> best;
  for (unsigned set = 0; set < (1u << p.c.size()); ++set) {
    const auto flat = flat_of(p, set);
    if (!flat) continue;
    const double left = 2 * radius - flat->shortest.squaredNorm();
    if (left < -slack * radius) continue;
    const Eigen::VectorXd down = flat->projector * p.g;
    std::vector<Eigen::VectorXd> candidates{flat->shortest};
    if (down.norm() > 1e-12) {
      candidates.emplace_back(flat->shortest - std::sqrt(std::max(left, 0.0)) / down.norm() * down);
    }
    for (const Eigen::VectorXd& u : candidates) {
      const double value = p.g.dot(u);
      if (p.violation(u) <= slack && (!best || value < *best)) best = value;
    }
  }
  return best;
}

/// The point of c + Bᵀu ≤ 0 nearest to `from`; nothing if there is none.
inline std::optional<Eigen::VectorXd> brute_force_projection(WhitenedProgram p,
                                                             const Eigen::VectorXd& from) {
  p.c += p.b.transpose() * from;
  std::optional<Eigen::VectorXd> best;
  for (unsigned set = 0; set < (1u << p.c.size()); ++set) {
    const auto flat = flat_of(p, set);
    if (!flat || p.violation(flat->shortest) > 1e-9) continue;
    if (!best || flat->shortest.norm() < best->norm()) best = flat->shortest;
  }
  if (!best) return std::nullopt;
  return Eigen::VectorXd(from + *best);
}

}  // namespace saddle
