// SPDX-License-Identifier: Apache-2.0
// Plays the tables of a constrained decision process.
#include <saddle/envs/tabular/world.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>
#include <utility>

#include <saddle/envs/canvas.h>

namespace saddle {
namespace {

/// Successors that are looked at together.
constexpr std::size_t kBlock = 4;

/// Where among 2³² random numbers those below a probability end.
std::uint32_t threshold(double probability) {
  constexpr double kAll = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(std::round(probability * 0x1p32), kAll));
}

/// Steps until an episode has almost surely ended.
int horizon(double continuation) {
  constexpr double kAlmostNever = 1e-9;
  return continuation > kAlmostNever
             ? static_cast<int>(std::ceil(std::log(kAlmostNever) / std::log(continuation)))
             : 1;
}

}  // namespace

TabularRules::TabularRules(TabularModel model) : model_(std::move(model)) {
  model_.validate();
  spec_.id = model_.id;
  spec_.doc = model_.doc;
  spec_.observation = Space::box(model_.states, 0, 1);
  spec_.action = Space::discrete(model_.actions);
  spec_.constraints = model_.constraints;
  spec_.horizon = horizon(model_.continuation);
  actions_ = size_of(model_.actions);
  const auto rounded = [](double x) { return static_cast<float>(x); };
  std::ranges::transform(model_.reward, std::back_inserter(reward_), rounded);
  std::ranges::transform(model_.cost, std::back_inserter(cost_), rounded);
  double below = 0;
  for (const double p : model_.start) start_.push_back(threshold(below += p));
  index_successors();
}

void TabularRules::index_successors() {
  const std::size_t s = size_of(model_.states), pairs = s * actions_;
  const auto row = [&](std::size_t pair) {
    return std::span(model_.transition).subspan(pair * s, s);
  };
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    const auto possible = std::ranges::count_if(row(pair), [](double p) { return p > 0; });
    branches_ = std::max(branches_, static_cast<std::size_t>(possible));
  }
  branches_ = (branches_ + kBlock - 1) / kBlock * kBlock;
  threshold_.assign(pairs * branches_, threshold(model_.continuation));
  successor_.assign(pairs * branches_, 0);
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    std::size_t at = pair * branches_;
    double below = 0;
    for (std::size_t to = 0; to < s; ++to) {
      if (row(pair)[to] <= 0) continue;
      below += row(pair)[to];
      // The last one's threshold is that of all of them, whatever the sum was rounded to.
      threshold_[at] = std::min(threshold(model_.continuation * below), threshold_[at]);
      successor_[at++] = static_cast<std::uint32_t>(to);
    }
    threshold_[at - 1] = threshold(model_.continuation);
  }
}

void TabularRules::pay(std::size_t pair, const Outcome& out) const {
  out.reward[0] = reward_[pair];
  const std::size_t costs = out.cost.size();
  for (std::size_t k = 0; k < costs; ++k) out.cost[k] = cost_[pair * costs + k];
}

std::size_t TabularRules::start(Rng& rng) const {
  const auto found = std::ranges::upper_bound(start_, rng());
  return std::min(static_cast<std::size_t>(found - start_.begin()), start_.size() - 1);
}

bool TabularRules::move(std::size_t& state, std::size_t pair, Rng& rng) const {
  // Counting is quicker than looking for the place: no branch depends on what was drawn.
  const std::uint32_t drawn = rng();
  std::size_t place = 0;
  for (std::size_t first = 0; first < branches_; first += kBlock) {
    const std::uint32_t* const thresholds = threshold_.data() + pair * branches_ + first;
    for (std::size_t k = 0; k < kBlock; ++k) place += drawn >= thresholds[k] ? 1 : 0;
  }
  if (place == branches_) return false;
  state = successor_[pair * branches_ + place];
  return true;
}

void TabularWorld::reset(Rng& rng, std::span<float> observation) {
  state_ = rules_->start(rng);
  observe(observation);
}

bool TabularWorld::step(std::span<const float> action, Rng& rng, const Outcome& out) {
  const std::size_t pair = rules_->pair(state_, action[0]);
  rules_->pay(pair, out);
  const bool goes_on = rules_->move(state_, pair, rng);
  observe(out.observation);
  return !goes_on;
}

void TabularWorld::draw(Canvas& canvas) const {
  const TabularModel& model = rules_->model();
  const bool on_map = !model.places.empty();
  const std::size_t states = size_of(model.states), actions = size_of(model.actions);
  const double radius = on_map ? 0.5 : std::max(1.0, 0.2 * model.states);
  const auto place = [&](std::size_t state) {
    if (on_map) return model.places[state];
    const double angle = 2 * std::numbers::pi * static_cast<double>(state) / model.states;
    return Point2{radius * std::sin(angle), radius * std::cos(angle)};
  };
  Point2 low = place(0), high = low;
  for (std::size_t state = 0; state < states; ++state) {
    const Point2 at = place(state);
    low = {std::min(low.x, at.x), std::min(low.y, at.y)};
    high = {std::max(high.x, at.x), std::max(high.y, at.y)};
  }
  canvas.view({low.x - 0.6, low.y - 0.6}, {high.x + 0.6, high.y + 0.6});
  const std::size_t costs = model.constraints.size();
  const double most_reward = std::ranges::max(model.reward);
  const double most_cost = costs > 0 ? std::ranges::max(model.cost) : 0;
  for (std::size_t state = 0; state < states; ++state) {
    // As much of each colour as an action there may pay.
    const auto most = [&](const std::vector<double>& table, std::size_t width) {
      const std::span<const double> row(table);
      return std::ranges::max(row.subspan(state * actions * width, actions * width));
    };
    const Point2 at = place(state);
    const auto fill = [&](Colour colour) { canvas.box(at, 0.47, 0.47, 0, colour); };
    fill(colours::kScenery.faint(0.4));
    if (most_reward > 0) {
      fill(colours::kGoal.faint(std::clamp(most(model.reward, 1) / most_reward, 0.0, 1.0)));
    }
    if (most_cost > 0) fill(colours::kDanger.faint(most(model.cost, costs) / most_cost));
  }
  canvas.disc(place(state_), 0.3, colours::kAgent);
}

void TabularWorld::observe(std::span<float> observation) const {
  std::ranges::fill(observation, 0.0f);
  observation[state_] = 1;
}

}  // namespace saddle
