// SPDX-License-Identifier: Apache-2.0
// The plain C interface of plug-ins: shared libraries with worlds of their own.
//
// A plug-in exports one function, saddle_plugin(), which returns a table of worlds. This header is
// all that it needs, in C11 or in any language that speaks C. Worlds in C++ derive from
// saddle::Environment and get their table from SADDLE_PLUGIN in envs/plugin_library.h.
//
// Versions   `abi` and `struct_size` are the first members of SaddlePlugin for ever. Within one
//            SADDLE_PLUGIN_ABI, structs that begin with `struct_size` grow at their end: whoever
//            fills one writes its sizeof there, and whoever reads one takes members beyond that as
//            zero. The other structs never change; what they lack becomes another array at the end
//            of SaddleSpec. A change of any other kind is a new SADDLE_PLUGIN_ABI.
// Ownership  What a table points to belongs to the plug-in and stays as it is until the process
//            ends. Memory that a function is given belongs to Saddle, and only for the call.
// Threads    Functions may run at the same time for different worlds, never for the same one.
// Purity     What a world does depends on its parameters and on the seed and actions it was given
//            since its last reset, on nothing else: no clock, no global state, nothing of earlier
//            episodes. Checkpoints rely on it: a world in the middle of an episode is saved as its
//            seed and its actions.
// Errors     A function returns kSaddleOk, or any other code after writing one sentence into
//            `why`. No exception may leave it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The version of this interface. Plug-ins with another one are refused.
#define SADDLE_PLUGIN_ABI 1

/// What saddle_plugin needs to be seen from outside, however the rest is compiled.
#if defined(_WIN32)
#define SADDLE_PLUGIN_EXPORT __declspec(dllexport)
#else
#define SADDLE_PLUGIN_EXPORT __attribute__((visibility("default")))
#endif

enum SaddleCode { kSaddleOk = 0, kSaddleFailed = 1 };

enum SaddleSpaceKind { kSaddleBox = 0, kSaddleDiscrete = 1 };

/// Room for one sentence on what went wrong. UTF-8 that ends with a zero; what does not fit is cut.
typedef struct SaddleMessage {
  char* text;
  size_t capacity;  ///< bytes, the final zero included; at least 1
} SaddleMessage;

/// What an observation or an action may be.
typedef struct SaddleSpace {
  int32_t kind;   ///< SaddleSpaceKind
  int32_t size;   ///< of a box: its dimension. A discrete value is one float, 0, …, count − 1
  int32_t count;  ///< choices, if discrete
  const float* low;   ///< [size], may be −infinity; if discrete, not read
  const float* high;  ///< [size]
} SaddleSpace;

/// A named cost that a world measures, and the limit it suggests for the sum over an episode.
typedef struct SaddleConstraint {
  const char* name;      ///< lower case, used in flags and metrics: "hazards"
  const char* unit;      ///< of one step's cost: "steps in contact"
  double default_limit;  ///< of the undiscounted episode sum; a run may set another
  const char* doc;       ///< when a cost is incurred, one sentence
} SaddleConstraint;

/// How the world moves, what is rewarded, or from where on a step costs.
enum SaddleParameterKind { kSaddlePhysics = 0, kSaddleGoal = 1, kSaddleLimit = 2 };

/// A quantity of a world that its owner may set between two episodes: "mass" is then varied by
/// world.mass and perturb.mass_error.
typedef struct SaddleParameter {
  const char* name;  ///< lower case letters, digits and _, used in keys
  const char* unit;  ///< "kg"
  const char* doc;   ///< what it is of: "of the bob"
  double usual;      ///< what it is unless it is set
  double low, high;  ///< what it may be; may be infinite
  int32_t open_low;  ///< 1 if `low` itself is left out
  int32_t open_high;
} SaddleParameter;

