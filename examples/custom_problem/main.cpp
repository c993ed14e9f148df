// SPDX-License-Identifier: Apache-2.0
// A problem of one's own: power over four channels, as much throughput as a budget of 2 allows.
#include <cmath>
#include <cstdio>

#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/method.h>
#include <saddle/optim/gradient_check.h>
#include <saddle/optim/project.h>

using Eigen::VectorXd;

/// min −Σ log(1 + gain_i x_i) over x ≥ 0 subject to Σ x_i − budget ≤ 0. The solution is known:
/// "water" is poured over the floors 1/gain_i until it is used up, and 1/λ is its level.
class Throughput final : public saddle::ConstrainedProblem<VectorXd> {
 public:
  int inequalities() const override { return 1; }
  saddle::ConstrainedValues values(const VectorXd& x) override {
    return {-(1 + gain_.array() * x.array()).log().sum(), VectorXd::Constant(1, x.sum() - budget_)};
  }
  VectorXd gradient(const VectorXd& x, const saddle::GradientWeights& w) override {
    const Eigen::ArrayXd slope = -gain_.array() / (1 + gain_.array() * x.array());
    return (w.objective * slope + w.constraints[0]).matrix();
  }
  VectorXd project(const VectorXd& x) const override { return saddle::project_orthant(x); }

 private:
  VectorXd gain_ = Eigen::Vector4d(4, 2, 1, 0.25);
  double budget_ = 2;
};

int main() {
  Throughput problem;
  saddle::Pair<VectorXd> z{VectorXd::Constant(4, 0.5), VectorXd::Zero(1)};  // (x, λ)
  std::printf("gradient against differences: %.1e\n", saddle::check_gradient(problem, z.x).largest);

  saddle::RuleMethod<VectorXd> method(
      std::make_unique<saddle::AugmentedLagrangian>(
          1, saddle::AugmentedLagrangian::Options{.normalize = false}),
      std::make_unique<saddle::GradientStep<VectorXd>>(saddle::PowerSchedule{0.05}));
  const saddle::Result result = saddle::solve(problem, method, z);
  std::printf("%s\n", result.message.c_str());
  std::printf("x = (%.4f, %.4f, %.4f, %.4f), level 1/λ = %.4f\n", z.x[0], z.x[1], z.x[2], z.x[3],
              1 / z.y[0]);
  // By hand: three channels share the water, (2 + 1/4 + 1/2 + 1)/3 = 1.25.
  return result.status == saddle::Status::kConverged && std::abs(1 / z.y[0] - 1.25) < 1e-6 ? 0 : 1;
}
