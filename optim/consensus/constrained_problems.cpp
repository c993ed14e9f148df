// SPDX-License-Identifier: Apache-2.0
// Agents with objectives, and with constraints of their own.
#include <saddle/optim/consensus/problems.h>

#include <array>
#include <cmath>
#include <numbers>
#include <optional>

#include <saddle/optim/consensus/solved_network.h>
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/normal.h>
#include <saddle/optim/primal/least_distance.h>
#include <saddle/optim/problems/constrained.h>
#include <saddle/optim/problems/logistic.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

namespace {

using Local = ConstrainedProblem<VectorXd>;

const double kGoldenAngle = std::numbers::pi * (3 - std::sqrt(5.0));
constexpr std::uint32_t kHalfPlaneStream = 0x68616c66, kLogisticStream = 0x6c6f6769;

/// Logistic regression on one agent's points.
class LogisticAgent final : public Local {
 public:
  /// `signed_points` holds s aᵀ in its rows.
  LogisticAgent(MatrixXd signed_points, double ridge, Index batch, std::uint64_t seed)
      : all_(std::move(signed_points)), batch_(all_), ridge_(ridge), size_(batch), seed_(seed) {}

  int inequalities() const override { return 0; }
  ConstrainedValues values(const VectorXd& x) override {
    return {softplus(-(batch_ * x)).mean() + 0.5 * ridge_ * x.squaredNorm(), VectorXd(0)};
  }
  VectorXd gradient(const VectorXd& x, const GradientWeights& w) override {
    const VectorXd slope = sigmoid(-(batch_ * x)).matrix() / static_cast<double>(batch_.rows());
    return w.objective * (ridge_ * x - batch_.transpose() * slope);
  }
  void resample(std::uint64_t batch) override {
    if (size_ == 0 || batch == 0) {
      batch_ = all_;
      return;
    }
    Rng rng(seed_, batch);
    batch_.resize(size_, all_.cols());
    for (Index i = 0; i < size_; ++i) {
      batch_.row(i) = all_.row(rng.below(static_cast<std::uint32_t>(all_.rows())));
    }
  }

  [[nodiscard]] MatrixXd hessian(const VectorXd& x) const {
    const VectorXd p = sigmoid(all_ * x).matrix();
    const VectorXd curvature = p.cwiseProduct(VectorXd::Ones(p.size()) - p);
    return all_.transpose() * curvature.asDiagonal() * all_ / static_cast<double>(all_.rows()) +
           ridge_ * MatrixXd::Identity(x.size(), x.size());
  }

 private:
  MatrixXd all_, batch_;
  double ridge_;
  Index size_;
  std::uint64_t seed_;
};

/// The cloud, and the labels, of one agent.
MatrixXd signed_points(const DecentralizedLogisticOptions& options, std::uint64_t seed, int agent) {
  Rng rng(seed, stream_id(kLogisticStream, static_cast<std::uint32_t>(agent)));
  const Index features = options.features;
  VectorXd center = normal_vector(features, rng), classifier = VectorXd::Ones(features);
  classifier += normal_vector(features, rng);
  MatrixXd points(options.points, features);
  for (Index i = 0; i < points.rows(); ++i) {
    VectorXd point = center + normal_vector(features, rng);
    point[features - 1] = 1;
    points.row(i) = (point.dot(classifier) + rng.normal() > 0 ? 1.0 : -1.0) * point;
  }
  return points;
}

/// Newton's method on the mean of all agents, with steps halved until they go down.
VectorXd minimize(std::vector<LogisticAgent>& agents, Index features) {
  const auto n = static_cast<double>(agents.size());
  const auto value = [&](const VectorXd& x) {
    double sum = 0;
    for (LogisticAgent& agent : agents) sum += agent.values(x).objective;
    return sum / n;
  };
  VectorXd x = VectorXd::Zero(features);
  for (int i = 0; i < 100; ++i) {
    VectorXd gradient = VectorXd::Zero(features);
    MatrixXd hessian = MatrixXd::Zero(features, features);
    for (LogisticAgent& agent : agents) {
      gradient += agent.gradient(x, {1, VectorXd(0)}) / n;
      hessian += agent.hessian(x) / n;
    }
    if (gradient.norm() < 1e-14) break;
    const VectorXd move = solve_positive(hessian, gradient);
    double step = 1;
    while (step > 1e-3 && value(x - step * move) > value(x)) step /= 2;
    x -= step * move;
  }
  return x;
}

}  // namespace

