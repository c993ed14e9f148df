// SPDX-License-Identifier: Apache-2.0
// Persistent threads that share out numbered tasks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>

namespace saddle {
namespace detail {

void share(int count, void (*call)(const void* what, int i), const void* what);

}  // namespace detail

/// Threads made once. What a task computes must depend on its number alone, never on who runs it or
/// when: then results do not depend on the number of threads.
class WorkerPool {
 public:
  /// `threads` ≥ 1 counts the calling thread, which works too.
  explicit WorkerPool(int threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  [[nodiscard]] int threads() const;

  /// Runs task(0), …, task(count − 1), each once, handed out in this order, and returns when all
  /// have ended. Of the exceptions thrown, that of the lowest task number is rethrown here. Not
  /// reentrant: one run at a time, and never from within a task.
  void run(int count, const std::function<void(int)>& task);

  /// Runs task(line, 0), …, task(line, length − 1) of each of `lines` lines, one after the other
  /// within a line. A thread that is through goes on with lines of others, so that all end together
  /// though lines are few. A line ends with a task that throws; what the lowest line threw is
  /// rethrown when all have ended.
  void run_lines(int lines, int length, const std::function<void(int, int)>& task);

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

/// Runs part(0), …, part(count − 1), each once, and returns when all have ended. Within a task of a
/// pool, threads that have run out of tasks help; elsewhere, and within a part, the caller does it
/// all. As with tasks, what a part computes must depend on its number alone. Allocates nothing. A
/// part that throws ends the program.
template <class Part>
void share(int count, const Part& part) {
  const auto call = [](const void* what, int i) noexcept { (*static_cast<const Part*>(what))(i); };
  detail::share(count, call, &part);
}

/// Rows come in blocks of this many where they are shared out: few enough that what one layer of a
/// network writes is still in cache when the next one reads it.
inline constexpr std::size_t kRowBlock = 128;

[[nodiscard]] constexpr std::size_t row_blocks(std::size_t rows) {
  return (rows + kRowBlock - 1) / kRowBlock;
}

/// Shares out part(block, its first row, its rows) for every block of rows.
template <class Part>
void share_rows(std::size_t rows, const Part& part) {
  share(static_cast<int>(row_blocks(rows)), [&](int i) {
    const auto block = static_cast<std::size_t>(i);
    part(block, block * kRowBlock, std::min(kRowBlock, rows - block * kRowBlock));
  });
}

}  // namespace saddle
