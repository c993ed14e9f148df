// SPDX-License-Identifier: Apache-2.0
// From the steps of optim to steps of a policy.
#include <saddle/agents/trust_region.h>

#include <saddle/agents/surrogate_problem.h>

namespace saddle {
namespace {

using Eigen::VectorXd;
using Step = TrustRegionStep<VectorXd>;

/// The reward alone: the constraints are kept by the step.
GradientWeights reward_alone(const PolicyBatch& batch) {
  return {1, VectorXd::Zero(batch.violation.size())};
}

void report(const TrialValues& end, const Step& step, double fraction, double entropy,
            Metrics& metrics) {
  metrics.set("policy/loss", end.objective);
  metrics.set("policy/kl", end.divergence);
  metrics.set("policy/entropy", entropy);
  metrics.set("policy/step_fraction", fraction);
  metrics.set("policy/recovery", step.kind == StepCase::kRecovery ? 1 : 0);
}

double mean_entropy(const Policy& policy, const PolicyBatch& batch) {
  const std::size_t h = policy.head_size(), n = batch.advantage.size();
  ActionDensity pi;
  pi.of(policy.distribution(), batch.log_std);
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += pi.at(batch.head.subspan(i * h, h)).entropy();
  return sum / static_cast<double>(n);
}

/// Takes as much of the step as is acceptable.
void search(SurrogateProblem& problem, const Step& step, const TrpoOptions& options, double entropy,
            Metrics& metrics) {
  const TrialValues start = problem.values(problem.start());
  TrialValues end = start;
  const Backtracked<VectorXd> taken = backtrack(
      problem.start(), step.step,
      [&](const VectorXd& theta) {
        const TrialValues trial = problem.values(theta);
        const bool accepted = acceptable(start, trial, options.region.radius);
        if (accepted) end = trial;
        return accepted;
      },
      options.search);
  problem.move(taken.point);
  report(end, step, taken.fraction, entropy, metrics);
}

std::size_t metric_rows(const NaturalOptions& options) {
  return static_cast<std::size_t>(options.metric_rows);
}

/// With all costs as constraints, `margin` added; the step is solve(metric, problem).
template <class Solve>
void keep_constraints(Policy& policy, const PolicyBatch& batch, const TrpoOptions& options,
                      Margin& margin, Metrics& metrics, const Solve& solve) {
  PolicyBatch aim = batch;
  aim.violation = margin.tighten(batch.violation, batch.whole_limit);
  SurrogateProblem problem(policy, aim, reward_alone(batch),
                           static_cast<std::size_t>(batch.violation.size()), metric_rows(options));
  const auto metric = [&](const VectorXd& v) { return problem.metric(v); };
  const Step step = solve(metric, problem);
  search(problem, step, options, mean_entropy(policy, batch), metrics);
}

}  // namespace

void NaturalUpdate::apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) {
  SurrogateProblem problem(policy, batch, batch.weights, 0, metric_rows(options_));
  const auto metric = [&](const VectorXd& v) { return problem.metric(v); };
  const Step step = trpo_step(metric, problem.gradient(), options_.region);
  const double entropy = mean_entropy(policy, batch);
  report(problem.values(problem.start() + step.step), step, 1, entropy, metrics);
}

void TrpoUpdate::apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) {
  SurrogateProblem problem(policy, batch, batch.weights, 0, metric_rows(options_));
  const auto metric = [&](const VectorXd& v) { return problem.metric(v); };
  const Step step = trpo_step(metric, problem.gradient(), options_.region);
  search(problem, step, options_, mean_entropy(policy, batch), metrics);
}

void CpoUpdate::apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) {
  const auto solve = [this](const auto& metric, const SurrogateProblem& problem) {
    return cpo_step(metric, problem.gradient(), problem.constraint_gradients(), problem.violation(),
                    options_.region);
  };
  keep_constraints(policy, batch, options_, margin_, metrics, solve);
}

void PcpoUpdate::apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) {
  const auto solve = [this](const auto& metric, const SurrogateProblem& problem) {
    const Projection projection =
        options_.projection == "euclidean" ? Projection::kEuclidean : Projection::kDivergence;
    return pcpo_step(metric, problem.gradient(), problem.constraint_gradients(),
                     problem.violation(), options_.region, projection);
  };
  keep_constraints(policy, batch, options_, margin_, metrics, solve);
}

}  // namespace saddle
