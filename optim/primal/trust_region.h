// SPDX-License-Identifier: Apache-2.0
// Second-order primal steps: natural gradient, trust region, and trust region under constraints.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <saddle/base/fields.h>
#include <saddle/optim/conjugate_gradient.h>
#include <saddle/optim/primal/constrained_step.h>

namespace saddle {

struct TrustRegionOptions {
  double radius = 0.01;
  double damping = 0.1;
  std::int64_t iterations = 15;
  double tolerance = 1e-10;

  void fields(Fields& f) {
    f("radius", radius, positive(), "largest divergence δ of a step, ½ sᵀH s");
    f("damping", damping, at_least(0), "added to the diagonal of the metric H");
    f("iterations", iterations, at_least(1), "of conjugate gradients for each linear system");
    f("tolerance", tolerance, positive(), "relative residual at which they stop before");
  }
};

/// (H + damping I)⁻¹ g: the natural gradient where `metric` maps v to H v, H the Fisher matrix.
/// Cost    at most iterations + 1 products with H.
/// Errors  saddle::Error if g is not finite, or H + damping I not positive along it.
/// Ref     Amari 1998; Kakade 2001.
template <class V, class Metric>
[[nodiscard]] V natural_gradient(Metric&& metric, const V& g, const TrustRegionOptions& options) {
  if (!all_finite(g)) {
    throw Error("a gradient is not finite, so there is no natural gradient; check its loss");
  }
  const auto damped = [&](const V& v) { return V(metric(v) + options.damping * v); };
  V x =
      conjugate_gradient(damped, g, zero_like(g), {options.iterations, options.tolerance}).solution;
  if (!all_finite(x) || (dot_product(g, g) > 0 && !(dot_product(g, x) > 0))) {
    throw Error(
        "the metric is not finite and positive along a gradient; raise the damping or check its "
        "products");
  }
  return x;
}

/// A step of a trust region, and how it came about.
template <class V>
struct TrustRegionStep {
  V step;
  StepCase kind = StepCase::kFree;
  GradientWeights weights;  ///< step = −(w₀ H⁻¹g + Σ w_k H⁻¹b_k), or as said below
};

namespace detail {

template <class V>
struct NaturalGradients {
  V objective;
  std::vector<V> constraints;
  StepProducts products;
};

template <class V, class Metric>
[[nodiscard]] NaturalGradients<V> natural_gradients(Metric&& metric, const V& g,
                                                    const std::vector<V>& b,
                                                    const TrustRegionOptions& options) {
  const auto m = static_cast<Eigen::Index>(b.size());
  NaturalGradients<V> at{natural_gradient(metric, g, options), {}, {}};
  at.products = {dot_product(g, at.objective), Eigen::VectorXd(m), Eigen::MatrixXd(m, m)};
  for (const V& own : b) at.constraints.push_back(natural_gradient(metric, own, options));
  for (std::size_t j = 0; j < b.size(); ++j) {
    at.products.r[j] = dot_product(b[j], at.objective);
    for (std::size_t k = 0; k < b.size(); ++k) {
      at.products.s(j, k) = dot_product(b[j], at.constraints[k]);
    }
  }
  // Conjugate gradients that stop early leave it a little short of symmetric.
  const Eigen::MatrixXd transposed = at.products.s.transpose();
  at.products.s = 0.5 * (at.products.s + transposed);
  return at;
}

template <class V>
[[nodiscard]] V combine(const GradientWeights& w, const V& objective,
                        const std::vector<V>& constraints) {
  V sum = -w.objective * objective;
  for (std::size_t k = 0; k < constraints.size(); ++k) {
    sum = V(sum - w.constraints[static_cast<Eigen::Index>(k)] * constraints[k]);
  }
  return sum;
}

}  // namespace detail

/// The step of constrained policy optimization from gradients g of the objective and b_k of the
/// constraints, whose values are c [m]; see cpo_weights(). Without constraints it is the step
/// −√(2δ/gᵀH⁻¹g) H⁻¹g of trust-region policy optimization.
///
/// Values and gradients of a constraint must be in the same units: both an episode's, or both a
/// step's.
/// Cost    1 + m systems of conjugate gradients.
/// Errors  as natural_gradient(); saddle::Error if c is not finite.
/// Ref     Schulman, Levine, Moritz, Jordan and Abbeel 2015, arXiv:1502.05477, appendix C; Achiam,
///         Held, Tamar and Abbeel 2017, arXiv:1705.10528.
template <class V, class Metric>
[[nodiscard]] TrustRegionStep<V> cpo_step(Metric&& metric, const V& g, const std::vector<V>& b,
                                          const Eigen::VectorXd& c,
                                          const TrustRegionOptions& options) {
  SADDLE_CHECK(static_cast<Eigen::Index>(b.size()) == c.size(), b.size(), c.size());
  const auto at = detail::natural_gradients(metric, g, b, options);
  const StepWeights solved = cpo_weights(at.products, c, options.radius);
  return {detail::combine(solved.weights, at.objective, at.constraints), solved.kind,
          solved.weights};
}

/// As cpo_step() without constraints.
template <class V, class Metric>
[[nodiscard]] TrustRegionStep<V> trpo_step(Metric&& metric, const V& g,
                                           const TrustRegionOptions& options) {
  return cpo_step(std::forward<Metric>(metric), g, {}, Eigen::VectorXd(), options);
}

enum class Projection {
  kDivergence,  ///< in the metric H: the nearest policy in Kullback and Leibler's divergence
  kEuclidean,   ///< in parameters
};

/// The step of projection-based constrained policy optimization: the step of trpo_step(), then the
/// nearest one with c + Bᵀs ≤ 0; see pcpo_weights(). In the Euclidean projection the constraints'
/// own gradients take the place of their natural ones, in `weights` too, except in recovery.
/// Errors  as cpo_step().
/// Ref     Yang, Rosca, Narasimhan and Ramadge 2020, arXiv:2010.03152, algorithm 1.
template <class V, class Metric>
[[nodiscard]] TrustRegionStep<V> pcpo_step(Metric&& metric, const V& g, const std::vector<V>& b,
                                           const Eigen::VectorXd& c,
                                           const TrustRegionOptions& options,
                                           Projection projection = Projection::kDivergence) {
  SADDLE_CHECK(static_cast<Eigen::Index>(b.size()) == c.size(), b.size(), c.size());
  const auto at = detail::natural_gradients(metric, g, b, options);
  StepWeights solved = pcpo_weights(at.products, c, options.radius);
  if (projection == Projection::kDivergence || solved.kind == StepCase::kRecovery) {
    return {detail::combine(solved.weights, at.objective, at.constraints), solved.kind,
            solved.weights};
  }
  StepProducts plain = at.products;
  for (std::size_t j = 0; j < b.size(); ++j) {
    for (std::size_t k = 0; k < b.size(); ++k) plain.s(j, k) = dot_product(b[j], b[k]);
  }
  solved = pcpo_weights(plain, c, options.radius);
  return {detail::combine(solved.weights, at.objective, b), solved.kind, solved.weights};
}

/// What a line search compares: a point's objective, constraint values and divergence from where
/// the step began.
struct TrialValues {
  double objective = 0;
  Eigen::VectorXd constraints;  ///< [m]
  double divergence = 0;
};

/// Whether a trial point may be kept: its divergence is at most δ, no constraint is above both 0
/// and what it was, and the objective has not risen, which is let pass only if the start was
/// infeasible. False if anything is not finite.
/// Ref  Achiam, Held, Tamar and Abbeel 2017, arXiv:1705.10528, section 6.3.
[[nodiscard]] inline bool acceptable(const TrialValues& start, const TrialValues& trial,
                                     double radius) {
  const bool finite = std::isfinite(trial.objective) && trial.constraints.allFinite();
  if (!finite || !(trial.divergence <= radius)) return false;
  const Eigen::ArrayXd allowed = start.constraints.array().max(0.0);
  if ((trial.constraints.array() > allowed).any()) return false;
  const bool was_feasible = (start.constraints.array() <= 0).all();
  return !was_feasible || trial.objective <= start.objective;
}

struct BacktrackOptions {
  double shrink = 0.8;
  std::int64_t limit = 15;

  void fields(Fields& f) {
    f("shrink", shrink, {.low = 0, .high = 1, .open_low = true, .open_high = true},
      "factor of the step from one trial to the next");
    f("limit", limit, at_least(1), "trials");
  }
};

template <class V>
struct Backtracked {
  V point;
  double fraction = 0;  ///< of the step that was taken; 0 if no trial was accepted
};

/// The first of x + step, x + shrink · step, x + shrink² · step, … that `accept` takes, or x.
template <class V, class Accept>
[[nodiscard]] Backtracked<V> backtrack(const V& x, const V& step, Accept&& accept,
                                       const BacktrackOptions& options = {}) {
  double fraction = 1;
  for (std::int64_t i = 0; i < options.limit; ++i, fraction *= options.shrink) {
    const V trial = x + fraction * step;
    if (accept(trial)) return {trial, fraction};
  }
  return {x, 0};
}

}  // namespace saddle
