// SPDX-License-Identifier: Apache-2.0
// Adversarial training: signed ascent steps inside, a descent step outside.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/minmax/attack.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// In each round the adversary takes K steps y ← P(y + β sign ∇_y f(x, y)), after a jump by uniform
/// noise, and the learner one step x ← P(x − α ∇_x f(x, y)) at the y it ended with:
///
///     K = 1  FGSM with a random start,    K > 1  PGD.
///
/// The signs make β a length in the units of y, whatever the loss, which suits boxes. y need not
/// settle, so judge a run by max_y f and not by the residual.
/// Step    α < 2/L; β K ≥ twice the radius crosses the box, and noise of the radius forgets the
/// last
///         attack.
/// Ref     Madry, Makelov, Schmidt, Tsipras and Vladu 2018, arXiv:1706.06083, section 2.
class AdversarialTraining final : public Method<MinMaxProblem<Eigen::VectorXd>> {
 public:
  struct Options {
    double step_x = 0.1;
    double step_y = 0.1;
    std::int64_t steps = 10;
    double noise = 0.1;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "descent step α of x");
      f("step_y", step_y, positive(), "length β of a signed step of y");
      f("steps", steps, at_least(1), "signed steps K in a round");
      f("noise", noise, at_least(0), "largest entry of the jump of y that begins a round");
    }
  };

  explicit AdversarialTraining(const Options& options, std::uint64_t seed = 0)
      : options_(options), rng_(seed) {}

  void step(MinMaxProblem<Eigen::VectorXd>& problem, Pair<Eigen::VectorXd>& z) override {
    problem.resample(++round_);
    if (options_.noise > 0) {
      z.y = problem.project_y(z.y + random_perturbation(z.y.size(), options_.noise, rng_));
    }
    for (std::int64_t k = 0; k < options_.steps; ++k) {
      z.y = problem.project_y(z.y + options_.step_y * sign_of(problem.gradient_y(z.x, z.y)));
    }
    z.x = problem.project_x(z.x - options_.step_x * problem.gradient_x(z.x, z.y));
  }
  void state(Archive& archive) override {
    archive("round", round_);
    archive("rng", rng_);
  }

 private:
  Options options_;
  Rng rng_;
  std::uint64_t round_ = 0;
};

}  // namespace saddle
