// SPDX-License-Identifier: Apache-2.0
// Least squares in two levels: the penalty of a ridge, and clients around a shared model.
#pragma once

#include <cstdint>
#include <vector>

#include <saddle/base/fields.h>
#include <saddle/optim/problem.h>

namespace saddle {

/// Rows u_i with targets b_i, for the loss (1/2n) Σ (u_iᵀw − b_i)².
struct Regression {
  Eigen::MatrixXd inputs;   ///< [n, d]
  Eigen::VectorXd targets;  ///< [n]
};

/// How strong should a ridge be? x [1] is the logarithm of its penalty, within [−5, 1]:
///
///     f = (1/2m) ‖V y − c‖² on validation data,  g = (1/2n) ‖U y − b‖² + ½ eˣ ‖y‖²
///
/// with y*(x) = (UᵀU/n + eˣI)⁻¹ Uᵀb/n. Samples are normal, as is the noise of the targets, so that
/// a penalty within the interval is best.
class RidgeHyperparameter final : public BilevelProblem<Eigen::VectorXd> {
 public:
  struct Options {
    std::int64_t features = 10;
    std::int64_t samples = 60;
    double noise = 2;

    void fields(Fields& f) {
      f("features", features, {.low = 1, .high = 1000}, "size of y");
      f("samples", samples, {.low = 1, .high = 100000}, "samples for training, and for validation");
      f("noise", noise, at_least(0), "standard deviation of the noise of the targets");
    }
  };

  RidgeHyperparameter(const Options& options, std::uint64_t seed);

  [[nodiscard]] Eigen::VectorXd lower_solution(const Eigen::VectorXd& x) const;

  double outer_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  double inner_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> outer_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> inner_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd hessian_yy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                             const Eigen::VectorXd& v) override;
  Eigen::VectorXd jacobian_xy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                              const Eigen::VectorXd& v) override;
  Eigen::VectorXd project_x(const Eigen::VectorXd& x) const override;

 private:
  Regression training_, validation_;
};

/// Clients that stay near a shared model x: with the losses L_i for training and T_i for testing,
/// each a Regression of its own,
///
///     f = mean_i T_i(y_i),   g = Σ_i L_i(y_i) + (λ/2) ‖y_i − x‖²,   y = (y_1, …, y_N)
///
/// This is meta-learning with implicit gradients: ∇F = mean_i (I + H_i/λ)⁻¹ ∇T_i(y_i), where H_i is
/// the Hessian of L_i. The lower solutions are linear in x, so F is quadratic and x* is known.
/// Ref  Rajeswaran, Finn, Kakade and Levine 2019, arXiv:1909.04630.
class PersonalizedRegression final : public BilevelProblem<Eigen::VectorXd> {
 public:
  struct Options {
    std::int64_t clients = 4;
    std::int64_t features = 3;
    std::int64_t samples = 20;
    double coupling = 1;
    double spread = 0.5;
    std::int64_t batch = 0;

    void fields(Fields& f) {
      f("clients", clients, {.low = 1, .high = 1000}, "clients N");
      f("features", features, {.low = 1, .high = 1000}, "size of x and of each y_i");
      f("samples", samples, {.low = 1, .high = 100000}, "samples of a client, as many for testing");
      f("coupling", coupling, positive(), "weight λ of the distance to the shared model");
      f("spread", spread, at_least(0), "how far the clients' true models are apart");
      f("batch", batch, at_least(0), "samples of each client in a minibatch; 0: all");
    }
  };

  PersonalizedRegression(const Options& options, std::uint64_t seed);

  [[nodiscard]] Eigen::VectorXd lower_solution(const Eigen::VectorXd& x) const;

  /// (x*, y*), on all the data. Requires more samples than features.
  [[nodiscard]] Pair<Eigen::VectorXd> solution() const;

  double outer_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  double inner_value(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> outer_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Pair<Eigen::VectorXd> inner_gradient(const Eigen::VectorXd& x, const Eigen::VectorXd& y) override;
  Eigen::VectorXd hessian_yy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                             const Eigen::VectorXd& v) override;
  Eigen::VectorXd jacobian_xy(const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                              const Eigen::VectorXd& v) override;
  void resample(std::uint64_t batch) override;

 private:
  struct Client {
    Regression training, testing;
  };
  [[nodiscard]] static std::vector<Client> subset(const std::vector<Client>& clients,
                                                  const std::vector<Eigen::Index>& training,
                                                  const std::vector<Eigen::Index>& testing);
  /// (∇²L_i + λI)⁻¹ of a client, on all the data.
  [[nodiscard]] Eigen::MatrixXd inverse_hessian(const Client& client) const;

  Options options_;
  std::uint64_t seed_;
  std::vector<Client> all_, batch_;
};

}  // namespace saddle
