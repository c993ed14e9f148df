// SPDX-License-Identifier: Apache-2.0
// What a benchmark is to run: a grid of worlds, agents, overrides, limits and seeds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <saddle/apps/toml_file.h>

namespace saddle {

/// Options that set a part of the grid apart.
struct Variant {
  std::string name;  ///< empty: none in particular
  Settings set;
};

struct BenchmarkSpec {
  std::vector<std::string> plugins;
  std::vector<std::string> environments;
  std::vector<std::string> agents;  ///< "ppo-lag", or "ppo+gdpa" for an agent and a rule
  std::int64_t steps = 1'000'000;
  std::vector<std::int64_t> seeds = {0, 1, 2, 3, 4};
  std::int64_t episodes = 100;  ///< that the final policy of a run plays
  bool stochastic = false;      ///< it samples its actions there, as in training
  std::int64_t processes = 0;   ///< side by side; 0: one a processor
  std::vector<double> limits;   ///< each for all costs; empty: those of the worlds and of `set`
  Settings set;                 ///< options of all runs
  std::map<std::string, Settings> agent_set;  ///< those of the runs of one of `agents`, by its name
  std::vector<Variant> variants;              ///< at least one

  void fields(Fields& f);
};

/// Reads and checks a spec as far as it does not depend on what names stand for.
/// Errors: saddle::Error naming an unknown key with the nearest known, a value that its key does
/// not take, a list that is empty, or what is in one twice.
[[nodiscard]] BenchmarkSpec read_benchmark_spec(const std::filesystem::path& path);

}  // namespace saddle
