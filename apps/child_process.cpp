// SPDX-License-Identifier: Apache-2.0
// A program that runs beside this one.
#include <saddle/apps/child_process.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <saddle/apps/file.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

/// Holds SIGINT and SIGTERM back: a child must not meet them with the handlers of its parent.
class HeldSignals {
 public:
  HeldSignals() {
    ::sigset_t held;
    ::sigemptyset(&held);
    ::sigaddset(&held, SIGINT);
    ::sigaddset(&held, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &held, &before_);
  }
  ~HeldSignals() { release(); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  void release() const { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  ::sigset_t before_{};
};

/// What the child does between its start and the program: calls that are safe after a fork, and no
/// others.
[[noreturn]] void become(char* const* words, int input, int log, ::pid_t parent,
                         const HeldSignals& held) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  held.release();
  if (::getppid() != parent) ::_exit(128 + SIGTERM);  // it ended before it could be told
  ::dup2(input, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execvp(words[0], words);
  for (const char* part : {"saddle: cannot start '", static_cast<const char*>(words[0]), "'\n"}) {
    (void)!::write(STDERR_FILENO, part, std::strlen(part));
  }
  ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> words, const std::filesystem::path& log,
                           const FileDescriptor& input) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const FileDescriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int read_from = input.number() >= 0 ? input.number() : nothing.number();
  const FileDescriptor output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (output.number() < 0) {
    throw Error(concat("cannot write '", log.string(), "': ", system_reason()));
  }
  const ::pid_t parent = ::getpid();
  const HeldSignals held;
  pid_ = ::fork();
  if (pid_ < 0) throw Error(concat("cannot start another process: ", system_reason()));
  if (pid_ == 0) become(pointers.data(), read_from, output.number(), parent, held);
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0) return;
  send(SIGTERM);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

void ChildProcess::send(int signal) const {
  if (pid_ > 0) ::kill(pid_, signal);
}

std::optional<int> ChildProcess::ended() {
  SADDLE_CHECK(pid_ > 0);
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  pid_ = -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int wait_for(ChildProcess& child) {
  for (;;) {
    if (const std::optional<int> exit_code = child.ended()) return *exit_code;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace saddle
