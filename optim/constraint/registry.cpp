// SPDX-License-Identifier: Apache-2.0
// The constraint rules of Saddle, a row each.
#include <saddle/optim/constraint/registry.h>

#include <saddle/optim/constraint/adam_lagrangian.h>
#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/exact_penalty.h>
#include <saddle/optim/constraint/gdpa.h>
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/log_barrier.h>
#include <saddle/optim/constraint/none.h>
#include <saddle/optim/constraint/nupi.h>
#include <saddle/optim/constraint/optimistic.h>
#include <saddle/optim/constraint/pid.h>
#include <saddle/optim/constraint/regularized.h>
#include <saddle/optim/constraint/resilient.h>
#include <saddle/optim/constraint/slm.h>
#include <saddle/optim/constraint/switching.h>

namespace saddle {

void register_rules(RuleRegistry& r) {
  r.add("adam-lagrangian",
        rule_entry<AdamLagrangian>("multipliers by dual ascent with Adam's step",
                                   "Kingma, Ba 2015, Adam: a method for stochastic optimization"));
  r.add("augmented-lagrangian",
        rule_entry<AugmentedLagrangian>(
            "multipliers and a quadratic penalty that damps them",
            "Hestenes 1969, Multiplier and gradient methods; Rockafellar 1973, The multiplier "
            "method of Hestenes and Powell applied to convex programming"));
  r.add("crpo", rule_entry<Switching>(
                    "steps on the objective while feasible, else on the worst constraint",
                    "Xu, Liang, Lan 2021, CRPO: a new approach for safe reinforcement learning "
                    "with convergence guarantee"));
  r.add("gdpa", rule_entry<Gdpa>(
                    "perturbed multipliers and a growing penalty, in a single loop",
                    "Lu 2022, A single-loop gradient descent and perturbed ascent algorithm for "
                    "nonconvex functional constrained optimization"));
  r.add("ipo",
        rule_entry<LogBarrier>(
            "logarithmic barrier inside the limits",
            "Liu, Ding, Liu 2020, IPO: interior-point policy optimization under constraints"));
  r.add("lagrangian",
        rule_entry<Lagrangian>(
            "multipliers by projected dual ascent on the measured violation",
            "Arrow, Hurwicz, Uzawa 1958, Studies in linear and non-linear programming; "
            "Ray, Achiam, Amodei 2019, Benchmarking safe exploration in deep "
            "reinforcement learning"));
  r.add("none", rule_entry<None>("constraints are measured but not kept", ""));
  r.add("nupi", rule_entry<NuPi>(
                    "multipliers by proportional-integral dual ascent with smoothing",
                    "Sohrabi et al. 2024, On PI controllers for updating Lagrange multipliers in "
                    "constrained optimization"));
  r.add("optimistic",
        rule_entry<OptimisticLagrangian>(
            "multipliers by optimistic dual ascent",
            "Popov 1980, A modification of the Arrow-Hurwicz method for search of saddle points; "
            "Ding, Wei, Zhang, Jovanović 2023, Last-iterate convergent policy gradient primal-dual "
            "methods for constrained MDPs"));
  r.add("p3o", rule_entry<ExactPenalty>(
                   "exact penalty on every violated constraint",
                   "Zhang et al. 2022, Penalized proximal policy optimization for safe "
                   "reinforcement learning"));
  r.add("pid", rule_entry<Pid>("multipliers from a PID controller on the violation",
                               "Stooke, Achiam, Abbeel 2020, Responsive safety in reinforcement "
                               "learning by PID Lagrangian methods"));
  r.add("regularized",
        rule_entry<RegularizedLagrangian>(
            "multipliers by dual ascent that forgets, for convergence of the last iterate",
            "Koshal, Nedić, Shanbhag 2011, Multiuser optimization: distributed algorithms and "
            "error analysis; Ding, Wei, Zhang, Jovanović 2023, Last-iterate convergent policy "
            "gradient primal-dual methods for constrained MDPs"));
  r.add("resilient", rule_entry<Resilient>(
                         "limits that relax at a price, where they are hard to keep",
                         "Ding, Huan, Ribeiro 2023, Resilient constrained reinforcement learning"));
  r.add("slm",
        rule_entry<Slm>("multipliers between bounds, for descent on the smoothed Lagrangian",
                        "Lu 2023, SLM: a smoothed first-order Lagrangian method for structured "
                        "constrained nonconvex optimization"));
}

}  // namespace saddle
