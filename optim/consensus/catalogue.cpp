// SPDX-License-Identifier: Apache-2.0
// Networks and their methods by name.
#include <saddle/optim/consensus/catalogue.h>

#include <saddle/optim/consensus/bilevel.h>
#include <saddle/optim/consensus/descent.h>
#include <saddle/optim/consensus/gda.h>
#include <saddle/optim/consensus/problems.h>
#include <saddle/optim/consensus/safe_dec_pg.h>

namespace saddle {

namespace {

using Presets = std::map<std::string, Preset>;

/// The row of a problem that `make(options, seed, communicator)` makes, with all agents in this
/// process.
template <class Options, class Local>
ProblemEntry<Network<Local>> network_entry(std::string doc, std::string source,
                                           SolvedNetwork<Local> (*make)(const Options&,
                                                                        std::uint64_t,
                                                                        AgentsCommunicator),
                                           Presets presets) {
  const auto instance = [make](const Options& options, std::uint64_t seed) {
    SolvedNetwork<Local> solved = make(options, seed, nullptr);
    return Instance<Network<Local>>{std::move(solved.network), std::move(solved.start),
                                    solved.optimum};
  };
  return problem_entry<Network<Local>, Options>(std::move(doc), std::move(source), instance,
                                                std::move(presets));
}

void register_constrained(Catalogue<ConstrainedNetwork>& c) {
  // Linear where the mean is strongly convex; the defaults, for other problems, approach as r^−½.
  const Preset unperturbed{
      {"step_x", "0.05"}, {"exponent", "0"}, {"step_y", "0.05"}, {"perturbation", "0"}};
  c.problems.add("decentralized-quadratic",
                 network_entry<DecentralizedQuadraticOptions>(
                     "agents with parabolas of unlike centres and curvatures", "closed form",
                     decentralized_quadratic, {}));
  c.problems.add("decentralized-qp",
                 network_entry<DecentralizedQpOptions>(
                     "agents with a target and a half-plane each",
                     "the nearest point of a polygon, by active sets", decentralized_qp, {}));
  c.problems.add(
      "decentralized-logistic",
      network_entry<DecentralizedLogisticOptions>(
          "logistic regression on points that each agent keeps to itself",
          "Newton's method on all points", decentralized_logistic, {{"safe-dec-pg", unperturbed}}));
  c.methods.add(
      "dgd", method_entry<ConstrainedNetwork, Dgd>(
                 "descent along the agent's own gradient, mixed with its neighbours",
                 "Nedić, Ozdaglar 2009, Distributed subgradient methods for multi-agent "
                 "optimization; Yuan, Ling, Yin 2016, On the convergence of decentralized gradient "
                 "descent"));
  c.methods.add("extra",
                method_entry<ConstrainedNetwork, Extra>(
                    "descent with a linearised augmented Lagrangian of the agents' agreement",
                    "Shi, Ling, Wu, Yin 2015, EXTRA: an exact first-order algorithm for "
                    "decentralized consensus optimization"));
  c.methods.add("gradient-tracking",
                method_entry<ConstrainedNetwork, GradientTracking>(
                    "descent along a tracked mean of all agents' gradients; GNSD with samples",
                    "Nedić, Olshevsky, Shi 2017, Achieving geometric convergence for distributed "
                    "optimization over time-varying graphs; Lu, Zhang, Sun, Hong 2019, GNSD: a "
                    "gradient-tracking based nonconvex stochastic algorithm for decentralized "
                    "optimization"));
  c.methods.add("safe-dec-pg",
                method_entry<ConstrainedNetwork, SafeDecPg>(
                    "gradient tracking and perturbed multipliers of each agent's own constraints",
                    "Lu, Zhang, Chen, Başar, Horesh 2021, Decentralized policy gradient descent "
                    "ascent for safe multi-agent reinforcement learning"));
}

void register_games(Catalogue<MinMaxNetwork>& c) {
  c.problems.add("decentralized-saddle", network_entry<DecentralizedSaddleOptions>(
                                             "agents with strongly convex-concave quadratics",
                                             "closed form", decentralized_saddle, {}));
  c.methods.add("decentralized-gda",
                method_entry<MinMaxNetwork, DecentralizedGda>(
                    "descent-ascent along tracked mean gradients",
                    "after Xian, Huang, Zhang, Huang 2021, A faster decentralized algorithm for "
                    "nonconvex minimax problems"));
}

void register_bilevel(Catalogue<BilevelNetwork>& c) {
  c.problems.add("decentralized-bilevel", network_entry<DecentralizedBilevelOptions>(
                                              "agents with quadratics in two levels", "closed form",
                                              decentralized_bilevel, {}));
  c.methods.add("decentralized-soba",
                method_entry<BilevelNetwork, DecentralizedSoba>(
                    "both levels and the linear system between them move at once, all tracked",
                    "after Dagréou, Ablin, Vaiter, Moreau 2022, A framework for bilevel "
                    "optimization that enables stochastic and global variance reduction "
                    "algorithms"));
  c.methods.add("slam", method_entry<BilevelNetwork, Slam>(
                            "the same with a linearised augmented Lagrangian in each level",
                            "after Lu, Zeng, Cui, Squillante, Horesh, Kingsbury, Liu, Hong 2022, A "
                            "stochastic linearized augmented Lagrangian method for decentralized "
                            "bilevel optimization"));
}

}  // namespace

void register_networks(Catalogue<ConstrainedNetwork>& constrained, Catalogue<MinMaxNetwork>& games,
                       Catalogue<BilevelNetwork>& bilevel) {
  register_constrained(constrained);
  register_games(games);
  register_bilevel(bilevel);
}

}  // namespace saddle
