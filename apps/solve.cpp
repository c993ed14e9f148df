// SPDX-License-Identifier: Apache-2.0
// saddle solve: a problem and a method by name, and how near the answer they came.
#include <chrono>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/csv_sink.h>
#include <saddle/apps/flags.h>
#include <saddle/apps/interrupts.h>
#include <saddle/apps/report.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>
#include <saddle/optim/assessment.h>

namespace saddle {
namespace {

const std::vector<std::string> kSolveFlags = {"steps", "seed", "tolerance"};

struct RunOfSolver {
  std::int64_t seed = 0;
  SolveOptions solve{.check_every = 10};

  void fields(Fields& f) {
    f("seed", seed, at_least(0), "of generated data and of what a method draws");
    solve.fields(f);
  }
};

/// What the command line asks for.
struct Request {
  std::string problem, method;
  Settings settings;
  std::string trace;  ///< a file, or empty
  bool json = false;
};

/// The key of an option that was typed in short, "c" for "neyman-pearson.c", if only one ends so.
/// Errors: saddle::Error if several do.
std::string full_key(const Fields& fields, const std::string& typed) {
  std::vector<std::string> found;
  for (const Field& field : fields.all()) {
    if (field.key == typed) return typed;
    if (field.key.ends_with("." + typed)) found.push_back(field.key);
  }
  if (found.size() > 1) {
    throw Error(concat("option '", typed, "' could be '", found[0], "' or '", found[1],
                       "'; write one of them"));
  }
  return found.empty() ? typed : found[0];
}

/// The constraints, residuals and outcome of a run, for people and for machines.
struct Solved {
  Result result;
  Assessment at;
  std::optional<double> optimum;
  double seconds = 0;
};

nlohmann::ordered_json optional_number(const std::optional<double>& number) {
  return number ? json_number(*number) : nullptr;
}

std::string json_line(const Request& request, const Solved& solved) {
  nlohmann::ordered_json json = {{"problem", request.problem},
                                 {"method", request.method},
                                 {"steps", solved.result.iterations},
                                 {"seconds", solved.seconds},
                                 {"objective", json_number(solved.at.objective)},
                                 {"known_optimum", optional_number(solved.optimum)},
                                 {"multipliers", nlohmann::ordered_json::array()},
                                 {"stationarity", json_number(solved.at.stationarity)},
                                 {"feasibility", json_number(solved.at.feasibility)},
                                 {"complementarity", optional_number(solved.at.complementarity)},
                                 {"residual", json_number(solved.result.residual)},
                                 {"status", name(solved.result.status)},
                                 {"converged", solved.result.status == Status::kConverged},
                                 {"message", solved.result.message}};
  for (const double y : solved.at.multipliers) json["multipliers"].push_back(json_number(y));
  return json.dump() + "\n";
}

std::string text(const Request& request, const Solved& solved) {
  std::string text =
      fmt::format("{} by {}: {}\n", request.problem, request.method, solved.result.message);
  const auto line = [&](const char* what, double value, const std::string& more = "") {
    text += fmt::format("  {:<16} {:.8g}{}\n", what, value, more);
  };
  line("objective", solved.at.objective,
       solved.optimum ? fmt::format(", known optimum {:.8g}", *solved.optimum) : "");
  line("stationarity", solved.at.stationarity);
  line("feasibility", solved.at.feasibility);
  if (solved.at.complementarity) line("complementarity", *solved.at.complementarity);
  constexpr Eigen::Index kShown = 8;
  if (solved.at.multipliers.size() > 0) {
    text += fmt::format("  {:<16}", "multipliers");
    for (const double y :
         solved.at.multipliers.head(std::min(kShown, solved.at.multipliers.size())))
      text += fmt::format(" {:.6g}", y);
    if (solved.at.multipliers.size() > kShown) {
      text += fmt::format(" … {} in all", solved.at.multipliers.size());
    }
    text += "\n";
  }
  return text +
         fmt::format("  {:<16} {}, {:.3g} s\n", "steps", solved.result.iterations, solved.seconds);
}

std::optional<CsvSink> open_trace(const std::string& path) {
  if (path.empty()) return {};
  if (std::filesystem::exists(path)) {
    throw Error(concat("the trace '", path, "' exists; name another file, or remove it"));
  }
  return CsvSink(path, -1);
}

/// A line on standard error every few seconds.
class SolveProgress {
 public:
  explicit SolveProgress(std::int64_t until) : until_(until) {}

  void show(std::int64_t step, double residual) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::seconds(5)) return;
    last_ = now;
    spdlog::info("step {} of {}, residual {:.3g}", step, until_, residual);
  }

