// SPDX-License-Identifier: Apache-2.0
// Evaluations of one policy in worlds that are perturbed more and more, or that differ by client.
#include <saddle/apps/sweep.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/flags.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

/// What a policy sees of a member it sees as a place in the ranges of its run.
void require_known(const Variation& run, const Variation& point, const std::string& option) {
  const Family &was = run.perturbation.family, &is = point.perturbation.family;
  const bool ranges = was.parameters == is.parameters && was.distribution == is.distribution;
  if (run.adversary.attack == point.adversary.attack && was.observe == is.observe &&
      (ranges || !was.observe)) {
    return;
  }
  throw Error(concat("what the policy of this run sees has another meaning with another ", option,
                     "; leave it as it is in the run"));
}

SweepPoint sweep_point(const std::string& key, const std::string& magnitude, Environment& world,
                       const Variation& run) {
  Variation variation = run;
  Fields fields;
  variation.list(fields);
  const bool whole = key.find('.') != std::string::npos;
  const std::string option = whole ? key : concat(kPerturb, ".", key);
  fields.parse(option, magnitude);
  require_known(run, variation, option);
  require_perturbable(world, variation.perturbation);
  return {key, fields.at(option).value(), variation};
}

/// The rows under each other, first column to the left, the others to the right.
std::string aligned(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::size_t width = 0;
      for (const Row& other : rows) width = std::max(width, other[i].size());
      text +=
          i == 0 ? fmt::format("{:<{}}", row[i], width) : fmt::format("  {:>{}}", row[i], width);
    }
    text = text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace

std::vector<SweepPoint> sweep_points(const std::vector<std::string>& typed, Environment& world,
                                     const Variation& run) {
  std::vector<SweepPoint> points;
  for (const std::string& text : typed) {
    Setting setting = split_setting(text, "--perturb", "");
    std::ranges::replace(setting.key, '-', '_');
    const std::string magnitudes = std::get<std::string>(setting.value);
    for (std::size_t at = 0; at <= magnitudes.size();) {
      const std::size_t comma = std::min(magnitudes.find(',', at), magnitudes.size());
      points.push_back(sweep_point(setting.key, magnitudes.substr(at, comma - at), world, run));
      at = comma + 1;
    }
  }
  return points;
}

std::vector<SweepPoint> client_points(std::int64_t count, Environment& world,
                                      const Variation& run) {
  std::vector<SweepPoint> points;
  const std::string key = concat(kFamily, ".client");
  for (std::int64_t client = 0; client < count; ++client) {
    points.push_back(sweep_point(key, std::to_string(client), world, run));
  }
  return points;
}

Json to_json(const std::vector<SweepPoint>& points) {
  Json list = Json::array();
  for (const SweepPoint& point : points) {
    Json json = {{"perturbation", point.key},
                 {"magnitude", std::visit([](const auto& x) { return Json(x); }, point.magnitude)}};
    json.update(to_json(point.evaluation));
    list.push_back(std::move(json));
  }
  return list;
}

std::string to_text(const std::vector<SweepPoint>& points) {
  const auto number = [](double x) { return fmt::format("{:.4g}", x); };
  const Evaluation& first = points.front().evaluation;
  std::vector<Row> rows = {{"", "", "return", "95% interval"}};
  for (const ConstraintEstimate& c : first.constraints) {
    rows.front().insert(rows.front().end(), {c.name, "limit", ""});
  }
  for (const SweepPoint& point : points) {
    const Estimate& result = point.evaluation.result;
    Row& row = rows.emplace_back(
        Row{point.key, Fields::text(point.magnitude), number(result.mean),
            fmt::format("[{}, {}]", number(result.interval.low), number(result.interval.high))});
    for (const ConstraintEstimate& c : point.evaluation.constraints) {
      row.insert(row.end(),
                 {number(c.measured), number(c.limit), c.satisfied ? "satisfied" : "VIOLATED"});
    }
  }
  return fmt::format("{}: {} episodes a line, from the same seeds\n\n{}", first.environment,
                     first.episodes, aligned(rows));
}

}  // namespace saddle
