// SPDX-License-Identifier: Apache-2.0
// What a run writes while it trains.
#include <saddle/apps/run_record.h>

#include <cmath>
#include <filesystem>
#include <utility>

#include <saddle/apps/csv.h>
#include <saddle/apps/log.h>
#include <saddle/base/check.h>

namespace saddle {

RunRecord::RunRecord(const RunPaths& paths, const RunConfig& config, std::int64_t first_step,
                     double seconds_before, MakeCheckpoint make_checkpoint)
    : config_(config),
      keeps_limits_(config.keeps_limits()),
      make_checkpoint_(std::move(make_checkpoint)),
      checkpoints_(paths.checkpoint()),
      table_(paths.metrics(), first_step),
      events_(paths.root, first_step > 0 ? first_step + 1 : 0),
      progress_(first_step, config.options().steps),
      last_step_(first_step),
      seconds_before_(seconds_before),
      last_seconds_(seconds_before) {
  checkpoints_.open_for_writing(first_step);
  if (keeps_limits_ && std::filesystem::file_size(paths.metrics()) > 0) recall(paths.metrics());
}

void RunRecord::recall(const std::filesystem::path& table) {
  CsvTable past;
  try {
    past = read_csv(table);
  } catch (const Error& error) {
    warn(concat(error.what(), "; limits are watched from here on"));
  }
  for (const std::vector<double>& row : past.rows) {
    Metrics metrics;
    for (std::size_t i = 0; i < row.size(); ++i) metrics.set(past.header[i], row[i]);
    (void)limits_.update(report_of(metrics, config_.spec(), config_.limits()));
  }
}

void RunRecord::update(std::int64_t step, const Metrics& metrics) {
  write_row(step, metrics);
  const UpdateReport report = report_of(metrics, config_.spec(), config_.limits());
  progress_.update(step, report);
  if (keeps_limits_) watch(report);

  const std::optional<Merit> best = best_ ? best_->merit : checkpoints_.best_merit();
  const bool is_best = is_better(merit_of(report), best);
  if (++updates_since_save_ >= config_.options().checkpoint_every) {
    save();
  } else if (is_best) {
    best_ = make_checkpoint_();
  }
}

void RunRecord::watch(const UpdateReport& report) {
  for (const std::size_t k : limits_.update(report)) {
    const ConstraintReport& c = report.constraints[k];
    const std::string multiplier =
        std::isnan(c.multiplier) ? "" : concat(", with a multiplier of ", c.multiplier);
    warn(concat("the cost '", c.name, "' stays near ", c.mean, ", above its limit of ", c.limit,
                multiplier, "; the limit may be out of reach: raise it, or train for much longer"));
  }
}

void RunRecord::finish() {
  if (updates_since_save_ > 0) save();
}

double RunRecord::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

void RunRecord::write_row(std::int64_t step, const Metrics& metrics) {
  const double now = seconds();
  Metrics row = metrics;
  row.set("seconds", now);
  row.set("steps_per_second", static_cast<double>(step - last_step_) / (now - last_seconds_));
  last_step_ = step;
  last_seconds_ = now;
  table_.write(step, row);
  events_.write(step, row);
}

// The rows that a checkpoint has behind it reach the disk before it does.
void RunRecord::save() {
  table_.flush();
  const Checkpoint now = make_checkpoint_();
  if (best_ && is_better(best_->merit, now.merit)) checkpoints_.save(*best_);
  checkpoints_.save(now);
  best_.reset();
  updates_since_save_ = 0;
}

}  // namespace saddle
