// SPDX-License-Identifier: Apache-2.0
// Min-max optimisation of functions that can only be evaluated.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/base/rng.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// (d/q) Σ_i u_i (f(x + μ u_i) − f(x))/μ over q directions u_i, uniform on the unit sphere: the
/// gradient of f averaged over the ball of radius μ, in expectation, which for a quadratic is ∇f(x)
/// at any μ. For small μ and q = 1 its mean square is d ‖∇f(x)‖².
/// Cost  q + 1 values.
template <class V, class Value>
[[nodiscard]] V sphere_gradient(const Value& value, const V& x, double radius,
                                std::int64_t directions, Rng& rng) {
  const double here = value(x);
  V sum = zero_like(x);
  for (std::int64_t i = 0; i < directions; ++i) {
    const V normal = VectorSpace<V>::normal_like(x, rng);
    const double length = euclidean_norm(normal);
    const double rise = value(V(x + (radius / length) * normal)) - here;
    sum = V(sum + (rise / length) * normal);
  }
  const auto d = static_cast<double>(VectorSpace<V>::dimension(x));
  return (d / (radius * static_cast<double>(directions))) * sum;
}

/// x ← P(x − η_x ĝ_x(x, y)), then with the new x y ← P(y + η_y ∇_y f(x, y)), or ĝ_y in place of
/// ∇_y f where both sides are black boxes; ĝ is sphere_gradient(). All values of a step are of the
/// same minibatch, so the estimate averages over its samples and over the directions alike.
///
/// f is evaluated up to a distance μ outside X and Y.
/// Step    as for AlternatingGda with the noise of d/q: η_x of the order of q/(dL).
/// Rate    E‖G‖² = O(1/T + 1/b + d/q) for batches of b, where f is strongly concave in y.
/// Ref     Liu, Lu, Chen, Feng, Xu, Al-Dujaili, Hong and O'Reilly 2020, "Min-max optimization
///         without gradients: convergence and applications to black-box evasion and poisoning
///         attacks", ICML, PMLR 119, arXiv:1909.13806.
template <class X, class Y = X>
class ZerothOrderMinMax final : public Method<MinMaxProblem<X, Y>> {
 public:
  struct Options {
    double step_x = 0.02;
    double step_y = 0.05;
    double radius = 1e-3;
    std::int64_t directions = 5;
    bool two_sided = false;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "step η_x of the minimiser");
      f("step_y", step_y, positive(), "step η_y of the maximiser");
      f("radius", radius, positive(), "distance μ of the values that are compared");
      f("directions", directions, at_least(1), "directions q that an estimate averages over");
      f("two_sided", two_sided, "y, too, is moved by values alone");
    }
  };

  ZerothOrderMinMax(const Options& options, std::uint64_t seed)
      : options_(options), rng_(seed, kStream) {}

  void step(MinMaxProblem<X, Y>& problem, Pair<X, Y>& z) override {
    problem.resample(++round_);
    const auto estimate = [&](const auto& value, const auto& at) {
      return sphere_gradient(value, at, options_.radius, options_.directions, rng_);
    };
    const auto of_x = [&](const X& x) { return problem.value(x, z.y); };
    z.x = problem.project_x(X(z.x - options_.step_x * estimate(of_x, z.x)));
    const auto of_y = [&](const Y& y) { return problem.value(z.x, y); };
    const Y ascent = options_.two_sided ? estimate(of_y, z.y) : problem.gradient_y(z.x, z.y);
    z.y = problem.project_y(Y(z.y + options_.step_y * ascent));
  }
  void state(Archive& archive) override {
    archive("round", round_);
    archive("rng", rng_);
  }

 private:
  /// Apart from that of generated problems, which may have the same seed.
  static constexpr std::uint64_t kStream = stream_id(1, 0);

  Options options_;
  Rng rng_;
  std::uint64_t round_ = 0;
};

}  // namespace saddle
