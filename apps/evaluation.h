// SPDX-License-Identifier: Apache-2.0
// What a set of episodes says of a policy.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <saddle/agents/train.h>
#include <saddle/apps/statistics.h>

namespace saddle {

/// Of a quantity with one value an episode.
struct Estimate {
  double mean = 0;
  double deviation = 0;  ///< between episodes
  Interval interval;     ///< 95 % confidence, of the mean
};

/// Where each agent has to keep the limit by itself, "over" is what the costliest of them is.
struct ConstraintEstimate {
  std::string name;
  double limit = 0;
  Estimate cost;                ///< mean over agents
  double measured = 0;          ///< what the limit is of, of whom it is largest
  double violation_rate = 0;    ///< share of episodes over the limit; NaN if it is not of episodes
  Interval violation_interval;  ///< 95 % confidence, exact
  double cvar90 = 0;            ///< mean of the worst tenth
  double max = 0;
  bool satisfied = false;  ///< measured ≤ limit
};

/// The part of one agent among several.
struct AgentEstimate {
  Estimate result;
  std::vector<ConstraintEstimate> constraints;
};

struct Evaluation {
  std::string environment;
  std::int64_t episodes = 0;
  Estimate result;  ///< the return, mean over agents
  double mean_length = 0;
  std::vector<ConstraintEstimate> constraints;
  std::vector<AgentEstimate> agents;  ///< empty if there is only one
  std::string measure;                ///< what limits are of: the kind of a CostMeasure
  bool limits_each = false;           ///< every agent has to keep the limits by itself
};

/// `episodes` must not be empty; `limits` [C], of the measure.
[[nodiscard]] Evaluation summarize(const EnvironmentSpec& spec, const std::vector<double>& limits,
                                   const std::vector<Episode>& episodes,
                                   const CostMeasure& measure = {});

[[nodiscard]] nlohmann::ordered_json to_json(const Evaluation& evaluation);

/// A table for people.
[[nodiscard]] std::string to_text(const Evaluation& evaluation);

}  // namespace saddle
