// SPDX-License-Identifier: Apache-2.0
// Archives as safetensors files: a JSON header and raw numbers, readable from Python, never code.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <saddle/base/archive.h>

namespace saddle {

/// The entries in safetensors' format, the same bytes for the same entries. Entries of wide numbers
/// come first, so that every one is aligned.
[[nodiscard]] std::vector<std::byte> write_safetensors(const Archive::Entries& entries);

/// The entries of a safetensors file, whoever wrote it. Strict: lengths, shapes, types and offsets
/// must agree, and data must fill the file without overlap or hole.
/// Errors: saddle::Error naming `source` and what is wrong with it.
[[nodiscard]] Archive::Entries read_safetensors(std::span<const std::byte> bytes,
                                                std::string_view source);

}  // namespace saddle
