// SPDX-License-Identifier: Apache-2.0
// Fields: an options struct names its members once; flags, files, checks and docs all come from
// that.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <saddle/base/check.h>
#include <saddle/base/registry.h>

namespace saddle {

/// The interval that a number must lie in.
struct Bounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool open_low = false;   ///< low itself is excluded
  bool open_high = false;  ///< high itself is excluded

  /// False for NaN and for infinities.
  [[nodiscard]] bool contains(double x) const {
    return std::isfinite(x) && (open_low ? x > low : x >= low) &&
           (open_high ? x < high : x <= high);
  }
};

[[nodiscard]] inline Bounds positive() { return {.low = 0, .open_low = true}; }
[[nodiscard]] inline Bounds at_least(double low) { return {.low = low}; }
[[nodiscard]] inline Bounds between(double low, double high) { return {.low = low, .high = high}; }

using FieldValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                                std::vector<std::string>>;

/// One option: its key ("ppo.clip"), where it lives, what it may be, one line of help.
struct Field {
  std::string key;
  std::variant<bool*, std::int64_t*, double*, std::string*, std::vector<std::int64_t>*,
               std::vector<std::string>*>
      target;
  Bounds bounds;
  std::vector<std::string> choices;  ///< for text: the allowed words; empty: any
  std::string help;

  [[nodiscard]] FieldValue value() const {
    return std::visit([](auto* member) { return FieldValue(*member); }, target);
  }
};

/// The options of one run, flat. An options struct lists itself with
///
///     void fields(Fields& f) { f("clip", clip, between(0, 1), "ratio clip ε"); }
///
/// and its owner nests it with `f.group("ppo", ppo)`. Holds pointers: the structs must outlive it.
class Fields {
 public:
  template <class T>
  requires std::same_as<T, double> || std::same_as<T, std::int64_t> ||
      std::same_as<T, std::vector<std::int64_t>>
  void operator()(std::string_view name, T& member, Bounds bounds, std::string_view help) {
    add({prefix_ + std::string(name), &member, bounds, {}, std::string(help)});
  }

  void operator()(std::string_view name, bool& member, std::string_view help) {
    add({prefix_ + std::string(name), &member, {}, {}, std::string(help)});
  }

  void operator()(std::string_view name, std::string& member, std::vector<std::string> choices,
                  std::string_view help) {
    add({prefix_ + std::string(name), &member, {}, std::move(choices), std::string(help)});
  }

  void operator()(std::string_view name, std::vector<std::string>& member, std::string_view help) {
    add({prefix_ + std::string(name), &member, {}, {}, std::string(help)});
  }

  template <class Options>
  void group(std::string_view name, Options& options) {
    const std::size_t length = prefix_.size();
    prefix_.append(name).append(".");
    options.fields(*this);
    prefix_.resize(length);
  }

  [[nodiscard]] const std::vector<Field>& all() const { return fields_; }

  /// Errors: saddle::Error naming the nearest key, or some of them.
  [[nodiscard]] const Field& at(std::string_view key) const {
    std::vector<std::string> keys;
    for (const Field& field : fields_) {
      if (field.key == key) return field;
      keys.push_back(field.key);
    }
    throw Error(concat("unknown option '", key, "'", did_you_mean(key, keys)));
  }

  /// Sets the option to a typed value; a whole number will do where a real one is taken.
  /// Errors: saddle::Error naming the key, what it got and what it takes. Nothing is set then.
  void set(std::string_view key, const FieldValue& value) const {
    const Field& field = at(key);
    const bool stored =
        std::visit([&](auto* member) { return store(field, *member, value); }, field.target);
    if (!stored)
      throw Error(concat("option '", key, "' takes ", takes(field), ", not ", text(value)));
  }

  /// Sets the option from what a person typed: "0.2", "true", "64,64".
  void parse(std::string_view key, std::string_view typed) const { set(key, read(at(key), typed)); }

  /// What the option accepts, in words: "a number in (0, 1]".
  [[nodiscard]] static std::string takes(const Field& field) {
    if (std::holds_alternative<bool*>(field.target)) return "true or false";
    if (std::holds_alternative<std::string*>(field.target)) {
      if (field.choices.empty()) return "text";
      std::string words = "one of ";
      for (const auto& choice : field.choices)
        words += (&choice == &field.choices[0] ? "" : ", ") + choice;
      return words;
    }
    if (std::holds_alternative<std::vector<std::string>*>(field.target)) return "a list of texts";
    std::string kind = "a number";
    if (std::holds_alternative<std::int64_t*>(field.target)) kind = "a whole number";
    if (std::holds_alternative<std::vector<std::int64_t>*>(field.target)) kind = "whole numbers";
    const Bounds& b = field.bounds;
    const bool low = std::isfinite(b.low), high = std::isfinite(b.high);
    if (low && high) {
      return concat(kind, " in ", b.open_low ? "(" : "[", b.low, ", ", b.high,
                    b.open_high ? ")" : "]");
    }
    if (low) return concat(kind, b.open_low ? " above " : " of at least ", b.low);
    if (high) return concat(kind, b.open_high ? " below " : " of at most ", b.high);
    return kind;
  }

