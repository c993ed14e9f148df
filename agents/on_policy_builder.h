// SPDX-License-Identifier: Apache-2.0
// From a policy update to an agent that has a name: options and construction.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <saddle/agents/on_policy.h>
#include <saddle/agents/registry.h>

namespace saddle {

/// Options and construction of an on-policy agent whose policy update is made as
/// Update(Policy&, Update::Options, Rng); `name` is the group of the update's options.
template <class Update>
class OnPolicyBuilder final : public AgentBuilder {
 public:
  explicit OnPolicyBuilder(std::string name) : name_(std::move(name)) {}

  void fields(Fields& fields) override {
    fields.group(name_, update_);
    common_.fields(fields);
  }

  [[nodiscard]] int multipliers(const EnvironmentSpec& spec) const override {
    return common_.multipliers(spec);
  }

  [[nodiscard]] std::unique_ptr<Agent> build(const AgentContext& context,
                                             std::unique_ptr<ConstraintRule> rule) const override {
    const PolicyUpdateFactory make = [this](Policy& policy, Rng rng) {
      return std::make_unique<Update>(policy, update_, rng);
    };
    return std::make_unique<OnPolicyAgent>(context, common_, network_factory(common_.network), make,
                                           std::move(rule));
  }

 private:
  std::string name_;
  typename Update::Options update_;
  OnPolicyOptions common_;
};

/// The row of such an agent in the registry. `rule` is the constraint rule that it works with
/// unless another is named; "none" for an update that keeps constraints by itself, which takes no
/// other.
template <class Update>
[[nodiscard]] AgentEntry on_policy_entry(const std::string& name, std::string doc,
                                         std::string paper, std::string use = {},
                                         std::string rule = "lagrangian") {
  AgentEntry entry;
  entry.doc = std::move(doc);
  entry.paper = std::move(paper);
  entry.use = std::move(use);
  entry.builder = [name] { return std::make_unique<OnPolicyBuilder<Update>>(name); };
  entry.fixed_rule = rule == "none";
  entry.rule = std::move(rule);
  return entry;
}

}  // namespace saddle
