// SPDX-License-Identifier: Apache-2.0
// One agent in each of several processes, which hear of each other through LibTorch's c10d.
#include <saddle/optim/torch/c10d_communicator.h>

#include <saddle/base/check.h>

#ifdef SADDLE_WITH_GLOO
#include <algorithm>
#include <exception>
#include <future>
#include <optional>
#include <set>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <saddle/optim/torch/torch.h>

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

namespace saddle {
#ifdef SADDLE_WITH_GLOO
namespace {

using Clock = std::chrono::steady_clock;
using Gloo = c10d::ProcessGroupGloo;
using Store = c10::intrusive_ptr<c10d::TCPStore>;
using Vectors = std::vector<Eigen::VectorXd>;
using std::chrono::milliseconds;

/// How long to talk of what went wrong.
constexpr milliseconds kPatience{5000};

double in_seconds(milliseconds time) { return std::chrono::duration<double>(time).count(); }

/// What is left of a time-out; never 0, which c10d takes for no limit.
milliseconds left_until(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  return std::max(left, milliseconds(1));
}

/// f(), or nothing if it throws or is not done in time. What it works on must be its own: c10d's
/// table has calls without a time-out, so f may go on in the background.
template <class F>
std::optional<std::invoke_result_t<F>> within(milliseconds limit, F f) {
  std::packaged_task<std::invoke_result_t<F>()> task(std::move(f));
  auto answer = task.get_future();
  std::thread(std::move(task)).detach();
  if (answer.wait_for(limit) != std::future_status::ready) return std::nullopt;
  try {
    return answer.get();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string key(const char* what, int rank) { return concat("saddle/", what, "/", rank); }

void put(c10d::TCPStore& store, const std::string& key, int value) {
  const std::string digits = std::to_string(value);
  store.set(key, std::vector<std::uint8_t>(digits.begin(), digits.end()));
}

std::optional<int> look_up(c10d::TCPStore& store, const std::string& key) {
  if (!store.check({key})) return std::nullopt;
  const std::vector<std::uint8_t> digits = store.get(key);
  return std::stoi(std::string(digits.begin(), digits.end()));
}

/// The table that process 0 keeps for all, where they find each other.
Store open_store(const C10dOptions& options) {
  c10d::TCPStoreOptions how;
  how.port = static_cast<std::uint16_t>(options.master_port);
  how.isServer = options.rank == 0;
  how.waitWorkers = false;
  how.timeout = options.timeout;
  const std::string place = concat(options.master_address, ":", options.master_port);
  try {
    return c10::make_intrusive<c10d::TCPStore>(options.master_address, how);
  } catch (const std::exception&) {
    if (options.rank == 0) {
      throw Error(concat("rank 0 cannot listen at ", place, "; make MASTER_ADDR its machine and ",
                         "MASTER_PORT a port that nobody else uses"));
    }
    throw Error(concat("rank 0 does not answer at ", place, " within ", in_seconds(options.timeout),
                       " s; see that it runs, and that MASTER_ADDR ", "and MASTER_PORT are where"));
  }
}

/// Says that this process is there and waits for the others; the first that does not come.
std::optional<int> find_missing(c10d::TCPStore& store, const C10dOptions& options) {
  constexpr const char* kMissing = "saddle/missing";
  const auto deadline = Clock::now() + options.timeout;
  put(store, key("here", options.rank), 1);
  for (int rank = 0; rank < options.world_size; ++rank) {
    while (!store.check({key("here", rank)})) {
      if (const auto missing = look_up(store, kMissing)) return missing;
      if (Clock::now() > deadline) {
        put(store, kMissing, rank);
        (void)store.check({kMissing});  // on return the table has it
        return rank;
      }
      std::this_thread::sleep_for(milliseconds(10));
    }
  }
  return std::nullopt;
}

/// Returns when every process is there.
void meet(const Store& store, const C10dOptions& options) {
  const auto missing = within(options.timeout + kPatience,
                              [store, options] { return find_missing(*store, options); });
  if (missing && !*missing) return;
  // Lets the others read who is missing.
  if (options.rank == 0) std::this_thread::sleep_for(milliseconds(500));
  // Who keeps the table is missing where it does not answer.
  throw Error(concat("rank ", missing ? **missing : 0, " of ", options.world_size, " did not come ",
                     "within ", in_seconds(options.timeout), " s, or ended; start as many ",
                     "processes as WORLD_SIZE says, and see what that one says"));
}

c10::intrusive_ptr<Gloo> connect(const Store& store, const C10dOptions& options) {
  const std::string& master = options.master_address;
  const bool one_machine = master == "localhost" || master == "::1" || master.starts_with("127.");
  try {
    const auto how = Gloo::Options::create(options.timeout);
    how->threads = 1;
    if (!options.network_interface.empty()) {
      how->devices.push_back(Gloo::createDeviceForInterface(options.network_interface));
    } else if (one_machine) {
      how->devices.push_back(Gloo::createDeviceForHostname(master));
    } else {
      how->devices.push_back(Gloo::createDefaultDevice());
    }
    return c10::make_intrusive<Gloo>(store, options.rank, options.world_size, how);
  } catch (const std::exception& error) {
    const std::string reason = error.what();
    throw Error(concat("rank ", options.rank, " cannot connect to the other processes (",
                       reason.substr(0, reason.find('\n')), "); see that none has ended and that ",
                       "GLOO_SOCKET_IFNAME names the network that they share"));
  }
}

class C10dCommunicator final : public Communicator {
 public:
  explicit C10dCommunicator(const C10dOptions& options)
      : options_(options),
        owned_{options.rank},
        everybody_(static_cast<std::size_t>(options.world_size), true),
        store_(open_store(options)) {
    meet(store_, options_);
    group_ = connect(store_, options_);
  }
  C10dCommunicator(const C10dCommunicator&) = delete;
  C10dCommunicator& operator=(const C10dCommunicator&) = delete;

  ~C10dCommunicator() override {
    // Nobody leaves before all have what was sent to them, unless leaving is because of an error.
    if (!culprit_ && std::uncaught_exceptions() == unwinding_) {
      try {
        (void)exchange(Eigen::VectorXd::Zero(1), everybody_, everybody_);
      } catch (const Error&) {  // too late to matter
      }
    }
    group_.reset();
    if (culprit_ && options_.rank == 0) wait_for_reports();
  }

  [[nodiscard]] int agents() const override { return options_.world_size; }
  [[nodiscard]] const std::vector<int>& owned() const override { return owned_; }

  [[nodiscard]] Vectors mix(const Vectors& own, const Eigen::MatrixXd& weights) override {
    const int n = agents(), self = options_.rank;
    SADDLE_CHECK(own.size() == 1 && weights.rows() == n && weights.cols() == n, own.size(),
                 weights.rows(), weights.cols(), n);
    std::vector<bool> from(everybody_.size()), to(everybody_.size());
    for (int j = 0; j < n; ++j) {
      from[static_cast<std::size_t>(j)] = weights(self, j) != 0;
      to[static_cast<std::size_t>(j)] = weights(j, self) != 0;
    }
    const Vectors x = exchange(own[0], from, to);
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(own[0].size());
    for (int j = 0; j < n; ++j) {
      if (weights(self, j) != 0) sum += weights(self, j) * x[static_cast<std::size_t>(j)];
    }
    return {sum};
  }

  [[nodiscard]] Vectors gather(const Vectors& own) override {
    SADDLE_CHECK(own.size() == 1, own.size());
    return exchange(own[0], everybody_, everybody_);
  }

 private:
  using Works = std::vector<std::pair<int, c10::intrusive_ptr<c10d::Work>>>;

  /// Each agent's vector where `from` has it, and this one's own. All receptions are posted before
  /// the first vector is sent, so that no order of processes can block.
  Vectors exchange(const Eigen::VectorXd& own, const std::vector<bool>& from,
                   const std::vector<bool>& to) {
    SADDLE_CHECK(!culprit_);
    const auto deadline = Clock::now() + options_.timeout;
    Vectors all(everybody_.size());
    Works arriving, leaving;
    for (int j = 0; j < agents(); ++j) {
      Eigen::VectorXd& theirs = all[static_cast<std::size_t>(j)];
      if (j == options_.rank) {
        theirs = own;
      } else if (from[static_cast<std::size_t>(j)]) {
        theirs.resize(own.size());
        std::vector<at::Tensor> place{as_tensor(theirs.data(), theirs.size())};
        reach(j, [&] { arriving.emplace_back(j, group_->recv(place, j, 0)); });
      }
    }
    for (int j = 0; j < agents(); ++j) {
      if (j == options_.rank || !to[static_cast<std::size_t>(j)]) continue;
      // LibTorch takes no const pointer, but a vector that is sent is only read.
      std::vector<at::Tensor> place{as_tensor(const_cast<double*>(own.data()), own.size())};
      reach(j, [&] { leaving.emplace_back(j, group_->send(place, j, 0)); });
    }
    for (const Works& works : {arriving, leaving}) {
      for (const auto& [rank, work] : works) {
        reach(rank, [&, &work = work] {
          if (!work->wait(left_until(deadline))) throw Error("aborted");
        });
      }
    }
    return all;
  }

  static at::Tensor as_tensor(double* data, Eigen::Index size) {
    return torch::from_blob(data, {size}, torch::kFloat64);
  }

  /// Runs what takes another process. Errors: saddle::Error naming the process that is lost.
  template <class Action>
  void reach(int rank, Action action) {
    try {
      action();
      return;
    } catch (const std::exception&) {  // Gloo's, which names an address at best
      report(rank);
    }
    throw Error(concat("rank ", *culprit_, " of ", agents(), " ended or did not answer within ",
                       in_seconds(options_.timeout), " s; see what it says, and start all again ",
                       "from a checkpoint"));
  }

  /// Who does not answer may have given up on another. So everybody reports whom it misses before
  /// it closes its connections, and blames the one who reports nobody.
  void report(int suspect) {
    const int self = options_.rank;
    const auto culprit = within(kPatience, [store = store_, self, suspect] {
      put(*store, key("lost", self), suspect);
      int traced = suspect;
      std::set<int> seen;
      while (seen.insert(traced).second) {
        // Two may run out of time at once; whoever lives has reported a moment later.
        const auto deadline = Clock::now() + kPatience / 4;
        auto next = look_up(*store, key("lost", traced));
        while (!next && Clock::now() < deadline) {
          std::this_thread::sleep_for(std::chrono::milliseconds(10));
          next = look_up(*store, key("lost", traced));
        }
        traced = next.value_or(traced);
      }
      put(*store, key("read", self), traced);
      return traced;
    });
    culprit_ = culprit.value_or(0);  // the table is with process 0
  }

  /// Keeps the table until the others have read who is lost.
  void wait_for_reports() {
    (void)within(kPatience, [store = store_, options = options_, culprit = *culprit_] {
      for (int rank = 1; rank < options.world_size; ++rank) {
        const auto deadline = Clock::now() + kPatience;
        while (rank != culprit && !store->check({key("read", rank)}) && Clock::now() < deadline) {
          std::this_thread::sleep_for(milliseconds(10));
        }
      }
      return true;
    });
  }

  C10dOptions options_;
  std::vector<int> owned_;
  std::vector<bool> everybody_;
  int unwinding_ = std::uncaught_exceptions();
  std::optional<int> culprit_;  ///< who was lost; nobody is, at first
  Store store_;
  c10::intrusive_ptr<Gloo> group_;
};

}  // namespace
#endif

std::unique_ptr<Communicator> make_c10d_communicator(const C10dOptions& options) {
  if (options.world_size < 1 || options.rank < 0 || options.rank >= options.world_size) {
    throw Error(concat("rank ", options.rank, " is none of ", options.world_size,
                       " processes; ranks count from 0"));
  }
  if (options.master_address.empty() || options.master_port < 1 || options.master_port > 65535) {
    throw Error(concat("'", options.master_address, "' with port ", options.master_port,
                       " is no address of rank 0; name its machine and a port in [1, 65535]"));
  }
  if (options.timeout < std::chrono::seconds(1)) {
    throw Error(concat("a time-out of ", options.timeout.count(), " ms is too short for ",
                       "processes to meet; give them a second at least"));
  }
#ifdef SADDLE_WITH_GLOO
  return std::make_unique<C10dCommunicator>(options);
#else
  throw Error(
      "this Saddle was built without Gloo, by which processes talk; name the headers of the Gloo "
      "in its LibTorch (on Debian libgloo-dev has them) in SADDLE_GLOO_INCLUDE and build again");
#endif
}

}  // namespace saddle
