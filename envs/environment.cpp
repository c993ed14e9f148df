// SPDX-License-Identifier: Apache-2.0
// Spaces.
#include <saddle/envs/environment.h>

namespace saddle {

bool Space::contains(std::span<const float> value) const {
  if (value.size() != static_cast<std::size_t>(size)) return false;
  if (is_discrete()) {
    const float choice = value[0];
    return choice >= 0 && choice < static_cast<float>(count) &&
           choice == static_cast<float>(static_cast<int>(choice));
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    // Written so that NaN fails.
    if (!(value[i] >= low[i] && value[i] <= high[i])) return false;
  }
  return true;
}

}  // namespace saddle
