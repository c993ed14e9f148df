// SPDX-License-Identifier: Apache-2.0
// Fitting value functions.
#include <saddle/agents/critic.h>

#include <cmath>

#include <saddle/agents/minibatch.h>

namespace saddle {
namespace {

ParameterArena critic_arena(const NetworkShape& shape, Rng& rng) {
  ParameterArena arena;
  add_network(arena, shape, 1.0, rng);
  return arena;
}

/// A signal that never varies (a cost never incurred) is left unscaled.
double deviation(double variance) { return variance > 1e-12 ? std::sqrt(variance) : 1.0; }

}  // namespace

Critic::Critic(int inputs, int signals, const NetworkOptions& network_options,
               const NetworkFactory& network, const CriticOptions& options, Rng rng)
    : options_(options),
      signals_(static_cast<std::size_t>(signals)),
      shape_(NetworkShape::of(inputs, signals, network_options)),
      arena_(critic_arena(shape_, rng)),
      network_(make_network(shape_, arena_, network)),
      adam_(arena_.values().size()),
      moments_(signals_),
      rng_(rng) {}

void Critic::values(std::span<const float> observation, std::span<float> out,
                    std::span<float> memory) const {
  network_->forward_remembering(observation, out, memory);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t k = i % signals_;
    out[i] = static_cast<float>(moments_.mean()[k] + deviation(moments_.variance()[k]) * out[i]);
  }
}

void Critic::rescale(std::span<const float> target) {
  const std::vector<double> mean(moments_.mean().begin(), moments_.mean().end());
  const std::vector<double> variance(moments_.variance().begin(), moments_.variance().end());
  moments_.merge(target);
  const std::size_t last = 2 * shape_.mlp.hidden.size();
  const auto weight = arena_.values(arena_.blocks()[last]);
  const auto bias = arena_.values(arena_.blocks()[last + 1]);
  const std::size_t inputs = weight.size() / signals_;
  for (std::size_t k = 0; k < signals_; ++k) {
    const double from = deviation(variance[k]), to = deviation(moments_.variance()[k]);
    for (float& w : weight.subspan(k * inputs, inputs)) w = static_cast<float>(w * from / to);
    bias[k] = static_cast<float>((from * bias[k] + mean[k] - moments_.mean()[k]) / to);
  }
}

double Critic::fit(std::span<const float> observation, std::span<const float> target,
                   double progress, std::span<const std::uint32_t> starts) {
  const std::size_t n = target.size() / signals_, o = observation.size() / n;
  rescale(target);
  AlignedFloats scaled(target.begin(), target.end());
  for (std::size_t i = 0; i < scaled.size(); ++i) {
    const std::size_t k = i % signals_;
    scaled[i] =
        static_cast<float>((scaled[i] - moments_.mean()[k]) / deviation(moments_.variance()[k]));
  }
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
  archive("moments", moments_);
  archive("rng", rng_);
}

}  // namespace saddle
