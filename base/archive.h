// SPDX-License-Identifier: Apache-2.0
// Archive: one state(Archive&) per object, for saving and for loading, so that the two cannot
// drift.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <saddle/base/check.h>

namespace saddle {

/// One named array: element type in safetensors' spelling, shape, and raw little-endian bytes.
struct ArchiveEntry {
  std::string type;
  std::vector<std::int64_t> shape;
  std::vector<std::byte> bytes;
};

/// Named arrays that objects write themselves to, or read themselves from.
///
///     void Rng::state(Archive& a) { a("seed", seed_); a("position", position_); }
///
/// Errors: loading an entry that is missing, or of another type or size, throws saddle::Error.
class Archive {
 public:
  using Entries = std::map<std::string, ArchiveEntry, std::less<>>;

  Archive() = default;               ///< Collects what is written.
  explicit Archive(Entries entries)  ///< Gives back what was written.
      : entries_(std::move(entries)), loading_(true) {}

  [[nodiscard]] bool loading() const { return loading_; }
  [[nodiscard]] const Entries& entries() const { return entries_; }

  /// One number.
  template <class T>
  requires std::is_arithmetic_v<T>
  void operator()(std::string_view name, T& value) { (*this)(name, std::span<T>(&value, 1), {1}); }

  /// An array whose size is fixed by its owner. `shape`, if given, must have as many elements.
  template <class T>
  void operator()(std::string_view name, std::span<T> values,
                  std::vector<std::int64_t> shape = {}) {
    if (shape.empty()) shape = {static_cast<std::int64_t>(values.size())};
    const std::size_t size = values.size() * sizeof(T);
    if (loading_) {
      const ArchiveEntry& entry = find(name, type_name<T>());
      if (entry.shape != shape || entry.bytes.size() != size) {
        throw Error(
            concat("entry '", path(name), "' of the checkpoint has another shape than this ",
                   "configuration needs; use the configuration the checkpoint was made with"));
      }
      if (size > 0) std::memcpy(values.data(), entry.bytes.data(), size);
    } else {
      ArchiveEntry entry{type_name<T>(), std::move(shape), std::vector<std::byte>(size)};
      if (size > 0) std::memcpy(entry.bytes.data(), values.data(), size);
      put(name, std::move(entry));
    }
  }

  /// An array that takes the size it was saved with.
  template <class T>
  requires std::is_arithmetic_v<T>
  void operator()(std::string_view name, std::vector<T>& values) {
    if (loading_) {
      const ArchiveEntry& entry = find(name, type_name<T>());
      values.resize(entry.bytes.size() / sizeof(T));
    }
    (*this)(name, std::span<T>(values));
  }

  void operator()(std::string_view name, std::string& text) {
    std::vector<std::uint8_t> bytes(text.begin(), text.end());
    (*this)(name, bytes);
    if (loading_) text.assign(bytes.begin(), bytes.end());
  }

  /// Everything `object.state(*this)` names goes under `name/`.
  template <class Object>
  requires requires(Object& object, Archive& archive) { object.state(archive); }
  void operator()(std::string_view name, Object& object) {
    const std::size_t length = prefix_.size();
    prefix_.append(name).append("/");
    object.state(*this);
    prefix_.resize(length);
  }

 private:
  template <class T>
  static constexpr const char* type_name() {
    using U = std::remove_const_t<T>;
    if constexpr (std::is_same_v<U, float>)
      return "F32";
    else if constexpr (std::is_same_v<U, double>)
      return "F64";
    else if constexpr (std::is_same_v<U, bool>)
      return "BOOL";
    else if constexpr (sizeof(U) == 1)
      return std::is_signed_v<U> ? "I8" : "U8";
    else if constexpr (sizeof(U) == 2)
      return std::is_signed_v<U> ? "I16" : "U16";
    else if constexpr (sizeof(U) == 4)
      return std::is_signed_v<U> ? "I32" : "U32";
    else
      return std::is_signed_v<U> ? "I64" : "U64";
  }

  [[nodiscard]] std::string path(std::string_view name) const {
    return prefix_ + std::string(name);
  }

  const ArchiveEntry& find(std::string_view name, const char* type) const {
    const auto entry = entries_.find(path(name));
    if (entry == entries_.end() || entry->second.type != type) {
      throw Error(concat("the checkpoint has no entry '", path(name), "' of type ", type,
                         "; it was made by another version or for another agent"));
    }
    return entry->second;
  }

  void put(std::string_view name, ArchiveEntry entry) {
    const bool fresh = entries_.emplace(path(name), std::move(entry)).second;
    SADDLE_CHECK(fresh, path(name));
  }

  Entries entries_;
  std::string prefix_;
  bool loading_ = false;
};

}  // namespace saddle
