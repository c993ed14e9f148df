// SPDX-License-Identifier: Apache-2.0
// The world as a plug-in: saddle train Commute-v0 --plugin ./libcommute.so
#include "commute.h"

#include <saddle/envs/plugin_library.h>

static void register_worlds(saddle::EnvironmentRegistry& registry) {
  registry.add("Commute-v0", [] { return std::make_unique<Commute>(); });
}

SADDLE_PLUGIN(register_worlds)
