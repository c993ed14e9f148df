// SPDX-License-Identifier: Apache-2.0
// The nearest points of the sets that problems live on.
#include <saddle/optim/project.h>

#include <algorithm>
#include <functional>

#include <saddle/base/check.h>

namespace saddle {

using Eigen::VectorXd;

VectorXd project_box(const VectorXd& x, const VectorXd& low, const VectorXd& high) {
  SADDLE_CHECK(x.size() == low.size() && x.size() == high.size(), x.size(), low.size(),
               high.size());
  SADDLE_CHECK((low.array() <= high.array()).all());
  return x.cwiseMax(low).cwiseMin(high);
}

VectorXd project_box(const VectorXd& x, double low, double high) {
  SADDLE_CHECK(low <= high, low, high);
  return x.cwiseMax(low).cwiseMin(high);
}

VectorXd project_orthant(const VectorXd& x) { return x.cwiseMax(0); }

VectorXd project_simplex(const VectorXd& x, double total) {
  SADDLE_CHECK(x.size() > 0 && total > 0, x.size(), total);
  VectorXd sorted = x;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  double sum = 0, shift = 0;
  for (Eigen::Index i = 0; i < sorted.size(); ++i) {
    sum += sorted[i];
    const double candidate = (sum - total) / static_cast<double>(i + 1);
    if (i > 0 && sorted[i] <= candidate) break;
    shift = candidate;
  }
  return (x.array() - shift).max(0.0).matrix();
}

VectorXd project_l2_ball(const VectorXd& x, const VectorXd& center, double radius) {
  SADDLE_CHECK(x.size() == center.size() && radius >= 0, x.size(), center.size(), radius);
  const VectorXd offset = x - center;
  const double length = offset.norm();
  return length <= radius ? x : VectorXd(center + (radius / length) * offset);
}

VectorXd project_linf_ball(const VectorXd& x, const VectorXd& center, double radius) {
  SADDLE_CHECK(x.size() == center.size() && radius >= 0, x.size(), center.size(), radius);
  return center + (x - center).cwiseMax(-radius).cwiseMin(radius);
}

}  // namespace saddle
