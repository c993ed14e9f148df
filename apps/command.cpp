// SPDX-License-Identifier: Apache-2.0
// The saddle command: reads the command line, runs the verb, turns errors into exit codes.
#include <saddle/apps/command.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <saddle/apps/file.h>
#include <saddle/apps/flags.h>
#include <saddle/apps/log.h>
#include <saddle/apps/verbs.h>
#include <saddle/apps/version.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

constexpr int kUserError = 2;
constexpr int kInternalError = 70;

struct Verb {
  const char* name;
  const char* help;
  void (*declare)(CLI::App&);
  int (*run)(const CLI::App&, const Registries&);
};

constexpr Verb kVerbs[] = {
    {"train", "Learn a policy that keeps costs within limits", declare_train, run_train},
    {"evaluate", "Play episodes with the policy of a run", declare_evaluate, run_evaluate},
    {"render", "Pictures and films of a world, or of what a policy does", declare_render,
     run_render},
    {"benchmark", "Train and compare agents over worlds and seeds", declare_benchmark,
     run_benchmark},
    {"solve", "Solve an optimization problem, without any learning", declare_solve, run_solve},
    {"oracle", "Solve a tabular world exactly", declare_oracle, run_oracle},
    {"list", "Names of worlds, agents, constraints, problems and methods", declare_list, run_list},
    {"describe", "What goes by a name, and its options", declare_describe, run_describe},
    {"check", "Whether a world keeps the contract of worlds", declare_check, run_check}};

[[noreturn]] void refuse_command(const CLI::App& app) {
  std::vector<std::string> known;
  for (const Verb& verb : kVerbs) known.emplace_back(verb.name);
  if (app.remaining().empty()) {
    throw Error(fmt::format("no command given; it is one of {}", fmt::join(known, ", ")));
  }
  const std::string typed = app.remaining().front();
  if (typed.starts_with("-")) {
    throw Error(concat("unknown option '", typed, "'; options follow the command"));
  }
  throw Error(concat("unknown command '", typed, "'", did_you_mean(typed, known)));
}

int run_verb(int argc, char** argv, const Registries& registries) {
  CLI::App app("Safe reinforcement learning", "saddle");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(0, 1);
  app.allow_extras();
  for (const Verb& verb : kVerbs) {
    CLI::App* command = app.add_subcommand(verb.name, verb.help);
    command->allow_extras();
    verb.declare(*command);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wish) {  // --help or --version
    return app.exit(wish);
  } catch (const CLI::ParseError& error) {
    throw Error(error.what());
  }
  for (const Verb& verb : kVerbs) {
    if (!app.got_subcommand(verb.name)) continue;
    const CLI::App& command = *app.get_subcommand(verb.name);
    refuse_extras(command);
    return verb.run(command, registries);
  }
  refuse_command(app);
}

int fail(int code, const std::string& sentence) {
  spdlog::error("{}", sentence);
  return code;
}

}  // namespace

int run_command(int argc, char** argv, const Registries& registries) {
  set_up_log();
  try {
    const int code = run_verb(argc, argv, registries);
    if (std::fflush(stdout) != 0) throw Error(concat("cannot write results: ", system_reason()));
    return code;
  } catch (const Error& error) {
    return fail(kUserError, error.what());
  } catch (const std::bad_alloc&) {
    return fail(kUserError, "not enough memory; lower num_envs or the size of the network");
  } catch (const std::exception& error) {
    return fail(kInternalError, concat("internal error, please report it: ", error.what()));
  }
}

}  // namespace saddle
