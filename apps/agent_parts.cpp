// SPDX-License-Identifier: Apache-2.0
// An agent by name, and what keeps its constraints.
#include <saddle/apps/agent_parts.h>

#include <algorithm>
#include <iterator>

#include <saddle/base/check.h>

namespace saddle {

std::vector<std::string> constraint_names(const Registries& registries) {
  std::vector<std::string> all;
  std::ranges::merge(registries.rules.names(), registries.wrappers.names(),
                     std::back_inserter(all));
  return all;
}

AgentParts list_parts(const Registries& registries, const AgentEntry& agent,
                      const std::string& constraint, Fields& fields) {
  const bool wraps = registries.wrappers.contains(constraint);
  const std::string rule = wraps ? "none" : constraint;
  if (!registries.rules.contains(rule)) {
    throw Error(concat("unknown constraint '", rule, "'",
                       did_you_mean(rule, constraint_names(registries))));
  }
  AgentParts parts;
  const std::size_t before = fields.all().size();
  parts.agent = agent.builder();
  parts.agent->fields(fields);
  parts.own = fields.all().size() - before;
  parts.rule = registries.rules.at(rule).builder();
  fields.group(rule, *parts.rule);
  if (wraps) {
    const WrapperEntry& wrapper = registries.wrappers.at(constraint);
    parts.wrapper = wrapper.builder();
    parts.wrapper->fields(fields);
    parts.preset = wrapper.options;
  }
  parts.preset.insert(parts.preset.end(), agent.options.begin(), agent.options.end());
  for (const PresetOption& option : parts.preset) fields.parse(option.key, option.value);
  return parts;
}

}  // namespace saddle
