// SPDX-License-Identifier: Apache-2.0
// How large returns are.
#include <saddle/agents/off_policy/reward_scale.h>

#include <cmath>

namespace saddle {

RewardScale::RewardScale(std::size_t rows, double discount)
    : discount_(discount), return_(rows), moments_(1) {}

void RewardScale::add(std::span<const float> reward, std::span<const std::uint8_t> terminated,
                      std::span<const std::uint8_t> truncated) {
  const std::size_t rows = return_.size();
  SADDLE_CHECK(!terminated.empty() && reward.size() % terminated.size() == 0 &&
                   reward.size() % rows == 0 && truncated.size() == terminated.size(),
               reward.size(), rows, terminated.size(), truncated.size());
  const std::size_t neighbours = reward.size() / terminated.size();
  added_.resize(reward.size());
  for (std::size_t i = 0; i < reward.size(); ++i) {
    double& so_far = return_[i % rows];
    so_far = discount_ * so_far + reward[i];
    added_[i] = static_cast<float>(so_far);
    if (terminated[i / neighbours] || truncated[i / neighbours]) so_far = 0;
  }
  moments_.merge(added_);
}

double RewardScale::value() const {
  const double variance = moments_.variance()[0];
  return variance > 1e-12 ? std::sqrt(variance) : 1;
}

}  // namespace saddle
