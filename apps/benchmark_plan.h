// SPDX-License-Identifier: Apache-2.0
// The runs that a benchmark is made of, and how far each of them is.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <saddle/apps/benchmark_spec.h>
#include <saddle/apps/checkpoint.h>
#include <saddle/apps/registries.h>

namespace saddle {

/// What is run once a seed.
struct Cell {
  std::string environment;
  std::string agent;            ///< as in the spec, "ppo+gdpa"
  std::string variant;          ///< empty: none in particular
  std::optional<double> limit;  ///< of the sweep
  std::vector<std::string> constraints;
  std::filesystem::path folder;  ///< of its runs

  /// "ppo+gdpa" or "ppo+gdpa-VARIANT": whom results are compared of.
  [[nodiscard]] std::string contestant() const {
    return variant.empty() ? agent : agent + "-" + variant;
  }
};

struct PlannedRun {
  std::size_t cell = 0;
  std::int64_t seed = 0;
  std::filesystem::path root;  ///< the directory of the run
  std::string config;          ///< its options as TOML
  OptionTexts options;         ///< those that results depend on
  std::int64_t threads = 1;

  /// Beside the run: what it is told, and what it says.
  [[nodiscard]] std::filesystem::path config_file() const { return root.string() + ".toml"; }
  [[nodiscard]] std::filesystem::path log() const { return root.string() + ".log"; }
};

struct BenchmarkPlan {
  std::filesystem::path out;
  std::vector<Cell> cells;
  std::vector<PlannedRun> runs;  ///< all cells with the first seed, then with the next
  std::vector<std::int64_t> seeds;
  std::int64_t steps = 0;
  std::int64_t episodes = 0;
  bool stochastic = false;

  /// The worlds of the cells, in the order of the spec.
  [[nodiscard]] std::vector<std::string> worlds() const;
};

/// Everything the spec asks for, kept under `out`. Builds the configuration of every run and the
/// agent of every cell. Errors: saddle::Error as of RunConfig, or if two cells would be kept in the
/// same place.
[[nodiscard]] BenchmarkPlan make_plan(const BenchmarkSpec& spec, const Registries& registries,
                                      const std::filesystem::path& out);

/// Errors: saddle::Error naming the first run on disk that is not what is planned, and the option.
void require_same_options(const BenchmarkPlan& plan, const Registries& registries);

enum class RunState { kNew, kStarted, kDone };

/// kStarted: there is a checkpoint to continue from. kDone: trained to the end, and evaluated over
/// as many episodes as planned.
[[nodiscard]] RunState state_of(const PlannedRun& run, const BenchmarkPlan& plan);

}  // namespace saddle
