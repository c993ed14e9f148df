// SPDX-License-Identifier: Apache-2.0
// Epochs of Adam on a loss.
#include <saddle/agents/epochs.h>

#include <numeric>

#include <saddle/agents/joint_pass.h>
#include <saddle/agents/minibatch.h>

namespace saddle {

void EpochReport::write(const std::string& name, Metrics& metrics) const {
  metrics.set(name + "/loss", last.loss);
  metrics.set(name + "/kl", last.kl);
  metrics.set(name + "/entropy", last.entropy);
  metrics.set(name + "/unused", last.unused);
  metrics.set(name + "/epochs", static_cast<double>(epochs));
  metrics.set(name + "/learning_rate", learning_rate);
  if (value_losses.empty()) return;
  metrics.set("critic/reward_loss", value_losses[0]);
  if (value_losses.size() == 1) return;
  metrics.set("critic/cost_loss",
              std::accumulate(value_losses.begin() + 1, value_losses.end(), 0.0));
}

void EpochOptimizer::follow_weights(Policy& policy, const PolicyBatch& batch,
                                    const SurrogateLoss& loss, Metrics& metrics) {
  AlignedFloats combined(batch.advantage.size());
  combine_advantages(batch, batch.weights, combined);
  minimize(policy, batch, combined, loss).write("policy", metrics);
}

EpochReport EpochOptimizer::minimize(Policy& policy, const PolicyBatch& batch,
                                     std::span<const float> advantage, const SurrogateLoss& loss) {
  const std::size_t n = advantage.size(), o = batch.observation.size() / n;
  const std::size_t h = policy.head_size(), d = policy.action_size();
  Minibatches minibatches(n, static_cast<std::size_t>(options_.minibatch), batch.starts);
  const std::size_t m = minibatches.largest();
  AlignedFloats observation(m * o), action(m * d), old_head(m * h), old_log_probability(m), a(m),
      head(m * h), d_head(m * h);
  JointPass pass(policy, batch, m);
  EpochReport report;
  report.learning_rate = options_.learning_rate * remaining(options_.schedule, batch.progress);
  SurrogateTerms& mean = report.last;
  while (report.epochs < options_.epochs && mean.kl <= options_.target_kl) {
    ++report.epochs;
    mean = {};
    minibatches.shuffle(rng_);
    for (std::size_t i = 0; i < minibatches.count(); ++i) {
      const auto rows = minibatches.piece(i);
      const auto here = std::span(head).first(rows.size() * h);
      const auto d_here = std::span(d_head).first(rows.size() * h);
      pass.forward(gather(batch.observation, o, rows, observation), here);
      const SurrogateTerms terms = loss(
          {policy.distribution(), here, policy.log_std(), gather(batch.head, h, rows, old_head),
           batch.log_std, gather(batch.action, d, rows, action),
           gather(batch.log_probability, 1, rows, old_log_probability),
           gather(advantage, 1, rows, a)},
          {d_here, policy.log_std_gradient()});
      pass.backward(d_here, rows);
      if (batch.smoothing) batch.smoothing->pull(policy.arena());
      adam_.step(policy.arena(), report.learning_rate, options_.max_gradient_norm);
      const double share = static_cast<double>(rows.size()) / static_cast<double>(n);
      mean.loss += share * terms.loss;
      mean.kl += share * terms.kl;
      mean.entropy += share * terms.entropy;
      mean.unused += share * terms.unused;
    }
    report.value_losses = pass.take_losses();
  }
  return report;
}

}  // namespace saddle
