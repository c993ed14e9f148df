// SPDX-License-Identifier: Apache-2.0
// The quadratic programs of constrained trust regions, for any number of constraints.
#include <saddle/optim/primal/constrained_step.h>

#include <cmath>
#include <limits>
#include <vector>

#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/primal/least_distance.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr double kPrecision = 1e-13;  ///< to which ½ sᵀH s meets δ
constexpr double kFlat = 1e-12;       ///< share of q below which descent has nowhere left to go
constexpr double kDependent = 1e-9;   ///< what counts as zero of cosines
constexpr int kRounds = 200;

void check(const StepProducts& p, const VectorXd& c, double radius) {
  const Index m = c.size();
  SADDLE_CHECK(p.r.size() == m && p.s.rows() == m && p.s.cols() == m, p.r.size(), p.s.rows(), m);
  SADDLE_CHECK(radius > 0, radius);
  if (!(std::isfinite(p.q) && p.r.allFinite() && p.s.allFinite() && c.allFinite())) {
    throw Error(
        "a trust-region step needs finite gradients and constraint values; check how they are "
        "measured");
  }
}

/// s(w₀), the projection of −w₀ H⁻¹g onto the constraints. While those that bind stay the same,
/// s(w₀)ᵀH s(w₀) = slope w₀² + start, which grows.
struct Projected {
  VectorXd mu;
  double slope = 0;
  double start = std::numeric_limits<double>::infinity();
  VectorXd shortest;   ///< weights of the shortest step on which they bind
  bool final = false;  ///< they alone stop the descent, so s(w₀) moves no more

  [[nodiscard]] double square(double w0) const { return slope * w0 * w0 + start; }
};

Projected project(const StepProducts& p, const VectorXd& c, double w0) {
  const auto mu = least_distance(p.s, c - w0 * p.r);
  if (!mu) return {};
  Projected at{*mu, p.q, 0, VectorXd::Zero(c.size()), p.q == 0};
  const std::vector<Index> bind = positive_entries(*mu);
  if (bind.empty()) return at;
  const VectorXd r = p.r(bind), offset = c(bind);
  MatrixXd right(r.size(), 2);
  right << r, offset;
  const MatrixXd answer = solve_symmetric(p.s(bind, bind), right);
  const VectorXd against = -answer.col(0), shortest = answer.col(1);
  const VectorXd lengths = p.s.diagonal()(bind).cwiseSqrt();
  const bool pushes = (against.cwiseProduct(lengths).array() >= -kDependent * std::sqrt(p.q)).all();
  at.slope = std::max(0.0, p.q + r.dot(against));
  at.start = offset.dot(shortest);
  at.shortest(bind) = shortest;
  at.final = at.slope <= kFlat * p.q && pushes;
  return at;
}

/// min over μ ≥ 0 of ‖g + Bμ‖² in H⁻¹: what of the descent no constraint can stop.
double unstoppable(const StepProducts& p) {
  const VectorXd mu = nonnegative_least_squares(p.s, -p.r);
  return p.q + 2 * p.r.dot(mu) + mu.dot(p.s * mu);
}

StepCase kind_of(const VectorXd& mu) {
  return mu.size() > 0 && mu.maxCoeff() > 0 ? StepCase::kConstrained : StepCase::kFree;
}

StepWeights recovery(const StepProducts& p, const VectorXd& c, double radius) {
  const Index m = c.size();
  VectorXd scale = VectorXd::Zero(m);
  for (Index k = 0; k < m; ++k) {
    if (p.s(k, k) > 0) scale[k] = 1 / std::sqrt(p.s(k, k));
  }
  const MatrixXd cosines = scale.asDiagonal() * p.s * scale.asDiagonal();
  const VectorXd distances = scale.cwiseProduct(c);
  // With η the multiplier of the trust region, s = −H⁻¹B ω, where ω ≥ 0 minimises
  // ½ ωᵀ(S + ηI) ω − cᵀω. The step gets shorter as η grows. Constraints that contradict each
  // other have a part of ω that cancels in s, and would cancel badly: it is left out.
  VectorXd omega;
  const auto square_at = [&](double eta) {
    const VectorXd positive =
        nonnegative_least_squares(cosines + eta * MatrixXd::Identity(m, m), distances);
    const std::vector<Index> violated = positive_entries(positive);
    omega = VectorXd::Zero(m);
    if (violated.empty()) return 0.0;
    const Spectrum modes = spectrum(cosines(violated, violated));
    const VectorXd along = modes.vectors.transpose() * VectorXd(distances(violated));
    VectorXd parts = VectorXd::Zero(along.size());
    double square = 0;
    for (Index i = 0; i < along.size(); ++i) {
      const double value = modes.values[i];
      if (value < kDependent) continue;
      parts[i] = along[i] / (value + eta);
      square += value * parts[i] * parts[i];
    }
    const VectorXd weights = modes.vectors * parts;
    omega(violated) = weights;
    return square;
  };
  const double goal = 2 * radius;
  double high = distances.cwiseMax(0).norm() * std::sqrt(static_cast<double>(m) / goal);
  double low = kDependent;
  double square = square_at(low);
  if (square > goal) {
    for (int i = 0; i < kRounds && high > (1 + kPrecision) * low; ++i) {
      const double middle = std::sqrt(low * high);
      square = square_at(middle);
      (square > goal ? low : high) = middle;
    }
    omega *= std::sqrt(goal / square);
  }
  return {StepCase::kRecovery, {0, scale.cwiseProduct(omega)}};
}

}  // namespace

StepWeights cpo_weights(const StepProducts& p, const VectorXd& c, double radius) {
  check(p, c, radius);
  const double goal = 2 * radius;
  const double inside = goal * (1 + kPrecision);
  if (!(project(p, c, 0).square(0) <= inside)) return recovery(p, c, radius);

  const double rest = unstoppable(p);
  const double infinity = std::numeric_limits<double>::infinity();
  double low = 0, high = rest > kFlat * p.q ? std::sqrt(goal / rest) * (1 + kPrecision) : infinity;
  double w0 = p.q > 0 ? std::sqrt(goal / p.q) : 0;
  VectorXd mu;
  for (int i = 0; i < kRounds; ++i) {
    const Projected at = project(p, c, w0);
    const double square = at.square(w0);
    mu = at.mu;
    if (std::abs(square - goal) <= kPrecision * goal || low >= (1 - 1e-15) * high) break;
    if (square < goal && at.final) return {kind_of(mu), {0, at.shortest}};
    (square < goal ? low : high) = w0;
    // A flat piece would send it too far to tell the constraints apart.
    const bool flat = at.slope <= kFlat * p.q;
    w0 = flat ? infinity : std::sqrt((goal - at.start) / at.slope);
    if (!(w0 > low && w0 < high)) w0 = high < infinity ? 0.5 * (low + high) : 4 * low;
  }
  return {kind_of(mu), {w0, mu}};
}

StepWeights pcpo_weights(const StepProducts& p, const VectorXd& c, double radius) {
  check(p, c, radius);
  const double w0 = p.q > 0 ? std::sqrt(2 * radius / p.q) : 0;
  const auto mu = least_distance(p.s, c - w0 * p.r);
  if (!mu) return recovery(p, c, radius);
  return {kind_of(*mu), {w0, *mu}};
}

}  // namespace saddle
