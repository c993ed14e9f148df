// SPDX-License-Identifier: Apache-2.0
// Values as heads of a policy's network: their loss against finite differences, what they learn,
// and that rewriting them changes nothing.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/agents/joint_pass.h>
#include <saddle/agents/policy_gradient.h>
#include <saddle/agents/ppo.h>

namespace saddle {
namespace {

using Floats = std::vector<float>;

constexpr std::size_t kSeen = 3, kValues = 2;

Policy make_valuing(const Space& action, std::size_t values = kValues, const char* cell = "none") {
  EnvironmentSpec spec;
  spec.observation = Space::box(kSeen, -1, 1);
  spec.action = action;
  NetworkOptions options;
  options.hidden = {12};
  options.activation = "tanh";
  options.recurrent = cell;
  options.memory = 4;
  Rng rng(5);
  return {spec, options, make_fused_mlp, rng, values};
}

/// Rows that a policy is to learn from, and what it said of them.
struct HeadsLesson {
  HeadsLesson(const Policy& policy, std::size_t rows)
      : observation(rows * kSeen),
        action(rows * policy.action_size()),
        head(rows * policy.head_size()),
        log_std(policy.log_std().begin(), policy.log_std().end()),
        log_probability(rows),
        advantage(rows),
        target(rows * kValues) {
    Rng rng(6);
    for (Floats* all : {&observation, &action, &advantage, &target}) {
      for (float& x : *all) x = static_cast<float>(rng.normal());
    }
    if (policy.distribution().discrete) {
      for (float& choice : action) choice = static_cast<float>(rng.below(3));
    }
    policy.heads(observation, head);
    const std::size_t h = policy.head_size(), d = policy.action_size();
    for (std::size_t i = 0; i < rows; ++i) {
      const ActionDensity pi =
          ActionDensity().of(policy.distribution(), log_std).at(std::span(head).subspan(i * h, h));
      log_probability[i] =
          static_cast<float>(pi.log_probability(std::span(action).subspan(i * d, d)));
    }
  }

  [[nodiscard]] PolicyBatch batch(double weight) const {
    PolicyBatch all{observation, action, head, log_std, log_probability, advantage, {}, {}, {}};
    all.value_target = target;
    all.value_weight = weight;
    return all;
  }

