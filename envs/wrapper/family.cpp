// SPDX-License-Identifier: Apache-2.0
// Families of worlds.
#include <saddle/envs/wrapper/family.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace saddle {
namespace {

// Keeps the streams of clients apart from those of worlds with the same seed.
constexpr std::uint32_t kClientStream = 300;

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stopped != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The ends of the range; the same where it is a number.
std::pair<double, double> ends(const FamilyParameter& parameter, const Bounds& bounds,
                               const std::string& world) {
  const std::string_view text = parameter.range;
  const std::size_t dots = text.find("..");
  const auto low = number(text.substr(0, dots));
  const auto high = dots == std::string_view::npos ? low : number(text.substr(dots + 2));
  if (low && high && *low <= *high && bounds.contains(*low) && bounds.contains(*high)) {
    return {*low, *high};
  }
  Field like;
  like.target = static_cast<double*>(nullptr);
  like.bounds = bounds;
  throw Error(concat("parameter '", parameter.name, "' of '", world, "' takes ",
                     Fields::takes(like), ", or LOW..HIGH of such, not '", text, "'"));
}

}  // namespace

Family Family::of_one() const {
  Family one;
  one.parameters = parameters;
  for (FamilyParameter& parameter : one.parameters.all) parameter.range = parameter.usual;
  return one;
}

Family family_of(Environment& world) {
  Family family;
  for (const WorldParameter& parameter : world.parameters()) {
    const std::string usual = Fields::text(*parameter.value);
    family.parameters.all.push_back({parameter.name, parameter.doc, usual, usual});
  }
  return family;
}

FamilyMember::FamilyMember(const Family& family, Environment& world)
    : logarithmic_(family.distribution == "log-uniform"),
      varies_(false),
      client_(family.client != Family::kNone) {
  const EnvironmentSpec& spec = world.spec();
  std::vector<std::string> names;
  for (const WorldParameter& parameter : world.parameters()) {
    names.push_back(parameter.name);
    parameters_.push_back({*parameter.value, *parameter.value, *parameter.value});
    const auto wanted =
        std::ranges::find(family.parameters.all, parameter.name, &FamilyParameter::name);
    if (wanted == family.parameters.all.end() || wanted->range == wanted->usual) continue;
    Parameter& own = parameters_.back();
    std::tie(own.low, own.high) = ends(*wanted, parameter.bounds, spec.id);
    own.value = own.low;
    if (own.low == own.high) continue;
    varies_ = true;
    if (logarithmic_ && own.low <= 0) {
      throw Error(concat("parameter '", parameter.name, "' of '", spec.id, "' is log-uniform from ",
                         own.low, ", which has no logarithm; take a range above 0"));
    }
  }
  for (const FamilyParameter& wanted : family.parameters.all) {
    if (std::ranges::count(names, wanted.name) > 0) continue;
    throw Error(concat("'", spec.id, "' has no parameter '", wanted.name, "'",
                       did_you_mean(wanted.name, names)));
  }
  require_sense(family, spec);
  if (family.observe) {
    context_.resize(static_cast<std::size_t>(
        std::ranges::count_if(parameters_, [](const Parameter& p) { return p.low < p.high; })));
  }
  if (client_) {
    Rng rng(static_cast<std::uint64_t>(family.seed),
            stream_id(kClientStream, static_cast<std::uint32_t>(family.client)));
    take(rng);
  }
}

void FamilyMember::require_sense(const Family& family, const EnvironmentSpec& spec) const {
  if (!varies_ && (client_ || family.observe)) {
    throw Error(concat("no parameter of '", spec.id,
                       "' varies, so that it has neither clients nor ",
                       "a member to observe; give one a range, as world.NAME=LOW..HIGH"));
  }
  if (family.observe && spec.observation.is_discrete()) {
    throw Error(concat("what one observes of '", spec.id, "' is one of ", spec.observation.count,
                       " choices, to which nothing can be added; leave family.observe at false"));
  }
}

void FamilyMember::draw(Rng& rng) {
  if (varies_ && !client_) take(rng);
}

void FamilyMember::take(Rng& rng) {
  std::size_t shown = 0;
  for (Parameter& parameter : parameters_) {
    const double u = rng.uniform();
    if (parameter.low == parameter.high) continue;
    const double drawn = logarithmic_ ? parameter.low * std::pow(parameter.high / parameter.low, u)
                                      : parameter.low + (parameter.high - parameter.low) * u;
    parameter.value = std::min(drawn, parameter.high);  // rounding may carry beyond
    if (!context_.empty()) context_[shown++] = static_cast<float>(2 * u - 1);
  }
}

}  // namespace saddle
