// SPDX-License-Identifier: Apache-2.0
// The inner maximum over a box by steps along the sign of the gradient: FGSM and PGD.
#pragma once

#include <cstdint>
#include <functional>

#include <Eigen/Core>

#include <saddle/base/fields.h>
#include <saddle/base/rng.h>

namespace saddle {

/// ∇φ(δ) of the loss that an attacker raises by a perturbation δ. The perturbations of many samples
/// may stand in one vector: only signs matter, so a mean over samples attacks each by itself.
using AttackGradient = std::function<Eigen::VectorXd(const Eigen::VectorXd& perturbation)>;

/// 1, 0 or −1, entry by entry.
[[nodiscard]] Eigen::VectorXd sign_of(const Eigen::VectorXd& a);

/// ε sign ∇φ(0), for n entries: the maximum over ‖δ‖_∞ ≤ ε of a loss that is monotone in a linear
/// function of δ, as those of linear models are, and a first guess for others.
/// Ref  Goodfellow, Shlens and Szegedy 2015, arXiv:1412.6572, section 4.
[[nodiscard]] Eigen::VectorXd fast_gradient_sign(const AttackGradient& gradient, Eigen::Index n,
                                                 double radius);

struct AttackOptions {
  double radius = 0.1;
  double step = 0.025;
  std::int64_t steps = 10;

  void fields(Fields& f) {
    f("radius", radius, positive(), "largest entry ε of the perturbation");
    f("step", step, positive(), "length of a signed step");
    f("steps", steps, at_least(1), "signed steps");
  }
};

/// δ ← clip(δ + α sign ∇φ(δ), ±ε), K times from `start`.
///
/// A loss that compares the perturbed answer with the clean one, as ‖π(s + δ) − π(s)‖², has
/// gradient 0 at δ = 0, and an attack that starts there never moves: start at
/// random_perturbation(). Step  α K ≥ 2ε lets it cross the whole box. Ref   Madry, Makelov,
/// Schmidt, Tsipras and Vladu 2018, arXiv:1706.06083, section 2.1.
[[nodiscard]] Eigen::VectorXd projected_sign_ascent(const AttackGradient& gradient,
                                                    const Eigen::VectorXd& start,
                                                    const AttackOptions& options);

/// Uniform in [−radius, radius]^n.
[[nodiscard]] Eigen::VectorXd random_perturbation(Eigen::Index n, double radius, Rng& rng);

}  // namespace saddle
