// SPDX-License-Identifier: Apache-2.0
// The folder that holds all of a run.
#include <saddle/apps/run_directory.h>

#include <system_error>

#include <fcntl.h>
#include <sys/file.h>

#include <saddle/base/check.h>

namespace saddle {
namespace {

namespace fs = std::filesystem;

enum class Made { kFresh, kTaken };

/// Makes the directory; parents are made as needed.
Made make_directory(const fs::path& root) {
  std::error_code error;
  if (fs::symlink_status(root, error).type() != fs::file_type::not_found) {
    if (!error) return Made::kTaken;
    throw Error(concat("cannot make the run directory '", root.string(), "': ", error.message(),
                       "; choose another with --run"));
  }
  error.clear();
  if (root.has_parent_path()) fs::create_directories(root.parent_path(), error);
  const bool fresh = !error && fs::create_directory(root, error);
  if (error) {
    throw Error(concat("cannot make the run directory '", root.string(), "': ", error.message(),
                       "; choose another with --run"));
  }
  return fresh ? Made::kFresh : Made::kTaken;
}

}  // namespace

RunPaths existing_run(const fs::path& root) {
  RunPaths paths{root};
  std::error_code error;
  if (!fs::is_regular_file(paths.config(), error)) {
    throw Error(concat("there is no run in '", root.string(), "': it has no config.toml"));
  }
  return paths;
}

RunDirectory RunDirectory::create(const fs::path& root) {
  if (make_directory(root) == Made::kTaken) {
    throw Error(concat("'", root.string(),
                       "' exists already; continue it with --resume or choose another directory"));
  }
  return RunDirectory({root});
}

RunDirectory RunDirectory::create_numbered(const fs::path& root) {
  fs::path candidate = root;
  for (int number = 2; make_directory(candidate) == Made::kTaken; ++number) {
    candidate = root;
    candidate += concat("-", number);
  }
  return RunDirectory({candidate});
}

RunDirectory RunDirectory::resume(const fs::path& root) { return RunDirectory(existing_run(root)); }

RunDirectory::RunDirectory(RunPaths paths)
    : paths_(std::move(paths)),
      lock_(::open(paths_.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (lock_.number() < 0) {
    throw Error(concat("cannot write in '", paths_.root.string(), "': ", system_reason()));
  }
  if (::flock(lock_.number(), LOCK_EX | LOCK_NB) != 0) {
    throw Error(concat("another process is training in '", paths_.root.string(),
                       "'; wait for it or stop it"));
  }
}

}  // namespace saddle
