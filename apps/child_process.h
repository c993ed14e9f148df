// SPDX-License-Identifier: Apache-2.0
// A program that runs beside this one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include <saddle/apps/file.h>

namespace saddle {

/// A running program whose output goes to the end of a file. It has a process group of its own, so
/// that Ctrl-C reaches it only through send(), and gets SIGTERM if this process ends before it.
class ChildProcess {
 public:
  /// Starts the program `words[0]` with the arguments that follow; a name without '/' is looked for
  /// on the path. It reads `input`, by default nothing. Errors: saddle::Error if `log` cannot be
  /// written or there is no process to be had. A program that cannot be started ends with exit code
  /// 127, and says so in the log.
  ChildProcess(std::vector<std::string> words, const std::filesystem::path& log,
               const FileDescriptor& input = FileDescriptor());
  /// Asks it to stop, and waits until it has.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void send(int signal) const;

  /// Its exit code if it has ended, 128 + signal if one ended it.
  [[nodiscard]] std::optional<int> ended();

 private:
  ::pid_t pid_ = -1;  ///< −1 once it has ended
};

/// Waits for its end, and returns its exit code as ChildProcess::ended() does.
[[nodiscard]] int wait_for(ChildProcess& child);

}  // namespace saddle
