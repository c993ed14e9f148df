// SPDX-License-Identifier: Apache-2.0
// What has a name and options, as saddle describe shows it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <saddle/base/fields.h>
#include <saddle/base/preset_option.h>

namespace saddle {

struct Optioned {
  std::string kind, name, doc, paper;
  std::vector<std::string> classes, partners;  ///< of a problem or a method, what goes with it
  std::shared_ptr<void> owner;                 ///< of what the fields point to
  Fields fields;
  std::string update, rule, use;     ///< of an agent: what it is made of, and when to take it
  std::string worlds;                ///< and how worlds are wrapped for it
  bool keeps_constraints = false;    ///< by itself: it takes no rule
  std::size_t own = 0;               ///< how many fields are the agent's; the others its rule's
  std::vector<PresetOption> preset;  ///< what a preset sets, or a wrapper for its agent
};

[[nodiscard]] nlohmann::ordered_json json_of(const Optioned& it);
[[nodiscard]] std::string text_of(const Optioned& it);

}  // namespace saddle
