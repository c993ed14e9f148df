/* SPDX-License-Identifier: Apache-2.0 */
/* In what plug-ins of one source differ, so that the source is compiled once. */
#include <stddef.h>

#ifndef SWING_HORIZON
#define SWING_HORIZON 50
#endif
#ifndef SWING_CONSTRAINT
#define SWING_CONSTRAINT "swaying"
#endif
#ifndef AGENTS_BUILD
#define AGENTS_BUILD NULL
#endif
#ifndef AGENTS_NAME
#define AGENTS_NAME NULL
#endif

extern const int swing_horizon;
extern const char* const swing_constraint;
extern const char* const agents_build;
extern const char* const agents_name;
const int swing_horizon = SWING_HORIZON;
const char* const swing_constraint = SWING_CONSTRAINT;
const char* const agents_build = AGENTS_BUILD;
const char* const agents_name = AGENTS_NAME;
