// SPDX-License-Identifier: Apache-2.0
// Fitting values of actions.
#include <saddle/agents/off_policy/q_critic.h>

namespace saddle {
namespace {

ParameterArena q_arena(const MlpShape& shape, Rng& rng) {
  ParameterArena arena;
  add_mlp(arena, shape, 1.0, rng);
  return arena;
}

}  // namespace

QCritic::QCritic(int inputs, int signals, std::size_t rows, const NetworkOptions& network_options,
                 const NetworkFactory& network, const QCriticOptions& options, Rng rng)
    : options_(options),
      shape_{inputs, network_options.hidden, signals, network_options.activation,
             network_options.initialization},
      arena_(q_arena(shape_, rng)),
      network_(network(shape_, arena_)),
      target_(shape_, arena_, network),
      adam_(arena_.values().size()),
      value_(rows * static_cast<std::size_t>(signals)),
      next_value_(value_.size()),
      d_value_(value_.size()),
      slope_(rows * static_cast<std::size_t>(inputs)) {}

void QCritic::look_ahead(std::span<const float> x) { target_.network().forward(x, next_value_); }

void QCritic::fit(std::span<const float> x, std::span<const float> target, double progress) {
  SADDLE_CHECK(target.size() == value_.size(), target.size(), value_.size());
  network_->forward_keeping(x, value_);
  const double rows = static_cast<double>(value_.size()) / shape_.outputs;
  loss_ = 0;
  for (std::size_t i = 0; i < value_.size(); ++i) {
    const double error = static_cast<double>(value_[i]) - target[i];
    loss_ += 0.5 * error * error / rows;
    d_value_[i] = static_cast<float>(error / rows);
  }
  network_->backward(d_value_);
  adam_.step(arena_, options_.learning_rate * remaining(options_.schedule, progress), 0);
}

void QCritic::look(std::span<const float> x, std::span<const double> weight) {
  SADDLE_CHECK(weight.size() == static_cast<std::size_t>(shape_.outputs), weight.size());
  network_->forward_keeping(x, value_);
  for (std::size_t i = 0; i < d_value_.size(); ++i) {
    d_value_[i] = static_cast<float>(weight[i % weight.size()]);
  }
  network_->input_gradient(d_value_, slope_);
}

void QCritic::state(Archive& archive) {
  archive("network", arena_);
  archive("target", target_);
  archive("adam", adam_);
}

}  // namespace saddle
