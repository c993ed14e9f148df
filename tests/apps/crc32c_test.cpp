// SPDX-License-Identifier: Apache-2.0
// CRC-32C against the check value of the polynomial and the examples of RFC 3720, appendix B.4.
#include <saddle/apps/crc32c.h>

#include <numeric>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/apps/file.h>

namespace saddle {
namespace {

std::uint32_t crc_of(const std::vector<unsigned char>& bytes) {
  return crc32c(std::as_bytes(std::span(bytes)));
}

TEST(Crc32c, PublishedValues) {
  EXPECT_EQ(crc32c(bytes_of("123456789")), 0xE3069283u);
  EXPECT_EQ(crc_of(std::vector<unsigned char>(32, 0x00)), 0x8A9136AAu);
  EXPECT_EQ(crc_of(std::vector<unsigned char>(32, 0xFF)), 0x62A8AB43u);
  std::vector<unsigned char> ascending(32);
  std::iota(ascending.begin(), ascending.end(), static_cast<unsigned char>(0));
  EXPECT_EQ(crc_of(ascending), 0x46DD794Eu);
  EXPECT_EQ(crc32c({}), 0u);
}

TEST(Crc32c, ContinuesAcrossPieces) {
  EXPECT_EQ(crc32c(bytes_of("56789"), crc32c(bytes_of("1234"))), 0xE3069283u);
}

}  // namespace
}  // namespace saddle
