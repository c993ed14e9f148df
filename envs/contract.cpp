// SPDX-License-Identifier: Apache-2.0
// The checks of a world, in the order in which one makes the next meaningful.
#include <saddle/envs/contract.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>

#include <saddle/envs/contract_walks.h>
#include <saddle/envs/wrapper/perturbed.h>

namespace saddle {
namespace {

using walks::History;
using walks::Tally;

constexpr const char* kPure =
    "; draw all that is random from the Rng given, and use no clock, address or global";

/// Ends in "-v" and digits.
bool has_version(const std::string& id) {
  const std::size_t end = id.find_last_not_of("0123456789");
  return end != std::string::npos && end + 1 < id.size() && end > 1 &&
         id.compare(end - 1, 2, "-v") == 0;
}

void check_space(const Space& space, const std::string& what) {
  const auto refuse = [&](const auto&... words) { throw Error(concat(what, words...)); };
  if (space.is_discrete()) {
    if (space.size != 1 || space.count < 1 || space.count > kMostOfAnything) {
      refuse(" has ", space.count, " choices in ", space.size, " numbers; make it with ",
             "Space::discrete(n), n from 1 to ", kMostOfAnything);
    }
    return;
  }
  const auto size = static_cast<std::size_t>(std::max(space.size, 0));
  if (space.size < 1 || space.size > kMostOfAnything || space.low.size() != size ||
      space.high.size() != size) {
    refuse(" has ", space.size, " numbers, ", space.low.size(), " lower and ", space.high.size(),
           " upper bounds; it needs 1 to ", kMostOfAnything, " numbers and bounds for each");
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (!(space.low[i] <= space.high[i])) {  // so that NaN fails
      refuse(" has bounds [", space.low[i], ", ", space.high[i], "] for number ", i,
             "; the lower must not exceed the upper");
    }
  }
}

void check_constraints(const EnvironmentSpec& spec, const std::string& world) {
  for (std::size_t k = 0; k < spec.constraints.size(); ++k) {
    const ConstraintSpec& c = spec.constraints[k];
    const bool plain = !c.name.empty() && std::ranges::all_of(c.name, [](unsigned char letter) {
      return std::islower(letter) || std::isdigit(letter) || letter == '-' || letter == '_';
    });
    const std::string what = concat("constraint '", c.name, "' of ", world);
    if (!plain) {
      throw Error(concat(what, " has a name that flags cannot hold; use lower-case letters, ",
                         "digits, - and _"));
    }
    if (std::ranges::count(spec.constraints, c.name, &ConstraintSpec::name) > 1) {
      throw Error(concat(what, " is there twice; give one of them another name"));
    }
    if (!(std::isfinite(c.default_limit) && c.default_limit >= 0)) {
      throw Error(concat(what, " has a default limit of ", c.default_limit,
                         "; a limit is a number of at least 0"));
    }
  }
}

/// What takes one sentence off a reader's hands. Empty if nothing is missing.
std::string missing_words(const EnvironmentSpec& spec) {
  if (!has_version(spec.id)) {
    return concat("the name '", spec.id, "' has no version; call it '", spec.id, "-v0'");
  }
  if (spec.doc.empty()) return "the world has no doc; say in one line what it is";
  for (const ConstraintSpec& c : spec.constraints) {
    if (c.unit.empty()) return concat("constraint '", c.name, "' has no unit; say what one is of");
    if (c.doc.empty()) return concat("constraint '", c.name, "' has no doc; say when it costs");
  }
  return "";
}

/// Runs checks and remembers what they found.
class Report {
 public:
  explicit Report(std::vector<Finding>& findings) : findings_(findings) {}

  /// `fault` returns what is wrong, or nothing. What it throws is a fault too.
  bool check(const char* name, const std::string& fine, const std::function<std::string()>& fault) {
    std::string detail;
    try {
      detail = fault();
    } catch (const std::exception& exception) {
      detail = exception.what();
    } catch (...) {
      detail = "the world threw what is no std::exception; throw saddle::Error";
    }
    const bool passed = detail.empty();
    findings_.push_back(
        {name, passed ? Verdict::kPassed : Verdict::kFailed, passed ? fine : detail});
    return passed;
  }

