// SPDX-License-Identifier: Apache-2.0
// Constrained trust regions as methods.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include <saddle/optim/primal/trust_region.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// One step of a trust region under linearised constraints, in the problem's metric, shortened
/// until it is acceptable(). A radius in which no step is acceptable shrinks to a quarter, and
/// doubles again, up to `radius`, after each step that was taken whole.
///
/// No step may raise both a constraint and zero, so a feasible point stays feasible: where a tight
/// constraint bends inwards steps are short, and the end is reached slowly, from inside. The
/// multipliers are those of the last step, w/w₀.
/// Cost  1 + m natural gradients a step, and values at every trial.
template <class V, StepWeights (*weigh)(const StepProducts&, const Eigen::VectorXd&, double)>
class TrustRegionMethod final : public Method<ConstrainedProblem<V>> {
 public:
  struct Options {
    double radius = 0.01;
    BacktrackOptions search;

    void fields(Fields& f) {
      f("radius", radius, positive(), "largest divergence δ of a step, ½ sᵀH s");
      search.fields(f);
    }
  };

  explicit TrustRegionMethod(const Options& options) : options_(options), radius_(options.radius) {}

  void step(ConstrainedProblem<V>& problem, Pair<V, Eigen::VectorXd>& z) override {
    problem.resample(++round_);
    const int m = problem.inequalities();
    if (problem.equalities() > 0) {
      throw Error(
          concat("the trust regions of CPO and PCPO take inequalities alone, and this "
                 "problem has ",
                 problem.equalities(), " equalities; take a method with multipliers"));
    }
    const ConstrainedValues here = problem.values(z.x);
    const auto unit = [m](int k) {
      return GradientWeights{k == 0 ? 1.0 : 0.0, Eigen::VectorXd::Unit(m + 1, k).tail(m)};
    };
    std::vector<V> plain, natural;
    for (int k = 0; k <= m; ++k) {
      plain.push_back(problem.gradient(z.x, unit(k)));
      natural.push_back(problem.natural_gradient(z.x, unit(k)));
    }
    Eigen::MatrixXd s(m + 1, m + 1);
    for (int j = 0; j <= m; ++j) {
      for (int k = 0; k <= j; ++k) s(j, k) = s(k, j) = dot_product(plain[j], natural[k]);
    }
    // Values that are not finite are an outcome, which solve() reports, and no error.
    if (!s.allFinite() || !here.constraints.allFinite()) {
      z.y = Eigen::VectorXd::Constant(m, s.sum() + here.constraints.sum());
      return;
    }
    const StepWeights solved =
        weigh({s(0, 0), s.col(0).tail(m), s.bottomRightCorner(m, m)}, here.constraints, radius_);
    V move = -solved.weights.objective * natural[0];
    for (int k = 0; k < m; ++k) {
      move = V(move - solved.weights.constraints[k] * natural[k + 1]);
    }
    const TrialValues start{here.objective, here.constraints, 0};
    const auto accept = [&](const V& x) {
      const ConstrainedValues trial = problem.values(problem.project(x));
      // The divergence is within the radius by construction.
      return acceptable(start, {trial.objective, trial.constraints, 0}, radius_);
    };
    const Backtracked<V> taken = backtrack(z.x, move, accept, options_.search);
    z.x = problem.project(taken.point);
    if (solved.weights.objective > 0) {
      z.y = (solved.weights.constraints / solved.weights.objective).cwiseMax(0);
    }
    if (taken.fraction == 0) radius_ /= 4;
    if (taken.fraction == 1) radius_ = std::min(2 * radius_, options_.radius);
  }
  void state(Archive& archive) override {
    archive("round", round_);
    archive("radius", radius_);
  }

 private:
  Options options_;
  double radius_;
  std::uint64_t round_ = 0;
};

/// Constrained policy optimization, on any problem with inequalities; see cpo_weights().
template <class V>
using CpoMethod = TrustRegionMethod<V, cpo_weights>;

/// Projection-based constrained policy optimization; see pcpo_weights().
template <class V>
using PcpoMethod = TrustRegionMethod<V, pcpo_weights>;

}  // namespace saddle
