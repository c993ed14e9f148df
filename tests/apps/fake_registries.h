// SPDX-License-Identifier: Apache-2.0
// Names of worlds, agents and rules that have options and nothing else.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <saddle/apps/registries.h>
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/none.h>

namespace saddle::test {

class World final : public Environment {
 public:
  explicit World(std::vector<std::string> constraints) {
    spec_.id = "World-v0";
    spec_.observation = Space::box(1, -1, 1);
    spec_.action = Space::box(1, -1, 1);
    for (const std::string& name : constraints)
      spec_.constraints.push_back({name, "steps", 25, ""});
  }
  const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float>) override {}
  bool step(std::span<const float>, Rng&, const Outcome&) override { return false; }

 private:
  EnvironmentSpec spec_;
};

class Builder final : public AgentBuilder {
 public:
  void fields(Fields& f) override {
    f("ppo.clip", clip_, {.low = 0, .high = 1, .open_low = true}, "");
    f("network.hidden", hidden_, at_least(1), "");
    f("measure.kind", measure_, {"sum", "rate"}, "");
    f("multi.parameters", parameters_, {"shared", "separate"}, "");
  }
  std::unique_ptr<Agent> build(const AgentContext&,
                               std::unique_ptr<ConstraintRule>) const override {
    return nullptr;
  }

 private:
  double clip_ = 0.2;
  std::vector<std::int64_t> hidden_ = {64, 64};
  std::string measure_ = "sum";
  std::string parameters_ = "shared";
};

template <class Rule>
class FakeRuleBuilder final : public RuleBuilder {
 public:
  void fields(Fields& f) override { f("rate", rate_, positive(), ""); }
  std::unique_ptr<ConstraintRule> build(int constraints) const override {
    return std::make_unique<Rule>(constraints, typename Rule::Options());
  }

 private:
  double rate_ = 0.05;
};

inline Registries registries() {
  Registries r;
  r.environments.add("World-v0", [] {
    return std::make_unique<World>(std::vector<std::string>{"hazards", "speed"});
  });
  r.environments.add("Free-v0", [] { return std::make_unique<World>(std::vector<std::string>{}); });
  r.agents.add("ppo", {"", "", [] { return std::make_unique<Builder>(); }});
  r.agents.add("ppo-slow", {.doc = "",
                            .paper = "",
                            .builder = [] { return std::make_unique<Builder>(); },
                            .rule = "none",
                            .fixed_rule = true,
                            .update = "ppo",
                            .options = {{"ppo.clip", "0.1"}, {"none.rate", "0.01"}}});
  r.rules.add("lagrangian",
              {"", "", [] { return std::make_unique<FakeRuleBuilder<Lagrangian>>(); }});
  r.rules.add("none", {"", "", [] { return std::make_unique<FakeRuleBuilder<None>>(); }});
  return r;
}

}  // namespace saddle::test
