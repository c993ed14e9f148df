// SPDX-License-Identifier: Apache-2.0
// Compositions that have a name: a row each.
#include <saddle/agents/registry.h>

namespace saddle {
namespace {

struct Preset {
  const char* name;
  const char* update;
  const char* rule;  ///< or wrapper
  std::vector<PresetOption> options;
  const char* paper;
  const char* use;
  const char* besides = "";  ///< what else is to be said of it
};

const char* const kBenchmark =
    "Ray, Achiam, Amodei 2019, Benchmarking safe exploration in deep reinforcement learning";
const char* const kPid =
    "Stooke, Achiam, Abbeel 2020, Responsive safety in reinforcement learning by PID Lagrangian "
    "methods, arXiv:2007.03964";
const char* const kGdpa =
    "Lu 2022, A single-loop gradient descent and perturbed ascent algorithm for nonconvex "
    "functional constrained optimization, arXiv:2207.05650";
const char* const kEarly =
    "Sun et al. 2021, Safe exploration by solving early terminated MDP, arXiv:2107.04200";
const char* const kSaute =
    "Sootla et al. 2022, Sauté RL: almost surely safe reinforcement learning using state "
    "augmentation, arXiv:2202.06558";
const char* const kSimmer =
    "Sootla, Cowen-Rivers, Wang, Bou Ammar 2022, Effects of safety state augmentation on safe "
    "exploration, arXiv:2206.02675";
const char* const kMappoLag =
    "Gu et al. 2021, Multi-agent constrained policy optimisation, arXiv:2110.02793";

/// Every agent keeps the limits by itself. A step is a row for each of them, so fewer steps make a
/// batch, and it is gone over more often.
const std::vector<PresetOption> kTeam = {
    {"multi.limits", "each"},  {"rollout.steps", "100"},        {"ppo.epochs", "10"},
    {"ppo.minibatch", "1024"}, {"ppo.learning_rate", "0.0007"}, {"ppo.target_kl", "0.04"}};
const std::vector<PresetOption> kCentral = {{"multi.critic", "central"}};
const std::vector<PresetOption> kTeamLagrangian = {{"lagrangian.step", "0.15"}};

/// The penalty multiplies a violation measured from a handful of episodes, so it is capped.
const std::vector<PresetOption> kGdpaOptions = {{"gdpa.normalize", "true"},
                                                {"gdpa.maximum_penalty", "2"}};

std::vector<PresetOption> with(std::vector<PresetOption> options,
                               const std::vector<PresetOption>& more) {
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

std::vector<Preset> presets() {
  return {
      {"cppo-pid",
       "ppo",
       "pid",
       {},
       kPid,
       "take it where ppo-lag swings about the limit: the proportional term damps the swings"},
      {"crpo",
       "trpo",
       "crpo",
       {{"crpo.tolerance", "0.05"}},
       "Xu, Liang, Lan 2021, CRPO: a new approach for safe reinforcement learning with convergence "
       "guarantee, arXiv:2011.05869",
       "take it where multipliers are hard to tune: it has none, at the price of a zigzag"},
      {"ddpg-lag",
       "ddpg",
       "lagrangian",
       {},
       kBenchmark,
       "take it as the plainest off-policy baseline with a multiplier"},
      {"ddpg-pid", "ddpg", "pid", {}, kPid, "take it where ddpg-lag swings about the limit"},
      {"ippo-lag", "ppo", "lagrangian", with(kTeam, kTeamLagrangian),
       "de Witt et al. 2020, Is independent learning all you need in the StarCraft multi-agent "
       "challenge?, arXiv:2011.09533, has the learners without constraints",
       "take it first for several agents with costs of their own: nothing is shared but parameters",
       ", multipliers for each agent"},
      {"ipo",
       "ppo",
       "ipo",
       {},
       "Liu, Ding, Liu 2020, IPO: interior-point policy optimization under constraints, "
       "arXiv:1910.09615",
       "take it where the first policy is feasible and should stay so"},
      {"mappo-gdpa", "ppo", "gdpa", with(with(kTeam, kCentral), kGdpaOptions), kGdpa,
       "take it as ppo-gdpa, for several agents where what one gets depends on the others",
       ", critics that see all agents, multipliers for each"},
      {"mappo-lag", "ppo", "lagrangian", with(with(kTeam, kCentral), kTeamLagrangian), kMappoLag,
       "take it for several agents where what one gets depends on what only others observe",
       ", critics that see all agents, multipliers for each"},
      {"p3o",
       "ppo",
       "p3o",
       {},
       "Zhang et al. 2022, Penalized proximal policy optimization for safe reinforcement learning, "
       "arXiv:2205.11814",
       "take it where a price above every multiplier is known and feasibility comes first"},
      {"pdo",
       "pg",
       "lagrangian",
       {},
       "Chow, Ghavamzadeh, Janson, Pavone 2018, Risk-constrained reinforcement learning with "
       "percentile risk criteria",
       "take it as the plainest primal-dual baseline"},
      {"ppo-al",
       "ppo",
       "augmented-lagrangian",
       {},
       "Rockafellar 1973, The multiplier method of Hestenes and Powell applied to convex "
       "programming",
       "take it where ppo-lag cycles: the quadratic penalty damps it and the limit is met exactly"},
      {"ppo-early",
       "ppo",
       "early",
       {},
       kEarly,
       "take it where no episode may ever exceed the limit; training sees episodes cut there, so "
       "evaluate to see what the policy costs"},
      {"ppo-gdpa", "ppo", "gdpa", kGdpaOptions, kGdpa,
       "take it for one loop with a guarantee on nonconvex problems; a violation of the "
       "perturbation times the multiplier remains"},
      {"ppo-lag", "ppo", "lagrangian", {}, kBenchmark, "take it first: robust, cheap, two knobs"},
      {"ppo-saute",
       "ppo",
       "saute",
       {},
       kSaute,
       "take it where every episode, not their mean, should stay within the limit; returns in "
       "training are of the reshaped reward"},
      {"ppo-simmer",
       "ppo",
       "simmer",
       {},
       kSimmer,
       "take it as ppo-saute, where training too should be safe: it begins with half the budget"},
      {"ppo-slm",
       "ppo",
       "slm",
       {{"policy.smoothing", "0.1"}},
       "Lu 2023, SLM: a smoothed first-order Lagrangian method for structured constrained "
       "nonconvex optimization",
       "take it where ppo-lag cycles and a penalty is not wanted: the policy is held near a centre "
       "that follows it",
       ", held near a centre"},
      {"rcpo",
       "npg",
       "lagrangian",
       {{"lagrangian.step", "0.02"}, {"critic.costs", "shaped"}},
       "Tessler, Mankowitz, Mannor 2019, Reward constrained policy optimization, arXiv:1805.11074",
       "take it where one critic should do for any number of costs, and the multiplier be much "
       "slower than the policy"},
      {"sac-gdpa", "sac", "gdpa", kGdpaOptions, kGdpa,
       "take it as ppo-gdpa, where steps of the world are dear"},
      {"sac-lag",
       "sac",
       "lagrangian",
       {},
       "Ha, Xu, Tan, Levine, Tan 2020, Learning to walk in the real world with minimal human "
       "effort, arXiv:2002.08550",
       "take it first where steps of the world are dear"},
      {"sac-pid", "sac", "pid", {}, kPid, "take it where sac-lag swings about the limit"},
      {"sac-saute",
       "sac",
       "saute",
       {},
       kSaute,
       "take it as ppo-saute, where steps of the world are dear"},
      {"td3-lag",
       "td3",
       "lagrangian",
       {},
       kBenchmark,
       "take it as sac-lag, where the policy itself should be deterministic"},
      {"td3-pid", "td3", "pid", {}, kPid, "take it where td3-lag swings about the limit"},
      {"trpo-gdpa", "trpo", "gdpa", kGdpaOptions, kGdpa,
       "take it as ppo-gdpa, where steps of a bounded divergence matter more than speed"},
      {"trpo-lag",
       "trpo",
       "lagrangian",
       {},
       kBenchmark,
       "take it where ppo-lag is unsteady: every step keeps its divergence"},
      {"trpo-pid",
       "trpo",
       "pid",
       {},
       kPid,
       "take it as cppo-pid, where steps of a bounded divergence matter more than speed"},
      {"trpo-saute",
       "trpo",
       "saute",
       {},
       kSaute,
       "take it as ppo-saute, where steps of a bounded divergence matter more than speed"},
      {"trpo-simmer",
       "trpo",
       "simmer",
       {},
       kSimmer,
       "take it as ppo-simmer, where steps of a bounded divergence matter more than speed"},
  };
}

}  // namespace

void register_presets(AgentRegistry& r) {
  for (const Preset& preset : presets()) {
    AgentEntry entry = r.at(preset.update);
    entry.doc = concat(preset.update, " with constraint ", preset.rule, preset.besides);
    entry.paper = preset.paper;
    entry.rule = preset.rule;
    entry.fixed_rule = true;
    entry.update = preset.update;
    entry.options = preset.options;
    entry.use = preset.use;
    r.add(preset.name, std::move(entry));
  }
}

std::string choose_rule(const std::string& name, const AgentEntry& entry,
                        const std::string& wanted) {
  if (wanted.empty() || wanted == entry.rule) return entry.rule;
  if (!entry.fixed_rule) return wanted;
  if (entry.update.empty()) {
    throw Error(concat("agent '", name, "' keeps constraints by itself and does not go with '",
                       wanted, "'; leave --constraint out"));
  }
  throw Error(concat("agent '", name, "' is '", entry.update, "' with constraint '", entry.rule,
                     "'; for another say --agent ", entry.update, " --constraint ", wanted));
}

}  // namespace saddle
