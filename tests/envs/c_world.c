// SPDX-License-Identifier: Apache-2.0
// A plug-in in C11 that uses all of the interface, and the layout that its first version has.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <saddle/envs/plugin.h>

// What changes here breaks plug-ins that exist: it needs another SADDLE_PLUGIN_ABI.
_Static_assert(SADDLE_PLUGIN_ABI == 1, "");
_Static_assert(offsetof(SaddlePlugin, abi) == 0 && offsetof(SaddlePlugin, struct_size) == 4, "");
_Static_assert(kSaddleOk == 0 && kSaddleBox == 0 && kSaddleDiscrete == 1, "");
#if UINTPTR_MAX == 0xFFFFFFFFFFFFFFFFu
_Static_assert(offsetof(SaddlePlugin, failure) == 24, "");
_Static_assert(sizeof(SaddleMessage) == 16 && sizeof(SaddleSpace) == 32, "");
_Static_assert(sizeof(SaddleConstraint) == 32 && offsetof(SaddleConstraint, doc) == 24, "");
_Static_assert(offsetof(SaddleSpec, action) == 56 && offsetof(SaddleSpec, time_step) == 104, "");
_Static_assert(offsetof(SaddleOutcome, cost) == 24 && offsetof(SaddleWorld, step) == 48, "");
_Static_assert(sizeof(SaddleParameter) == 56 && offsetof(SaddleSpec, parameters) == 120, "");
_Static_assert(offsetof(SaddleSpec, parameter_kinds) == 136 && kSaddleLimit == 2, "");
#endif

typedef struct Counter {
  float shown[2];  // a random number, and how far it has come
  double stride;
} Counter;

static int32_t create(const void* context, void** world, SaddleMessage* why) {
  if (context != NULL) {
    snprintf(why->text, why->capacity, "%s", (const char*)context);
    return 3;
  }
  *world = malloc(sizeof(Counter));
  if (*world == NULL) return kSaddleFailed;
  ((Counter*)*world)->stride = 1;
  return kSaddleOk;
}

static void destroy(void* world) { free(world); }

static int32_t reset(void* world, uint64_t seed, float* observation, SaddleMessage* why) {
  (void)why;
  Counter* counter = world;
  counter->shown[0] = (float)(seed >> 40) / 16777216.0f;
  counter->shown[1] = 0;
  memcpy(observation, counter->shown, sizeof counter->shown);
  return kSaddleOk;
}

static int32_t set_parameters(void* world, const double* values, SaddleMessage* why) {
  if (values[0] == 0.125) {
    snprintf(why->text, why->capacity, "no shoe fits");
    return kSaddleFailed;
  }
  ((Counter*)world)->stride = values[0];
  return kSaddleOk;
}

// Pays the choice. 2 ends the episode; 3 is a failure with a reason, 4 one without.
static int32_t step(void* world, const float* action, SaddleOutcome* out, SaddleMessage* why) {
  Counter* counter = world;
  counter->shown[1] += (float)counter->stride;
  memcpy(out->observation, counter->shown, sizeof counter->shown);
  out->reward[0] = action[0];
  out->cost[0] = 1;
  out->cost[1] = counter->shown[0];
  out->terminated = action[0] == 2;
  if (action[0] == 3) {
    snprintf(why->text, why->capacity, "the third\ndoor is locked");
    return 7;
  }
  return action[0] == 4 ? kSaddleFailed : kSaddleOk;
}

static int32_t draw(void* world, const SaddleCanvas* canvas, SaddleMessage* why) {
  (void)why;
  const Counter* counter = world;
  const double line[] = {0, 0, counter->shown[1], 1}, endless[] = {0, 0, 1 / 0.0, 1};
  canvas->view(canvas->self, -1, -2, 21, 2);
  canvas->view(canvas->self, 1, 0, 0, 1);  // no view
  canvas->disc(canvas->self, counter->shown[1], 0.5, 0.25, 0xFF800040);
  canvas->line(canvas->self, line, 2, 0.125, 0x000000FF);
  canvas->line(canvas->self, endless, 2, 0.125, 0x000000FF);
  canvas->polygon(canvas->self, line, 0, 0x000000FF);
  return kSaddleOk;
}

static const float kLow[] = {0, 0};
static const float kHigh[] = {1, 20};
static const SaddleConstraint kConstraints[] = {{"steps", "steps", 10, "always"},
                                                {"luck", "units", 0.5, "by chance"}};
static const SaddleParameter kStride = {"stride", "m", "of a step", 1, 0, 1, 1, 0};

#define SPEC(name)                                                                              \
  {                                                                                             \
    .struct_size = sizeof(SaddleSpec), .id = name, .doc = "counts", .agents = 1,                \
    .observation = {.kind = kSaddleBox, .size = 2, .low = kLow, .high = kHigh},                 \
    .action = {.kind = kSaddleDiscrete, .count = 5}, .horizon = 20, .constraint_count = 2,      \
    .constraints = kConstraints, .time_step = 0.5, .parameter_count = 1, .parameters = &kStride \
  }

static const SaddleSpec kCounter = SPEC("Counter-v3");
static const SaddleSpec kBroken = SPEC("Broken-v0");

static const SaddleWorld kWorlds[] = {
    {sizeof(SaddleWorld), &kCounter, NULL, create, destroy, reset, step, draw, set_parameters},
    {sizeof(SaddleWorld), &kBroken, "there is no map", create, destroy, reset, step, NULL,
     set_parameters}};

const SaddlePlugin* saddle_plugin(void) {
  static const SaddlePlugin plugin = {.abi = SADDLE_PLUGIN_ABI,
                                      .struct_size = sizeof(SaddlePlugin),
                                      .worlds = kWorlds,
                                      .world_count = 2};
  return &plugin;
}
