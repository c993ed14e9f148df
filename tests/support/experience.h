// SPDX-License-Identifier: Apache-2.0
// A batch of a fresh linear policy, for updates and for the problem that they solve.
#pragma once

#include <vector>

#include <Eigen/Core>

#include <saddle/agents/surrogate_problem.h>

#include "tests/support/linear_network.h"

namespace saddle::testing {

/// Random observations, and actions of a fresh linear policy. The reward likes large first
/// coordinates of an action, and each cost the sum of all coordinates, in proportion to the
/// observation; both are noisy.
struct Experience {
  static constexpr std::size_t kInputs = 2;
  std::size_t rows, actions;
  EnvironmentSpec spec;
  Policy policy;
  std::vector<float> observation, action, head, log_std, log_probability, advantage, cost;
  std::vector<double> violation;

  Experience(const Space& space, std::vector<double> violations, std::size_t n = 300,
             std::uint64_t seed = 3)
      : rows(n),
        actions(static_cast<std::size_t>(space.size)),
        spec(spec_of(space)),
        policy(fresh(spec, seed)),
        violation(std::move(violations)) {
    Rng rng(seed, 1);
    observation.resize(n * kInputs);
    for (float& x : observation) x = static_cast<float>(0.5 + rng.normal());
    head.resize(n * policy.head_size());
    policy.network().forward(observation, head);
    log_std.assign(policy.log_std().begin(), policy.log_std().end());
    action.resize(n * actions);
    for (std::size_t i = 0; i < n; ++i) {
      const auto row =
          std::span<const float>(head).subspan(i * policy.head_size(), policy.head_size());
      const auto a = std::span(action).subspan(i * actions, actions);
      ActionDensity pi;
      pi.of(policy.distribution(), log_std).at(row).sample(&rng, a);
      log_probability.push_back(static_cast<float>(pi.log_probability(a)));
      double sum = 0;
      for (const float part : a) sum += part;
      advantage.push_back(static_cast<float>(a[0] + 0.3 * rng.normal()));
      for (std::size_t k = 0; k < violation.size(); ++k) {
        cost.push_back(static_cast<float>((0.5 + 0.3 * observation[i * kInputs]) * sum));
      }
    }
  }

  static EnvironmentSpec spec_of(const Space& space) {
    EnvironmentSpec s;
    s.observation = Space::box(static_cast<int>(kInputs), -10, 10);
    s.action = space;
    return s;
  }

  static Policy fresh(const EnvironmentSpec& s, std::uint64_t seed) {
    Rng rng(seed);
    NetworkOptions options;
    options.hidden.clear();
    return Policy(s, options, make_linear_network, rng);
  }

  [[nodiscard]] PolicyBatch batch(double cost_weight = 0) const {
    const auto c = static_cast<Eigen::Index>(violation.size());
    return {observation,
            action,
            head,
            log_std,
            log_probability,
            advantage,
            cost,
            {1, Eigen::VectorXd::Constant(c, cost_weight)},
            Eigen::VectorXd::Map(violation.data(), c)};
  }

  [[nodiscard]] Eigen::VectorXd parameters() const {
    const auto values = policy.arena().values();
    return Eigen::VectorXf::Map(values.data(), static_cast<Eigen::Index>(values.size()))
        .cast<double>();
  }

  /// Mean over states of KL(acting ‖ now), summed over the dimensions of the action.
  [[nodiscard]] double divergence() const {
    std::vector<float> now(head.size());
    policy.network().forward(observation, now);
    double sum = 0;
    const std::size_t h = policy.head_size();
    ActionDensity p, q;
    p.of(policy.distribution(), log_std);
    q.of(policy.distribution(), policy.log_std());
    for (std::size_t i = 0; i < rows; ++i) {
      sum += p.at(std::span<const float>(head).subspan(i * h, h))
                 .kl(q.at(std::span<const float>(now).subspan(i * h, h)));
    }
    return sum / static_cast<double>(rows);
  }
};

/// Of actions in [−1,1].
inline Space box(int dimensions) { return Space::box(dimensions, -1, 1); }

/// H, one product a column.
inline Eigen::MatrixXd dense_metric(SurrogateProblem& problem) {
  const Eigen::Index n = problem.start().size();
  Eigen::MatrixXd h(n, n);
  for (Eigen::Index i = 0; i < n; ++i) h.col(i) = problem.metric(Eigen::VectorXd::Unit(n, i));
  return h;
}

}  // namespace saddle::testing
