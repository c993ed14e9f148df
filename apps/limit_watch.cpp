// SPDX-License-Identifier: Apache-2.0
// Notices limits that training does not come down to.
#include <saddle/apps/limit_watch.h>

#include <algorithm>
#include <cmath>
#include <span>

#include <saddle/apps/statistics.h>

namespace saddle {
namespace {

constexpr std::size_t kLeastUpdates = 100;
constexpr double kNearlyAll = 0.95;
constexpr double kLongest = 20;    // runs like that so far
constexpr double kHeld = 0.99;     // as a share of what it was
constexpr double kFarAbove = 1.1;  // limits, which switching and penalties may end up just above

}  // namespace

std::vector<std::size_t> LimitWatch::update(const UpdateReport& report) {
  past_.resize(report.constraints.size());
  std::vector<std::size_t> found;
  for (std::size_t k = 0; k < past_.size(); ++k) {
    const ConstraintReport& now = report.constraints[k];
    if (!std::isfinite(now.mean)) continue;
    Past& past = past_[k];
    past.cost.push_back(now.mean);
    past.multiplier.push_back(now.multiplier);
    if (past.reported || !seems_out_of_reach(past, now.limit)) continue;
    past.reported = true;
    found.push_back(k);
  }
  return found;
}

bool LimitWatch::seems_out_of_reach(const Past& past, double limit) {
  const std::size_t updates = past.cost.size(), quarter = updates / 4;
  if (updates < kLeastUpdates) return false;
  const auto last = [&](const std::vector<double>& values, std::size_t quarters_ago) {
    return std::span(values).subspan(updates - (quarters_ago + 1) * quarter, quarter);
  };
  const auto half = std::span(past.cost).subspan(updates - 2 * quarter);
  const auto above = std::ranges::count_if(half, [limit](double cost) { return cost > limit; });
  const double cost = mean(last(past.cost, 0)), progress = mean(last(past.cost, 1)) - cost;
  const double multiplier = mean(last(past.multiplier, 0));  // NaN where there is none
  const bool pressed = std::isnan(multiplier)
                           ? cost > kFarAbove * limit
                           : multiplier > 0 && multiplier >= kHeld * mean(last(past.multiplier, 1));
  return static_cast<double>(above) >= kNearlyAll * static_cast<double>(half.size()) &&
         cost - limit > 4 * kLongest * progress && pressed;
}

}  // namespace saddle
