// SPDX-License-Identifier: Apache-2.0
// What every world promises, as checks that say what is wrong and how to mend it.
#pragma once

#include <string>
#include <vector>

#include <saddle/envs/vector_environment.h>

namespace saddle {

/// The most agents, numbers of a space, choices or constraints that a world may have.
inline constexpr int kMostOfAnything = 1'000'000;

/// Errors: saddle::Error naming the world and the first thing in its spec that makes no sense: a
/// name that flags and files cannot hold or that is there twice, a size or a horizon below 1,
/// bounds in the wrong order, a limit that is negative.
void require_sound(const EnvironmentSpec& spec);

/// The same of the parameters of `world`: a name that keys cannot hold or that is there twice,
/// bounds in the wrong order, a value outside of them.
void require_sound(const std::string& world, const std::vector<WorldParameter>& parameters);

enum class Verdict { kPassed, kFailed, kSkipped };

/// One check of a world.
struct Finding {
  std::string check;  ///< "determinism"
  Verdict verdict = Verdict::kPassed;
  std::string detail;  ///< one sentence: what was seen; if it failed, what to do as well
};

struct ContractOptions {
  std::uint64_t seed = 0;
  int steps = 10'000;  ///< of the longest check; at least 100
};

/// Checks a world that is registered as `name`, with random actions inside, at and beyond the
/// bounds of its space:
///
/// | check | what it promises |
/// | --- | --- |
/// | spec | sizes, bounds and names make sense |
/// | documentation | the name ends in a version; world and constraints say what they are |
/// | steps | nothing is thrown |
/// | memory | all of the outcome is written and nothing beside it |
/// | finite | observations, rewards, costs and central states are finite |
/// | spaces | observations lie inside their space |
/// | costs | costs are at least 0 |
/// | endings | a time limit is left to Saddle |
/// | determinism | the same stream and actions give the same bits |
/// | reset | an episode keeps nothing of those before it |
/// | instances | copies do not share anything |
/// | checkpoints | replay of stream and actions restores the middle of an episode |
/// | threads | 1 thread and 3 give the same bits |
///
/// What a failure makes meaningless is skipped. Never throws for what a world does.
[[nodiscard]] std::vector<Finding> check_contract(const std::string& name,
                                                  const EnvironmentFactory& make,
                                                  const ContractOptions& options);

/// Steps 16 copies of a world on the calling thread, with actions drawn beforehand, so that one may
/// measure what a step takes.
class RandomSteps {
 public:
  RandomSteps(const EnvironmentFactory& make, std::uint64_t seed);
  ~RandomSteps();
  RandomSteps(const RandomSteps&) = delete;
  RandomSteps& operator=(const RandomSteps&) = delete;

  /// Steps every copy `rounds` times; returns the number of steps.
  std::int64_t run(int rounds);

 private:
  struct Batch;
  std::unique_ptr<Batch> batch_;
};

}  // namespace saddle
