// SPDX-License-Identifier: Apache-2.0
// Errors, and the check that module borders use.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace saddle {

/// What came from outside is wrong: a flag, a file, a plug-in, a world. The message is one sentence
/// that names the culprit and the remedy; the command prints it and exits with 2.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// All arguments, streamed one after another into a string.
template <class... Parts>
[[nodiscard]] std::string concat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

namespace detail {
template <class... Values>
[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               const Values&... values) {
  std::ostringstream out;
  out << file << ':' << line << ": check failed: " << condition;
  [[maybe_unused]] const char* separator = " with ";
  ((out << separator << values, separator = ", "), ...);
  throw std::logic_error(out.str());
}
}  // namespace detail

}  // namespace saddle

/// A promise between our own modules. Always on; throws std::logic_error with the values given.
#define SADDLE_CHECK(condition, ...)                                                             \
  do {                                                                                           \
    if (!(condition)) {                                                                          \
      ::saddle::detail::check_failed(__FILE__, __LINE__, #condition __VA_OPT__(, ) __VA_ARGS__); \
    }                                                                                            \
  } while (false)
