// SPDX-License-Identifier: Apache-2.0
// The worker pool.
#include <saddle/envs/worker_pool.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <saddle/base/check.h>

namespace saddle {
namespace {

/// The parts that one thread has to share. The word is a generation (32 bits), a count and how many
/// parts are taken (16 bits each): whoever moves it on by one owns that part, and thereby knows
/// that the rest of the board stays as it is until `done` says so.
struct alignas(64) Board {
  static constexpr std::uint64_t kMost = 0xffff;

  std::atomic<std::uint64_t> word = 0;
  std::atomic<int> done = 0;
  void (*call)(const void*, int) = nullptr;
  const void* what = nullptr;

  /// Runs a part that nobody has taken; false if there is none.
  bool run_one() {
    std::uint64_t now = word.load(std::memory_order_acquire);
    for (;;) {
      const std::uint64_t count = now >> 16 & kMost, taken = now & kMost;
      if (taken >= count) return false;
      if (word.compare_exchange_weak(now, now + 1, std::memory_order_acquire)) {
        call(what, static_cast<int>(taken));
        done.fetch_add(1, std::memory_order_release);
        return true;
      }
    }
  }
};

/// Where the calling thread may post parts; none where nobody could help it, or it is helping.
thread_local Board* own_board = nullptr;

/// What to do when there is nothing to do: more and more of nothing.
class Patience {
 public:
  /// Whether it is time to sleep until called, where one is: after some 50 µs.
  [[nodiscard]] bool ends() const { return rounds_ >= kAwake; }
  void wait() {
    ++rounds_;
    if (rounds_ > kYields) {
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    } else if (rounds_ > kSpins) {
      std::this_thread::yield();
    }
  }
  void renew() { rounds_ = 0; }

 private:
  static constexpr int kSpins = 200, kAwake = 400, kYields = 2000;
  int rounds_ = 0;
};

}  // namespace

namespace detail {

void share(int count, void (*call)(const void*, int), const void* what) {
  Board* const board = std::exchange(own_board, nullptr);
  if (board == nullptr || count < 2 || count > static_cast<int>(Board::kMost)) {
    for (int i = 0; i < count; ++i) call(what, i);
  } else {
    board->call = call;
    board->what = what;
    board->done.store(0, std::memory_order_relaxed);
    const std::uint64_t generation = (board->word.load(std::memory_order_relaxed) >> 32) + 1;
    board->word.store(generation << 32 | static_cast<std::uint64_t>(count) << 16,
                      std::memory_order_release);
    while (board->run_one()) {
    }
    Patience patience;
    while (board->done.load(std::memory_order_acquire) < count) patience.wait();
  }
  own_board = board;
}

}  // namespace detail

struct WorkerPool::Shared {
  std::mutex mutex;
  std::condition_variable start, finish;
  std::vector<std::thread> threads;
  std::vector<Board> boards;  // one a thread; the caller's is the first
  const std::function<void(int)>* task = nullptr;
  int count = 0;
  std::atomic<int> next = 0;
  std::atomic<int> open = 0;  // tasks that have not ended
  std::atomic<int> busy = 0;  // workers that have not finished this run
  std::atomic<std::uint64_t> generation = 0;
  std::atomic<bool> stopping = false;
  int failed_task = 0;
  std::exception_ptr failure;

  explicit Shared(std::size_t size) : boards(size) {}

  void work(std::size_t thread) {
    own_board = boards.size() > 1 ? &boards[thread] : nullptr;
    for (int i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
      try {
        (*task)(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure || i < failed_task) {
          failure = std::current_exception();
          failed_task = i;
        }
      }
      open.fetch_sub(1);
    }
    own_board = nullptr;
    help();
  }

  void help() {
    Patience patience;
    while (open.load() > 0) {
      bool helped = false;
      for (Board& board : boards) helped |= board.run_one();
      helped ? patience.renew() : patience.wait();
    }
  }

  /// Waits for what is notified under the mutex. As waking up takes longer than many a run, not
  /// asleep at first.
  template <class Ready>
  void await(std::condition_variable& notified, const Ready& ready) {
    for (Patience patience; !patience.ends(); patience.wait()) {
      if (ready()) return;
    }
    std::unique_lock lock(mutex);
    notified.wait(lock, ready);
  }

  void serve(std::size_t thread) {
    for (std::uint64_t seen = 0;; ++seen) {
      await(start, [&] { return stopping || generation != seen; });
      if (stopping) return;
      work(thread);
      const std::lock_guard lock(mutex);
      if (--busy == 0) finish.notify_one();
    }
  }
};

WorkerPool::WorkerPool(int threads) {
  SADDLE_CHECK(threads >= 1, threads);
  const auto size = static_cast<std::size_t>(threads);
  shared_ = std::make_unique<Shared>(size);
  for (std::size_t i = 1; i < size; ++i) {
    shared_->threads.emplace_back([shared = shared_.get(), i] { shared->serve(i); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->stopping = true;
  }
  shared_->start.notify_all();
  for (std::thread& thread : shared_->threads) thread.join();
}

int WorkerPool::threads() const { return static_cast<int>(shared_->threads.size()) + 1; }

void WorkerPool::run(int count, const std::function<void(int)>& task) {
  Shared& s = *shared_;
  {
    const std::lock_guard lock(s.mutex);
    s.task = &task;
    s.count = count;
    s.next = 0;
    s.open = count;
    s.busy = static_cast<int>(s.threads.size());
    s.failure = nullptr;
    ++s.generation;
  }
  s.start.notify_all();
  s.work(0);
  s.await(s.finish, [&] { return s.busy == 0; });
  if (s.failure) std::rethrow_exception(std::exchange(s.failure, nullptr));
}

void WorkerPool::run_lines(int lines, int length, const std::function<void(int, int)>& task) {
  struct Line {
    int owner = 0, next = 0;
    bool taken = false;
    std::exception_ptr failure = nullptr;
  };
  std::vector<Line> all(static_cast<std::size_t>(lines));
  const int workers = std::min(threads(), lines);
  for (int i = 0; i < lines; ++i) all[static_cast<std::size_t>(i)].owner = i % workers;
  std::mutex mutex;
  // A worker keeps to its own lines, which its cache holds, and brings them on alike, so that when
  // another is through with its own, there is one to give away.
  const auto take = [&](int worker) {
    Line* best = nullptr;
    const auto rank = [worker](const Line& line) {
      return std::pair(line.owner != worker, line.next);
    };
    for (Line& line : all) {
      if (line.taken || line.next >= length) continue;
      if (best == nullptr || rank(line) < rank(*best)) best = &line;
    }
    if (best != nullptr) {
      best->owner = worker;
      best->taken = true;
    }
    return best;
  };
  run(workers, [&](int worker) {
    std::unique_lock lock(mutex);
    while (Line* const line = take(worker)) {
      lock.unlock();
      try {
        task(static_cast<int>(line - all.data()), line->next);
      } catch (...) {
        line->failure = std::current_exception();
      }
      lock.lock();
      line->next = line->failure ? length : line->next + 1;
      line->taken = false;
    }
  });
  for (const Line& line : all) {
    if (line.failure) std::rethrow_exception(line.failure);
  }
}

}  // namespace saddle
