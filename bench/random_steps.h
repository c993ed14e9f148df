// SPDX-License-Identifier: Apache-2.0
// Worlds stepped by random actions, with nobody learning.
#pragma once

#include <vector>

#include <tests/support/batch.h>

namespace saddle {

/// `count` worlds, those from stream `first` on, and 256 batches of actions that come round again.
class RandomBatch {
 public:
  RandomBatch(const EnvironmentFactory& make, int count, int first = 0)
      : environment_(make, count, 0, first), buffers_(environment_) {
    Rng rng(1);
    for (int i = 0; i < 256; ++i) {
      buffers_.draw(rng, 1);
      actions_.push_back(buffers_.action);
    }
    environment_.reset({0, count}, buffers_.start);
  }

  /// Every world goes on by one step.
  void step() {
    StepView view = buffers_.view();
    view.action = actions_[taken_++ % actions_.size()];
    environment_.step({0, environment_.count()}, view);
  }

 private:
  VectorEnvironment environment_;
  testing::StepBuffers buffers_;
  std::vector<std::vector<float>> actions_;
  std::size_t taken_ = 0;
};

}  // namespace saddle