  void skip(std::initializer_list<const char*> names, const char* because) {
    for (const char* name : names) {
      findings_.push_back({name, Verdict::kSkipped, concat("needs ", because)});
    }
  }

 private:
  std::vector<Finding>& findings_;
};

std::string difference(const History& a, const History& b, const char* whom, const char* remedy) {
  const std::string where = walks::first_difference(a, b);
  return where.empty() ? "" : concat(whom, " differ in ", where, remedy);
}

/// All that needs steps that can be trusted.
void check_purity(Report& report, const EnvironmentFactory& make, const ContractOptions& options) {
  const int steps = options.steps;
  const std::uint64_t seed = options.seed;
  const bool deterministic =
      report.check("determinism", "the same seed and actions give the same bits", [&] {
        return difference(walks::alone(make, seed, steps), walks::alone(make, seed, steps),
                          "two runs with the same seed and actions", kPure);
      });
  if (!deterministic) {
    report.skip({"reset", "instances", "checkpoints", "threads"}, "determinism");
    return;
  }
  const bool resets = report.check("reset", "an episode keeps nothing of those before it", [&] {
    const auto [used, fresh] = walks::used_and_fresh(make, seed, steps);
    return difference(used, fresh, "the episodes of a used world and of a fresh one",
                      "; set everything anew in reset");
  });
  const bool apart = report.check("instances", "copies share nothing", [&] {
    return difference(walks::beside_another(make, seed, steps / 4),
                      walks::alone(make, seed, steps / 4),
                      "the steps of a world alone and of one beside another",
                      "; keep all state in members that are not static");
  });
  if (resets) {
    report.check("checkpoints", "replay restores the middle of an episode", [&] {
      const auto [stayed, restored] = walks::stayed_and_restored(make, seed, steps);
      return difference(stayed, restored, "a world and its copy from a checkpoint", kPure);
    });
  } else {
    report.skip({"checkpoints"}, "reset");
  }
  if (!apart) {  // threads would race for what is shared
    report.skip({"threads"}, "instances");
    return;
  }
  report.check("threads", "1 thread and 3 give the same bits", [&] {
    return difference(walks::threaded(make, seed, steps, 1), walks::threaded(make, seed, steps, 3),
                      "worlds on 1 thread and on 3", "; keep all state in members of the world");
  });
}

/// What one long walk shows. Returns whether batches of the world can run at all.
bool check_walk(Report& report, const EnvironmentFactory& make, const ContractOptions& options) {
  Tally seen;
  bool sound = report.check(
      "steps", concat(options.steps, " random steps, actions beyond the bounds among them"), [&] {
        seen = walks::long_walk(make, options.seed, options.steps);
        return std::string();
      });
  if (!sound) {
    report.skip({"memory", "finite", "spaces", "costs", "endings"}, "steps");
    return false;
  }
  sound = report.check("memory", "all of the outcome is written, and nothing beside it",
                       [&] { return seen.memory; });
  sound = report.check("finite", "observations, rewards, costs and central states are finite", [&] {
    return seen.finite;
  }) && sound;
  report.check("spaces", "observations lie inside their space", [&] { return seen.spaces; });
  sound = report.check("costs", "costs are at least 0", [&] { return seen.costs; }) && sound;
  const std::string episodes =
      concat(seen.episodes, " episodes ended, ", seen.terminated, " by themselves");
  report.check("endings", episodes, [&] {
    const bool own_limit =
        seen.horizon > 1 && seen.episodes > 1 && seen.ended_at_horizon == seen.episodes;
    return own_limit ? concat("every episode ended by itself at step ", seen.horizon,
                              ", the horizon; leave the time limit to Saddle and return false "
                              "there, or learning takes the future after it for worthless")
                     : std::string();
  });
  return sound;
}

}  // namespace

void require_sound(const EnvironmentSpec& spec) {
  const std::string world = concat("world '", spec.id, "'");
  const bool printable = std::ranges::all_of(spec.id, [](unsigned char letter) {
    return std::isgraph(letter) && letter != '\'' && letter != '"';
  });
  if (spec.id.empty() || !printable) {
    throw Error(concat(world, " has a name that the command line cannot hold; use letters, ",
                       "digits, - and _"));
  }
  if (spec.agents < 1 || spec.agents > kMostOfAnything) {
    throw Error(concat(world, " has ", spec.agents, " agents; it needs 1 to ", kMostOfAnything));
  }
  if (spec.opponents < 0 || spec.opponents >= spec.agents) {
    throw Error(concat(world, " has ", spec.opponents, " opponents among ", spec.agents,
                       " agents; it may have 0 to ", spec.agents - 1));
  }
  if (spec.state < 0 || spec.state > kMostOfAnything) {
    throw Error(concat(world, " has a central state of ", spec.state, " numbers; it may have 0 to ",
                       kMostOfAnything));
  }
  check_space(spec.observation, concat("the observation of ", world));
  check_space(spec.action, concat("the action of ", world));
  if (spec.horizon < 1) {
    throw Error(
        concat(world, " has a horizon of ", spec.horizon, " steps; an episode needs at least 1"));
  }
  if (!(std::isfinite(spec.time_step) && spec.time_step >= 0)) {
    throw Error(concat(world, " has a time step of ", spec.time_step,
                       " s; it must be positive, or 0 if time has no unit"));
  }
  check_constraints(spec, world);
}

void require_sound(const std::string& world, const std::vector<WorldParameter>& parameters) {
  Fields taken;
  Perturbation perturbation;
  perturbation.fields(taken);
  std::vector<std::string> options;
  for (const Field& field : taken.all()) options.push_back(field.key);
  for (const WorldParameter& parameter : parameters) {
    const std::string& name = parameter.name;
    const std::string it = concat("parameter '", name, "' of world '", world, "'");
    const bool sound = !name.empty() && std::ranges::all_of(name, [](unsigned char letter) {
      return std::islower(letter) || std::isdigit(letter) || letter == '_';
    });
    if (!sound) {
      throw Error(concat(it, " has a name that keys cannot hold; use lower case letters, digits ",
                         "and _"));
    }
    if (std::ranges::count(options, name + "_error") > 0) {
      throw Error(concat(it, " has a name that is taken; give it one of its own"));
    }
    options.push_back(name + "_error");
    const Bounds& b = parameter.bounds;
    if (!(b.low <= b.high)) {
      throw Error(concat(it, " may be from ", b.low, " to ", b.high, "; put the lower one first"));
    }
    if (!b.contains(*parameter.value)) {
      throw Error(concat(it, " is ", *parameter.value, " unless set, which is not ",
                         "between its bounds, ", b.low, " and ", b.high, "; give it one that is"));
    }
  }
}

std::vector<Finding> check_contract(const std::string& name, const EnvironmentFactory& make,
                                    const ContractOptions& options) {
  SADDLE_CHECK(options.steps >= 100, options.steps);
  std::vector<Finding> findings;
  Report report(findings);
  EnvironmentSpec spec;
  const bool sound = report.check("spec", "sizes, bounds and names make sense", [&] {
    const std::unique_ptr<Environment> world = make();
    spec = world->spec();
    require_sound(spec);
    require_sound(spec.id, world->parameters());
    return spec.id == name ? std::string()
                           : concat("the world registered as '", name, "' calls itself '", spec.id,
                                    "'; give it one name");
  });
  if (!sound) {
    report.skip({"documentation", "steps", "memory", "finite", "spaces", "costs", "endings",
                 "determinism", "reset", "instances", "checkpoints", "threads"},
                "spec");
    return findings;
  }
  report.check("documentation", "name, units and sentences are there",
               [&] { return missing_words(spec); });
  if (check_walk(report, make, options)) {
    check_purity(report, make, options);
  } else {
    report.skip({"determinism", "reset", "instances", "checkpoints", "threads"},
                "steps, memory, finite and costs");
  }
  return findings;
}

}  // namespace saddle