  /// The value as a person types it, and as TOML spells it (text in quotes). Reals keep every bit.
  [[nodiscard]] static std::string text(const FieldValue& value) {
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    if (const auto* word = std::get_if<std::string>(&value)) return "\"" + *word + "\"";
    if (const auto* real = std::get_if<double>(&value)) {
      char digits[32];
      const auto end = std::to_chars(digits, digits + sizeof digits, *real).ptr;
      std::string spelled(digits, end);
      const bool looks_whole = spelled.find_first_of(".en") == std::string::npos;
      return looks_whole ? spelled + ".0" : spelled;
    }
    if (const auto* words = std::get_if<std::vector<std::string>>(&value)) {
      std::string list = "[";
      for (const std::string& word : *words) list += (list.size() > 1 ? ", " : "") + text(word);
      return list + "]";
    }
    std::string list = "[";
    for (const std::int64_t item : std::get<std::vector<std::int64_t>>(value)) {
      list += (list.size() > 1 ? ", " : "") + std::to_string(item);
    }
    return list + "]";
  }

 private:
  void add(Field field) {
    for (const Field& known : fields_) SADDLE_CHECK(known.key != field.key, field.key);
    fields_.push_back(std::move(field));
  }

  template <class T>
  static bool store(const Field& field, T& member, const FieldValue& value) {
    const T* exact = std::get_if<T>(&value);
    if constexpr (std::same_as<T, double>) {
      const auto* whole = std::get_if<std::int64_t>(&value);
      if (!exact && !whole) return false;
      const double real = exact ? *exact : static_cast<double>(*whole);
      if (!field.bounds.contains(real)) return false;
      member = real;
      return true;
    } else {
      if constexpr (std::same_as<T, std::vector<std::string>>) {
        // An empty list does not say what it is empty of.
        const auto* numbers = std::get_if<std::vector<std::int64_t>>(&value);
        if (numbers && numbers->empty()) {
          member.clear();
          return true;
        }
      }
      if (!exact) return false;
      if constexpr (std::same_as<T, std::int64_t>) {
        if (!field.bounds.contains(static_cast<double>(*exact))) return false;
      } else if constexpr (std::same_as<T, std::vector<std::int64_t>>) {
        for (const std::int64_t item : *exact) {
          if (!field.bounds.contains(static_cast<double>(item))) return false;
        }
      } else if constexpr (std::same_as<T, std::string>) {
        bool known = field.choices.empty();
        for (const auto& choice : field.choices) known = known || choice == *exact;
        if (!known) return false;
      }
      member = *exact;
      return true;
    }
  }

  template <class T>
  static bool scan(std::string_view typed, T& number) {
    const char* const end = typed.data() + typed.size();
    const auto [stopped, error] = std::from_chars(typed.data(), end, number);
    return error == std::errc() && stopped == end;
  }

  /// Falls back to the text itself, which set() then refuses with the right message.
  static FieldValue read(const Field& field, std::string_view typed) {
    if (std::holds_alternative<bool*>(field.target)) {
      if (typed == "true") return true;
      if (typed == "false") return false;
    } else if (std::holds_alternative<std::int64_t*>(field.target)) {
      if (std::int64_t number = 0; scan(typed, number)) return number;
    } else if (std::holds_alternative<double*>(field.target)) {
      if (double number = 0; scan(typed, number)) return number;
    } else if (std::holds_alternative<std::vector<std::string>*>(field.target)) {
      std::vector<std::string> words;
      for (std::size_t at = 0; at < typed.size();) {
        const std::size_t comma = std::min(typed.find(',', at), typed.size());
        words.emplace_back(typed.substr(at, comma - at));
        at = comma + 1;
      }
      return words;
    } else if (std::holds_alternative<std::vector<std::int64_t>*>(field.target)) {
      std::vector<std::int64_t> numbers;
      bool fine = true;
      std::string_view rest = typed;
      if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
      for (bool more = !rest.empty(); fine && more;) {
        const std::size_t comma = rest.find(',');
        std::string_view item = rest.substr(0, comma);
        while (item.starts_with(' ')) item.remove_prefix(1);
        fine = scan(item, numbers.emplace_back());
        more = comma != std::string_view::npos;
        if (more) rest.remove_prefix(comma + 1);
      }
      if (fine) return numbers;
    }
    return std::string(typed);
  }

  std::vector<Field> fields_;
  std::string prefix_;
};

}  // namespace saddle
