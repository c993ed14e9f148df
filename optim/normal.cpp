// SPDX-License-Identifier: Apache-2.0
// 256 layers of equal area under exp(−x²/2); nearly every draw falls in the part of its layer that
// lies under the curve for certain.
#include <saddle/optim/normal.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace saddle {

namespace {

constexpr int kLayers = 256;
constexpr double kTail = 3.6541528853610088;   ///< where the lowest layer's box ends
constexpr double kArea = 0.00492867323399141;  ///< of every layer, the tail included in the lowest

double curve(double x) { return std::exp(-0.5 * x * x); }

struct Layers {
  /// Layer i reaches to ±edge[i] and is under the curve at any height up to ±edge[i + 1]; edge[0]
  /// belongs to a box that has the tail's area as well.
  std::array<double, kLayers + 1> edge{};

  Layers() {
    edge[0] = kArea / curve(kTail);
    edge[1] = kTail;
    for (std::size_t i = 2; i < kLayers; ++i) {
      edge[i] = std::sqrt(-2 * std::log(kArea / edge[i - 1] + curve(edge[i - 1])));
    }
  }
};
const Layers kZiggurat;

/// Beyond kTail (Marsaglia 1964).
double tail(Rng& rng) {
  for (;;) {
    const double x = -std::log(1 - rng.uniform()) / kTail;
    const double y = -std::log(1 - rng.uniform());
    if (2 * y >= x * x) return kTail + x;
  }
}

double abscissa(std::uint64_t bits, std::size_t layer) {
  return static_cast<double>(static_cast<std::int64_t>(bits) >> 9) * 0x1p-54 *
         kZiggurat.edge[layer];
}

/// What becomes of the one draw in eighty that falls outside the certain part of its layer.
double settle(std::uint64_t bits, Rng& rng) {
  for (;;) {
    const std::size_t layer = bits % kLayers;
    const double x = abscissa(bits, layer);
    if (std::abs(x) < kZiggurat.edge[layer + 1]) return x;
    if (layer == 0) return std::copysign(tail(rng), x);
    const double low = curve(kZiggurat.edge[layer]), top = curve(kZiggurat.edge[layer + 1]);
    if (low + rng.uniform() * (top - low) < curve(x)) return x;
    const std::uint64_t high = rng();
    bits = high << 32 | rng();
  }
}

}  // namespace

void draw_normals(Rng& rng, std::span<double> out) {
  constexpr std::size_t kChunk = 256;
  std::array<std::uint32_t, 2 * kChunk> words;
  for (std::size_t done = 0; done < out.size(); done += kChunk) {
    const std::span<double> chunk = out.subspan(done, std::min(kChunk, out.size() - done));
    rng.fill(std::span(words).first(2 * chunk.size()));
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const std::uint64_t bits = std::uint64_t{words[2 * i]} << 32 | words[2 * i + 1];
      const std::size_t layer = bits % kLayers;
      const double x = abscissa(bits, layer);
      chunk[i] = std::abs(x) < kZiggurat.edge[layer + 1] ? x : settle(bits, rng);
    }
  }
}

Eigen::VectorXd normal_vector(Eigen::Index n, Rng& rng) {
  return Eigen::VectorXd::NullaryExpr(n, [&] { return rng.normal(); });
}

}  // namespace saddle