 private:
  std::int64_t until_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

template <class Problem>
Metrics trace_row(Problem& problem, const typename Problem::Point& z, double residual) {
  const Assessment at = assess(problem, z);
  Metrics row;
  row.set("residual", residual);
  row.set("objective", at.objective);
  row.set("stationarity", at.stationarity);
  row.set("feasibility", at.feasibility);
  if (at.complementarity) row.set("complementarity", *at.complementarity);
  for (Eigen::Index k = 0; k < at.multipliers.size(); ++k) {
    row.set(concat("multiplier_", k + 1), at.multipliers[k]);
  }
  return row;
}

/// Options in the order of precedence: defaults, what suits the pair, what was typed.
void set_all(const Fields& fields, const Request& request, const Preset* preset) {
  if (preset != nullptr) {
    for (const auto& [key, value] : *preset) fields.parse(concat(request.method, ".", key), value);
  }
  Settings typed = request.settings;
  for (Setting& setting : typed) setting.key = full_key(fields, setting.key);
  refuse_repeated(typed);
  for (const Setting& setting : typed) {
    fields.parse(setting.key, std::get<std::string>(setting.value));
  }
}

template <class Problem>
Solved solve_with(const Catalogue<Problem>& catalogue, const Request& request) {
  const ProblemEntry<Problem>& entry = catalogue.problems.at(request.problem);
  const auto problem_builder = entry.builder();
  const auto method_builder = catalogue.methods.at(request.method).builder();
  RunOfSolver run;
  Fields fields;
  run.fields(fields);
  fields.group(request.problem, *problem_builder);
  fields.group(request.method, *method_builder);
  const auto preset = entry.presets.find(request.method);
  set_all(fields, request, preset == entry.presets.end() ? nullptr : &preset->second);

  const auto seed = static_cast<std::uint64_t>(run.seed);
  Instance<Problem> instance = problem_builder->build(seed);
  const auto method = method_builder->build(*instance.problem, seed);
  std::optional<CsvSink> trace = open_trace(request.trace);
  const Interrupts interrupts;
  SolveProgress progress(run.solve.limit);
  const auto observe = [&](std::int64_t step, const typename Problem::Point& z, double residual) {
    if (trace) trace->write(step, trace_row(*instance.problem, z, residual));
    progress.show(step, residual);
    return Interrupts::signal() == 0;
  };
  const auto start = std::chrono::steady_clock::now();
  Solved solved;
  solved.result = solve(*instance.problem, *method, instance.start, run.solve, observe);
  solved.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  solved.at = assess(*instance.problem, instance.start);
  solved.optimum = instance.optimum;
  return solved;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

/// Errors: saddle::Error if the problem is not known, or the method is none for problems of its
/// class.
Solved solve_by_name(const Catalogues& catalogues, const Request& request) {
  std::optional<Solved> solved;
  std::vector<std::string> known;
  catalogues.each([&](const char* kind, const auto& catalogue) {
    for (const std::string& name : catalogue.problems.names()) known.push_back(name);
    if (!catalogue.problems.contains(request.problem)) return;
    const std::vector<std::string> methods = catalogue.methods.names();
    if (request.method.empty()) {
      throw Error(concat("say how to solve it with --method, one of ", joined(methods)));
    }
    if (!catalogue.methods.contains(request.method)) {
      throw Error(concat("no method for ", kind, " problems like '", request.problem,
                         "' is called '", request.method, "'",
                         did_you_mean(request.method, methods)));
    }
    solved = solve_with(catalogue, request);
  });
  if (!solved) {
    throw Error(
        concat("unknown problem '", request.problem, "'", did_you_mean(request.problem, known)));
  }
  return *solved;
}

}  // namespace

void declare_solve(CLI::App& app) {
  RunOfSolver run;
  Fields fields;
  run.fields(fields);
  add_text(app, "PROBLEM", "", "what to solve; 'saddle list problems' shows them");
  add_text(app, "--method", "NAME", "how; 'saddle list methods' shows them");
  add_flags(app, fields, kSolveFlags);
  add_text(app, "--set", "KEY=VALUE",
           "any option, as 'saddle describe' lists them: step=0.1; may be repeated", true);
  add_text(app, "--trace", "FILE", "a new CSV file for the residuals on the way");
  add_switch(app, "--json", "print one line of JSON instead of text");
}

int run_solve(const CLI::App& app, const Registries& registries) {
  if (!given(app, "PROBLEM")) {
    throw Error("no problem to solve; name one of those that 'saddle list problems' shows");
  }
  Request request{typed_text(app, "PROBLEM"), typed_text(app, "--method"),
                  typed_flags(app, kSolveFlags), typed_text(app, "--trace"), given(app, "--json")};
  std::ranges::copy(set_options(app), std::back_inserter(request.settings));
  const Solved solved = solve_by_name(registries.catalogues, request);
  fmt::print("{}", request.json ? json_line(request, solved) : text(request, solved));
  return 0;
}

}  // namespace saddle
