// SPDX-License-Identifier: Apache-2.0
// What `speed` measures: training, worlds alone, and one action.
#pragma once

#include <chrono>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

namespace saddle {

struct Wanted {
  std::string rows = ".";
  std::vector<int> threads = {1, 2};
  int repetitions = 5, seeds = 10;
  double seconds = 0.4;  ///< of a repetition, at least
  std::vector<std::string> options;
  bool growth = false;
};

/// Time that passed while it ran: on the wall, and of the processor, over all threads.
class Stopwatch {
 public:
  void start() {
    from_ = std::chrono::steady_clock::now();
    cpu_from_ = std::clock();
  }
  void stop() {
    wall_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - from_).count();
    cpu_ += static_cast<double>(std::clock() - cpu_from_) / CLOCKS_PER_SEC;
  }
  [[nodiscard]] double wall() const { return wall_; }
  [[nodiscard]] double cpu() const { return cpu_; }

 private:
  std::chrono::steady_clock::time_point from_;
  std::clock_t cpu_from_ = 0;
  double wall_ = 0, cpu_ = 0;
};

/// One repetition: a figure, and the time of the processor that it took.
struct Lap {
  double figure, cpu;
};

/// A figure of the table. Repetition i is measure(i), after `prepare` has made what it needs.
struct Row {
  std::string name, unit;
  int threads, repetitions;
  std::function<std::function<Lap(int)>()> prepare;
};

/// Training at settings that others publish, the time to solve a problem, worlds alone, one action.
[[nodiscard]] std::vector<Row> published_rows(const Wanted& wanted);

/// Training where one thing at a time is another than in 64 worlds of 256 steps, minibatches of
/// 512, 4 epochs, two layers of 64, and observations of 8.
[[nodiscard]] std::vector<Row> growth_rows(const Wanted& wanted);

}  // namespace saddle
