// SPDX-License-Identifier: Apache-2.0
// Second-order policy updates: natural gradient, TRPO, CPO, PCPO.
#pragma once

#include <cstdint>
#include <string>

#include <saddle/agents/policy_update.h>
#include <saddle/optim/primal/margin.h>
#include <saddle/optim/primal/trust_region.h>

namespace saddle {

struct NaturalOptions {
  TrustRegionOptions region;
  std::int64_t metric_rows = 4096;

  void fields(Fields& f) {
    region.fields(f);
    f("metric_rows", metric_rows, at_least(1),
      "rows of the batch, evenly spread, that the metric H is estimated from, at most");
  }
};

struct TrpoOptions : NaturalOptions {
  BacktrackOptions search;

  void fields(Fields& f) {
    NaturalOptions::fields(f);
    f.group("search", search);
  }
};

struct CpoOptions : TrpoOptions {
  double margin = 0.02;

  void fields(Fields& f) {
    TrpoOptions::fields(f);
    f("margin", margin, at_least(0),
      "share of every measured violation by which constraints are tightened from then on, "
      "until limits are 0");
  }
};

struct PcpoOptions : CpoOptions {
  std::string projection = "divergence";

  void fields(Fields& f) {
    CpoOptions::fields(f);
    f("projection", projection, {"divergence", "euclidean"},
      "the distance in which the step is projected onto the constraints");
  }
};

/// θ ← θ − √(2δ/gᵀH⁻¹g) H⁻¹g, g the gradient of −E[ρ A] under the rule's weights and H Fisher's
/// matrix. No line search: the divergence is δ to second order only.
/// Ref  Kakade 2001; see SurrogateProblem for g and H.
class NaturalUpdate final : public PolicyUpdate {
 public:
  using Options = NaturalOptions;

  NaturalUpdate(Policy&, const NaturalOptions& options, Rng) : options_(options) {}

  void apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) override;
  void state(Archive&) override {}

 private:
  NaturalOptions options_;
};

/// The natural step, shortened until the divergence is at most δ and E[ρ A] has not fallen; no step
/// if no trial does.
/// Ref  Schulman, Levine, Moritz, Jordan and Abbeel 2015, arXiv:1502.05477, appendix C.
class TrpoUpdate final : public PolicyUpdate {
 public:
  using Options = TrpoOptions;

  TrpoUpdate(Policy&, const TrpoOptions& options, Rng) : options_(options) {}

  void apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) override;
  void state(Archive&) override {}

 private:
  TrpoOptions options_;
};

/// The best step under the linearised constraints inside the trust region, or where there is none
/// the one that mends them; see cpo_weights() for the step and acceptable() for the line search.
/// Any number of constraints. The rule's weights are not used.
/// Ref  Achiam, Held, Tamar and Abbeel 2017, arXiv:1705.10528, algorithm 1. Differs: with a Margin,
///      without which violations persist where advantages are estimates; at most the whole limit.
class CpoUpdate final : public PolicyUpdate {
 public:
  using Options = CpoOptions;

  CpoUpdate(Policy&, const CpoOptions& options, Rng) : options_(options), margin_(options.margin) {}

  void apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) override;
  [[nodiscard]] bool keeps_constraints() const override { return true; }
  void state(Archive& archive) override { margin_.state(archive); }

 private:
  CpoOptions options_;
  Margin margin_;
};

/// The natural step, projected onto the linearised constraints; see pcpo_weights() for the step and
/// acceptable() for the line search. Any number of constraints. The rule's weights are not used.
/// Ref  Yang, Rosca, Narasimhan and Ramadge 2020, arXiv:2010.03152, algorithm 1. Differs: with a
///      Margin, as CpoUpdate.
class PcpoUpdate final : public PolicyUpdate {
 public:
  using Options = PcpoOptions;

  PcpoUpdate(Policy&, const PcpoOptions& options, Rng)
      : options_(options), margin_(options.margin) {}

  void apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) override;
  [[nodiscard]] bool keeps_constraints() const override { return true; }
  void state(Archive& archive) override { margin_.state(archive); }

 private:
  PcpoOptions options_;
  Margin margin_;
};

}  // namespace saddle
