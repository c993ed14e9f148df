// SPDX-License-Identifier: Apache-2.0
// Box2D's clock, standing still.
#include <saddle/envs/box2d_timer.h>

#if defined(__linux__)
// What stands in for a library's symbols has to be seen from outside.
#pragma GCC visibility push(default)
#include <box2d/b2_timer.h>

b2Timer::b2Timer() : m_start_sec(0), m_start_usec(0) {}
void b2Timer::Reset() {}
float b2Timer::GetMilliseconds() const { return 0; }
#pragma GCC visibility pop
#endif

namespace saddle {

void stop_box2d_timer() {}

}  // namespace saddle
