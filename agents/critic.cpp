// SPDX-License-Identifier: Apache-2.0
// Fitting value functions.
#include <saddle/agents/critic.h>

#include <saddle/agents/minibatch.h>

namespace saddle {
namespace {

ParameterArena critic_arena(const NetworkShape& shape, Rng& rng) {
  ParameterArena arena;
  add_network(arena, shape, 1.0, rng);
  return arena;
}

}  // namespace

Critic::Critic(int inputs, int signals, const NetworkOptions& network_options,
               const NetworkFactory& network, const CriticOptions& options, Rng rng)
    : options_(options),
      signals_(static_cast<std::size_t>(signals)),
      shape_(NetworkShape::of(inputs, signals, network_options)),
      arena_(critic_arena(shape_, rng)),
      network_(make_network(shape_, arena_, network)),
      adam_(arena_.values().size()),
      scale_(signals_),
      rng_(rng) {}

void Critic::values(std::span<const float> observation, std::span<float> out,
                    std::span<float> memory) const {
  network_->forward_remembering(observation, out, memory);
  scale_.unscale(out, signals_);
}

double Critic::fit(std::span<const float> observation, std::span<const float> target,
                   double progress, std::span<const std::uint32_t> starts) {
  const std::size_t n = target.size() / signals_, o = observation.size() / n;
  const AlignedFloats scaled = scale_.follow(target, arena_, shape_.mlp.last_layer());
  Minibatches minibatches(n, static_cast<std::size_t>(options_.minibatch), starts);
  const std::size_t m = minibatches.largest();
  AlignedFloats inputs(m * o), wanted(m * signals_), output(m * signals_);
  const double learning_rate = options_.learning_rate * remaining(options_.schedule, progress);
  double loss = 0;
  for (std::int64_t epoch = 0; epoch < options_.epochs; ++epoch) {
    loss = 0;
    minibatches.shuffle(rng_);
    for (std::size_t i = 0; i < minibatches.count(); ++i) {
      const auto rows = minibatches.piece(i);
      const auto y = std::span(output).first(rows.size() * signals_);
      network_->forward_keeping(gather(observation, o, rows, inputs), y);
      const auto goal = gather(scaled, signals_, rows, wanted);
      const float share = 1 / static_cast<float>(rows.size());
      double squares = 0;
      for (std::size_t j = 0; j < y.size(); ++j) {
        const float error = y[j] - goal[j];
        squares += error * error;
        y[j] = error * share;
      }
      loss += 0.5 * squares / static_cast<double>(n);
      network_->backward(y);
      adam_.step(arena_, learning_rate, options_.max_gradient_norm);
    }
  }
  return loss;
}

void Critic::state(Archive& archive) {
  archive("network", arena_);
  archive("adam", adam_);
  archive("moments", scale_);
  archive("rng", rng_);
}

}  // namespace saddle
