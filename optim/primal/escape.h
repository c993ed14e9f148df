// SPDX-License-Identifier: Apache-2.0
// Projected gradient steps that leave strict saddle points: by curvature, or by noise.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// Errors: saddle::Error if the problem has constraints beside its projection, which the methods of
/// this file would ignore.
template <class V>
void require_projection_only(const ConstrainedProblem<V>& problem, const char* method) {
  if (problem.inequalities() + problem.equalities() > 0) {
    throw Error(concat("method '", method, "' knows no constraints but those of a projection, and ",
                       "this problem has ", problem.inequalities() + problem.equalities(),
                       " more; take a method with multipliers"));
  }
}

/// Projected gradient descent that looks for negative curvature where it slows down.
///
///     x ← P(x − α∇f(x))   while that moves x by more than α ε_G
///
/// At a slower point, and not within `wait` rounds of a search in vain, two steps are compared, one
/// from x and one from a point y away from it, which is random at first:
///
///     y ← G(P(x + y)) − G(x), with its length set back to `radius`, G(u) = P(u − η∇f(u)),   K
///     times.
///
/// Inside X this is the power method for the least eigenvalue of ∇²f with differences of gradients;
/// coordinates that the gradient holds at a bound come out as 0, so that the directions found are
/// those free to move. If d = y/‖y‖ has dᵀ∇²f d ≤ −ε_H, x moves to the lowest of P(x ± t d) for
/// t = `reach`, `reach`/2, …, provided that it is ¼ ε_H times the squared distance below x.
///
/// From SNAP come the alternation and the search in what constraints leave free; SNAP confines it
/// to the subspace of inactive linear constraints and moves up to the next of them, while here the
/// projection does both, which serves every convex X, and x at a bound that nothing holds it to.
/// Step    α < 1/L and η < 1/L; η K should be several times one over the curvature to be found.
/// Ref     Lu, Razaviyayn, Yang, Huang and Hong 2020, "Finding second-order stationary points
///         efficiently in smooth nonconvex linearly constrained optimization problems", NeurIPS.
template <class V>
class Snap final : public Method<ConstrainedProblem<V>> {
 public:
  struct Options {
    double step = 1e-2;
    double threshold = 2e-2;
    double curvature = 1e-2;
    std::int64_t search = 200;
    double search_step = 1e-2;
    double radius = 1e-4;
    double reach = 1;
    std::int64_t wait = 100;

    void fields(Fields& f) {
      f("step", step, positive(), "gradient step α");
      f("threshold", threshold, at_least(0), "length ε_G of the gradient that starts a search");
      f("curvature", curvature, at_least(0), "least negative curvature ε_H worth a move");
      f("search", search, at_least(1), "gradients K of a search");
      f("search_step", search_step, positive(), "gradient step η of a search");
      f("radius", radius, positive(), "distance over which curvature is measured");
      f("reach", reach, positive(), "longest move along a direction found");
      f("wait", wait, at_least(1), "rounds before another search after one in vain");
    }
  };

  explicit Snap(const Options& options, std::uint64_t seed = 0) : options_(options), rng_(seed) {}

  void step(ConstrainedProblem<V>& problem, Pair<V, Eigen::VectorXd>& z) override {
    require_projection_only(problem, "snap");
    problem.resample(++round_);
    const V slope = gradient(problem, z.x);
    const V next = problem.project(V(z.x - options_.step * slope));
    const double speed = euclidean_norm(V(z.x - next)) / options_.step;
    if (speed <= options_.threshold && round_ >= next_search_) {
      if (escape(problem, z.x, slope)) {
        ++escapes_;
        return;
      }
      next_search_ = round_ + static_cast<std::uint64_t>(options_.wait);
    }
    z.x = next;
  }

  /// Moves along negative curvature so far.
  [[nodiscard]] std::int64_t escapes() const { return escapes_; }

  void state(Archive& archive) override {
    archive("round", round_);
    archive("next_search", next_search_);
    archive("escapes", escapes_);
    archive("rng", rng_);
  }

 private:
  static V gradient(ConstrainedProblem<V>& problem, const V& x) {
    return problem.gradient(x, {1, Eigen::VectorXd(0)});
  }
  static double objective(ConstrainedProblem<V>& problem, const V& x) {
    return problem.values(x).objective;
  }

