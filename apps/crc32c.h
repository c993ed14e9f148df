// SPDX-License-Identifier: Apache-2.0
// The checksum of event files and checkpoints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace saddle {

/// CRC-32C of `bytes`; with `previous`, of what `previous` covers followed by `bytes`.
/// Ref: RFC 3720, appendix B.4 (Castagnoli polynomial 0x1EDC6F41, reflected).
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t previous = 0);

}  // namespace saddle
