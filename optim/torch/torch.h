// SPDX-License-Identifier: Apache-2.0
// The one place where headers of ours include LibTorch: it costs seconds a file.
#pragma once

// First, so that clang 14 in C++20 mode sees a complete c10::IValue.
#include <ATen/core/ivalue.h>

#include <ATen/core/grad_mode.h>
#include <torch/types.h>