SolvedNetwork<Local> decentralized_quadratic(const DecentralizedQuadraticOptions& options,
                                             std::uint64_t seed, AgentsCommunicator communicator) {
  constexpr std::array<double, 5> kCurvatures{1, 2, 3, 4, 5}, kCenters{1, -1, 2, 0, 3};
  const auto n = static_cast<std::size_t>(options.graph.agents);
  double curvature = 0, slope = 0;
  for (std::size_t i = 0; i < n; ++i) {
    curvature += kCurvatures[i % 5] / static_cast<double>(n);
    slope += kCurvatures[i % 5] * kCenters[i % 5] / static_cast<double>(n);
  }
  const double solution = slope / curvature;
  return solved_network<Local>(
      mixing_of(std::move(communicator), make_weights(options.graph, seed)), false,
      [&](int agent) {
        const std::size_t i = static_cast<std::size_t>(agent) % 5;
        return std::make_unique<QuadraticProgram>(
            QuadraticProgram::Data{.q = MatrixXd::Constant(1, 1, kCurvatures[i]),
                                   .c = scalar(-kCurvatures[i] * kCenters[i]),
                                   .a = {},
                                   .b = {},
                                   .e_matrix = {},
                                   .e = {}});
      },
      {scalar(0), VectorXd(0)},
      [&](int) {
        return Pair<VectorXd>{scalar(solution), VectorXd(0)};
      },
      0.5 * curvature * solution * solution - slope * solution);
}

SolvedNetwork<Local> decentralized_qp(const HalfPlaneData& data, const MatrixXd& weights,
                                      AgentsCommunicator communicator) {
  const Index n = data.b.rows();
  SADDLE_CHECK(n > 0 && data.b.cols() == 2 && data.q.rows() == n && data.q.cols() == 2);
  SADDLE_CHECK(data.c.size() == n && weights.rows() == n, data.c.size(), weights.rows(), n);
  if (!data.b.allFinite() || !data.q.allFinite() || !data.c.allFinite()) {
    throw Error("the data of the half-planes are not all finite; check b, q and c");
  }
  const Vector2d mean = data.b.colwise().mean();
  const std::optional<VectorXd> mu =
      least_distance(data.q * data.q.transpose(), data.q * mean - data.c);
  if (!mu) {
    throw Error("the half-planes have no point in common, so no agent can satisfy all; raise c");
  }
  const VectorXd x = mean - data.q.transpose() * *mu;
  return solved_network<Local>(
      mixing_of(std::move(communicator), weights), false,
      [&](int agent) {
        return std::make_unique<QuadraticProgram>(
            QuadraticProgram::Data{.q = MatrixXd::Identity(2, 2),
                                   .c = -data.b.row(agent).transpose(),
                                   .a = data.q.row(agent),
                                   .b = scalar(data.c[agent]),
                                   .e_matrix = {},
                                   .e = {}});
      },
      {VectorXd::Zero(2), scalar(0)},
      [&](int agent) {
        return Pair<VectorXd>{x, scalar(static_cast<double>(n) * (*mu)[agent])};
      },
      0.5 * x.squaredNorm() - mean.dot(x));
}

SolvedNetwork<Local> decentralized_qp(const DecentralizedQpOptions& options, std::uint64_t seed,
                                      AgentsCommunicator communicator) {
  constexpr std::array<double, 5> kRoom{0, 0.3, 0, 0.5, 0.2};
  const Index n = options.graph.agents;
  HalfPlaneData data{MatrixXd(n, 2), MatrixXd(n, 2), VectorXd(n)};
  const double turn = Rng(seed, stream_id(kHalfPlaneStream, 0)).uniform() * 2 * std::numbers::pi;
  for (Index i = 0; i < n; ++i) {
    Rng rng(seed, stream_id(kHalfPlaneStream, static_cast<std::uint32_t>(i + 1)));
    const double angle = turn + kGoldenAngle * static_cast<double>(i);
    data.b.row(i) = normal_vector(2, rng) + Vector2d(2, 1);
    data.q.row(i) << std::cos(angle), std::sin(angle);
    const Index round = i / 5;
    const double room = kRoom[static_cast<std::size_t>(i) % 5] + 0.1 * static_cast<double>(round);
    data.c[i] = 0.5 * data.q.row(i).sum() + room;
  }
  return decentralized_qp(data, make_weights(options.graph, seed), std::move(communicator));
}

SolvedNetwork<Local> decentralized_logistic(const DecentralizedLogisticOptions& options,
                                            std::uint64_t seed, AgentsCommunicator communicator) {
  std::vector<LogisticAgent> agents;
  agents.reserve(static_cast<std::size_t>(options.graph.agents));
  for (int agent = 0; agent < options.graph.agents; ++agent) {
    agents.emplace_back(signed_points(options, seed, agent), options.ridge, options.batch, seed);
  }
  const VectorXd x = minimize(agents, options.features);
  double optimum = 0;
  for (LogisticAgent& agent : agents) {
    optimum += agent.values(x).objective / static_cast<double>(agents.size());
  }
  return solved_network<Local>(
      mixing_of(std::move(communicator), make_weights(options.graph, seed)), false,
      [&](int agent) {
        return std::make_unique<LogisticAgent>(agents[static_cast<std::size_t>(agent)]);
      },
      {VectorXd::Zero(options.features), VectorXd(0)},
      [&](int) {
        return Pair<VectorXd>{x, VectorXd(0)};
      },
      optimum);
}

}  // namespace saddle
