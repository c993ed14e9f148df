// SPDX-License-Identifier: Apache-2.0
// The worker pool.
#include <saddle/envs/worker_pool.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <saddle/base/check.h>

namespace saddle {

struct WorkerPool::Shared {
  std::mutex mutex;
  std::condition_variable start, finish;
  std::vector<std::thread> threads;
  const std::function<void(int)>* task = nullptr;
  int count = 0;
  std::atomic<int> next = 0;
  int busy = 0;  // workers that have not finished this run
  std::uint64_t generation = 0;
  bool stopping = false;
  int failed_task = 0;
  std::exception_ptr failure;

  void work() {
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
    }
  }

  void serve() {
    std::uint64_t seen = 0;
    for (;;) {
      {
        std::unique_lock lock(mutex);
        start.wait(lock, [&] { return stopping || generation != seen; });
        if (stopping) return;
        seen = generation;
      }
      work();
      const std::lock_guard lock(mutex);
      if (--busy == 0) finish.notify_one();
    }
  }
};

WorkerPool::WorkerPool(int threads) : shared_(std::make_unique<Shared>()) {
  SADDLE_CHECK(threads >= 1, threads);
  for (int i = 1; i < threads; ++i) {
    shared_->threads.emplace_back([shared = shared_.get()] { shared->serve(); });
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
    s.busy = static_cast<int>(s.threads.size());
    s.failure = nullptr;
    ++s.generation;
  }
  s.start.notify_all();
  s.work();
  std::unique_lock lock(s.mutex);
  s.finish.wait(lock, [&] { return s.busy == 0; });
  if (s.failure) std::rethrow_exception(std::exchange(s.failure, nullptr));
}

}  // namespace saddle
