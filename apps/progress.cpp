// SPDX-License-Identifier: Apache-2.0
// How far a run is, for people.
#include <saddle/apps/progress.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace saddle {
namespace {

constexpr double kRedrawSeconds = 0.1;
constexpr double kLineSeconds = 5;
constexpr int kBarWidth = 10;

std::string duration(double seconds) {
  if (!(seconds < 1e9)) return "?";
  const auto whole = static_cast<std::int64_t>(std::ceil(seconds));
  const std::int64_t hours = whole / 3600, minutes = whole / 60 % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                   : fmt::format("{}:{:02}", minutes, whole % 60);
}

double share_done(const ProgressState& state) {
  return std::min(1.0, static_cast<double>(state.step) / static_cast<double>(state.until));
}

std::string pace(const ProgressState& state) {
  const auto left = static_cast<double>(std::max<std::int64_t>(0, state.until - state.step));
  return fmt::format("{} steps/s, {} left",
                     grouped(static_cast<std::int64_t>(state.steps_per_second)),
                     duration(left > 0 ? left / state.steps_per_second : 0));
}

std::string outcome(const UpdateReport& report, const char* multiplier) {
  std::string text = fmt::format("return {:.4g}", report.mean_return);
  for (const ConstraintReport& c : report.constraints) {
    text += fmt::format(", {} {:.4g} {} {:.4g}", c.name, c.mean, c.mean <= c.limit ? "<=" : ">",
                        c.limit);
    if (!std::isnan(c.multiplier)) text += fmt::format(" {} {:.3g}", multiplier, c.multiplier);
  }
  return text;
}

/// At most `width` characters of UTF-8.
std::string cut(const std::string& text, int width) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    const bool begins_character = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
    if (begins_character && width-- <= 0) break;
  }
  return text.substr(0, end);
}

int terminal_width() {
  ::winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::string grouped(std::int64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string progress_line(const ProgressState& state) {
  return fmt::format("{} of {} steps ({:.0f}%), {}, {}", grouped(state.step), grouped(state.until),
                     std::floor(100 * share_done(state)), pace(state),
                     outcome(state.report, "multiplier"));
}

std::string progress_bar(const ProgressState& state, int width) {
  const auto filled = static_cast<int>(kBarWidth * share_done(state));
  const std::string line =
      fmt::format("[{:#>{}}{:->{}}] {:3.0f}%  {}, {}", "", filled, "", kBarWidth - filled,
                  std::floor(100 * share_done(state)), pace(state), outcome(state.report, "λ"));
  return cut(line, width);
}

Progress::Progress(std::int64_t first_step, std::int64_t until)
    : first_step_(first_step),
      until_(until),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      last_shown_(start_) {}

Progress::~Progress() {
  if (line_open_) std::fputc('\n', stderr);
}

void Progress::update(std::int64_t step, const UpdateReport& report) {
  const auto now = Clock::now();
  const std::chrono::duration<double> since = now - last_shown_, running = now - start_;
  if (step < until_ && since.count() < (terminal_ ? kRedrawSeconds : kLineSeconds)) return;
  last_shown_ = now;
  const ProgressState state{step, until_, static_cast<double>(step - first_step_) / running.count(),
                            report};
  if (terminal_) {
    // The last column stays free: some terminals wrap once it is filled.
    fmt::print(stderr, "\r{}\x1b[K", progress_bar(state, terminal_width() - 1));
    line_open_ = true;
  } else {
    fmt::print(stderr, "{}\n", progress_line(state));
  }
  std::fflush(stderr);
}

}  // namespace saddle
