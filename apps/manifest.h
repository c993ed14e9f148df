// SPDX-License-Identifier: Apache-2.0
// The table of contents of a checkpoint.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include <saddle/apps/checkpoint.h>

namespace saddle {

/// Size and CRC-32C of a file.
struct FileSeal {
  std::uint64_t size = 0;
  std::uint32_t checksum = 0;

  bool operator==(const FileSeal&) const = default;
};

using FileSeals = std::map<std::string, FileSeal>;

/// manifest.json for the checkpoint (its arrays excepted) and its files.
[[nodiscard]] std::string write_manifest(const Checkpoint& checkpoint, const FileSeals& files);

/// Fills the checkpoint (its arrays excepted) and returns the seals of its files.
/// Errors: saddle::Error naming `path` if it is not a manifest that this version can read.
[[nodiscard]] FileSeals read_manifest(const std::filesystem::path& path, Checkpoint& checkpoint);

}  // namespace saddle