  Floats observation, action, head, log_std, log_probability, advantage, target;
};

/// The gradient of the joint loss over the rows in reverse, left in the arena.
SurrogateTerms differentiate_joint(Policy& policy, const HeadsLesson& lesson, double weight,
                                   std::vector<double>* losses = nullptr) {
  const PolicyBatch batch = lesson.batch(weight);
  const std::size_t n = lesson.advantage.size();
  std::vector<std::uint32_t> rows;
  Floats observation, action, head(lesson.head.size()), d_head(head.size()), old(head.size());
  Floats log_probability, advantage;
  const std::size_t d = policy.action_size(), h = policy.head_size();
  for (std::size_t i = n; i-- > 0;) {
    rows.push_back(static_cast<std::uint32_t>(i));
    const auto add = [i](Floats& to, const Floats& from, std::size_t width) {
      const auto row = std::span(from).subspan(i * width, width);
      to.insert(to.end(), row.begin(), row.end());
    };
    add(observation, lesson.observation, kSeen);
    add(action, lesson.action, d);
    add(log_probability, lesson.log_probability, 1);
    add(advantage, lesson.advantage, 1);
    std::ranges::copy(std::span(lesson.head).subspan(i * h, h),
                      old.begin() + static_cast<std::ptrdiff_t>((n - 1 - i) * h));
  }
  std::ranges::fill(policy.arena().gradient(), 0.0f);
  JointPass pass(policy, batch, n);
  pass.forward(observation, head);
  const SurrogateTerms terms = score_surrogate({policy.distribution(), head, policy.log_std(), old,
                                                lesson.log_std, action, log_probability, advantage},
                                               0.01, {d_head, policy.log_std_gradient()});
  pass.backward(d_head, rows);
  if (losses) *losses = pass.take_losses();
  return terms;
}

Floats gradient_of(Policy& policy) {
  return {policy.arena().gradient().begin(), policy.arena().gradient().end()};
}

TEST(ValueHeads, GradientOfTheJointLossMatchesFiniteDifferences) {
  for (const Space& action : {Space::box(2, -1, 1), Space::discrete(3)}) {
    Policy policy = make_valuing(action);
    const HeadsLesson lesson(policy, 7);
    constexpr double kWeight = 0.7;
    const auto loss = [&] {
      std::vector<double> losses;
      const SurrogateTerms terms = differentiate_joint(policy, lesson, kWeight, &losses);
      return terms.loss + kWeight * (losses[0] + losses[1]);
    };
    loss();
    const Floats exact = gradient_of(policy);
    const std::size_t parameters = exact.size();
    for (std::size_t i = 0; i < parameters; ++i) {
      constexpr float kStep = 1e-2f;
      const float at = policy.arena().values()[i];
      policy.arena().values()[i] = at + kStep;
      const double up = loss();
      policy.arena().values()[i] = at - kStep;
      const double down = loss();
      policy.arena().values()[i] = at;
      // Outputs in float32 leave about 10⁻⁷/10⁻² of noise, and the third derivative 10⁻⁴.
      EXPECT_NEAR(exact[i], (up - down) / (2 * kStep), 1e-3) << i;
    }
  }
}

TEST(ValueHeads, AddTheirGradientToThatOfThePolicy) {
  Policy policy = make_valuing(Space::box(2, -1, 1));
  HeadsLesson lesson(policy, 7);
  differentiate_joint(policy, lesson, 0.5);
  const Floats joint = gradient_of(policy);
  differentiate_joint(policy, lesson, 0);
  const Floats alone = gradient_of(policy);
  Floats values(joint.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = joint[i] - alone[i];
  // That of values is in proportion to their weight, and has no part in the rows of the head.
  differentiate_joint(policy, lesson, 1.5);
  const Floats more = gradient_of(policy);
  double size = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(more[i], alone[i] + 3 * values[i], 1e-5) << i;
    size += std::abs(values[i]);
  }
  EXPECT_GT(size, 1);
  const ParameterBlock& last = policy.arena().blocks()[2];
  for (std::size_t i = 0; i < last.size / policy.output_size() * policy.head_size(); ++i) {
    EXPECT_EQ(joint[last.offset + i], alone[last.offset + i]);
  }
}

/// What a row is worth, in units of its own.
double true_value(std::span<const float> x, std::size_t signal) {
  return signal == 0 ? 300 + 50 * std::sin(x[0]) : -0.02 * x[1];
}

/// The root mean square error of the values of a signal, in units of its deviation.
double value_misfit(const Policy& policy, const HeadsLesson& lesson, std::size_t signal) {
  const std::size_t n = lesson.advantage.size(), w = policy.output_size();
  Floats all(n * w);
  policy.outputs(lesson.observation, all, {});
  double mean = 0, squares = 0, errors = 0;
  for (std::size_t i = 0; i < n; ++i) {
    mean += lesson.target[i * kValues + signal] / static_cast<double>(n);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double target = lesson.target[i * kValues + signal];
    squares += (target - mean) * (target - mean);
    errors += std::pow(target - all[i * w + policy.head_size() + signal], 2);
  }
  return std::sqrt(errors / squares);
}

TEST(ValueHeads, LearnInAnyUnitWhileThePolicyFollowsItsAdvantage) {
  Policy policy = make_valuing(Space::discrete(3));
  HeadsLesson lesson(policy, 600);
  for (std::size_t i = 0; i < lesson.target.size(); ++i) {
    const auto x = std::span(lesson.observation).subspan(i / kValues * kSeen, kSeen);
    lesson.target[i] = static_cast<float>(true_value(x, i % kValues));
  }
  for (std::size_t i = 0; i < lesson.advantage.size(); ++i) {
    lesson.advantage[i] = lesson.action[i] == 1 ? 1.0f : -0.5f;
  }
  EXPECT_GT(value_misfit(policy, lesson, 0), 1);
  EpochOptions options;
  options.epochs = 200;
  options.minibatch = 50;
  options.learning_rate = 5e-3;
  options.target_kl = 100;
  EpochOptimizer optimizer(policy, options, Rng(7));
  const AlignedFloats scaled = policy.scale_targets(lesson.target);
  PolicyBatch batch = lesson.batch(0.5);
  batch.value_target = scaled;
  const EpochReport report = optimizer.minimize(
      policy, batch, lesson.advantage,
      [](const auto& rows, auto gradient) { return clipped_surrogate(rows, 0.2, 0, gradient); });
  ASSERT_EQ(report.value_losses.size(), kValues);
  for (std::size_t k = 0; k < kValues; ++k) {
    EXPECT_LT(value_misfit(policy, lesson, k), 0.15);
    // The loss is in deviations, and of minibatches along the last epoch.
    EXPECT_LT(std::sqrt(2 * report.value_losses[k]), 0.2);
  }
  Floats head(lesson.head.size());
  policy.heads(lesson.observation, head);
  double chosen = 0;
  for (std::size_t i = 0; i < head.size(); i += 3) {
    const std::span<const float> row = std::span(head).subspan(i, 3);
    const ActionDensity pi = ActionDensity().of(policy.distribution(), {}).at(row);
    chosen += std::exp(pi.log_probability(Floats{1})) / 600;
  }
  EXPECT_GT(chosen, 1.15 / 3);  // at first a third, and a gain of a fifth is rewarded
}

TEST(ValueHeads, KeepTheirValuesAndThePolicyWhenScalesMove) {
  for (const char* cell : {"none", "gru"}) {
    Policy policy = make_valuing(Space::box(2, -1, 1), kValues, cell);
    const std::size_t n = 9, w = policy.output_size(), h = policy.head_size();
    const std::size_t width = row_width(kSeen, policy.memory_size());
    Rng rng(8);
    Floats rows(n * width), before(n * w), after(n * w), target(n * kValues);
    for (float& x : rows) x = static_cast<float>(rng.normal());
    policy.outputs(rows, before, {});
    for (const float scale : {1.0f, 100.0f}) {
      for (float& t : target) t = scale * static_cast<float>(2 + rng.normal());
      policy.scale_targets(target);
    }
    policy.outputs(rows, after, {});
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (i % w < h) {
        EXPECT_EQ(after[i], before[i]);
      } else {
        EXPECT_NEAR(after[i], before[i], 1e-4);  // of values and targets up to 300, in float32
      }
    }
  }
}

TEST(ValueHeads, StartAsCriticsDoAndLeaveTheHeadSmall) {
  Policy policy = make_valuing(Space::discrete(3));
  const auto weight = std::as_const(policy).arena().values(policy.arena().blocks()[2]);
  const std::size_t inputs = weight.size() / policy.output_size();
  for (std::size_t row = 0; row < policy.output_size(); ++row) {
    double squares = 0;
    for (const float w : weight.subspan(row * inputs, inputs)) squares += w * w;
    EXPECT_NEAR(std::sqrt(squares), row < policy.head_size() ? 0.01 : 1, 1e-5);
  }
}

}  // namespace
}  // namespace saddle
