// SPDX-License-Identifier: Apache-2.0
// saddle benchmark: a grid of runs, and what they say of agents.
#include <algorithm>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/benchmark_tables.h>
#include <saddle/apps/benchmark_workers.h>
#include <saddle/apps/child_process.h>
#include <saddle/apps/config.h>
#include <saddle/apps/file.h>
#include <saddle/apps/flags.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const std::vector<std::string> kBenchmarkFlags = {"processes"};

const char* word_for(RunState state) {
  switch (state) {
    case RunState::kNew:
      return "to do";
    case RunState::kStarted:
      return "to be continued";
    case RunState::kDone:
      return "done";
  }
  return "";
}

/// Makes the directory, and takes it until this process and all of its children have ended.
FileDescriptor take_directory(const fs::path& out) {
  std::error_code error;
  fs::create_directories(out, error);
  if (error) {
    throw Error(concat("cannot make '", out.string(), "': ", error.message(),
                       "; choose another directory with --out"));
  }
  // Children inherit it: those of a killed benchmark may still be at work.
  FileDescriptor lock(::open((out / "lock").c_str(), O_RDWR | O_CREAT, 0666));
  if (lock.number() < 0) {
    throw Error(concat("cannot write in '", out.string(), "': ", system_reason()));
  }
  if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
    throw Error(
        concat("another benchmark is at work in '", out.string(), "'; wait for it or stop it"));
  }
  return lock;
}

/// A benchmark that is under way, with all that it writes.
class Benchmark {
 public:
  explicit Benchmark(const BenchmarkPlan& plan) : plan_(plan) {
    for (std::size_t i = 0; i < plan.runs.size(); ++i) {
      results_.push_back(read_result(plan.runs[i], plan));
      if (!results_.back()) todo_.push_back(i);
    }
    done_ = plan.runs.size() - todo_.size();
  }

  /// Returns the signal that stopped it, or 0.
  int run(int processes) {
    spdlog::info("{} runs, {} of them done, {} at a time", plan_.runs.size(), done_,
                 std::min(static_cast<std::size_t>(processes), todo_.size()));
    const int signal =
        run_all(plan_, todo_, processes, [this](std::size_t run, const std::string& trouble) {
          note(run, trouble);
          write_tables();
        });
    write_tables();
    return signal;
  }

  [[nodiscard]] BenchmarkReport report() const {
    return {plan_, results_, summarize(plan_, results_), failed_};
  }

  [[nodiscard]] bool failed() const { return !failed_.empty(); }

 private:
  void note(std::size_t index, const std::string& trouble) {
    const PlannedRun& run = plan_.runs[index];
    const Cell& cell = plan_.cells[run.cell];
    results_[index] = trouble.empty() ? read_result(run, plan_) : std::nullopt;
    if (!results_[index]) {
      failed_.push_back({run.root, trouble.empty() ? "it has left no evaluation" : trouble});
      const std::string log = fs::exists(run.log()) ? "; see " + run.log().string() : "";
      spdlog::error("{} failed: {}{}", run.root.string(), failed_.back().reason, log);
      return;
    }
    const RunResult& result = *results_[index];
    std::string text = fmt::format("return {:.4g}", result.mean_return);
    for (std::size_t k = 0; k < result.costs.size(); ++k) {
      const CostResult& c = result.costs[k];
      text += fmt::format(", {} {:.4g} {} {:.4g}", cell.constraints[k], c.cost,
                          c.cost <= c.limit ? "<=" : ">", c.limit);
    }
    spdlog::info("{} of {} done: {}: {}", ++done_, plan_.runs.size(), run.root.string(), text);
  }

  void write_tables() const {
    const BenchmarkReport now = report();
    replace_file(plan_.out / "runs.csv", runs_csv(now));
    replace_file(plan_.out / "results.csv", cells_csv(now));
    replace_file(plan_.out / "comparisons.csv", comparisons_csv(now));
    replace_file(plan_.out / "results.json", to_json(now).dump(2) + "\n");
    replace_file(plan_.out / "results.md", to_markdown(now));
  }

  const BenchmarkPlan& plan_;
  RunResults results_;
  std::vector<std::size_t> todo_;
  std::vector<FailedRun> failed_;
  std::size_t done_ = 0;
};

/// frontier.gnuplot, and frontier.svg where there is a gnuplot.
void draw_frontier(const BenchmarkReport& report) {
  const std::string plot = frontier_plot(report);
  if (plot.empty()) return;
  const fs::path script = report.plan.out / "frontier.gnuplot",
                 log = report.plan.out / "gnuplot.log";
  replace_file(script, plot);
  fs::remove(log);
  const std::string folder = concat("folder = \"", report.plan.out.string(), "/\"");
  ChildProcess gnuplot({"gnuplot", "-e", folder, script.string()}, log);
  if (wait_for(gnuplot) == 0) {
    fs::remove(log);
    spdlog::info("picture: {}", (report.plan.out / "frontier.svg").string());
  } else {
    spdlog::warn("warning: gnuplot could not draw {}; see {}", script.string(), log.string());
  }
}

int list_runs(const BenchmarkPlan& plan, bool json) {
  Json list = Json::array();
  std::string text;
  for (const PlannedRun& run : plan.runs) {
    const char* state = word_for(state_of(run, plan));
    list.push_back({{"run", run.root.string()}, {"state", state}});
    text += fmt::format("{}: {}\n", run.root.string(), state);
  }
  fmt::print("{}", json ? list.dump() + "\n" : text);
  return 0;
}

}  // namespace

void declare_benchmark(CLI::App& app) {
  BenchmarkSpec spec;
  Fields fields;
  spec.fields(fields);
  add_text(app, "SPEC", "", "TOML file that says what to run; see docs/benchmark.md");
  add_flags(app, fields, kBenchmarkFlags);
  add_text(app, "--out", "DIR", "where runs and tables are kept, by default benchmarks/SPEC");
  add_switch(app, "--dry-run", "list the runs, and which of them are done");
  add_switch(app, "--json", "print one line of JSON instead of tables");
}

int run_benchmark(const CLI::App& app, const Registries& registries) {
  if (!given(app, "SPEC")) throw Error("no benchmark to run; name the file that describes it");
  const fs::path file = typed_text(app, "SPEC");
  BenchmarkSpec spec = read_benchmark_spec(file);
  Fields fields;
  spec.fields(fields);
  for (const Setting& typed : typed_flags(app, kBenchmarkFlags)) {
    fields.parse(typed.key, std::get<std::string>(typed.value));
  }
  const fs::path out =
      given(app, "--out") ? fs::path(typed_text(app, "--out")) : "benchmarks" / file.stem();
  const BenchmarkPlan plan = make_plan(spec, registries, out);
  require_same_options(plan, registries);
  const bool json = given(app, "--json");
  if (given(app, "--dry-run")) return list_runs(plan, json);

  const FileDescriptor lock = take_directory(out);
  Benchmark benchmark(plan);
  if (const int signal = benchmark.run(thread_count(spec.processes)); signal != 0) {
    spdlog::info("stopped, nothing is lost; continue with the same command");
    return 128 + signal;
  }
  const BenchmarkReport report = benchmark.report();
  if (!spec.limits.empty()) draw_frontier(report);
  fmt::print("{}", json ? to_json(report).dump() + "\n" : to_markdown(report));
  return benchmark.failed() ? 1 : 0;
}

}  // namespace saddle
