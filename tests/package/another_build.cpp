// SPDX-License-Identifier: Apache-2.0
// An autograd back end that was compiled with something else.
#include <saddle/agents/autograd/library.h>

const saddle::AutogradLibrary* saddle_autograd() {
  static const saddle::AutogradLibrary library{"of yesterday", nullptr};
  return &library;
}
