// SPDX-License-Identifier: Apache-2.0
// Archives as safetensors files. Format: u64 length of the header, header, data; little-endian.
#include <saddle/apps/safetensors.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace saddle {
namespace {

static_assert(std::endian::native == std::endian::little, "entries hold little-endian numbers");

using Json = nlohmann::ordered_json;

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeader = 100'000'000;

/// Bytes of one number of the type; 0 for a type that an archive cannot hold.
std::size_t width_of(std::string_view type) {
  static constexpr std::pair<std::string_view, std::size_t> kTypes[] = {
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"U16", 2}, {"I16", 2}, {"U32", 4},
      {"I32", 4},  {"F32", 4}, {"U64", 8}, {"I64", 8}, {"F64", 8}};
  for (const auto& [name, width] : kTypes) {
    if (name == type) return width;
  }
  return 0;
}

/// Where an entry's numbers lie, from the start of the data.
struct Placed {
  std::string name;
  std::uint64_t begin = 0, end = 0;
};

class Reader {
 public:
  Reader(std::span<const std::byte> bytes, std::string_view source)
      : bytes_(bytes), source_(source) {}

  Archive::Entries read() {
    const Json header = parse_header();
    Archive::Entries entries;
    std::vector<Placed> places;
    for (const auto& [name, description] : header.items()) {
      if (name == "__metadata__") {
        check_metadata(description);
        continue;
      }
      places.push_back(place_of(name, description));
      entries.emplace(name, entry_of(places.back(), description));
    }
    check_filled(std::move(places));
    return entries;
  }

 private:
  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    throw Error(concat("'", source_, "' is not a whole safetensors file: ", parts...));
  }

  Json parse_header() {
    if (bytes_.size() < kLengthBytes) refuse("it has ", bytes_.size(), " bytes");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), kLengthBytes);
    if (length > kMaxHeader || length > bytes_.size() - kLengthBytes) {
      refuse("its header is said to have ", length, " bytes");
    }
    const auto text = bytes_.subspan(kLengthBytes, static_cast<std::size_t>(length));
    data_ = bytes_.subspan(kLengthBytes + text.size());
    const auto* first = reinterpret_cast<const char*>(text.data());
    // JSON keeps the last of two equal keys without a word, so they are counted here.
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
      if (event == Json::parse_event_t::object_start) keys.emplace_back();
      if (event == Json::parse_event_t::object_end) keys.pop_back();
      if (event == Json::parse_event_t::key && !keys.back().insert(parsed).second) {
        refuse("its header names '", parsed.get<std::string>(), "' twice");
      }
      return true;
    };
    Json header = Json::parse(first, first + text.size(), watch, false);
    if (!header.is_object()) refuse("its header is not a JSON object");
    return header;
  }

  void check_metadata(const Json& metadata) const {
    bool fine = metadata.is_object();
    for (const auto& value : metadata) fine = fine && value.is_string();
    if (!fine) refuse("its metadata is not text");
  }

  /// Reads the entry's offsets; the entry must have type, shape and offsets, and no more.
  Placed place_of(const std::string& name, const Json& description) const {
    const bool whole =
        description.is_object() && description.size() == 3 && description.contains("dtype") &&
        description["dtype"].is_string() && description.contains("shape") &&
        description["shape"].is_array() && description.contains("data_offsets") &&
        description["data_offsets"].is_array() && description["data_offsets"].size() == 2;
    if (!whole) refuse("entry '", name, "' is not described by dtype, shape and data_offsets");
    const Json& offsets = description["data_offsets"];
    if (!offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned()) {
      refuse("the offsets of entry '", name, "' are not whole numbers");
    }
    Placed place{name, offsets[0], offsets[1]};
    if (place.begin > place.end || place.end > data_.size()) {
      refuse("entry '", name, "' lies outside of it");
    }
    return place;
  }

  ArchiveEntry entry_of(const Placed& place, const Json& description) const {
    ArchiveEntry entry;
    entry.type = description["dtype"];
    const std::size_t width = width_of(entry.type);
    if (width == 0) refuse("entry '", place.name, "' has the unknown type '", entry.type, "'");
    std::uint64_t size = width;
    for (const Json& extent : description["shape"]) {
      constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
      const bool fine = extent.is_number_unsigned() && extent.get<std::uint64_t>() <= kMost &&
                        !__builtin_mul_overflow(size, extent.get<std::uint64_t>(), &size);
      if (!fine) refuse("the shape of entry '", place.name, "' is not possible");
      entry.shape.push_back(extent);
    }
    if (size != place.end - place.begin) {
      refuse("entry '", place.name, "' does not have the size of its shape");
    }
    const auto numbers =
        data_.subspan(static_cast<std::size_t>(place.begin), static_cast<std::size_t>(size));
    entry.bytes.assign(numbers.begin(), numbers.end());
    if (entry.type == "BOOL" &&
        std::ranges::any_of(entry.bytes, [](std::byte b) { return b > std::byte{1}; })) {
      refuse("entry '", place.name, "' holds truth values other than 0 and 1");
    }
    return entry;
  }

  void check_filled(std::vector<Placed> places) const {
    std::ranges::sort(places, {}, [](const Placed& p) { return std::pair(p.begin, p.end); });
    std::uint64_t reached = 0;
    for (const Placed& place : places) {
      if (place.begin != reached) refuse("entry '", place.name, "' overlaps or leaves a hole");
      reached = place.end;
    }
    if (reached != data_.size()) refuse(data_.size() - reached, " bytes follow the last entry");
  }

  std::span<const std::byte> bytes_, data_;
  std::string_view source_;
};

}  // namespace

std::vector<std::byte> write_safetensors(const Archive::Entries& entries) {
  std::vector<const Archive::Entries::value_type*> ordered;
  for (const auto& entry : entries) ordered.push_back(&entry);
  std::ranges::stable_sort(ordered, std::greater<>(),
                           [](const auto* entry) { return width_of(entry->second.type); });

  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  std::uint64_t offset = 0;
  for (const auto* entry : ordered) {
    const auto& [name, array] = *entry;
    const std::uint64_t end = offset + array.bytes.size();
    header[name] = {{"dtype", array.type}, {"shape", array.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');

  const std::uint64_t length = text.size();
  std::vector<std::byte> bytes(kLengthBytes + text.size() + offset);
  std::byte* out = bytes.data();
  const auto append = [&out](const void* from, std::size_t count) {
    if (count > 0) std::memcpy(out, from, count);
    out += count;
  };
  append(&length, kLengthBytes);
  append(text.data(), text.size());
  for (const auto* entry : ordered) append(entry->second.bytes.data(), entry->second.bytes.size());
  return bytes;
}

Archive::Entries read_safetensors(std::span<const std::byte> bytes, std::string_view source) {
  return Reader(bytes, source).read();
}

}  // namespace saddle
