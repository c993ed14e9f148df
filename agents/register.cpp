// SPDX-License-Identifier: Apache-2.0
// The agents of Saddle, a row each.
#include <saddle/agents/on_policy.h>
#include <saddle/agents/ppo.h>
#include <saddle/agents/registry.h>

namespace saddle {
namespace {

/// Options and construction of an on-policy agent whose policy update is made as
/// Update(policy, Update::Options, rng); `name` is the group of the update's options.
template <class Update, class UpdateOptions>
class OnPolicyBuilder final : public AgentBuilder {
 public:
  explicit OnPolicyBuilder(std::string name) : name_(std::move(name)) {}

  void fields(Fields& fields) override {
    fields.group(name_, update_);
    common_.fields(fields);
  }

  [[nodiscard]] std::unique_ptr<Agent> build(const AgentContext& context,
                                             std::unique_ptr<ConstraintRule> rule) const override {
    const PolicyUpdateFactory make = [this](Policy& policy, Rng rng) {
      return std::make_unique<Update>(policy, update_, rng);
    };
    const NetworkFactory network =
        common_.network.backend == "autograd" ? make_autograd_mlp : make_fused_mlp;
    return std::make_unique<OnPolicyAgent>(context, common_, network, make, std::move(rule));
  }

 private:
  std::string name_;
  UpdateOptions update_;
  OnPolicyOptions common_;
};

template <class Update, class UpdateOptions>
AgentEntry on_policy(std::string group, std::string doc, std::string paper) {
  return {std::move(doc), std::move(paper), [group = std::move(group)] {
            return std::make_unique<OnPolicyBuilder<Update, UpdateOptions>>(group);
          }};
}

}  // namespace

void register_agents(AgentRegistry& r) {
  r.add("ppo", on_policy<PpoUpdate, PpoOptions>(
                   "ppo", "proximal policy optimization: clipped updates, stopped by KL",
                   "Schulman, Wolski, Dhariwal, Radford, Klimov 2017, Proximal policy "
                   "optimization algorithms, arXiv:1707.06347"));
}

}  // namespace saddle
