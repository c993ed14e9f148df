// SPDX-License-Identifier: Apache-2.0
// Gradients in few bits, right on average.
#include <saddle/optim/consensus/quantise.h>

#include <cmath>

namespace saddle {

Eigen::VectorXd quantise(const Eigen::VectorXd& gradient, int bits, Rng& rng) {
  SADDLE_CHECK(bits >= 1 && bits <= 52, bits);
  const double length = gradient.norm();
  if (!(length > 0)) return gradient;
  const double levels = std::ldexp(1.0, bits);
  return gradient.unaryExpr([&](double g) {
    const double exact = levels * std::abs(g) / length;
    const double below = std::floor(exact);
    const double level = rng.uniform() < exact - below ? below + 1 : below;
    return std::copysign(length * level / levels, g);
  });
}

}  // namespace saddle