  /// y with the length of the radius; 0 if it has none.
  [[nodiscard]] V rescaled(const V& y) const {
    const double length = euclidean_norm(y);
    return length > 0 ? V((options_.radius / length) * y) : y;
  }

  bool escape(ConstrainedProblem<V>& problem, V& x, const V& slope) {
    const double step = options_.search_step;
    const V still = problem.project(V(x - step * slope));
    const V noise = VectorSpace<V>::normal_like(x, rng_);
    const double small = options_.radius / euclidean_norm(noise);
    V y = rescaled(V(problem.project(V(x + small * noise)) - x));
    for (std::int64_t k = 0; k < options_.search; ++k) {
      const V beside = problem.project(V(x + y));
      const V moved = problem.project(V(beside - step * gradient(problem, beside)));
      y = rescaled(V(moved - still));
    }
    const V offset = problem.project(V(x + y)) - x;
    const double square = dot_product(offset, offset);
    if (!(square > 0)) return false;
    const V bend = gradient(problem, V(x + offset)) - slope;
    const double curvature = dot_product(offset, bend) / square;
    if (!(curvature <= -options_.curvature) || curvature == 0) return false;

    const V direction = (1 / std::sqrt(square)) * offset;
    const V start = x;
    const double before = objective(problem, start);
    double lowest = before;
    for (double t = options_.reach; t >= options_.radius; t /= 2) {
      for (const double side : {1.0, -1.0}) {
        const V candidate = problem.project(V(start + side * t * direction));
        const V way = candidate - start;
        const double value = objective(problem, candidate);
        const double promised = 0.25 * options_.curvature * dot_product(way, way);
        if (value < lowest && value <= before - promised) {
          x = candidate;
          lowest = value;
        }
      }
    }
    return lowest < before;
  }

  Options options_;
  Rng rng_;
  std::uint64_t round_ = 0, next_search_ = 0;
  std::int64_t escapes_ = 0;
};

/// Projected gradient descent with a jump of length r in a random direction, where
/// ‖x − P(x − α∇f)‖/α ≤ ε_G and the last jump is at least `wait` rounds ago.
///
/// Leaves strict saddles in time that hardly depends on the dimension. It jumps at minima too: the
/// last iterate is within about r of one.
/// Step    α < 1/L.
/// Ref     Jin, Ge, Netrapalli, Kakade and Jordan 2017, "How to escape saddle points efficiently",
///         arXiv:1703.00887, algorithm 2; for alternating blocks Lu, Hong and Wang 2019, "PA-GD: On
///         the convergence of perturbed alternating gradient descent to second-order stationary
///         points for structured nonconvex optimization", ICML.
template <class V>
class PerturbedGradient final : public Method<ConstrainedProblem<V>> {
 public:
  struct Options {
    double step = 1e-2;
    double threshold = 2e-2;
    double radius = 1e-3;
    std::int64_t wait = 100;

    void fields(Fields& f) {
      f("step", step, positive(), "gradient step α");
      f("threshold", threshold, at_least(0), "length ε_G of the gradient that brings a jump");
      f("radius", radius, at_least(0), "length r of a jump");
      f("wait", wait, at_least(1), "least rounds between jumps");
    }
  };

  explicit PerturbedGradient(const Options& options, std::uint64_t seed = 0)
      : options_(options), rng_(seed) {}

  void step(ConstrainedProblem<V>& problem, Pair<V, Eigen::VectorXd>& z) override {
    require_projection_only(problem, "perturbed-gradient");
    problem.resample(++round_);
    V next = move(problem, z.x);
    if (round_ >= next_jump_ &&
        euclidean_norm(V(z.x - next)) <= options_.step * options_.threshold) {
      const V noise = VectorSpace<V>::normal_like(z.x, rng_);
      const double scale = options_.radius / euclidean_norm(noise);
      next = move(problem, problem.project(V(z.x + scale * noise)));
      next_jump_ = round_ + static_cast<std::uint64_t>(options_.wait);
    }
    z.x = next;
  }
  void state(Archive& archive) override {
    archive("round", round_);
    archive("next_jump", next_jump_);
    archive("rng", rng_);
  }

 private:
  [[nodiscard]] V move(ConstrainedProblem<V>& problem, const V& x) const {
    return problem.project(V(x - options_.step * problem.gradient(x, {1, Eigen::VectorXd(0)})));
  }

  Options options_;
  Rng rng_;
  std::uint64_t round_ = 0, next_jump_ = 0;
};

}  // namespace saddle
