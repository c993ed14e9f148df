// SPDX-License-Identifier: Apache-2.0
// A training run with everything it writes.
#include <saddle/apps/training.h>

#include <saddle/apps/interrupts.h>
#include <saddle/apps/run_record.h>
#include <saddle/base/check.h>

namespace saddle {

Training::Training(const RunConfig& config)
    : config_(config),
      pool_(config.threads()),
      environment_(config.environment(Purpose::kTraining),
                   static_cast<int>(config.options().num_envs),
                   static_cast<std::uint64_t>(config.options().seed)),
      agent_(config.build_agent(environment_.count())),
      run_{environment_, *agent_, 0} {}

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
  RunRecord record(paths, config_, first_step, seconds_before_, [&] { return checkpoint(record); });
  const Interrupts interrupts;
  train(run_, config_.options().steps, pool_, [&](std::int64_t step, const Metrics& metrics) {
    last_metrics_ = metrics;
    record.update(step, metrics);
    return Interrupts::signal() == 0;
  });
  record.finish();
  const double seconds = record.seconds();
  return {run_.steps, seconds,
          static_cast<double>(run_.steps - first_step) / (seconds - seconds_before_),
          report_of(last_metrics_, config_.spec(), config_.limits()), Interrupts::signal()};
}

Checkpoint Training::checkpoint(const RunRecord& record) {
  Archive policy, training;
  agent_->policy(policy);
  run_.state(training);
  const UpdateReport report = report_of(last_metrics_, config_.spec(), config_.limits());
  return {config_.options().environment,
          config_.lasting_options(),
          run_.steps,
          record.seconds(),
          merit_of(report),
          last_metrics_,
          policy.entries(),
          training.entries()};
}

void load_policy(const Checkpoint& checkpoint, const RunConfig& config, Agent& agent) {
  // Options that came with a later version are not in it: their defaults are what was before them.
  for (const auto& [key, now] : config.lasting_options()) {
    const auto then = checkpoint.options.find(key);
    if (then == checkpoint.options.end() || then->second == now) continue;
    throw Error(concat("the checkpoint at step ", checkpoint.step, " was made with ", key, " = ",
                       then->second, ", but ", key, " is now ", now,
                       " in config.toml; put it back"));
  }
  Archive policy(checkpoint.policy);
  agent.policy(policy);
}

}  // namespace saddle
