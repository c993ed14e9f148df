// SPDX-License-Identifier: Apache-2.0
// What the command can do. A verb declares its options, then runs with those that were typed and
// returns the exit code.
#pragma once

#include <saddle/apps/registries.h>

namespace CLI {
class App;
}

namespace saddle {

void declare_train(CLI::App& app);
[[nodiscard]] int run_train(const CLI::App& app, const Registries& registries);

void declare_evaluate(CLI::App& app);
[[nodiscard]] int run_evaluate(const CLI::App& app, const Registries& registries);

void declare_render(CLI::App& app);
[[nodiscard]] int run_render(const CLI::App& app, const Registries& registries);

void declare_benchmark(CLI::App& app);
[[nodiscard]] int run_benchmark(const CLI::App& app, const Registries& registries);

void declare_solve(CLI::App& app);
[[nodiscard]] int run_solve(const CLI::App& app, const Registries& registries);

void declare_oracle(CLI::App& app);
[[nodiscard]] int run_oracle(const CLI::App& app, const Registries& registries);

void declare_list(CLI::App& app);
[[nodiscard]] int run_list(const CLI::App& app, const Registries& registries);

void declare_describe(CLI::App& app);
[[nodiscard]] int run_describe(const CLI::App& app, const Registries& registries);

void declare_check(CLI::App& app);
[[nodiscard]] int run_check(const CLI::App& app, const Registries& registries);

}  // namespace saddle
