// SPDX-License-Identifier: Apache-2.0
// saddle check: whether a world keeps the contract of worlds, and how fast it is.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/flags.h>
#include <saddle/apps/plugin_loader.h>
#include <saddle/apps/progress.h>
#include <saddle/apps/report.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>
#include <saddle/envs/contract.h>

namespace saddle {
namespace {

constexpr int kBrokenContract = 1;

const std::vector<std::string> kCheckFlags = {"steps", "seed"};

struct CheckOptions {
  std::int64_t steps = 10'000;
  std::int64_t seed = 0;

  void fields(Fields& f) {
    f("steps", steps, between(100, 1e8), "of the longest check");
    f("seed", seed, at_least(0), "of worlds and of random actions");
  }
};

struct Checked {
  std::string environment;
  std::vector<Finding> findings;
  double steps_per_second = 0;  ///< 0 if it cannot be stepped

  [[nodiscard]] std::int64_t count(Verdict verdict) const {
    return std::ranges::count(findings, verdict, &Finding::verdict);
  }
};

const char* name(Verdict verdict) {
  if (verdict == Verdict::kPassed) return "passed";
  return verdict == Verdict::kFailed ? "failed" : "skipped";
}

/// Steps for a third of a second or more.
double measure_speed(const EnvironmentFactory& make, std::uint64_t seed) {
  RandomSteps steps(make, seed);
  const auto start = std::chrono::steady_clock::now();
  std::int64_t done = 0;
  for (int rounds = 1;; rounds *= 2) {
    done += steps.run(rounds);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    if (passed.count() > 0.33) return static_cast<double>(done) / passed.count();
  }
}

std::string json_line(const Checked& checked) {
  nlohmann::ordered_json json = {{"environment", checked.environment},
                                 {"passed", checked.count(Verdict::kFailed) == 0},
                                 {"checks", nlohmann::ordered_json::array()},
                                 {"steps_per_second", nullptr}};
  for (const Finding& finding : checked.findings) {
    json["checks"].push_back(
        {{"name", finding.check}, {"verdict", name(finding.verdict)}, {"detail", finding.detail}});
  }
  if (checked.steps_per_second > 0) {
    json["steps_per_second"] = json_number(checked.steps_per_second);
  }
  return json.dump() + "\n";
}

std::string table(const Checked& checked) {
  std::string text = checked.environment + "\n\n";
  const auto row = [&](const std::string& check, const std::string& verdict,
                       const std::string& detail) {
    const std::string line = fmt::format("  {:<14} {:<8} {}", check, verdict, detail);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  };
  for (const Finding& finding : checked.findings) {
    row(finding.check, finding.verdict == Verdict::kFailed ? "FAILED" : name(finding.verdict),
        finding.detail);
  }
  if (checked.steps_per_second > 0) {
    const auto rounded = static_cast<std::int64_t>(checked.steps_per_second);
    row("speed", "", grouped(rounded) + " steps/s on one thread");
  }
  const std::int64_t failed = checked.count(Verdict::kFailed);
  if (failed == 0) return text + fmt::format("\nAll {} checks passed.\n", checked.findings.size());
  return text + fmt::format("\n{} of {} checks failed, {} skipped.\n", failed,
                            checked.findings.size(), checked.count(Verdict::kSkipped));
}

}  // namespace

void declare_check(CLI::App& app) {
  CheckOptions options;
  Fields fields;
  options.fields(fields);
  add_text(app, "ENV", "", "the world to check");
  add_flags(app, fields, kCheckFlags);
  add_plugin_flag(app);
  add_switch(app, "--json", "print one line of JSON instead of a table");
  app.footer("Exit code 0 if all checks pass, 1 if one fails, 2 if there is no such world.");
}

int run_check(const CLI::App& app, const Registries& built_in) {
  CheckOptions options;
  Fields fields;
  options.fields(fields);
  for (const Setting& typed : typed_flags(app, kCheckFlags)) {
    fields.parse(typed.key, std::get<std::string>(typed.value));
  }
  if (!given(app, "ENV")) {
    throw Error("no world to check; name one of those that 'saddle list envs' shows");
  }
  const Registries registries = with_plugins(built_in, typed_plugins(app));
  Checked checked{typed_text(app, "ENV"), {}};
  const EnvironmentFactory& make = registries.environments.at(checked.environment);
  const auto seed = static_cast<std::uint64_t>(options.seed);
  checked.findings =
      check_contract(checked.environment, make, {seed, static_cast<int>(options.steps)});
  const auto deterministic = std::ranges::find(checked.findings, "determinism", &Finding::check);
  if (deterministic->verdict != Verdict::kSkipped) {
    checked.steps_per_second = measure_speed(make, seed);
  }
  fmt::print("{}", given(app, "--json") ? json_line(checked) : table(checked));
  return checked.count(Verdict::kFailed) == 0 ? 0 : kBrokenContract;
}

}  // namespace saddle
