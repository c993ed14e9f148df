// SPDX-License-Identifier: Apache-2.0
// The agents of Saddle, a row each.
#include <saddle/agents/cup.h>
#include <saddle/agents/focops.h>
#include <saddle/agents/off_policy/off_policy.h>
#include <saddle/agents/on_policy_builder.h>
#include <saddle/agents/policy_gradient.h>
#include <saddle/agents/registry.h>
#include <saddle/agents/trust_region.h>

namespace saddle {
namespace {

/// Options and construction of an off-policy agent; Options say what it is.
template <class Options>
class OffPolicyBuilder final : public AgentBuilder {
 public:
  explicit OffPolicyBuilder(std::string name) : name_(std::move(name)) {}

  void fields(Fields& fields) override {
    fields.group(name_, own_);
    common_.fields(fields);
  }

  [[nodiscard]] std::unique_ptr<Agent> build(const AgentContext& context,
                                             std::unique_ptr<ConstraintRule> rule) const override {
    return std::make_unique<OffPolicyAgent>(context, common_, own_.settings(),
                                            network_factory(common_.network), std::move(rule));
  }

 private:
  std::string name_;
  Options own_;
  OffPolicyOptions common_;
};

struct Words {
  const char *name, *doc, *paper, *use;
};

template <class Update>
void on_policy(AgentRegistry& r, const Words& words, const char* rule = "lagrangian") {
  r.add(words.name, on_policy_entry<Update>(words.name, words.doc, words.paper, words.use, rule));
}

template <class Options>
void off_policy(AgentRegistry& r, const Words& words) {
  const std::string name = words.name;
  const auto builder = [name] { return std::make_unique<OffPolicyBuilder<Options>>(name); };
  r.add(name, {.doc = words.doc, .paper = words.paper, .builder = builder, .use = words.use});
}

}  // namespace

void register_agents(AgentRegistry& r) {
  on_policy<CpoUpdate>(
      r,
      {"cpo",
       "constrained policy optimization: the best step under linearised constraints in a trust "
       "region",
       "Achiam, Held, Tamar, Abbeel 2017, Constrained policy optimization, arXiv:1705.10528",
       "take it where every step should be near feasible and there is no multiplier to tune"},
      "none");
  on_policy<CupUpdate>(
      r, {"cup", "constrained update projection: PPO on the reward, then a projection",
          "Yang et al. 2022, Constrained update projection approach to safe policy optimization, "
          "arXiv:2209.07089",
          "take it where reward and costs should not share a clipped step"});
  off_policy<DdpgOptions>(
      r, {"ddpg", "deep deterministic policy gradient: a critic of actions, learned from a memory",
          "Lillicrap et al. 2016, Continuous control with deep reinforcement learning, "
          "arXiv:1509.02971",
          "take it as the plainest off-policy baseline; for box actions"});
  on_policy<FocopsUpdate>(
      r, {"focops",
          "first-order constrained optimization in policy space: a divergence mask for each state",
          "Zhang, Vuong, Ross 2020, First order constrained optimization in policy space, "
          "arXiv:2002.06506",
          "take it for trust-region behaviour at the price of a first-order method"});
  on_policy<NaturalUpdate>(
      r, {"npg", "natural policy gradient: steps of equal divergence",
          "Kakade 2001, A natural policy gradient",
          "take it where the surrogate is trusted and a line search is not wanted"});
  on_policy<PcpoUpdate>(
      r,
      {"pcpo",
       "projection-based constrained policy optimization: a natural step, then a projection onto "
       "the constraints",
       "Yang, Rosca, Narasimhan, Ramadge 2020, Projection-based constrained policy optimization, "
       "arXiv:2010.03152",
       "take it as cpo, where leaving infeasible policies matters more than the return"},
      "none");
  on_policy<PolicyGradientUpdate>(
      r, {"pg", "policy gradient, one pass over the batch",
          "Williams 1992, Simple statistical gradient-following algorithms for connectionist "
          "reinforcement learning",
          "take it as the plainest baseline"});
  on_policy<PpoUpdate>(
      r, {"ppo", "proximal policy optimization: clipped updates, stopped by KL",
          "Schulman, Wolski, Dhariwal, Radford, Klimov 2017, Proximal policy optimization "
          "algorithms, arXiv:1707.06347",
          "take it first: robust and cheap, with any constraint rule"});
  off_policy<SacOptions>(
      r, {"sac", "soft actor-critic: off-policy, with an entropy that it keeps by itself",
          "Haarnoja et al. 2018, Soft actor-critic algorithms and applications, arXiv:1812.05905",
          "take it where a step of the world is dear: it learns from far fewer; for box actions"});
  off_policy<Td3Options>(
      r, {"td3", "twin delayed deterministic policy gradient: ddpg that trusts its critics less",
          "Fujimoto, van Hoof, Meger 2018, Addressing function approximation error in actor-critic "
          "methods, arXiv:1802.09477",
          "take it as sac, where the policy itself should be deterministic; for box actions"});
  on_policy<TrpoUpdate>(
      r, {"trpo", "trust-region policy optimization: a natural step, shortened to the divergence",
          "Schulman, Levine, Moritz, Jordan, Abbeel 2015, Trust region policy optimization, "
          "arXiv:1502.05477",
          "take it where ppo is unsteady, with any constraint rule"});
  register_presets(r);
}

}  // namespace saddle
