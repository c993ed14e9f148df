// SPDX-License-Identifier: Apache-2.0
// The constraint rules of Saddle, a row each.
#include <saddle/optim/constraint/registry.h>

#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/none.h>

namespace saddle {

void register_rules(RuleRegistry& r) {
  r.add("lagrangian",
        rule_entry<Lagrangian>(
            "multipliers by projected dual ascent on the measured violation",
            "Arrow, Hurwicz, Uzawa 1958, Studies in linear and non-linear programming; "
            "Ray, Achiam, Amodei 2019, Benchmarking safe exploration in deep "
            "reinforcement learning"));
  r.add("none", rule_entry<None>("constraints are measured but not kept", "no paper"));
}

}  // namespace saddle
