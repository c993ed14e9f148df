// SPDX-License-Identifier: Apache-2.0
// Agents that play a game, or solve a problem in two levels.
#include <saddle/optim/consensus/problems.h>

#include <saddle/optim/consensus/solved_network.h>
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/problems/games.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

using Point = Pair<VectorXd>;

constexpr std::uint32_t kGameStream = 0x67616d65, kBilevelStream = 0x6269666c;

MatrixXd normal(Index rows, Index columns, Rng& rng) {
  return MatrixXd::NullaryExpr(rows, columns, [&] { return rng.normal(); });
}

/// Symmetric, with all eigenvalues above ½.
MatrixXd positive_definite(Index n, Rng& rng) {
  const MatrixXd root = normal(n, n, rng);
  return 0.5 * (MatrixXd::Identity(n, n) + root * root.transpose() / static_cast<double>(n));
}

/// ½ yᵀH y − yᵀB x below ½‖y − t‖² + ½ ρ‖x‖².
class QuadraticLevels final : public BilevelProblem<VectorXd> {
 public:
  struct Data {
    MatrixXd h, b;
    VectorXd t;
  };
  QuadraticLevels(Data data, double ridge) : data_(std::move(data)), ridge_(ridge) {}

  double outer_value(const VectorXd& x, const VectorXd& y) override {
    return 0.5 * (y - data_.t).squaredNorm() + 0.5 * ridge_ * x.squaredNorm();
  }
  double inner_value(const VectorXd& x, const VectorXd& y) override {
    return 0.5 * y.dot(data_.h * y) - y.dot(data_.b * x);
  }
  Point outer_gradient(const VectorXd& x, const VectorXd& y) override {
    return {ridge_ * x, y - data_.t};
  }
  Point inner_gradient(const VectorXd& x, const VectorXd& y) override {
    return {-data_.b.transpose() * y, data_.h * y - data_.b * x};
  }
  VectorXd hessian_yy(const VectorXd&, const VectorXd&, const VectorXd& v) override {
    return data_.h * v;
  }
  VectorXd jacobian_xy(const VectorXd&, const VectorXd&, const VectorXd& v) override {
    return -data_.b.transpose() * v;
  }

 private:
  Data data_;
  double ridge_;
};

}  // namespace

SolvedNetwork<MinMaxProblem<VectorXd>> decentralized_saddle(
    const DecentralizedSaddleOptions& options, std::uint64_t seed,
    AgentsCommunicator communicator) {
  constexpr Index kX = 3, kY = 2;
  const auto n = static_cast<std::size_t>(options.graph.agents);
  const double share = 1.0 / static_cast<double>(n);
  std::vector<QuadraticGame::Data> data;
  QuadraticGame::Data mean{MatrixXd::Zero(kX, kX), MatrixXd::Zero(kX, kY), MatrixXd::Zero(kY, kY),
                           VectorXd::Zero(kX), VectorXd::Zero(kY)};
  MatrixXd system = MatrixXd::Zero(kX, kX);
  VectorXd right = VectorXd::Zero(kX);
  for (std::size_t i = 0; i < n; ++i) {
    Rng rng(seed, stream_id(kGameStream, static_cast<std::uint32_t>(i)));
    QuadraticGame::Data own;
    own.p = positive_definite(kX, rng);
    own.b = normal(kX, kY, rng);
    own.q = positive_definite(kY, rng);
    own.a = normal(kX, 1, rng);
    own.c = normal(kY, 1, rng);
    mean.p += share * own.p;
    mean.b += share * own.b;
    mean.q += share * own.q;
    mean.a += share * own.a;
    mean.c += share * own.c;
    const MatrixXd answer = solve_regular(own.q, MatrixXd(MatrixXd::Identity(kY, kY)));
    system += share * (own.p + own.b * answer * own.b.transpose());
    right -= share * (own.a + own.b * answer * own.c);
    data.push_back(std::move(own));
  }
  Point common = QuadraticGame(mean).solution();
  const VectorXd x = options.shared ? common.x : solve_regular(system, right);
  const auto solution = [&](int agent) {
    if (options.shared) return common;
    const QuadraticGame::Data& own = data[static_cast<std::size_t>(agent)];
    return Point{x, solve_regular(own.q, VectorXd(own.b.transpose() * x + own.c))};
  };
  double optimum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const Point at = solution(static_cast<int>(i));
    optimum += share * QuadraticGame(data[i]).value(at.x, at.y);
  }
  return solved_network<MinMaxProblem<VectorXd>>(
      mixing_of(std::move(communicator), make_weights(options.graph, seed)), options.shared,
      [&](int agent) {
        return std::make_unique<QuadraticGame>(data[static_cast<std::size_t>(agent)]);
      },
      {VectorXd::Zero(kX), VectorXd::Zero(kY)}, solution, optimum);
}

SolvedNetwork<BilevelProblem<VectorXd>> decentralized_bilevel(
    const DecentralizedBilevelOptions& options, std::uint64_t seed,
    AgentsCommunicator communicator) {
  constexpr Index kX = 2, kY = 3;
  const auto n = static_cast<std::size_t>(options.graph.agents);
  const double share = 1.0 / static_cast<double>(n);
  std::vector<QuadraticLevels::Data> data;
  QuadraticLevels::Data mean{MatrixXd::Zero(kY, kY), MatrixXd::Zero(kY, kX), VectorXd::Zero(kY)};
  for (std::size_t i = 0; i < n; ++i) {
    Rng rng(seed, stream_id(kBilevelStream, static_cast<std::uint32_t>(i)));
    QuadraticLevels::Data own;
    own.h = positive_definite(kY, rng);
    own.b = 0.5 * normal(kY, kX, rng);
    own.t = normal(kY, 1, rng);
    mean.h += share * own.h;
    mean.b += share * own.b;
    mean.t += share * own.t;
    data.push_back(std::move(own));
  }
  const auto answer = [&](std::size_t i) {
    const QuadraticLevels::Data& own = options.shared ? mean : data[i];
    return solve_regular(own.h, own.b);
  };
  MatrixXd system = options.ridge * MatrixXd::Identity(kX, kX);
  VectorXd right = VectorXd::Zero(kX);
  for (std::size_t i = 0; i < n; ++i) {
    system += share * (answer(i).transpose() * answer(i));
    right += share * (answer(i).transpose() * data[i].t);
  }
  const VectorXd x = solve_regular(system, right);
  const auto solution = [&](int agent) {
    return Point{x, answer(static_cast<std::size_t>(agent)) * x};
  };
  double optimum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const Point at = solution(static_cast<int>(i));
    optimum += share * QuadraticLevels(data[i], options.ridge).outer_value(at.x, at.y);
  }
  return solved_network<BilevelProblem<VectorXd>>(
      mixing_of(std::move(communicator), make_weights(options.graph, seed)), options.shared,
      [&](int agent) {
        return std::make_unique<QuadraticLevels>(data[static_cast<std::size_t>(agent)],
                                                 options.ridge);
      },
      {VectorXd::Zero(kX), VectorXd::Zero(kY)}, solution, optimum);
}

}  // namespace saddle
