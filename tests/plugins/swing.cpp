// SPDX-License-Identifier: Apache-2.0
// A plug-in with a swing that fails on demand: SADDLE_TEST_FAULT="KIND STEP" makes the process's
// STEP-th step go wrong, KIND being crash, nan or throw. Leaky-v0 keeps its angle when it is reset.
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <limits>
#include <sstream>

#include <saddle/envs/plugin_library.h>

// Of each plug-in its own: variant.c.
extern "C" const int swing_horizon;
extern "C" const char* const swing_constraint;

namespace {

class Swing final : public saddle::Environment {
 public:
  explicit Swing(bool leaky) : leaky_(leaky) {
    spec_.id = leaky ? "Leaky-v0" : "Swing-v0";
    spec_.doc = "swing high, but not too high";
    spec_.observation = saddle::Space::box(2, -100, 100);
    spec_.action = saddle::Space::box(1, -1, 1);
    spec_.constraints = {{swing_constraint, "steps", 10, "further than 0.5 rad"}};
    spec_.horizon = swing_horizon;
  }

  [[nodiscard]] const saddle::EnvironmentSpec& spec() const override { return spec_; }

  void reset(saddle::Rng& rng, std::span<float> observation) override {
    if (!leaky_) angle_ = 0;
    speed_ = static_cast<float>(rng.uniform(-1, 1));
    observe(observation);
  }

  [[nodiscard]] bool step(std::span<const float> action, saddle::Rng&,
                          const saddle::Outcome& out) override {
    speed_ += 0.1f * (action[0] - std::sin(angle_));
    angle_ += 0.1f * speed_;
    observe(out.observation);
    out.reward[0] = std::abs(angle_);
    out.cost[0] = std::abs(angle_) > 0.5f ? 1.0f : 0.0f;
    fail_on_demand(out);
    return false;
  }

 private:
  void observe(std::span<float> observation) const {
    observation[0] = angle_;
    observation[1] = speed_;
  }

  static void fail_on_demand(const saddle::Outcome& out) {
    static const char* const wanted = std::getenv("SADDLE_TEST_FAULT");
    if (wanted == nullptr) return;
    static std::atomic<int> steps{0};
    std::string kind;
    int at = 0;
    std::istringstream(wanted) >> kind >> at;
    if (++steps != at) return;
    if (kind == "crash") std::raise(SIGSEGV);
    if (kind == "nan") out.reward[0] = std::numeric_limits<float>::quiet_NaN();
    if (kind == "throw") throw std::out_of_range("index 7");
  }

  bool leaky_;
  saddle::EnvironmentSpec spec_;
  float angle_ = 0, speed_ = 0;
};

void register_worlds(saddle::EnvironmentRegistry& registry) {
  registry.add("Swing-v0", [] { return std::make_unique<Swing>(false); });
  registry.add("Leaky-v0", [] { return std::make_unique<Swing>(true); });
}

}  // namespace

SADDLE_PLUGIN(register_worlds)
