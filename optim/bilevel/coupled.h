// SPDX-License-Identifier: Apache-2.0
// Two levels with linear constraints that tie the lower variable to the upper one.
#pragma once

#include <cstdint>
#include <memory>

#include <saddle/base/fields.h>
#include <saddle/base/rng.h>
#include <saddle/optim/bilevel/lower_level.h>
#include <saddle/optim/catalogue.h>

namespace saddle {

/// min over x ∈ X of F(x) = f(x, y*(x)), where y*(x) minimises g(x, ·) subject to A x + B y ≤ c,
/// the last rows as equalities. Requires g strongly convex in y.
///
/// y* is continuous and piecewise smooth; where the set of tight constraints changes, F has a kink.
class CoupledBilevelProblem final {
 public:
  using Point = Pair<Eigen::VectorXd>;

  /// `levels` gives f, g and X. Errors: std::logic_error if the shapes do not fit.
  CoupledBilevelProblem(std::unique_ptr<BilevelProblem<Eigen::VectorXd>> levels, Coupling coupling);

  [[nodiscard]] BilevelProblem<Eigen::VectorXd>& levels() const { return *levels_; }
  [[nodiscard]] const Coupling& coupling() const { return coupling_; }

  /// As VariationalProblem::resample().
  void resample(std::uint64_t batch) { levels_->resample(batch); }

 private:
  std::unique_ptr<BilevelProblem<Eigen::VectorXd>> levels_;
  Coupling coupling_;
};

/// The larger of ‖x − P(x − ∇F(x))‖ and ‖y − y*(x)‖; infinite where no y is feasible. Not zero at a
/// minimum of F that is a kink, where no gradient vanishes.
[[nodiscard]] double residual_of(CoupledBilevelProblem& problem, const Pair<Eigen::VectorXd>& z);

/// Whether no y satisfies the constraints at x.
[[nodiscard]] bool locally_infeasible(CoupledBilevelProblem& problem,
                                      const Pair<Eigen::VectorXd>& z, double tolerance);

/// Implicit gradients through the tight constraints: y ← y*(x), exactly, and
///
///     x ← P(x − α ∇F(x)),   ∇F by kkt_hypergradient().
///
/// A step that leads to an x without feasible y is halved until there is one, or not taken.
/// `perturbation` δ > 0 adds δqᵀy to g, with q uniform on the unit sphere and drawn once: almost
/// surely F is then differentiable at every iterate, for a bias of O(δ).
/// Step    α below the inverse curvature of F; with minima at kinks it has to fall, exponent −½.
/// Rate    ‖∇F‖² falls as 1/r where F is smooth.
/// Ref     Khanduri, Tsaknakis, Zhang, Liu, Liu, Zhang and Hong 2023, "Linearly constrained bilevel
///         optimization: a smoothed implicit gradient approach". Differs: the lower level is solved
///         exactly, and without perturbation if not asked for.
class ImplicitKkt final : public Method<CoupledBilevelProblem> {
 public:
  struct Options {
    double step = 0.1;
    double exponent = 0;
    double perturbation = 0;

    void fields(Fields& f) {
      f("step", step, positive(), "upper step α of the first round");
      f("exponent", exponent, between(-1, 0), "the step changes as rounds to this power");
      f("perturbation", perturbation, at_least(0), "size δ of the linear term added to g");
    }
  };

  explicit ImplicitKkt(const Options& options, std::uint64_t seed = 0)
      : options_(options), rng_(seed) {}

  void step(CoupledBilevelProblem& problem, Pair<Eigen::VectorXd>& z) override;
  void state(Archive& archive) override;

 private:
  Options options_;
  Rng rng_;
  Eigen::VectorXd tilt_;  ///< δq
  std::int64_t round_ = 0;
};

/// Adds the coupled problems and their methods.
void register_coupled_bilevel(Catalogue<CoupledBilevelProblem>& catalogue);

}  // namespace saddle