/// Everything about a world that does not change while it runs.
typedef struct SaddleSpec {
  uint32_t struct_size;                 ///< sizeof(SaddleSpec)
  int32_t agents;                       ///< A, at least 1
  const char* id;                       ///< "Commute-v0": a name of its own, ending in a version
  const char* doc;                      ///< one line
  SaddleSpace observation;              ///< of one agent, O floats
  SaddleSpace action;                   ///< of one agent, D floats
  int32_t horizon;                      ///< steps until Saddle cuts an episode off, at least 1
  int32_t constraint_count;             ///< C
  const SaddleConstraint* constraints;  ///< [C]
  double time_step;                     ///< simulated seconds a step; 0 if time has no unit
  int32_t parameter_count;              ///< P
  const SaddleParameter* parameters;    ///< [P]
  int32_t opponents;  ///< the last so many agents play against the others, who are reported
  const int32_t* parameter_kinds;  ///< [P] of SaddleParameterKind; NULL: all are physics
} SaddleSpec;

/// Where a world writes the outcome of one step. Row-major; every number must be finite.
typedef struct SaddleOutcome {
  uint32_t struct_size;  ///< of Saddle: members beyond it are not there
  int32_t terminated;    ///< 0; set to 1 if the episode ended by itself. Not for time limits
  float* observation;    ///< [A,O] of the state arrived at
  float* reward;         ///< [A]
  float* cost;           ///< [A,C], each ≥ 0; how much of every constraint this step used
} SaddleOutcome;

/// Where a world draws itself: shapes in coordinates of its own, y upwards, later ones over earlier
/// ones. Colours are 0xRRGGBBAA, points are x and y in turn. Every number must be finite.
typedef struct SaddleCanvas {
  uint32_t struct_size;  ///< of Saddle: members beyond it are not there
  void* self;            ///< the first argument of every function

  /// The part of the plane to show.
  void (*view)(void* self, double left, double bottom, double right, double top);
  void (*disc)(void* self, double x, double y, double radius, uint32_t colour);
  void (*polygon)(void* self, const double* points, int32_t count, uint32_t colour);
  /// Through `count` points.
  void (*line)(void* self, const double* points, int32_t count, double width, uint32_t colour);
} SaddleCanvas;

/// One kind of world: what it is, and how to make, start, step and destroy copies of it.
typedef struct SaddleWorld {
  uint32_t struct_size;  ///< sizeof(SaddleWorld)
  const SaddleSpec* spec;
  const void* context;  ///< anything; handed to create

  /// Makes a copy and stores it in `world`. Thousands may live side by side.
  int32_t (*create)(const void* context, void** world, SaddleMessage* why);

  /// Called once for every copy that create returned kSaddleOk for.
  void (*destroy)(void* world);

  /// Starts an episode. All that is random in it must come from `seed`. `observation` is [A,O].
  int32_t (*reset)(void* world, uint64_t seed, float* observation, SaddleMessage* why);

  /// Advances by one step. `action` is [A,D], inside the space. After a step that terminated, or
  /// that was the last before the horizon, reset comes next.
  int32_t (*step)(void* world, const float* action, SaddleOutcome* out, SaddleMessage* why);

  /// Draws the state it is in; changes nothing. Null for a world that cannot be shown.
  int32_t (*draw)(void* world, const SaddleCanvas* canvas, SaddleMessage* why);

  /// Called before every reset with the values [P] of its parameters in the episode that begins.
  /// May be null where P is 0. A copy starts with the usual values: a Saddle that is older than
  /// parameters never calls this.
  int32_t (*set_parameters)(void* world, const double* values, SaddleMessage* why);
} SaddleWorld;

/// What a library has to offer.
typedef struct SaddlePlugin {
  uint32_t abi;               ///< SADDLE_PLUGIN_ABI
  uint32_t struct_size;       ///< sizeof(SaddlePlugin)
  const SaddleWorld* worlds;  ///< an array, its elements struct_size of the first apart
  int32_t world_count;        ///< at least 1
  const char* failure;        ///< null; or one sentence on why there are no worlds
} SaddlePlugin;

/// The one function that a plug-in exports. Called after loading, and again if the library is named
/// again; it returns the same table.
SADDLE_PLUGIN_EXPORT const SaddlePlugin* saddle_plugin(void);

#ifdef __cplusplus
}
#endif
