// SPDX-License-Identifier: Apache-2.0
// The methods for constrained problems: every rule of the registry, and trust regions.
#include <saddle/optim/constraint/catalogue.h>

#include <saddle/optim/constraint/method.h>
#include <saddle/optim/constraint/registry.h>
#include <saddle/optim/constraint/trust_region_method.h>
#include <saddle/optim/primal/options.h>

namespace saddle {

using Eigen::VectorXd;

namespace {

/// A rule with its options, and those of the primal step.
class RuleMethodBuilder final : public MethodBuilder<ConstrainedProblem<VectorXd>> {
 public:
  explicit RuleMethodBuilder(std::unique_ptr<RuleBuilder> rule) : rule_(std::move(rule)) {}

  void fields(Fields& fields) override {
    rule_->fields(fields);
    primal_.fields(fields);
    fields("natural", natural_, "step along the natural gradient, where the problem has one");
  }
  [[nodiscard]] std::unique_ptr<Method<ConstrainedProblem<VectorXd>>> build(
      const ConstrainedProblem<VectorXd>& problem, std::uint64_t) const override {
    return std::make_unique<RuleMethod<VectorXd>>(
        rule_->build(rule_constraints(problem)), primal_.build<VectorXd>(),
        natural_ ? Direction::kNatural : Direction::kGradient);
  }

 private:
  std::unique_ptr<RuleBuilder> rule_;
  PrimalOptions primal_;
  bool natural_ = false;
};

}  // namespace

void register_constrained(ConstrainedCatalogue& catalogue) {
  register_constrained_problems(catalogue);
  RuleRegistry rules("constraint rule");
  register_rules(rules);
  for (const std::string& name : rules.names()) {
    const RuleEntry& rule = rules.at(name);
    catalogue.methods.add(name, {rule.doc, rule.paper, [make = rule.builder] {
                                   return std::make_unique<RuleMethodBuilder>(make());
                                 }});
  }
  using Problem = ConstrainedProblem<VectorXd>;
  catalogue.methods.add("cpo", method_entry<Problem, CpoMethod<VectorXd>>(
                                   "best step in a trust region that keeps linearised limits",
                                   "Achiam, Held, Tamar, Abbeel 2017, Constrained policy "
                                   "optimization"));
  catalogue.methods.add("pcpo", method_entry<Problem, PcpoMethod<VectorXd>>(
                                    "step of a trust region, projected onto linearised limits",
                                    "Yang, Rosca, Narasimhan, Ramadge 2020, Projection-based "
                                    "constrained policy optimization"));
}

}  // namespace saddle
