// SPDX-License-Identifier: Apache-2.0
// A constraint rule of one's own beside Saddle's, on min ½‖x − (2,1)‖² subject to x₁ + x₂ ≤ 1.
#include <cstdio>

#include <saddle/optim/constraint/lagrangian.h>

/// The exact penalty: a fixed price on any violation. Right if the price exceeds the multiplier, 1
/// here.
class FixedPrice final : public saddle::ConstraintRule {
 public:
  explicit FixedPrice(double price) : price_(price) {}

  [[nodiscard]] saddle::GradientWeights update(const Eigen::VectorXd& g) override {
    return {1, price_ * (g.array() > 0).cast<double>().matrix()};
  }
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return Eigen::VectorXd::Zero(1); }
  void state(saddle::Archive&) override {}

 private:
  double price_;
};

void solve(const char* name, saddle::ConstraintRule& rule) {
  const Eigen::Vector2d center(2, 1), normal(1, 1);
  Eigen::Vector2d x(0, 0);
  for (int i = 0; i < 5000; ++i) {
    const double g = normal.dot(x) - 1;
    const saddle::GradientWeights w = rule.update(Eigen::VectorXd::Constant(1, g));
    x -= 0.01 * (w.objective * (x - center) + w.constraints[0] * normal);
  }
  std::printf("%-12s x = (%.3f, %.3f), solution (1, 0)\n", name, x[0], x[1]);
}

int main() {
  saddle::Lagrangian lagrangian(1, {});
  FixedPrice price(1.5);
  solve("lagrangian", lagrangian);
  solve("fixed price", price);
}
