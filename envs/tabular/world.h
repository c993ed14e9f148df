// SPDX-License-Identifier: Apache-2.0
// Plays the tables of a constrained decision process.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <saddle/envs/tabular/model.h>

namespace saddle {

/// A model with what it takes to play it quickly. One serves any number of worlds.
class TabularRules {
 public:
  /// Errors: saddle::Error if the tables do not fit each other.
  explicit TabularRules(TabularModel model);

  [[nodiscard]] const TabularModel& model() const { return model_; }
  [[nodiscard]] const EnvironmentSpec& spec() const { return spec_; }

  [[nodiscard]] std::size_t pair(std::size_t state, float action) const {
    return state * actions_ + size_of(static_cast<int>(action));
  }

  /// Writes the reward and the costs of a pair of state and action.
  void pay(std::size_t pair, const Outcome& out) const;

  /// A state to start in.
  [[nodiscard]] std::size_t start(Rng& rng) const;

  /// Moves from `state` by the table. Returns false, and leaves it, if the episode ends instead.
  [[nodiscard]] bool move(std::size_t& state, std::size_t pair, Rng& rng) const;

 private:
  void index_successors();

  TabularModel model_;
  EnvironmentSpec spec_;
  std::size_t actions_ = 0;               // A
  std::vector<float> reward_, cost_;      // [S·A], [S·A, C]
  std::size_t branches_ = 0;              // K, room for the most successors that a pair has
  std::vector<std::uint32_t> threshold_;  // [S·A, K]: of 2³² random numbers, where each's end
  std::vector<std::uint32_t> successor_;  // [S·A, K]
  std::vector<std::uint32_t> start_;      // [S], the thresholds of starts
};

/// A world that is a table.
///
/// State   one of S.
/// Action  one of A.
/// Step    pays the reward and the costs of the pair of state and action, ends the episode with
///         probability 1 − γ, else moves by the table. Probabilities are rounded to multiples of
///         2⁻³².
/// Reward  of the table, as are costs and starts. An agent whose own discount is 1 optimises the
///         sum that the limits are about too.
/// Ending  at random; an episode that ends is seen to end where it was. One that lasts for so long
///         that γ^t is under 1e-9 is cut, which no expected sum feels.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0 … S − 1 | 1 for the state it is in, 0 elsewhere | [0, 1] |
///
/// A linear policy on these is a table.
class TabularWorld final : public Environment {
 public:
  explicit TabularWorld(std::shared_ptr<const TabularRules> rules) : rules_(std::move(rules)) {}

  [[nodiscard]] const EnvironmentSpec& spec() const override { return rules_->spec(); }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  void draw(Canvas& canvas) const override;

  [[nodiscard]] const TabularModel& model() const { return rules_->model(); }
  [[nodiscard]] int state() const { return static_cast<int>(state_); }

 private:
  void observe(std::span<float> observation) const;

  std::shared_ptr<const TabularRules> rules_;
  std::size_t state_ = 0;
};

}  // namespace saddle
