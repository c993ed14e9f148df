// SPDX-License-Identifier: Apache-2.0
// The runs that a benchmark is made of, and how far each of them is.
#include <saddle/apps/benchmark_plan.h>

#include <algorithm>
#include <system_error>

#include <saddle/apps/benchmark_results.h>
#include <saddle/apps/config.h>
#include <saddle/apps/csv.h>
#include <saddle/apps/run_directory.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

namespace fs = std::filesystem;

/// All options of a run but those of its variant: the grid's, those common to all, its agent's.
Settings settings_of_run(const BenchmarkSpec& spec, const Cell& cell, std::int64_t seed) {
  const std::size_t plus = cell.agent.find('+');
  Settings settings = {{"environment", cell.environment},
                       {"agent", cell.agent.substr(0, plus)},
                       {"steps", spec.steps},
                       {"seed", seed},
                       {"threads", std::int64_t{1}}};
  if (plus != std::string::npos) {
    if (plus + 1 == cell.agent.size()) {
      throw Error(
          concat("agent '", cell.agent, "' names no rule after its '+'; leave the '+' out"));
    }
    settings.push_back({"constraint", cell.agent.substr(plus + 1)});
  }
  if (!spec.plugins.empty()) settings.push_back({"plugins", spec.plugins});
  if (cell.limit) settings.push_back({"limits", *cell.limit});
  std::ranges::copy(spec.set, std::back_inserter(settings));
  const auto own = spec.agent_set.find(cell.agent);
  if (own != spec.agent_set.end()) std::ranges::copy(own->second, std::back_inserter(settings));
  return settings;
}

/// OUT/runs/WORLD/AGENT[-VARIANT][-limit-X]; registered names may have letters that do not suit a
/// file.
fs::path folder_of(const fs::path& out, const Cell& cell) {
  std::string world = cell.environment, name = cell.contestant();
  if (cell.limit) name += "-limit-" + csv_number(*cell.limit);
  for (std::string* text : {&world, &name}) std::ranges::replace(*text, '/', '_');
  return out / "runs" / world / name;
}

std::vector<Cell> cells_of(const BenchmarkSpec& spec, const fs::path& out) {
  std::vector<std::optional<double>> limits(spec.limits.begin(), spec.limits.end());
  if (limits.empty()) limits.emplace_back();
  std::vector<Cell> cells;
  for (const std::string& environment : spec.environments) {
    for (const std::string& agent : spec.agents) {
      for (const Variant& variant : spec.variants) {
        for (const std::optional<double>& limit : limits) {
          Cell cell{environment, agent, variant.name, limit, {}, {}};
          cell.folder = folder_of(out, cell);
          if (std::ranges::count(cells, cell.folder, &Cell::folder) > 0) {
            throw Error(concat("two parts of the benchmark would be kept in '",
                               cell.folder.string(), "'; rename a variant"));
          }
          cells.push_back(std::move(cell));
        }
      }
    }
  }
  return cells;
}

/// Adds a run of cell i; the first of a cell learns its constraints and tries to build its agent.
void add_run(BenchmarkPlan& plan, std::size_t i, std::int64_t seed, const BenchmarkSpec& spec,
             const Registries& registries) {
  Cell& cell = plan.cells[i];
  const Settings& variant = std::ranges::find(spec.variants, cell.variant, &Variant::name)->set;
  const RunConfig config(registries, settings_of_run(spec, cell, seed), variant);
  if (seed == spec.seeds.front()) {
    (void)config.build_agent(0);
    for (const ConstraintSpec& constraint : config.spec().constraints) {
      cell.constraints.push_back(constraint.name);
    }
  }
  plan.runs.push_back({i, seed, cell.folder / concat("seed-", seed), config.toml(),
                       config.lasting_options(), config.options().threads});
}

}  // namespace

std::vector<std::string> BenchmarkPlan::worlds() const {
  std::vector<std::string> worlds;
  for (const Cell& cell : cells) {
    if (std::ranges::count(worlds, cell.environment) == 0) worlds.push_back(cell.environment);
  }
  return worlds;
}

BenchmarkPlan make_plan(const BenchmarkSpec& spec, const Registries& registries,
                        const fs::path& out) {
  BenchmarkPlan plan{out,           cells_of(spec, out), {}, spec.seeds, spec.steps,
                     spec.episodes, spec.stochastic};
  for (const std::int64_t seed : spec.seeds) {
    for (std::size_t i = 0; i < plan.cells.size(); ++i) {
      try {
        add_run(plan, i, seed, spec, registries);
      } catch (const Error& error) {
        const Cell& cell = plan.cells[i];
        throw Error(
            concat("agent '", cell.contestant(), "' in '", cell.environment, "': ", error.what()));
      }
    }
  }
  return plan;
}

void require_same_options(const BenchmarkPlan& plan, const Registries& registries) {
  for (const PlannedRun& run : plan.runs) {
    const RunPaths paths{run.root};
    if (!fs::exists(paths.config())) continue;
    const RunConfig config(registries, read_toml(paths.config()), {}, paths.spec());
    const auto refuse = [&](const std::string& key, const auto& was, const auto& planned) {
      throw Error(concat("the run '", run.root.string(), "' was made with ", key, " = ", was,
                         ", but the benchmark asks for ", planned,
                         "; choose another directory with --out, or put it back"));
    };
    const OptionTexts made = config.lasting_options();
    for (const auto& [key, planned] : run.options) {
      const auto was = made.find(key);
      if (was == made.end()) refuse(key, "nothing", planned);
      if (was->second != planned) refuse(key, was->second, planned);
    }
    // A run may go on for longer, but not go back.
    if (config.options().steps > plan.steps) refuse("steps", config.options().steps, plan.steps);
  }
}

RunState state_of(const PlannedRun& run, const BenchmarkPlan& plan) {
  if (read_result(run, plan)) return RunState::kDone;
  const RunPaths paths{run.root};
  const bool started = fs::exists(paths.config()) && !CheckpointFolder(paths.checkpoint()).empty();
  return started ? RunState::kStarted : RunState::kNew;
}

}  // namespace saddle
