// SPDX-License-Identifier: Apache-2.0
// Counts allocations of the program it is linked into.
#pragma once

namespace saddle::testing {

/// Calls of operator new so far, of all threads.
[[nodiscard]] long allocations();

}  // namespace saddle::testing
