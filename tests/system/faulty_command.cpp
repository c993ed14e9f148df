// SPDX-License-Identifier: Apache-2.0
// The saddle command with worlds that fail on demand: SADDLE_TEST_FAULT="KIND STEP [WORLD]" makes
// the process's STEP-th world step go wrong, KIND being kill, nan, throw, foreign or sleep, if the
// world is the one named or none is.
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <thread>

#include <saddle/apps/command.h>

namespace saddle {
namespace {

struct Fault {
  std::string kind;
  std::int64_t step = 0;
  std::string world;  // empty: any
};

Fault wanted_fault() {
  Fault fault;
  if (const char* text = std::getenv("SADDLE_TEST_FAULT")) {
    std::istringstream(text) >> fault.kind >> fault.step >> fault.world;
  }
  return fault;
}

/// Another world, until the fault.
class Faulty final : public Environment {
 public:
  explicit Faulty(std::unique_ptr<Environment> inner) : inner_(std::move(inner)) {}

  [[nodiscard]] const EnvironmentSpec& spec() const override { return inner_->spec(); }

  void reset(Rng& rng, std::span<float> observation) override { inner_->reset(rng, observation); }

  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override {
    static const Fault fault = wanted_fault();
    static std::atomic<std::int64_t> steps{0};
    const bool ended = inner_->step(action, rng, out);
    const bool meant = fault.world.empty() || fault.world == spec().id;
    if (++steps == fault.step && meant) fail(fault.kind, out);
    return ended;
  }

 private:
  static void fail(const std::string& kind, const Outcome& out) {
    if (kind == "kill") std::raise(SIGKILL);
    if (kind == "nan") out.reward[0] = std::numeric_limits<float>::quiet_NaN();
    if (kind == "throw") throw Error("the world has lost its floor; restart it");
    if (kind == "foreign") throw std::out_of_range("index 7");
    if (kind == "sleep") std::this_thread::sleep_for(std::chrono::minutes(5));
  }

  std::unique_ptr<Environment> inner_;
};

void register_faulty(EnvironmentRegistry& registry) {
  EnvironmentRegistry sound("environment");
  register_environments(sound);
  for (const std::string& name : sound.names()) {
    registry.add(name, [make = sound.at(name)] { return std::make_unique<Faulty>(make()); });
  }
}

}  // namespace
}  // namespace saddle

int main(int argc, char** argv) {
  saddle::Registries registries;
  saddle::register_faulty(registries.environments);
  saddle::register_agents(registries.agents);
  saddle::register_rules(registries.rules);
  saddle::register_wrappers(registries.wrappers);
  return saddle::run_command(argc, argv, registries);
}
