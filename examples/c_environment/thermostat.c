// SPDX-License-Identifier: Apache-2.0
// A world in C11: a room to heat for little money, that may be cold for a few hours only.
#include <stdlib.h>

#include <saddle/envs/plugin.h>

typedef struct Room {
  uint64_t random;  // state of the generator, from the seed of the episode
  float inside, outside, price;
  float leak;  // a parameter
} Room;

// SplitMix64 (Steele, Lea and Flood 2014), as a number in [0, 1).
static float uniform(Room* room) {
  uint64_t z = room->random += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return (float)((z ^ (z >> 31)) >> 40) / 16777216.0f;
}

static float clip(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

static void observe(const Room* room, float* observation) {
  observation[0] = room->inside;
  observation[1] = room->outside;
  observation[2] = room->price;
}

static int32_t create(const void* context, void** world, SaddleMessage* why) {
  (void)context, (void)why;
  Room* room = *world = calloc(1, sizeof(Room));
  if (!room) return kSaddleFailed;
  room->leak = 0.1f;
  return kSaddleOk;
}

// Rooms differ: saddle train Thermostat-v0 --set world.leak=0.08..0.2
static int32_t set_parameters(void* world, const double* values, SaddleMessage* why) {
  (void)why;
  ((Room*)world)->leak = (float)values[0];
  return kSaddleOk;
}

static int32_t reset(void* world, uint64_t seed, float* observation, SaddleMessage* why) {
  (void)why;
  Room* room = world;
  room->random = seed;
  room->inside = 16 + 6 * uniform(room);
  room->outside = -5 + 15 * uniform(room);
  room->price = uniform(room);
  observe(room, observation);
  return kSaddleOk;
}

static int32_t step(void* world, const float* action, SaddleOutcome* out, SaddleMessage* why) {
  (void)why;
  Room* room = world;
  room->inside += 3 * action[0] - room->leak * (room->inside - room->outside);
  room->outside = clip(room->outside + 2 * uniform(room) - 1, -10, 15);
  out->reward[0] = -room->price * action[0];
  out->cost[0] = room->inside < 18 ? 1.0f : 0.0f;
  room->price = clip(room->price + 0.4f * uniform(room) - 0.2f, 0, 1);
  observe(room, out->observation);
  return kSaddleOk;
}

// A column as high as it is warm, against the 18 degrees that it should have.
static int32_t draw(void* world, const SaddleCanvas* canvas, SaddleMessage* why) {
  (void)why;
  const Room* room = world;
  const double warm = room->inside, column[] = {-2, -10, 2, -10, 2, warm, -2, warm};
  const double wanted[] = {-6, 18, 6, 18};
  canvas->view(canvas->self, -12, -12, 12, 32);
  canvas->polygon(canvas->self, column, 4, warm < 18 ? 0x0072B2FF : 0xD55E00FF);
  canvas->line(canvas->self, wanted, 2, 0.2, 0x26262EFF);
  return kSaddleOk;
}

static const float kLow[] = {-10, -10, 0}, kHigh[] = {60, 15, 1}, kOff = 0, kFull = 1;
static const SaddleConstraint kCold = {"cold", "hours", 4, "below 18 degrees"};
static const SaddleParameter kLeak = {
    .name = "leak", .unit = "per hour", .doc = "of warmth", .usual = 0.1, .low = 0.08, .high = 0.3};
static const SaddleSpec kSpec = {
    .struct_size = sizeof(SaddleSpec),
    .id = "Thermostat-v0",
    .doc = "heat a room for little money",
    .observation = {.kind = kSaddleBox, .size = 3, .low = kLow, .high = kHigh},
    .action = {.kind = kSaddleBox, .size = 1, .low = &kOff, .high = &kFull},
    .agents = 1,
    .constraint_count = 1,
    .constraints = &kCold,
    .horizon = 48,
    .time_step = 3600,
    .parameter_count = 1,
    .parameters = &kLeak,
};
static const SaddleWorld kWorld = {
    sizeof(SaddleWorld), &kSpec, NULL, create, free, reset, step, draw, set_parameters,
};

const SaddlePlugin* saddle_plugin(void) {
  static const SaddlePlugin plugin = {SADDLE_PLUGIN_ABI, sizeof(SaddlePlugin), &kWorld, 1, NULL};
  return &plugin;
}
