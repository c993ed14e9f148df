// SPDX-License-Identifier: Apache-2.0
// The runs of a benchmark, side by side in processes of their own.
#include <saddle/apps/benchmark_workers.h>

#include <chrono>
#include <cstring>
#include <list>
#include <memory>
#include <system_error>
#include <thread>

#include <saddle/apps/child_process.h>
#include <saddle/apps/file.h>
#include <saddle/apps/interrupts.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

namespace fs = std::filesystem;

// This same program, even if its file was moved or replaced meanwhile.
constexpr char kProgram[] = "/proc/self/exe";

/// A run whose training or evaluation is going on.
struct Worker {
  std::size_t run = 0;
  bool trained = false;  ///< it is the evaluation
  std::unique_ptr<ChildProcess> child;
};

/// Makes way for a run that begins. What one has left that ended before its first checkpoint is
/// worth nothing.
void clear(const fs::path& root) {
  std::error_code error, unknown;
  if (fs::is_directory(root, unknown)) fs::remove_all(root, error);
  if (!error) fs::create_directories(root.parent_path(), error);
  if (error) throw Error(concat("cannot make '", root.string(), "': ", error.message()));
}

std::unique_ptr<ChildProcess> start_training(const PlannedRun& run, const BenchmarkPlan& plan) {
  std::vector<std::string> words = {kProgram, "train", "--run", run.root.string()};
  if (state_of(run, plan) == RunState::kNew) {
    clear(run.root);
    replace_file(run.config_file(), run.config);
    words.insert(words.end(), {"--config", run.config_file().string()});
  } else {
    words.insert(words.end(), {"--resume", "--steps", std::to_string(plan.steps), "--threads",
                               std::to_string(run.threads)});
  }
  return std::make_unique<ChildProcess>(words, run.log());
}

std::unique_ptr<ChildProcess> start_evaluation(const PlannedRun& run, const BenchmarkPlan& plan) {
  std::vector<std::string> words = {kProgram,
                                    "evaluate",
                                    run.root.string(),
                                    "--episodes",
                                    std::to_string(plan.episodes),
                                    "--threads",
                                    std::to_string(run.threads)};
  if (plan.stochastic) words.emplace_back("--stochastic");
  return std::make_unique<ChildProcess>(words, run.log());
}

/// The last thing that the run said, and how it ended.
std::string trouble_of(const PlannedRun& run, int exit_code) {
  const std::vector<std::byte> bytes = read_file(run.log());
  std::string said(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (!said.empty() && said.back() == '\n') said.pop_back();
  said = said.substr(said.find_last_of("\n\r") + 1);
  constexpr std::string_view kName = "saddle: ";
  if (said.starts_with(kName)) said.erase(0, kName.size());
  if (exit_code > 128 || said.empty()) {
    const int signal = exit_code - 128;
    const std::string end = exit_code > 128
                                ? concat("ended by signal ", signal, " (", ::strsignal(signal), ")")
                                : concat("ended with exit code ", exit_code);
    return said.empty() ? end : concat(end, " after it said: ", said);
  }
  return said;
}

/// Runs at most `processes` children at a time.
class Workers {
 public:
  Workers(const BenchmarkPlan& plan, const RunEnded& ended) : plan_(plan), ended_(ended) {}

  [[nodiscard]] std::size_t active() const { return workers_.size(); }

  void start(std::size_t run) {
    try {
      workers_.push_back({run, false, start_training(plan_.runs[run], plan_)});
    } catch (const Error& error) {
      ended_(run, error.what());
    }
  }

  void send(int signal) const {
    for (const Worker& worker : workers_) worker.child->send(signal);
  }

  /// Takes note of those that have ended; a run that is trained is evaluated next, unless all are
  /// to stop.
  void collect(bool stopping) {
    for (auto worker = workers_.begin(); worker != workers_.end();) {
      const std::optional<int> exit_code = worker->child->ended();
      const PlannedRun& run = plan_.runs[worker->run];
      if (!exit_code) {
        ++worker;
      } else if (*exit_code == 0 && !worker->trained && !stopping) {
        worker->trained = true;
        worker->child = start_evaluation(run, plan_);
      } else {
        const bool done = *exit_code == 0 && worker->trained;
        if (done) ended_(worker->run, "");
        if (!done && !stopping) ended_(worker->run, trouble_of(run, *exit_code));
        worker = workers_.erase(worker);
      }
    }
  }

 private:
  const BenchmarkPlan& plan_;
  const RunEnded& ended_;
  std::list<Worker> workers_;
};

}  // namespace

int run_all(const BenchmarkPlan& plan, const std::vector<std::size_t>& todo, int processes,
            const RunEnded& ended) {
  const Interrupts interrupts;
  Workers workers(plan, ended);
  int told = 0;
  for (auto next = todo.begin();;) {
    const int signal = Interrupts::signal();
    if (signal != 0 && told == 0) workers.send(told = signal);
    while (told == 0 && next != todo.end() &&
           workers.active() < static_cast<std::size_t>(processes)) {
      workers.start(*next++);
    }
    if (workers.active() == 0) return told;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    workers.collect(told != 0);
  }
}

}  // namespace saddle
