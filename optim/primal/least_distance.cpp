// SPDX-License-Identifier: Apache-2.0
// The nearest point of a polyhedron, from inner products alone.
#include <saddle/optim/primal/least_distance.h>

#include <cmath>
#include <vector>

#include <saddle/base/check.h>
#include <saddle/optim/linear_algebra.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr double kRounding = 1e-12;  ///< of numbers of the size of 1
constexpr double kFarthest = 1e5;    ///< in units of the distance to the farthest constraint

using IndexSet = std::vector<Index>;

/// M_PP⁻¹ b_P on P, zeros elsewhere.
VectorXd solve_on(const IndexSet& p, const MatrixXd& m, const VectorXd& b) {
  VectorXd x = VectorXd::Zero(b.size());
  if (p.empty()) return x;
  const VectorXd solution = solve_symmetric(m(p, p), VectorXd(b(p)));
  x(p) = solution;
  return x;
}

}  // namespace

VectorXd nonnegative_least_squares(const MatrixXd& m, const VectorXd& b) {
  const Index n = b.size();
  SADDLE_CHECK(m.rows() == n && m.cols() == n, m.rows(), m.cols(), n);
  // In the variables y = x √diag(M) every column has the same length.
  VectorXd scale(n);
  for (Index i = 0; i < n; ++i) scale[i] = m(i, i) > 0 ? 1 / std::sqrt(m(i, i)) : 0;
  const MatrixXd unit = scale.asDiagonal() * m * scale.asDiagonal();
  const VectorXd right = scale.cwiseProduct(b);
  const double tolerance = kRounding * (n > 0 ? right.cwiseAbs().maxCoeff() : 0);

  VectorXd y = VectorXd::Zero(n);
  VectorXd refused = VectorXd::Zero(n);  // dependent on the set so far, up to rounding
  for (Index round = 0; round < 10 * (n + 1); ++round) {
    const VectorXd slope = right - unit * y;
    Index entering = -1;
    for (Index i = 0; i < n; ++i) {
      const bool candidate = y[i] == 0 && refused[i] == 0 && slope[i] > tolerance;
      if (candidate && (entering < 0 || slope[i] > slope[entering])) entering = i;
    }
    if (entering < 0) break;
    IndexSet set = positive_entries(y);
    set.push_back(entering);
    VectorXd z = solve_on(set, unit, right);
    if (!(z[entering] > 0) || !z.allFinite()) {
      refused[entering] = 1;
      continue;
    }
    while (!set.empty() && z(set).minCoeff() <= 0) {
      double fraction = 1;
      for (const Index i : set) {
        if (z[i] <= 0) fraction = std::min(fraction, y[i] / (y[i] - z[i]));
      }
      IndexSet kept;
      for (const Index i : set) {
        const bool leaves = z[i] <= 0 && y[i] / (y[i] - z[i]) <= fraction;
        y[i] = leaves ? 0 : y[i] + fraction * (z[i] - y[i]);
        if (y[i] > 0) kept.push_back(i);
      }
      set = kept;
      z = solve_on(set, unit, right);
    }
    y = z;
    refused.setZero();
  }
  return scale.cwiseProduct(y);
}

std::optional<VectorXd> least_distance(const MatrixXd& gram, const VectorXd& a) {
  const Index n = a.size();
  SADDLE_CHECK(gram.rows() == n && gram.cols() == n, gram.rows(), gram.cols(), n);
  // Each constraint divided by the length of its gradient: its offset is then a distance. One
  // whose gradient vanishes holds everywhere or nowhere.
  VectorXd scale = VectorXd::Zero(n);
  double farthest = 0;
  for (Index i = 0; i < n; ++i) {
    if (gram(i, i) > 0) {
      scale[i] = 1 / std::sqrt(gram(i, i));
      farthest = std::max(farthest, scale[i] * a[i]);
    } else if (a[i] > 0) {
      return std::nullopt;
    }
  }
  if (farthest == 0) return VectorXd::Zero(n);
  const MatrixXd cosines = scale.asDiagonal() * gram * scale.asDiagonal();
  const VectorXd offsets = scale.cwiseProduct(a) / farthest;

  const VectorXd x = nonnegative_least_squares(cosines + offsets * offsets.transpose(), offsets);
  const double residual = 1 - offsets.dot(x);  // 1/(1 + distance²)
  if (residual < 1 / (kFarthest * kFarthest)) return std::nullopt;
  // The set of constraints that hold with equality is now known, so solve for those alone: the
  // quotient x/residual is the same number with more rounding.
  VectorXd mu = solve_on(positive_entries(x), cosines, offsets);
  if (!mu.allFinite() || mu.minCoeff() < 0) mu = x / residual;
  return farthest * scale.cwiseProduct(mu);
}

}  // namespace saddle
