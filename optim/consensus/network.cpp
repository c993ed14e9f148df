// SPDX-License-Identifier: Apache-2.0
// How far agents are from solving their problem together.
#include <saddle/optim/consensus/network.h>

#include <saddle/optim/conjugate_gradient.h>
#include <saddle/optim/linear_algebra.h>

namespace saddle {

using Eigen::VectorXd;

namespace {

double mean_distance(const AgentVectors& all, const VectorXd& center) {
  double sum = 0;
  for (const VectorXd& x : all) sum += (x - center).norm();
  return sum / static_cast<double>(all.size());
}

double mean_distance(Mixing& mixing, const AgentVectors& own) {
  return mean_distance(mixing.gather(own), mixing.mean(own));
}

/// The vectors of owned agents that `make(k)` makes.
template <class Make>
AgentVectors each(std::size_t count, Make make) {
  AgentVectors vectors;
  for (std::size_t k = 0; k < count; ++k) vectors.push_back(make(k));
  return vectors;
}

/// λ − P(λ + c), where P keeps the first m entries from becoming negative.
VectorXd dual_move(const VectorXd& multipliers, const VectorXd& values, int m) {
  VectorXd moved = multipliers + values;
  moved.head(m) = moved.head(m).cwiseMax(0);
  return multipliers - moved;
}

}  // namespace

NetworkResidual network_residual(ConstrainedNetwork& network, const ConstrainedNetwork::Point& z) {
  SADDLE_CHECK(z.size() == network.size(), z.size(), network.size());
  Mixing& mixing = network.mixing();
  const VectorXd x = mixing.mean(x_of(z));
  const VectorXd gradient = mixing.mean(each(z.size(), [&](std::size_t k) {
    return network[k].gradient(z[k].x, {1, z[k].y});
  }));
  const VectorXd dual = mixing.mean(each(z.size(), [&](std::size_t k) {
    const VectorXd values = network[k].values(z[k].x).constraints;
    return scalar(dual_move(z[k].y, values, network[k].inequalities()).norm());
  }));
  return {.stationarity = (x - network[0].project(VectorXd(x - gradient))).norm(),
          .second = dual[0],
          .consensus = mean_distance(mixing.gather(x_of(z)), x)};
}

NetworkResidual network_residual(MinMaxNetwork& network, const MinMaxNetwork::Point& z) {
  SADDLE_CHECK(z.size() == network.size(), z.size(), network.size());
  Mixing& mixing = network.mixing();
  const VectorXd x = mixing.mean(x_of(z));
  const VectorXd descent = mixing.mean(
      each(z.size(), [&](std::size_t k) { return network[k].gradient_x(z[k].x, z[k].y); }));
  const AgentVectors ascent =
      each(z.size(), [&](std::size_t k) { return network[k].gradient_y(z[k].x, z[k].y); });
  NetworkResidual residual;
  residual.stationarity = (x - network[0].project_x(VectorXd(x - descent))).norm();
  residual.consensus = mean_distance(mixing.gather(x_of(z)), x);
  if (network.shares_y()) {
    const VectorXd y = mixing.mean(y_of(z));
    residual.second = (y - network[0].project_y(VectorXd(y + mixing.mean(ascent)))).norm();
    residual.consensus += mean_distance(mixing, y_of(z));
  } else {
    residual.second = mixing.mean(each(z.size(), [&](std::size_t k) {
      return scalar((z[k].y - network[k].project_y(VectorXd(z[k].y + ascent[k]))).norm());
    }))[0];
  }
  return residual;
}

NetworkResidual network_residual(BilevelNetwork& network, const BilevelNetwork::Point& z) {
  SADDLE_CHECK(z.size() == network.size(), z.size(), network.size());
  Mixing& mixing = network.mixing();
  const CgOptions accurate{.limit = 200, .tolerance = 1e-12};
  std::vector<Pair<VectorXd>> outer;
  for (std::size_t k = 0; k < z.size(); ++k) {
    outer.push_back(network[k].outer_gradient(z[k].x, z[k].y));
  }
  const AgentVectors inner =
      each(z.size(), [&](std::size_t k) { return network[k].inner_gradient(z[k].x, z[k].y).y; });
  const auto hessian = [&](std::size_t k, const VectorXd& v) {
    return network[k].hessian_yy(z[k].x, z[k].y, v);
  };

  // v solves H v = ∇_y f: the agents' own H, or the mean one, if they share y.
  AgentVectors v;
  NetworkResidual residual;
  if (network.shares_y()) {
    const auto mean_hessian = [&](const VectorXd& at) {
      return mixing.mean(each(z.size(), [&](std::size_t k) { return hessian(k, at); }));
    };
    const VectorXd b = mixing.mean(y_of(outer));
    v.assign(z.size(), conjugate_gradient(mean_hessian, b, zero_like(b), accurate).solution);
    residual.second = mixing.mean(inner).norm();
    residual.consensus = mean_distance(mixing, y_of(z));
  } else {
    v = each(z.size(), [&](std::size_t k) {
      const auto own_hessian = [&](const VectorXd& at) { return hessian(k, at); };
      return conjugate_gradient(own_hessian, outer[k].y, zero_like(outer[k].y), accurate).solution;
    });
    residual.second =
        mixing.mean(each(z.size(), [&](std::size_t k) { return scalar(inner[k].norm()); }))[0];
  }
  const VectorXd x = mixing.mean(x_of(z));
  const VectorXd hypergradient = mixing.mean(each(z.size(), [&](std::size_t k) {
    return VectorXd(outer[k].x - network[k].jacobian_xy(z[k].x, z[k].y, v[k]));
  }));
  residual.stationarity = (x - network[0].project_x(VectorXd(x - hypergradient))).norm();
  residual.consensus += mean_distance(mixing.gather(x_of(z)), x);
  return residual;
}

}  // namespace saddle
