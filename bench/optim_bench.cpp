// SPDX-License-Identifier: Apache-2.0
// What a step of each method costs beside what it asks of the problem, with 10,000 parameters and
// 64 samples. The counter `overhead` is the whole time of a step over the time inside the
// problem's functions: 1 would be free, and 1.5 is what we allow ourselves. Only zo-minmax is
// beyond it: its values cost less than the random directions it draws.
#include <chrono>

#include <benchmark/benchmark.h>

#include <saddle/optim/bilevel/catalogue.h>
#include <saddle/optim/constraint/catalogue.h>
#include <saddle/optim/minmax/catalogue.h>
#include <saddle/optim/minmax/lagrangian_method.h>

namespace saddle {
namespace {

using Clock = std::chrono::steady_clock;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index kParameters = 10'000;
constexpr Index kSamples = 64;

/// Counts the time of its life.
class Timed {
 public:
  explicit Timed(double& seconds) : seconds_(seconds) {}
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  ~Timed() { seconds_ += std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  double& seconds_;
  Clock::time_point start_ = Clock::now();
};

MatrixXd samples() {
  Rng rng(1);
  return MatrixXd::NullaryExpr(kSamples, kParameters, [&] { return 0.01 * rng.normal(); });
}

/// Least squares under two linear constraints.
class Regression final : public ConstrainedProblem<VectorXd> {
 public:
  explicit Regression(double& inside) : inside_(inside) {}

  int inequalities() const override { return 2; }
  ConstrainedValues values(const VectorXd& x) override {
    const Timed timed(inside_);
    const VectorXd misfit = a_ * x - VectorXd::Ones(kSamples);
    return {0.5 * misfit.squaredNorm(), Eigen::Vector2d(x.sum() - 1, -x.head(kSamples).sum())};
  }
  VectorXd gradient(const VectorXd& x, const GradientWeights& w) override {
    const Timed timed(inside_);
    VectorXd all = a_.transpose() * (w.objective * (a_ * x - VectorXd::Ones(kSamples)));
    all.array() += w.constraints[0];
    all.head(kSamples).array() -= w.constraints[1];
    return all;
  }

 private:
  double& inside_;
  MatrixXd a_ = samples();
};

/// Least squares whose targets y an opponent moves at a price.
class MovedTargets final : public MinMaxProblem<VectorXd> {
 public:
  explicit MovedTargets(double& inside) : inside_(inside) {}

  double value(const VectorXd& x, const VectorXd& y) override {
    const Timed timed(inside_);
    return 0.5 * (a_ * x - y).squaredNorm() - y.squaredNorm();
  }
  VectorXd gradient_x(const VectorXd& x, const VectorXd& y) override {
    const Timed timed(inside_);
    return a_.transpose() * (a_ * x - y);
  }
  VectorXd gradient_y(const VectorXd& x, const VectorXd& y) override {
    const Timed timed(inside_);
    return -(a_ * x - y) - 2 * y;
  }

 private:
  double& inside_;
  MatrixXd a_ = samples();
};

/// Targets x such that the ridge regression y*(x) on them is near 1.
class Targets final : public BilevelProblem<VectorXd> {
 public:
  explicit Targets(double& inside) : inside_(inside) {}

  double outer_value(const VectorXd&, const VectorXd& y) override {
    const Timed timed(inside_);
    return 0.5 * (a_ * y - VectorXd::Ones(kSamples)).squaredNorm();
  }
  double inner_value(const VectorXd& x, const VectorXd& y) override {
    const Timed timed(inside_);
    return 0.5 * (a_ * y - x).squaredNorm() + 0.5 * y.squaredNorm();
  }
  Pair<VectorXd> outer_gradient(const VectorXd& x, const VectorXd& y) override {
    const Timed timed(inside_);
    return {VectorXd::Zero(x.size()), a_.transpose() * (a_ * y - VectorXd::Ones(kSamples))};
  }
  Pair<VectorXd> inner_gradient(const VectorXd& x, const VectorXd& y) override {
    const Timed timed(inside_);
    const VectorXd misfit = a_ * y - x;
    return {-misfit, a_.transpose() * misfit + y};
  }
  VectorXd hessian_yy(const VectorXd&, const VectorXd&, const VectorXd& v) override {
    const Timed timed(inside_);
    return a_.transpose() * (a_ * v) + v;
  }
  VectorXd jacobian_xy(const VectorXd&, const VectorXd&, const VectorXd& v) override {
    const Timed timed(inside_);
    return -(a_ * v);
  }

 private:
  double& inside_;
  MatrixXd a_ = samples();
};

template <class P, class Problem>
void step(benchmark::State& state, const MethodEntry<Problem>& entry, Pair<VectorXd> z) {
  double inside = 0;
  P problem(inside);
  const auto method = entry.builder()->build(problem, 1);
  try {
    method->step(problem, z);
  } catch (const Error& error) {  // methods for simplices, for example
    state.SkipWithError(error.what());
    return;
  }
  inside = 0;
  double whole = 0;
  for (auto _ : state) {
    const Timed timed(whole);
    method->step(problem, z);
  }
  state.counters["overhead"] = whole / inside;
}

template <class P, class Problem>
void register_steps(const char* kind, const Catalogue<Problem>& catalogue,
                    const Pair<VectorXd>& start) {
  for (const std::string& name : catalogue.methods.names()) {
    benchmark::RegisterBenchmark((std::string(kind) + "/" + name).c_str(), step<P, Problem>,
                                 catalogue.methods.at(name), start)
        ->Unit(benchmark::kMicrosecond);
  }
}

const bool kRegistered = [] {
  Catalogue<ConstrainedProblem<VectorXd>> constrained;
  register_constrained(constrained);
  register_lagrangian_games(constrained);
  Catalogue<MinMaxProblem<VectorXd>> games;
  register_min_max(games);
  Catalogue<BilevelProblem<VectorXd>> bilevel;
  register_bilevel(bilevel);
  const VectorXd x = VectorXd::Zero(kParameters);
  register_steps<Regression>("constrained", constrained, {x, VectorXd::Zero(2)});
  register_steps<MovedTargets>("min-max", games, {x, VectorXd::Zero(kSamples)});
  register_steps<Targets>("bilevel", bilevel, {VectorXd::Zero(kSamples), x});
  return true;
}();

}  // namespace
}  // namespace saddle
