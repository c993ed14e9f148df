// SPDX-License-Identifier: Apache-2.0
// A run whose policy acts and no longer learns.
#include <saddle/apps/trained_run.h>

#include <saddle/apps/log.h>
#include <saddle/apps/training.h>

namespace saddle {
namespace {

Checkpoint load(const RunPaths& paths, const std::string& which) {
  const CheckpointFolder checkpoints(paths.checkpoint());
  if (which == "best") return checkpoints.load_best();
  return checkpoints.load_last(warn);
}

}  // namespace

void checkpoint_field(Fields& fields, std::string& checkpoint) {
  fields("checkpoint", checkpoint, {"last", "best"},
         "which policy of the run; the best is that of the highest return within limits, or of the "
         "least violation");
}

TrainedRun::TrainedRun(const Registries& registries, const std::string& directory,
                       const Settings& plugins, const std::string& which)
    : paths_(existing_run(directory)),
      config_(registries, read_toml(paths_.config()), plugins, paths_.spec()) {
  const Checkpoint checkpoint = load(paths_, which);
  agent_ = config_.build_agent(0);
  load_policy(checkpoint, config_, *agent_);
  step_ = checkpoint.step;
}

}  // namespace saddle
