// SPDX-License-Identifier: Apache-2.0
// Which samples the batch of a seed holds.
#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include <saddle/base/rng.h>

namespace saddle {

/// `size` of `count` samples, drawn with replacement from (seed, batch); all of them, in order, if
/// `batch` or `size` is 0.
[[nodiscard]] inline std::vector<Eigen::Index> minibatch(std::uint64_t seed, std::uint64_t batch,
                                                         std::int64_t size, Eigen::Index count) {
  std::vector<Eigen::Index> samples;
  if (batch == 0 || size == 0) {
    for (Eigen::Index i = 0; i < count; ++i) samples.push_back(i);
    return samples;
  }
  Rng rng(seed, batch);
  for (std::int64_t i = 0; i < size; ++i) {
    samples.push_back(rng.below(static_cast<std::uint32_t>(count)));
  }
  return samples;
}

}  // namespace saddle
