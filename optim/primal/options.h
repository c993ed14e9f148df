// SPDX-License-Identifier: Apache-2.0
// A first-order primal step by name.
#pragma once

#include <memory>
#include <string>

#include <saddle/optim/primal/step.h>

namespace saddle {

/// What a first-order step is made from.
struct PrimalOptions {
  std::string kind = "gradient";
  double step = 0.05;
  double exponent = 0;
  double smoothing = 1;
  double centering = 0.05;

  void fields(Fields& f) {
    f("primal", kind, {"gradient", "adam", "optimistic", "smoothed"}, "kind of primal step");
    f("primal_step", step, positive(), "primal step α");
    f("primal_exponent", exponent, between(-1, 0),
      "the gradient's step falls as iterations to this power");
    f("primal_smoothing", smoothing, at_least(0),
      "weight p of the distance to the centre of the smoothed step");
    f("primal_centering", centering, {.low = 0, .high = 1, .open_low = true},
      "share b of the way that this centre follows in a step");
  }

  /// Errors: saddle::Error if an exponent is given to a step that has none.
  template <class V>
  [[nodiscard]] std::unique_ptr<PrimalStep<V>> build() const {
    if (kind != "gradient" && exponent != 0) {
      throw Error(concat("the ", kind,
                         " step has a constant length; leave primal_exponent at 0, or take "
                         "primal=gradient"));
    }
    if (kind == "adam") {
      typename AdamStep<V>::Options adam;
      adam.step = step;
      return std::make_unique<AdamStep<V>>(adam);
    }
    if (kind == "optimistic") return std::make_unique<OptimisticStep<V>>(step);
    if (kind == "smoothed") {
      return std::make_unique<SmoothedStep<V>>(
          typename SmoothedStep<V>::Options{step, smoothing, centering});
    }
    return std::make_unique<GradientStep<V>>(PowerSchedule{step, exponent});
  }
};

}  // namespace saddle
