// SPDX-License-Identifier: Apache-2.0
// saddle oracle: the best that any policy can do in a tabular world within its limits.
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/config.h>
#include <saddle/apps/flags.h>
#include <saddle/apps/report.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>
#include <saddle/envs/tabular/world.h>
#include <saddle/optim/problems/cmdp.h>

namespace saddle {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// With a limit for each constraint, or with none for any.
Cmdp cmdp_of(const TabularModel& model, const std::vector<double>& limits) {
  const Eigen::Index s = model.states, pairs = s * model.actions;
  const auto c = static_cast<Eigen::Index>(limits.size());
  return {model.states,
          model.actions,
          model.continuation,
          Eigen::VectorXd::Map(model.start.data(), s),
          Eigen::Map<const RowMajor>(model.transition.data(), pairs, s),
          Eigen::VectorXd::Map(model.reward.data(), pairs),
          Eigen::Map<const RowMajor>(model.cost.data(), pairs, c).transpose(),
          Eigen::VectorXd::Map(limits.data(), c)};
}

/// The best policy, what it earns and costs, and what limits are worth.
struct Optimum {
  EpisodeSums sums;
  std::vector<double> multipliers;  ///< [C]
  RowMajor policy;                  ///< [S, A]
};

/// Limits may be left out altogether.
/// Errors: saddle::Error if no policy keeps them.
Optimum optimum(const TabularModel& model, const std::vector<double>& limits) {
  const Cmdp cmdp = cmdp_of(model, limits);
  const CmdpSolution solution = [&] {
    try {
      return solve_exactly(cmdp);
    } catch (const Error& error) {
      throw Error(concat("found no policy of '", model.id, "' within its limits (", error.what(),
                         "); raise one with --cost-limit"));
    }
  }();
  Optimum best;
  best.policy = policy_of(cmdp, solution.occupancy);
  best.multipliers.assign(solution.multipliers.begin(), solution.multipliers.end());
  best.sums =
      expected_sums(model, {best.policy.data(), static_cast<std::size_t>(best.policy.size())});
  return best;
}

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
  for (const auto& row : best.policy.rowwise()) {
    json["policy"].push_back(std::vector<double>(row.begin(), row.end()));
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
