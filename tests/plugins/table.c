// SPDX-License-Identifier: Apache-2.0
// A plug-in without a world, and with what the definitions on the command line make of it.
#include <stddef.h>

#include <saddle/envs/plugin.h>

#ifndef TABLE_ABI
#define TABLE_ABI SADDLE_PLUGIN_ABI
#endif
#ifndef TABLE_ENTRY
#define TABLE_ENTRY saddle_plugin
#endif
#ifndef TABLE_FAILURE
#define TABLE_FAILURE NULL
#endif

const char* from_nowhere(void);
SADDLE_PLUGIN_EXPORT const SaddlePlugin* TABLE_ENTRY(void);

const SaddlePlugin* TABLE_ENTRY(void) {
  static SaddlePlugin plugin = {TABLE_ABI, sizeof(SaddlePlugin), NULL, 0, NULL};
  plugin.failure = TABLE_FAILURE;
  return &plugin;
}
