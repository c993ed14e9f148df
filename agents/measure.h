// SPDX-License-Identifier: Apache-2.0
// What number a constraint limits: how the cost of episodes is measured.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <saddle/agents/episode.h>
#include <saddle/base/fields.h>
#include <saddle/envs/environment.h>

namespace saddle {

struct MeasureOptions {
  std::string kind = "sum";
  double bound = -1;
  double level = 0.9;
  double caution = 1;

  void fields(Fields& f) {
    f("kind", kind, {"sum", "discounted", "rate", "exceedance", "cvar"},
      "what limits are of: an episode's cost, the same discounted, the cost of a step, the "
      "probability that an episode's cost exceeds the bound, or the mean of the worst episodes");
    f("bound", bound, at_least(-1),
      "of an episode's cost, for exceedance; below 0: of each cost the limit that the world "
      "suggests");
    f("level", level, {.low = 0, .high = 1, .open_high = true},
      "for cvar: the worst episodes are the share 1 − level of all");
    f("caution", caution, at_least(0),
      "standard errors added to a measured cost before it is held against its limit");
  }
};

/// A measured cost, in the units of its limit.
struct Measured {
  double value = 0;
  double standard_error = 0;  ///< 0 if it comes from fewer than two episodes
};

/// With J_i the cost of episode i (the mean over agents or that of one, without discount), L_i its
/// length, n of them:
///
///     sum         mean of J_i                        discounted  mean of Σ_t γ^t c_t
///     rate        Σ J_i / Σ L_i                      exceedance  share of J_i above the bound
///     cvar        ν + mean of [J_i − ν]_+ / (1 − α), ν the ⌈αn⌉-th smallest J_i
///
/// The last is the mean of the worst 1 − α (Rockafellar and Uryasev 2000, equation 4 and theorem
/// 1). Exceedance and CVaR are means of φ(J), so that a step's contribution is φ(S_t) − φ(S_{t−1}),
/// S the cost so far: those sum up to φ(J), and their advantages lead down the measure. ν counts as
/// fixed, which at a minimum over ν changes no gradient.
class CostMeasure {
 public:
  /// The sum.
  CostMeasure() = default;

  /// Of these constraints, [C], with `discount` γ in [0,1]. With `each_agent` every agent's cost is
  /// measured by itself.
  CostMeasure(const MeasureOptions& options, const std::vector<ConstraintSpec>& constraints,
              double discount, bool each_agent = false);

  [[nodiscard]] const std::string& kind() const { return kind_; }  ///< "sum", as in the options

  [[nodiscard]] double discount() const { return discount_; }
  [[nodiscard]] bool each_agent() const { return each_agent_; }

  /// What is measured by itself: the episodes, at least one, as they are, or as each of their
  /// agents had them.
  [[nodiscard]] std::vector<std::vector<Episode>> apart(std::vector<Episode> episodes) const;

  /// Over `episodes`, of positive length, of constraint k; 0 if there are none.
  [[nodiscard]] Measured measure(std::span<const Episode> episodes, int constraint) const;

  /// Whether a step's contribution is another than its cost.
  [[nodiscard]] bool reshapes() const { return kind_ == "exceedance" || kind_ == "cvar"; }

  /// The bound of exceedance, or ν of CVaR, which is the bound while there are no episodes; 0 of
  /// other kinds.
  [[nodiscard]] double threshold(std::span<const Episode> episodes, int constraint) const;

  /// φ(after) − φ(before).
  [[nodiscard]] double contribution(double before, double after, double threshold) const;

  /// How many steps' contributions the measure adds up, in episodes of this mean length: what
  /// divides a violation into that of one step.
  [[nodiscard]] double steps(double mean_length) const;

  /// The cost above which an episode by itself breaks the constraint; NaN where none does.
  [[nodiscard]] double episode_limit(int constraint, double limit) const;

  /// Errors: saddle::Error if no policy could break or keep such a limit, with what to say.
  void check_limit(const std::string& constraint, double limit) const;

 private:
  std::string kind_ = "sum";
  std::vector<double> bound_;  // [C]
  double level_ = 0, discount_ = 1;
  bool each_agent_ = false;
};

}  // namespace saddle
