// SPDX-License-Identifier: Apache-2.0
// The saddle command.
#include <saddle/apps/command.h>

int main(int argc, char** argv) {
  saddle::Registries registries;
  saddle::register_environments(registries.environments);
  saddle::register_wrappers(registries.wrappers);
  saddle::register_agents(registries.agents);
  saddle::register_rules(registries.rules);
  saddle::register_catalogues(registries.catalogues);
  return saddle::run_command(argc, argv, registries);
}
