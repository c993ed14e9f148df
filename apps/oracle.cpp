// SPDX-License-Identifier: Apache-2.0
// saddle oracle: the best that any policy can do in a tabular world within its limits.
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/config.h>
#include <saddle/apps/flags.h>
#include <saddle/apps/optimum.h>
#include <saddle/apps/report.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>
#include <saddle/envs/tabular/world.h>

namespace saddle {
namespace {

std::string json_line(const TabularModel& model, const std::vector<double>& limits,
                      const Optimum& best, double unlimited) {
  nlohmann::ordered_json json = {{"environment", model.id},
                                 {"return", best.sums.reward},
                                 {"return_without_limits", unlimited},
                                 {"constraints", nlohmann::ordered_json::array()},
                                 {"policy", nlohmann::ordered_json::array()}};
  for (std::size_t k = 0; k < limits.size(); ++k) {
    json["constraints"].push_back({{"name", model.constraints[k].name},
                                   {"limit", limits[k]},
                                   {"cost", best.sums.cost[k]},
                                   {"multiplier", best.multipliers[k]}});
  }
  for (auto row = best.policy.begin(); row != best.policy.end(); row += model.actions) {
    json["policy"].push_back(std::vector<double>(row, row + model.actions));
  }
  return json.dump() + "\n";
}

std::string text(const TabularModel& model, const std::vector<double>& limits, const Optimum& best,
                 double unlimited) {
  std::string text = fmt::format("{}: the best policy within the limits\n", model.id);
  text += fmt::format("  {:<16} {:.8g}, without limits {:.8g}\n", "return", best.sums.reward,
                      unlimited);
  for (std::size_t k = 0; k < limits.size(); ++k) {
    text +=
        fmt::format("  {:<16} cost {:.8g}, limit {:.8g}, multiplier {:.8g}\n",
                    model.constraints[k].name, best.sums.cost[k], limits[k], best.multipliers[k]);
  }
  return text;
}

/// The tables of a world.
/// Errors: saddle::Error if it has none.
TabularModel model_of(const Environment& world, const EnvironmentRegistry& worlds) {
  if (const auto* const tabular = dynamic_cast<const TabularWorld*>(&world)) {
    return tabular->model();
  }
  std::vector<std::string> known;
  for (const std::string& name : worlds.names()) {
    const auto other = worlds.at(name)();
    if (dynamic_cast<const TabularWorld*>(other.get()) != nullptr) known.push_back(name);
  }
  throw Error(fmt::format("environment '{}' has no tables, so its optimum is not known; ask of {}",
                          world.spec().id, fmt::join(known, ", ")));
}

}  // namespace

void declare_oracle(CLI::App& app) {
  add_text(app, "ENV", "", "a tabular world");
  add_limit_flag(app);
  add_switch(app, "--json", "print one line of JSON, the policy included, instead of text");
}

int run_oracle(const CLI::App& app, const Registries& registries) {
  if (!given(app, "ENV")) {
    throw Error("no world to solve; name a tabular one of those that 'saddle list envs' shows");
  }
  Settings settings = typed_limits(app);
  settings.push_back({"environment", typed_text(app, "ENV"), true});
  refuse_repeated(settings);
  const RunConfig config(registries, {}, settings);
  const std::vector<double>& limits = config.limits();
  const TabularModel model = model_of(*config.world()(), registries.environments);
  const Optimum best = optimum(model, limits);
  const double unlimited = optimum(model, {}).sums.reward;
  fmt::print("{}", given(app, "--json") ? json_line(model, limits, best, unlimited)
                                        : text(model, limits, best, unlimited));
  return 0;
}

}  // namespace saddle
