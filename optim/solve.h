// SPDX-License-Identifier: Apache-2.0
// The one loop: steps of a method until a problem is solved, or it is clear that it will not be.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <type_traits>

#include <saddle/base/fields.h>
#include <saddle/optim/start.h>
#include <saddle/optim/stationarity.h>

namespace saddle {

/// One discretisation: how to get from a point to the next. Its state between steps is explicit.
template <class Problem>
class Method {
 public:
  using Point = typename Problem::Point;
  virtual ~Method() = default;

  /// Moves z one step. What RL calls, with fields that are noisy.
  virtual void step(Problem& problem, Point& z) = 0;
  virtual void state(Archive& archive) = 0;
};

enum class Status {
  kConverged,   ///< the residual is within the tolerance
  kLimit,       ///< out of iterations
  kStalled,     ///< the residual has not improved for `patience` checks
  kDiverged,    ///< the point became infinite, or larger than `divergence`
  kInfeasible,  ///< the violation is stationary and not zero: no nearby point is feasible
  kStopped,     ///< the observer said so
};

[[nodiscard]] inline const char* name(Status status) {
  constexpr const char* kNames[] = {"converged", "limit",      "stalled",
                                    "diverged",  "infeasible", "stopped"};
  return kNames[static_cast<int>(status)];
}

struct SolveOptions {
  double tolerance = 1e-8;       ///< of the residual, see residual_of()
  std::int64_t limit = 100000;   ///< iterations
  std::int64_t check_every = 1;  ///< iterations between residuals, which cost gradients
  std::int64_t patience = 0;     ///< checks without a better residual before giving up; 0: never
  double divergence = 1e12;      ///< the largest norm of a point

  void fields(Fields& f) {
    f("tolerance", tolerance, at_least(0), "of the residual at which a problem counts as solved");
    f("steps", limit, at_least(0), "steps of the method at the most");
    f("check_every", check_every, at_least(1), "steps from one residual to the next");
    f("patience", patience, at_least(0),
      "checks without a better residual before giving up; 0: never");
    f("divergence", divergence, positive(), "norm of a point beyond which a run counts as lost");
  }
};

struct Result {
  Status status = Status::kLimit;
  std::int64_t iterations = 0;
  double residual = std::numeric_limits<double>::infinity();  ///< at the point returned
  std::string message;                                        ///< one sentence
};

/// Called after every check with the iteration, the point and its residual; false stops.
template <class Point>
using Observer = std::function<bool(std::int64_t iteration, const Point& z, double residual)>;

/// Of the sum of squared violations, by ‖x − P(x − ∇ ½‖([g]_+, h)‖²)‖: small at an infeasible x
/// means that no step makes it less infeasible.
template <class V>
[[nodiscard]] bool locally_infeasible(ConstrainedProblem<V>& problem,
                                      const Pair<V, Eigen::VectorXd>& z, double tolerance) {
  Eigen::VectorXd violation = problem.values(z.x).constraints;
  for (int k = 0; k < problem.inequalities(); ++k) violation[k] = std::max(violation[k], 0.0);
  const double size = violation.norm();
  if (size <= tolerance) return false;
  const V gradient = problem.gradient(z.x, {0, violation / size});
  return euclidean_norm(V(z.x - problem.project(V(z.x - gradient)))) <= tolerance;
}
template <class Problem, class Point>
[[nodiscard]] bool locally_infeasible(Problem&, const Point&, double) {
  return false;
}

/// Whether z is infinite or larger than `largest`. Problems whose points are spread over processes
/// decide it together.
template <class Problem, class Point>
[[nodiscard]] bool has_diverged(Problem&, const Point& z, double largest) {
  return !all_finite(z) || !(euclidean_norm(z) <= largest);
}

/// Steps from z until one of the outcomes of Status, and leaves z there; a diverging method leaves
/// the last point that was finite. Numerical outcomes are a status, never an exception.
/// Errors: saddle::Error if the start is empty, not finite, or of another shape than the problem.
template <class Problem>
[[nodiscard]] Result solve(
    std::type_identity_t<Problem>& problem, Method<Problem>& method, typename Problem::Point& z,
    const SolveOptions& options = {},
    const std::type_identity_t<Observer<typename Problem::Point>>& observer = {}) {
  using Point = typename Problem::Point;
  SADDLE_CHECK(options.check_every > 0, options.check_every);
  problem.resample(0);
  check_start(problem, z);
  Result result;
  double best = std::numeric_limits<double>::infinity();
  std::int64_t checks_since_best = 0;
  const auto finish = [&](Status status, std::string message) {
    result.status = status;
    result.message = std::move(message);
    return result;
  };
  for (;;) {
    if (result.iterations % options.check_every == 0 || result.iterations >= options.limit) {
      problem.resample(0);
      result.residual = residual_of(problem, z);
      const auto at = concat(" at iteration ", result.iterations, " with residual ");
      const auto infeasible = [&] {
        return finish(Status::kInfeasible,
                      concat("no nearby point satisfies the constraints; stuck", at,
                             result.residual, ", so relax a limit or start elsewhere"));
      };
      if (!std::isfinite(result.residual)) {
        if (locally_infeasible(problem, z, options.tolerance)) return infeasible();
        return finish(Status::kDiverged,
                      concat("the values or gradients at iteration ", result.iterations,
                             " are not finite; start elsewhere or take a smaller step"));
      }
      if (result.residual <= options.tolerance) {
        return finish(Status::kConverged, concat("converged", at, result.residual));
      }
      if (observer && !observer(result.iterations, z, result.residual)) {
        return finish(Status::kStopped, concat("stopped by the observer", at, result.residual));
      }
      checks_since_best = result.residual < best ? 0 : checks_since_best + 1;
      best = std::min(best, result.residual);
      const bool stalled = options.patience > 0 && checks_since_best >= options.patience;
      if (stalled || result.iterations >= options.limit) {
        if (locally_infeasible(problem, z, options.tolerance)) return infeasible();
        if (stalled) {
          return finish(Status::kStalled,
                        concat("no better than the best residual, ", best, ", for ",
                               checks_since_best, " checks", at, result.residual));
        }
        return finish(Status::kLimit, concat("out of iterations", at, result.residual));
      }
    }
    const Point before = z;
    method.step(problem, z);
    ++result.iterations;
    if (has_diverged(problem, z, options.divergence)) {
      z = before;
      --result.iterations;
      problem.resample(0);
      result.residual = residual_of(problem, z);
      return finish(Status::kDiverged, concat("diverged at iteration ", result.iterations + 1,
                                              "; a smaller step or another method may help"));
    }
  }
}

}  // namespace saddle
