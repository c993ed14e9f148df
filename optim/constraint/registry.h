// SPDX-License-Identifier: Apache-2.0
// Names to constraint rules.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <saddle/base/fields.h>
#include <saddle/base/registry.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// The options of a rule, and how to make it for m constraints from them.
class RuleBuilder {
 public:
  virtual ~RuleBuilder() = default;
  virtual void fields(Fields& fields) = 0;
  [[nodiscard]] virtual std::unique_ptr<ConstraintRule> build(int constraints) const = 0;
};

/// The builder of a rule that is constructed as Rule(int constraints, Rule::Options).
template <class Rule>
class RuleBuilderOf final : public RuleBuilder {
 public:
  void fields(Fields& fields) override { options_.fields(fields); }
  [[nodiscard]] std::unique_ptr<ConstraintRule> build(int constraints) const override {
    return std::make_unique<Rule>(constraints, options_);
  }

 private:
  typename Rule::Options options_;
};

struct RuleEntry {
  std::string doc;    ///< one line
  std::string paper;  ///< authors, year, title
  std::function<std::unique_ptr<RuleBuilder>()> builder;
};

/// The row of a rule in the registry.
template <class Rule>
[[nodiscard]] RuleEntry rule_entry(std::string doc, std::string paper) {
  return {std::move(doc), std::move(paper), [] { return std::make_unique<RuleBuilderOf<Rule>>(); }};
}

using RuleRegistry = Registry<RuleEntry>;

/// Adds every constraint rule of Saddle.
void register_rules(RuleRegistry& registry);

}  // namespace saddle
