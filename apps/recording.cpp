// SPDX-License-Identifier: Apache-2.0
// Episodes kept to be shown.
#include <saddle/apps/recording.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include <saddle/base/check.h>

namespace saddle {
namespace {

bool is_sound(const Shape& shape) {
  return !shape.points.empty() && std::isfinite(shape.size) &&
         std::ranges::all_of(shape.points, [](Point2 point) {
           return std::isfinite(point.x) && std::isfinite(point.y);
         });
}

/// The inner world, every state of which is drawn until its first episode is over.
class Recorded final : public Environment {
 public:
  Recorded(std::unique_ptr<Environment> inner, Recording& recording)
      : inner_(std::move(inner)), recording_(recording) {}

  [[nodiscard]] const EnvironmentSpec& spec() const override { return inner_->spec(); }

  void reset(Rng& rng, std::span<float> observation) override {
    inner_->reset(rng, observation);
    over_ = !recording_.empty();
    if (over_) return;
    keep({.canvas = {}, .cost = std::vector<double>(spec().constraints.size(), 0.0)});
    if (recording_.front().canvas.shapes().empty()) {
      throw Error(
          concat("environment '", spec().id, "' draws nothing; override its draw() to ", "see it"));
    }
  }

  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override {
    const bool ended = inner_->step(action, rng, out);
    if (over_) return ended;
    Moment now{{}, recording_.back().step + 1, recording_.back().reward, recording_.back().cost};
    const std::size_t costs = now.cost.size();
    for (const float reward : out.reward) now.reward += static_cast<double>(reward) / spec().agents;
    for (std::size_t i = 0; i < out.cost.size(); ++i) {
      now.cost[i % costs] += static_cast<double>(out.cost[i]) / spec().agents;
    }
    keep(std::move(now));
    return ended;
  }

  void central_state(std::span<float> state) const override { inner_->central_state(state); }

 private:
  void keep(Moment moment) {
    inner_->draw(moment.canvas);
    if (!std::ranges::all_of(moment.canvas.shapes(), is_sound)) {
      throw Error(concat("environment '", spec().id, "' drew a shape without points, or with a ",
                         "number that is not finite, after step ", moment.step,
                         "; mend its draw()"));
    }
    recording_.push_back(std::move(moment));
  }

  std::unique_ptr<Environment> inner_;
  Recording& recording_;
  bool over_ = true;
};

}  // namespace

EnvironmentFactory recorded(EnvironmentFactory make, std::vector<Recording>& recordings) {
  return [make = std::move(make), &recordings,
          made = std::make_shared<std::size_t>(0)]() -> std::unique_ptr<Environment> {
    std::unique_ptr<Environment> world = make();
    if (*made >= recordings.size()) return world;
    return std::make_unique<Recorded>(std::move(world), recordings[(*made)++]);
  };
}

}  // namespace saddle
