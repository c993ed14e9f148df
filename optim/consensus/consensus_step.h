// SPDX-License-Identifier: Apache-2.0
// How agents move along what each of them knows, and agree: from gradients to the next points.
#pragma once

#include <string>

#include <saddle/base/fields.h>
#include <saddle/optim/consensus/mixing.h>

namespace saddle {

/// x_i ← Σ_j W_ij x_j − α d_i. The agents' mean moves along the mean of d, but with a constant α it
/// stops where W and d balance, at a distance of order α/(1 − η) from agreement.
class GossipStep {
 public:
  struct Options {
    void fields(Fields&) {}
  };
  explicit GossipStep(const Options&) {}

  /// From x, given d at x.
  [[nodiscard]] AgentVectors next(Mixing& mixing, const AgentVectors& x, const AgentVectors& d,
                                  double step);
  void state(Archive&) {}
};

/// Moves along v_i, which tracks the mean of d: with d⁻ the d before,
///
///     combine then adapt   v ← W v + d − d⁻,     x ← W x − α v      (DIGing, GNSD, Safe Dec-PG)
///     adapt then combine   v ← W (v + d − d⁻),   x ← W (x − α v)    (Aug-DGM, NEXT)
///
/// and v = d in the first round. Then the mean of v is that of the last d in every round, so that
/// the agents can only stop together where the mean of d is 0. The d⁻ must be the very vectors that
/// came in: evaluated again, with other multipliers or samples, they break that for good, and so
/// does v = 0 at the start, after which the agents' mean never moves.
/// Ref  Xu, Zhu, Soh and Xie 2015; Di Lorenzo and Scutari 2016; Nedić, Olshevsky and Shi 2017,
///      arXiv:1607.03218.
class TrackingStep {
 public:
  struct Options {
    std::string form = "cta";

    void fields(Fields& f) {
      f("form", form, {"cta", "atc"}, "combine then adapt, or adapt then combine");
    }
  };
  explicit TrackingStep(const Options& options);

  /// As GossipStep::next().
  [[nodiscard]] AgentVectors next(Mixing& mixing, const AgentVectors& x, const AgentVectors& d,
                                  double step);

  /// v, and the d that it tracked last; empty before the first round.
  [[nodiscard]] const AgentVectors& tracker() const { return tracker_; }
  [[nodiscard]] const AgentVectors& tracked() const { return tracked_; }
  void state(Archive& archive);

 private:
  bool adapt_then_combine_;
  AgentVectors tracker_, tracked_;
};

/// x ← W x − α d − p and p ← p + ½ (x − W x), with the x before the step in both and p = 0 at the
/// start: the linearised augmented Lagrangian of "all x are equal", whose multipliers p sum to 0.
/// For constant α it is EXTRA, x″ = (I + W) x′ − ½ (I + W) x − α (d′ − d), and with a projection
/// after each step PG-EXTRA.
/// Ref  Shi, Ling, Wu and Yin 2015, "EXTRA: an exact first-order algorithm for decentralized
///      consensus optimization", arXiv:1404.6264, and "A proximal gradient algorithm for
///      decentralized composite optimization".
class ExtraStep {
 public:
  struct Options {
    void fields(Fields&) {}
  };
  explicit ExtraStep(const Options&) {}

  /// As GossipStep::next().
  [[nodiscard]] AgentVectors next(Mixing& mixing, const AgentVectors& x, const AgentVectors& d,
                                  double step);

  /// p; empty before the first round.
  [[nodiscard]] const AgentVectors& multipliers() const { return multipliers_; }
  void state(Archive& archive);

 private:
  AgentVectors multipliers_;
};

}  // namespace saddle
