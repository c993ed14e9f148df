// SPDX-License-Identifier: Apache-2.0
// Problems of optim as losses of tensors.
#pragma once

#include <cmath>

#include <saddle/optim/torch/autograd.h>

namespace saddle {

/// Entries that an Rng of that seed draws.
[[nodiscard]] inline Eigen::MatrixXd normal_matrix(Eigen::Index rows, Eigen::Index columns,
                                                   std::uint64_t seed) {
  Rng rng(seed);
  return Eigen::MatrixXd::NullaryExpr(rows, columns, [&] { return rng.normal(); });
}

[[nodiscard]] inline torch::Tensor matrix_tensor(const Eigen::MatrixXd& a) {
  const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = a;
  return to_tensor(Eigen::VectorXd::Map(rows.data(), rows.size())).view({a.rows(), a.cols()});
}

[[nodiscard]] inline double distance(const torch::Tensor& a, const Eigen::VectorXd& b) {
  return (to_eigen(a) - b).norm();
}
[[nodiscard]] inline double distance(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
  return (a - b).norm();
}

/// NeymanPearson(limit) of optim/problems/constrained.h.
[[nodiscard]] inline AutogradConstrained neyman_pearson_losses(double limit) {
  const auto points = [](double shift) {
    Eigen::MatrixXd rows(100, 3);
    for (int i = 1; i <= 100; ++i) {
      rows.row(i - 1) << 2 * std::fmod(0.6180339887498949 * i, 1.0) + shift,
          2 * std::fmod(0.7548776662466927 * i, 1.0) - 1, 1;
    }
    return matrix_tensor(rows);
  };
  const auto softplus = [](const torch::Tensor& t) {
    return torch::logaddexp(t, torch::zeros_like(t));
  };
  return AutogradConstrained(
      {.losses =
           [=, negative = points(-1.5), positive = points(-0.5)](const torch::Tensor& w) {
             return torch::stack({softplus(negative.mv(w)).mean() + 0.5e-3 * w.dot(w),
                                  softplus(-positive.mv(w)).mean() - limit});
           },
       .inequalities = 1});
}

}  // namespace saddle
