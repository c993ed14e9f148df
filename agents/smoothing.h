// SPDX-License-Identifier: Apache-2.0
// A pull of parameters towards a centre that follows them.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include <saddle/agents/parameters.h>
#include <saddle/base/fields.h>

namespace saddle {

struct SmoothingOptions {
  double smoothing = 0;
  double centering = 0.1;

  void fields(Fields& f) {
    f("smoothing", smoothing, between(0, 1e6),
      "weight of half the squared distance of the parameters to a centre, which is added to the "
      "loss; 0: none");
    f("centering", centering, {.low = 0, .high = 1, .open_low = true},
      "share of the way that this centre follows after each update of the policy");
  }
};

/// Adds (p/2)‖θ − z‖² to the loss of a policy with parameters θ, and lets the centre z, which
/// begins at the first θ, follow: z ← z + b (θ − z). With p = 0 it does nothing.
///
/// It is the primal half of SLM, as SmoothedStep is for a vector: where multipliers and policy
/// chase each other, the pull damps them, and where they meet it is 0.
/// Ref  Zhang, Xiao, Sun and Luo 2020, arXiv:2010.15768, algorithm 2; Lu 2023, NeurIPS 36.
///      Differs: z follows once an update, whose many gradient steps are one primal step.
class Smoothing {
 public:
  Smoothing(const SmoothingOptions& options, const ParameterArena& start)
      : options_(options), centre_(options.smoothing > 0 ? start.values().size() : 0) {
    std::ranges::copy(start.values().first(centre_.size()), centre_.begin());
  }

  /// Adds p (θ − z) to the gradient.
  void pull(ParameterArena& arena) const {
    const std::span<const float> values = std::as_const(arena).values();
    const std::span<float> gradient = arena.gradient();
    const auto p = static_cast<float>(options_.smoothing);
    for (std::size_t i = 0; i < centre_.size(); ++i) gradient[i] += p * (values[i] - centre_[i]);
  }

  /// (p/2)‖θ − z‖².
  [[nodiscard]] double loss(std::span<const float> values) const {
    double squares = 0;
    for (std::size_t i = 0; i < centre_.size(); ++i) {
      squares += std::pow(double{values[i]} - centre_[i], 2);
    }
    return options_.smoothing / 2 * squares;
  }

  void follow(std::span<const float> values) {
    const auto b = static_cast<float>(options_.centering);
    for (std::size_t i = 0; i < centre_.size(); ++i) centre_[i] += b * (values[i] - centre_[i]);
  }

  void state(Archive& archive) {
    if (!centre_.empty()) archive("centre", std::span<float>(centre_));
  }

 private:
  SmoothingOptions options_;
  AlignedFloats centre_;  // none if p = 0
};

}  // namespace saddle
