// SPDX-License-Identifier: Apache-2.0
// Keeps Box2D from reading the clock.
#pragma once

namespace saddle {

/// Box2D reads the clock some ten times in every step, for a profile that nobody here looks at and
/// that takes up to half of a small world's time. Whoever makes a b2World calls this: it does
/// nothing, but the file that it is in has clocks that stand still, which take the place of Box2D's
/// where the linker lets a program's symbols go before those of a library, as on Linux. Elsewhere
/// worlds are slower, and otherwise the same.
void stop_box2d_timer();

}  // namespace saddle
