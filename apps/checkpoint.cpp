// SPDX-License-Identifier: Apache-2.0
// Checkpoints of a run: written beside, synced, renamed.
#include <saddle/apps/checkpoint.h>

#include <algorithm>
#include <cstdio>
#include <system_error>
#include <variant>

#include <unistd.h>

#include <saddle/apps/crc32c.h>
#include <saddle/apps/file.h>
#include <saddle/apps/manifest.h>
#include <saddle/apps/safetensors.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKept = 2;
constexpr char kPolicyFile[] = "policy.safetensors";
constexpr char kTrainingFile[] = "training.safetensors";
constexpr char kManifestFile[] = "manifest.json";
constexpr char kBestFile[] = "best";
constexpr char kLeftover[] = ".tmp-";
constexpr std::string_view kPrefix = "step-";
constexpr std::size_t kDigits = 12;

std::string name_of(std::int64_t step) {
  const std::string digits = std::to_string(step);
  return concat(kPrefix, std::string(kDigits - std::min(kDigits, digits.size()), '0'), digits);
}

bool is_checkpoint_name(std::string_view name) {
  return name.size() == kPrefix.size() + kDigits && name.starts_with(kPrefix) &&
         std::ranges::all_of(name.substr(kPrefix.size()),
                             [](char c) { return c >= '0' && c <= '9'; });
}

FileSeal seal_of(std::span<const std::byte> bytes) { return {bytes.size(), crc32c(bytes)}; }

/// The entries of a file that must be the one the manifest speaks of.
Archive::Entries read_sealed(const fs::path& path, const FileSeals& seals) {
  const auto seal = seals.find(path.filename().string());
  const std::vector<std::byte> bytes = read_file(path);
  if (seal == seals.end() || seal->second != seal_of(bytes)) {
    throw Error(concat("'", path.string(), "' is damaged: it is not the file that was written"));
  }
  return read_safetensors(bytes, path.string());
}

Checkpoint read_checkpoint(const fs::path& path) {
  Checkpoint checkpoint;
  const FileSeals seals = read_manifest(path / kManifestFile, checkpoint);
  if (name_of(checkpoint.step) != path.filename().string()) {
    throw Error(concat("'", path.string(), "' is damaged: it holds step ", checkpoint.step));
  }
  checkpoint.policy = read_sealed(path / kPolicyFile, seals);
  checkpoint.training = read_sealed(path / kTrainingFile, seals);
  return checkpoint;
}

/// The checkpoint, or why it is of no use: what is damaged on disk need not end a run.
std::variant<Checkpoint, std::string> try_checkpoint(const fs::path& path) {
  try {
    return read_checkpoint(path);
  } catch (const Error& error) {
    return error.what();
  }
}

void move_folder(const fs::path& from, const fs::path& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    throw Error(
        concat("cannot rename '", from.string(), "' to '", to.string(), "': ", system_reason()));
  }
  sync_directory(to.parent_path());
}

void remove_tree(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) throw Error(concat("cannot remove '", path.string(), "': ", error.message()));
}

/// Names in the folder; none if there is no such folder.
std::vector<std::string> entries_of(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  return names;
}

}  // namespace

void CheckpointFolder::open_for_writing(std::int64_t step) {
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) throw Error(concat("cannot make '", path_.string(), "': ", error.message()));
  for (const std::string& name : entries_of(path_)) {
    if (name.find(kLeftover) != std::string::npos) remove_tree(path_ / name);
  }
  for (const std::string& name : names()) {
    if (name > name_of(step)) remove(name);
  }
  find_best();
}

void CheckpointFolder::save(const Checkpoint& checkpoint) {
  const std::string name = name_of(checkpoint.step);
  const fs::path fresh = path_ / concat(name, kLeftover, ::getpid());
  if (std::error_code error; !fs::create_directory(fresh, error)) {
    throw Error(concat("cannot make '", fresh.string(), "': ", error.message()));
  }
  const std::vector<std::byte> policy = write_safetensors(checkpoint.policy);
  const std::vector<std::byte> training = write_safetensors(checkpoint.training);
  const std::string manifest = write_manifest(
      checkpoint, {{kPolicyFile, seal_of(policy)}, {kTrainingFile, seal_of(training)}});
  write_new_file(fresh / kPolicyFile, policy);
  write_new_file(fresh / kTrainingFile, training);
  write_new_file(fresh / kManifestFile, bytes_of(manifest));
  sync_directory(fresh);
  move_folder(fresh, path_ / name);
  sync_directory(path_);

  if (is_better(checkpoint.merit, best_merit_)) {
    replace_file(path_ / kBestFile, name + "\n");
    best_merit_ = checkpoint.merit;
  }
  prune();
}

Checkpoint CheckpointFolder::load_last(const Warn& warn) const {
  std::vector<std::string> candidates = names();
  std::ranges::reverse(candidates);
  std::vector<std::string> troubles;
  for (const std::string& name : candidates) {
    std::variant<Checkpoint, std::string> read = try_checkpoint(path_ / name);
    if (auto* checkpoint = std::get_if<Checkpoint>(&read)) {
      for (const std::string& trouble : troubles) warn(concat(trouble, "; using ", name));
      return std::move(*checkpoint);
    }
    troubles.push_back(std::get<std::string>(read));
  }
  if (troubles.empty()) throw Error(concat("there is no checkpoint in '", path_.string(), "'"));
  throw Error(concat("no checkpoint in '", path_.string(), "' can be used: ", troubles.front()));
}

Checkpoint CheckpointFolder::load_best() const {
  const std::string best = best_name();
  if (best.empty()) {
    throw Error(concat("no checkpoint in '", path_.string(),
                       "' has seen the end of an episode; use the last one"));
  }
  return read_checkpoint(path_ / best);
}

std::vector<std::string> CheckpointFolder::names() const {
  std::vector<std::string> found;
  for (const std::string& name : entries_of(path_)) {
    if (is_checkpoint_name(name)) found.push_back(name);
  }
  std::ranges::sort(found);
  return found;
}

std::string CheckpointFolder::best_name() const {
  if (!fs::exists(path_ / kBestFile)) return "";
  const std::vector<std::byte> bytes = read_file(path_ / kBestFile);
  std::string name(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (name.ends_with('\n')) name.pop_back();
  if (!is_checkpoint_name(name)) {
    throw Error(
        concat("'", (path_ / kBestFile).string(), "' does not name a checkpoint; remove it"));
  }
  return name;
}

// A writer may have been killed between a checkpoint and `best`, so the file alone is not believed.
void CheckpointFolder::find_best() {
  best_merit_.reset();
  std::string best;
  for (const std::string& name : names()) {
    const auto read = try_checkpoint(path_ / name);
    const auto* checkpoint = std::get_if<Checkpoint>(&read);
    if (checkpoint && is_better(checkpoint->merit, best_merit_)) {
      best_merit_ = checkpoint->merit;
      best = name;
    }
  }
  if (best.empty()) {
    fs::remove(path_ / kBestFile);
  } else {
    replace_file(path_ / kBestFile, best + "\n");
  }
}

// Renamed first, so that one half removed is not taken for a damaged one.
void CheckpointFolder::remove(const std::string& name) {
  const fs::path doomed = path_ / concat(name, kLeftover, ::getpid());
  move_folder(path_ / name, doomed);
  remove_tree(doomed);
}

void CheckpointFolder::prune() {
  std::vector<std::string> all = names();
  const std::string best = best_name();
  all.resize(all.size() - std::min(all.size(), kKept));
  for (const std::string& name : all) {
    if (name != best) remove(name);
  }
}

}  // namespace saddle
