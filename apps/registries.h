// SPDX-License-Identifier: Apache-2.0
// All names the command knows.
#pragma once

#include <saddle/agents/registry.h>
#include <saddle/envs/environment.h>
#include <saddle/envs/wrapper/wrapper.h>
#include <saddle/optim/catalogues.h>
#include <saddle/optim/constraint/registry.h>

namespace saddle {

struct Registries {
  EnvironmentRegistry environments{"environment"};
  WrapperRegistry wrappers{"wrapper"};
  AgentRegistry agents{"agent"};
  RuleRegistry rules{"constraint rule"};
  Catalogues catalogues;
};

}  // namespace saddle
