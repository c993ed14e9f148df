// SPDX-License-Identifier: Apache-2.0
// Every on-policy update, as tests train it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <saddle/agents/cup.h>
#include <saddle/agents/focops.h>
#include <saddle/agents/on_policy.h>
#include <saddle/agents/policy_gradient.h>
#include <saddle/agents/trust_region.h>
#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/none.h>

namespace saddle::testing {

struct NamedUpdate {
  std::string name;
  PolicyUpdateFactory make;
  bool keeps_constraints = false;

  /// None for updates that need no rule, else one that damps the cycles of plain dual ascent.
  [[nodiscard]] std::unique_ptr<ConstraintRule> rule(int constraints) const {
    if (keeps_constraints) return std::make_unique<None>(constraints, None::Options{});
    AugmentedLagrangian::Options options;
    options.penalty = 4;
    return std::make_unique<AugmentedLagrangian>(constraints, options);
  }

  friend void PrintTo(const NamedUpdate& update, std::ostream* out) { *out << update.name; }
};

template <class Update>
NamedUpdate named(std::string name, const typename Update::Options& options = {}) {
  const auto make = [options](Policy& policy, Rng rng) {
    return std::make_unique<Update>(policy, options, rng);
  };
  return {std::move(name), make,
          std::is_same_v<Update, CpoUpdate> || std::is_same_v<Update, PcpoUpdate>};
}

/// First-order options for batches of a few hundred rows.
template <class Options>
Options brisk(std::int64_t epochs) {
  Options options;
  options.epochs = epochs;
  options.minibatch = 160;
  options.learning_rate = 0.005;
  return options;
}

inline std::vector<NamedUpdate> all_updates() {
  return {named<PpoUpdate>("ppo", brisk<PpoOptions>(4)),
          named<PolicyGradientUpdate>("pg", brisk<PolicyGradientOptions>(1)),
          named<NaturalUpdate>("npg"),
          named<TrpoUpdate>("trpo"),
          named<CpoUpdate>("cpo"),
          named<PcpoUpdate>("pcpo"),
          named<FocopsUpdate>("focops", brisk<FocopsOptions>(4)),
          named<CupUpdate>("cup", brisk<CupOptions>(4))};
}

}  // namespace saddle::testing
