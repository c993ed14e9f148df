// SPDX-License-Identifier: Apache-2.0
// Generalised advantage estimation, backwards in time.
#include <saddle/agents/advantage.h>

#include <saddle/base/check.h>

namespace saddle {

void estimate_advantage(const Signal& signal, std::size_t columns, double gamma, double lambda,
                        std::span<float> advantage) {
  const std::size_t size = signal.reward.size();
  SADDLE_CHECK(columns > 0 && size % columns == 0, size, columns);
  SADDLE_CHECK(signal.value.size() == size && signal.next_value.size() == size &&
                   signal.terminated.size() == size && signal.truncated.size() == size &&
                   advantage.size() == size,
               size, signal.value.size(), signal.next_value.size(), signal.terminated.size(),
               signal.truncated.size(), advantage.size());
  for (std::size_t i = size; i-- > 0;) {
    const double bootstrap = signal.terminated[i] ? 0.0 : gamma * signal.next_value[i];
    double estimate = signal.reward[i] + bootstrap - signal.value[i];
    const bool goes_on = i + columns < size && !signal.terminated[i] && !signal.truncated[i];
    if (goes_on) estimate += gamma * lambda * advantage[i + columns];
    advantage[i] = static_cast<float>(estimate);
  }
}

}  // namespace saddle
