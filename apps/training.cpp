// SPDX-License-Identifier: Apache-2.0
// A training run with everything it writes.
#include <saddle/apps/training.h>

#include <saddle/apps/csv_sink.h>
#include <saddle/apps/event_file.h>
#include <saddle/apps/interrupts.h>
#include <saddle/apps/progress.h>
#include <saddle/base/check.h>

namespace saddle {

Training::Training(const RunConfig& config)
    : config_(config),
      pool_(config.threads()),
      environment_(config.environment(), static_cast<int>(config.options().num_envs),
                   static_cast<std::uint64_t>(config.options().seed)),
      agent_(config.build_agent(environment_.count())),
      run_{environment_, *agent_, 0},
      start_(std::chrono::steady_clock::now()) {}

void Training::restore(const Checkpoint& checkpoint) {
  load_policy(checkpoint, config_, *agent_);
  Archive training(checkpoint.training);
  run_.state(training);
  SADDLE_CHECK(run_.steps == checkpoint.step, run_.steps, checkpoint.step);
  last_metrics_ = checkpoint.metrics;
  seconds_before_ = checkpoint.seconds;
}

TrainingResult Training::run(const RunPaths& paths) {
  const std::int64_t first_step = run_.steps;
  std::int64_t saved_step = first_step;
  CheckpointFolder checkpoints(paths.checkpoint());
  checkpoints.open_for_writing(first_step);
  CsvSink table(paths.metrics(), first_step);
  EventFile events(paths.root, first_step);
  Progress progress(first_step, config_.options().steps);
  const Interrupts interrupts;
  start_ = std::chrono::steady_clock::now();

  // The rows that a checkpoint has behind it reach the disk before it does.
  const auto save = [&](const Checkpoint& made) {
    table.flush();
    events.flush();
    checkpoints.save(made);
    saved_step = made.step;
  };
  std::int64_t updates_since_save = 0;
  std::int64_t last_step = first_step;
  double last_seconds = seconds();
  train(run_, config_.options().steps, pool_, [&](std::int64_t step, const Metrics& metrics) {
    last_metrics_ = metrics;
    Metrics row = metrics;
    const double now = seconds();
    row.set("seconds", now);
    row.set("steps_per_second", static_cast<double>(step - last_step) / (now - last_seconds));
    last_step = step;
    last_seconds = now;
    table.write(step, row);
    events.write(step, row);

    const UpdateReport report = report_of(metrics, config_.spec(), config_.limits());
    progress.update(step, report);
    const std::optional<double> feasible = feasible_return(report);
    const bool best = feasible && !(checkpoints.best_return() >= feasible);
    if (++updates_since_save >= config_.options().checkpoint_every || best) {
      save(checkpoint(metrics));
      updates_since_save = 0;
    }
    return Interrupts::signal() == 0;
  });
  if (run_.steps > saved_step) save(checkpoint(last_metrics_));

  const double here = seconds() - seconds_before_;
  return {run_.steps, seconds(), static_cast<double>(run_.steps - first_step) / here,
          report_of(last_metrics_, config_.spec(), config_.limits()), Interrupts::signal()};
}

Checkpoint Training::checkpoint(const Metrics& metrics) {
  Archive policy, training;
  agent_->policy(policy);
  run_.state(training);
  const UpdateReport report = report_of(metrics, config_.spec(), config_.limits());
  return {config_.options().environment, config_.hash(), run_.steps,       seconds(),
          feasible_return(report),       metrics,        policy.entries(), training.entries()};
}

double Training::seconds() const {
  const std::chrono::duration<double> here = std::chrono::steady_clock::now() - start_;
  return seconds_before_ + here.count();
}

void load_policy(const Checkpoint& checkpoint, const RunConfig& config, Agent& agent) {
  if (checkpoint.config_hash != config.hash()) {
    throw Error(concat("the checkpoint at step ", checkpoint.step, " was made with other options ",
                       "than config.toml now has; put those back that it was made with"));
  }
  Archive policy(checkpoint.policy);
  agent.policy(policy);
}

}  // namespace saddle
