// SPDX-License-Identifier: Apache-2.0
// Any constraint rule with any primal step, as a method.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <saddle/optim/constraint/rule.h>
#include <saddle/optim/primal/step.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// How many constraints a rule sees of a problem: an equality h = 0 is the two inequalities h ≤ 0
/// and −h ≤ 0, after the m that the problem has: m + 2p.
template <class V>
[[nodiscard]] int rule_constraints(const ConstrainedProblem<V>& problem) {
  return problem.inequalities() + 2 * problem.equalities();
}

/// Which gradient a step follows.
enum class Direction {
  kGradient,
  kNatural,  ///< in the problem's metric: on policies the natural policy gradient
};

/// One step is w = rule(g(x)), x ← P(primal(x, w₀∇f + Σ w_k∇g_k)). The multipliers are the rule's,
/// so those of the point it starts from do not matter.
///
/// On SoftmaxCmdp along the natural gradient this is, by its rule: lagrangian, NPG-PD (Ding, Zhang,
/// Başar and Jovanović 2020); crpo, CRPO; regularized, with the problem's entropy, RPG-PD; and on
/// DirectCmdp optimistic, with the optimistic step, OPG-PD (Ding, Wei, Zhang and Jovanović 2023,
/// arXiv:2306.11700), whose two projections are here one.
///
/// Requires a rule made for rule_constraints(problem).
template <class V>
class RuleMethod final : public Method<ConstrainedProblem<V>> {
 public:
  RuleMethod(std::unique_ptr<ConstraintRule> rule, std::unique_ptr<PrimalStep<V>> primal,
             Direction direction = Direction::kGradient)
      : rule_(std::move(rule)), primal_(std::move(primal)), direction_(direction) {}

  void step(ConstrainedProblem<V>& problem, Pair<V, Eigen::VectorXd>& z) override {
    problem.resample(++round_);
    const int m = problem.inequalities(), p = problem.equalities();
    const Eigen::VectorXd values = problem.values(z.x).constraints;
    SADDLE_CHECK(values.size() == m + p, values.size(), m, p);
    Eigen::VectorXd one_sided(m + 2 * p);
    one_sided << values, -values.tail(p);
    // Values that are not finite are an outcome, which solve() reports, and no error.
    if (!one_sided.allFinite()) {
      z.y = values;
      return;
    }
    const auto two_sided = [&](const Eigen::VectorXd& w) {
      Eigen::VectorXd signed_weights = w.head(m + p);
      signed_weights.tail(p) -= w.tail(p);
      return signed_weights;
    };
    GradientWeights w = rule_->update(one_sided);
    w.constraints = two_sided(w.constraints);
    const V gradient = direction_ == Direction::kNatural ? problem.natural_gradient(z.x, w)
                                                         : problem.gradient(z.x, w);
    z.x = problem.project(primal_->next(z.x, gradient));
    z.y = two_sided(rule_->multipliers());
  }
  void state(Archive& archive) override {
    archive("round", round_);
    archive("rule", *rule_);
    archive("primal", *primal_);
  }

  [[nodiscard]] ConstraintRule& rule() { return *rule_; }

 private:
  std::unique_ptr<ConstraintRule> rule_;
  std::unique_ptr<PrimalStep<V>> primal_;
  Direction direction_;
  std::uint64_t round_ = 0;
};

}  // namespace saddle
