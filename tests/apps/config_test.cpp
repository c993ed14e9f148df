// SPDX-License-Identifier: Apache-2.0
// The configuration of a run: precedence, checks, and the file that repeats it.
#include <saddle/apps/config.h>

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/fake_registries.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

using test::expect_error;
using test::registries;

const Setting kWorld = {"environment", "World-v0"};

Setting typed(const std::string& key, const std::string& text) { return {key, text, true}; }

double real(const RunConfig& config, const std::string& key) {
  return std::get<double>(config.fields().at(key).value());
}

TEST(RunConfig, DefaultThenFileThenFlag) {
  const Registries r = registries();
  const RunConfig defaults(r, {kWorld}, {});
  EXPECT_EQ(real(defaults, "ppo.clip"), 0.2);
  EXPECT_EQ(defaults.options().seed, 0);
  EXPECT_EQ(defaults.limits(), (std::vector<double>{25, 25}));

  const Settings file = {
      kWorld, {"ppo.clip", 0.3}, {"seed", std::int64_t{7}}, {"limits.speed", 4.0}};
  const RunConfig with_file(r, file, {});
  EXPECT_EQ(real(with_file, "ppo.clip"), 0.3);
  EXPECT_EQ(with_file.options().seed, 7);
  EXPECT_EQ(with_file.limits(), (std::vector<double>{25, 4}));

  const RunConfig with_flags(r, file, {typed("ppo.clip", "0.4"), typed("limits.hazards", "1")});
  EXPECT_EQ(real(with_flags, "ppo.clip"), 0.4);
  EXPECT_EQ(with_flags.options().seed, 7);
  EXPECT_EQ(with_flags.limits(), (std::vector<double>{1, 4}));
}

TEST(RunConfig, APresetComesBeforeTheFile) {
  const Registries r = registries();
  const RunConfig preset(r, {kWorld}, {typed("agent", "ppo-slow")});
  EXPECT_EQ(preset.options().constraint, "none");
  EXPECT_EQ(real(preset, "ppo.clip"), 0.1);
  EXPECT_EQ(real(preset, "none.rate"), 0.01);

  const RunConfig with_file(r, {kWorld, {"ppo.clip", 0.3}}, {typed("agent", "ppo-slow")});
  EXPECT_EQ(real(with_file, "ppo.clip"), 0.3);
  EXPECT_EQ(real(with_file, "none.rate"), 0.01);

  const RunConfig with_flags(r, {kWorld, {"agent", "ppo-slow"}, {"ppo.clip", 0.3}},
                             {typed("ppo.clip", "0.4")});
  EXPECT_EQ(real(with_flags, "ppo.clip"), 0.4);
}

TEST(RunConfig, RefusesARuleThatThePresetDoesNotHave) {
  const Registries r = registries();
  expect_error(
      [&] {
        RunConfig(r, {kWorld}, {typed("agent", "ppo-slow"), typed("constraint", "lagrangian")});
      },
      {"'ppo-slow'", "--agent ppo --constraint lagrangian"});
  EXPECT_EQ(RunConfig(r, {kWorld}, {}).options().constraint, "lagrangian");
}

TEST(RunConfig, OneLimitForAllYieldsToOneForOne) {
  const Registries r = registries();
  const RunConfig config(r, {kWorld}, {typed("limits.hazards", "3"), typed("limits", "9")});
  EXPECT_EQ(config.limits(), (std::vector<double>{3, 9}));
}

/// Takes one of 3 choices.
class Chooser final : public Environment {
 public:
  Chooser() {
    spec_.id = "Choices-v0";
    spec_.observation = Space::box(1, -1, 1);
    spec_.action = Space::discrete(3);
  }
  const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float>) override {}
  bool step(std::span<const float>, Rng&, const Outcome&) override { return false; }

 private:
  EnvironmentSpec spec_;
};

TEST(RunConfig, PerturbsTheWorldAndSaysSo) {
  Registries r = registries();
  r.environments.add("Choices-v0", [] { return std::make_unique<Chooser>(); });
  const auto is_bare = [](const EnvironmentFactory& make) {
    return dynamic_cast<test::World*>(make().get()) != nullptr;
  };
  const RunConfig plain(r, {kWorld}, {});
  EXPECT_TRUE(is_bare(plain.environment(Purpose::kTraining)));
  const RunConfig late(r, {kWorld}, {typed("perturb.action_delay", "2")});
  EXPECT_FALSE(is_bare(late.environment(Purpose::kTraining)));
  EXPECT_FALSE(is_bare(late.environment(Purpose::kEvaluation)));
  EXPECT_TRUE(is_bare(late.environment(Purpose::kEvaluation, {})));
  EXPECT_TRUE(is_bare(late.world()));
  EXPECT_EQ(late.variation().perturbation, (Perturbation{.action_delay = 2}));
  EXPECT_NE(late.lasting_options(), plain.lasting_options());

  const Setting choices = {"environment", "Choices-v0"};
  expect_error([&] { RunConfig(r, {choices}, {typed("perturb.action_bias", "1")}); },
               {"'Choices-v0'", "neither bias nor gain"});
  RunConfig(r, {choices}, {typed("perturb.action_noise", "1")});
}

TEST(RunConfig, AFamilyIsAmongTheOptions) {
  Registries r = registries();
  register_environments(r.environments);
  const Setting pendulum = {"environment", "Pendulum-v0"};
  const RunConfig plain(r, {pendulum}, {});
  const Family& one = plain.variation().perturbation.family;
  EXPECT_EQ(one, one.of_one());
  EXPECT_EQ(one.parameters.all.at(2).range, "1.0");
  const RunConfig many(r, {pendulum, {"world.mass", std::string("0.5..2")}},
                       {typed("family.observe", "true"), typed("family.client", "3")});
  EXPECT_EQ(many.spec().observation.size, plain.spec().observation.size + 1);
  EXPECT_EQ(many.variation().perturbation.family.client, 3);
  EXPECT_NE(many.toml().find("[world]\ngravity = \"10.0\""), std::string::npos) << many.toml();
  EXPECT_NE(many.lasting_options(), plain.lasting_options());
  expect_error([&] { RunConfig(r, {pendulum}, {typed("world.mas", "1")}); },
               {"'world.mas'", "'world.mass'"});
  expect_error([&] { RunConfig(r, {pendulum}, {typed("world.mass", "-1")}); },
               {"'mass' of 'Pendulum-v0'", "a number above 0"});
  expect_error([&] { RunConfig(r, {pendulum}, {typed("family.client", "-2")}); },
               {"family.client", "in [-1, "});
}

TEST(RunConfig, AnAdversaryMakesItsWorldAGame) {
  const Registries r = registries();
  const Setting by_adding = typed("adversary.attack", "add");
  const RunConfig plain(r, {kWorld}, {}), game(r, {kWorld}, {by_adding});
  EXPECT_EQ(plain.spec().agents, 1);
  EXPECT_EQ(game.spec().agents, 2);
  EXPECT_EQ(game.spec().opponents, 1);
  const auto shared = [](const RunConfig& config) {
    return std::get<std::string>(config.fields().at("multi.parameters").value());
  };
  EXPECT_EQ(shared(plain), "shared");
  EXPECT_EQ(shared(game), "separate");
  EXPECT_EQ(shared(RunConfig(r, {kWorld, {"adversary.attack", std::string("mix")}}, {})),
            "separate");
  EXPECT_EQ(shared(RunConfig(r, {kWorld}, {by_adding, typed("multi.parameters", "shared")})),
            "shared");
  expect_error([&] { RunConfig(r, {kWorld}, {typed("adversary.attack", "ad")}); },
               {"adversary.attack", "one of none, add, mix, replace, observe"});
}

TEST(RunConfig, FlagsMayNameTheParts) {
  const Registries r = registries();
  const RunConfig config(r, {kWorld, {"none.rate", 0.5}}, {typed("constraint", "none")});
  EXPECT_EQ(config.options().constraint, "none");
  EXPECT_EQ(real(config, "none.rate"), 0.5);
}

TEST(RunConfig, NamesTheNearest) {
  const Registries r = registries();
  const auto refused = [&r](const Settings& flags, const std::vector<std::string>& words) {
    expect_error([&] { RunConfig(r, {kWorld}, flags); }, words);
  };
  refused({typed("environment", "Wold-v0")}, {"environment 'Wold-v0'", "did you mean 'World-v0'"});
  refused({typed("agent", "pop")}, {"agent 'pop'", "'ppo'"});
  refused({typed("constraint", "lagrangain")}, {"'lagrangain'", "'lagrangian'"});
  refused({typed("ppo.clp", "1")}, {"'ppo.clp'", "'ppo.clip'"});
  refused({typed("perturb.action_nose", "1")}, {"'perturb.action_nose'", "'perturb.action_noise'"});
  refused({typed("limits.hazard", "1")}, {"World-v0", "no constraint 'hazard'", "'hazards'"});
}

TEST(RunConfig, RefusesWhatOptionsDoNotTake) {
  const Registries r = registries();
  const auto refused = [&r](const std::string& key, const std::string& text) {
    SCOPED_TRACE(key + "=" + text);
    expect_error([&] { RunConfig(r, {kWorld}, {typed(key, text)}); }, {key, "takes"});
  };
  refused("steps", "-5");
  refused("steps", "0");
  refused("steps", "1e6");
  refused("steps", "");
  refused("num_envs", "0");
  refused("seed", "-1");
  refused("threads", "-1");
  refused("ppo.clip", "nan");
  refused("ppo.clip", "inf");
  refused("ppo.clip", "0");
  refused("ppo.clip", "0.2x");
  refused("network.hidden", "64,0");
  refused("perturb.observation_noise", "-1");
  refused("perturb.action_delay", "0.5");
  refused("limits.hazards", "-1");
  refused("limits.hazards", "nan");
  refused("limits.hazards", "inf");
  expect_error([&] { RunConfig(r, {kWorld}, {typed("limits", "1e999")}); }, {"limits.hazards"});
  expect_error([&] { RunConfig(r, {kWorld, {"ppo.clip", "much"}}, {}); }, {"ppo.clip", "much"});
}

TEST(RunConfig, ALimitNeedsAConstraint) {
  const Registries r = registries();
  const Settings free = {{"environment", "Free-v0"}};
  expect_error([&] { RunConfig(r, free, {typed("limits", "5")}); }, {"Free-v0", "no constraints"});
  expect_error([&] { RunConfig(r, free, {typed("limits.x", "5")}); }, {"no constraint 'x'"});
}

TEST(RunConfig, ARateNeedsLimitsOfItsOwn) {
  const Registries r = registries();
  const Settings rate = {kWorld, typed("measure.kind", "rate")};
  expect_error([&] { RunConfig(r, rate, {}); }, {"'hazards'", "25", "a step", "--cost-limit"});
  expect_error([&] { RunConfig(r, rate, {typed("limits.hazards", "0.1")}); },
               {"'speed'", "limits.speed"});
  EXPECT_EQ(RunConfig(r, rate, {typed("limits", "0.1")}).limits(), (std::vector<double>{0.1, 0.1}));
  EXPECT_NO_THROW(RunConfig(r, {{"limits.hazards", 0.1}, {"limits.speed", 0.2}}, rate));
  EXPECT_NO_THROW(RunConfig(r, {kWorld, typed("measure.kind", "sum")}, {}));
  EXPECT_NO_THROW(RunConfig(r, {{"environment", "Free-v0"}, rate[1]}, {}));
}

TEST(RunConfig, KnowsWhetherLimitsAreKept) {
  const Registries r = registries();
  EXPECT_TRUE(RunConfig(r, {kWorld}, {}).keeps_limits());  // by multipliers
  EXPECT_FALSE(RunConfig(r, {kWorld, typed("constraint", "none")}, {}).keeps_limits());
  EXPECT_TRUE(RunConfig(r, {kWorld, typed("agent", "ppo-slow")}, {}).keeps_limits());  // by itself
}

TEST(RunConfig, NeedsAnEnvironment) {
  const Registries r = registries();
  expect_error([&] { RunConfig(r, {}, {}); }, {"no environment"});
}

TEST(RunConfig, ItsFileRepeatsIt) {
  const Registries r = registries();
  const RunConfig first(r, {kWorld},
                        {typed("ppo.clip", "0.30000000000000004"), typed("network.hidden", "8,4"),
                         typed("limits", "0.1"), typed("seed", "9223372036854774784")});
  const test::TemporaryDirectory directory;
  test::write(directory.path() / "c.toml", first.toml());
  const RunConfig second(r, read_toml(directory.path() / "c.toml"), {});
  EXPECT_EQ(second.toml(), first.toml());
  EXPECT_EQ(second.lasting_options(), first.lasting_options());
  for (const Field& field : first.fields().all()) {
    EXPECT_EQ(second.fields().at(field.key).value(), field.value()) << field.key;
  }
}

TEST(RunConfig, LastingOptionsAreWhatResultsDependOn) {
  const Registries r = registries();
  const auto options = [&r](const Settings& flags) {
    return RunConfig(r, {kWorld}, flags).lasting_options();
  };
  const OptionTexts before = options({});
  EXPECT_EQ(options({typed("threads", "3"), typed("steps", "5")}), before);
  EXPECT_NE(options({typed("seed", "1")}), before);
  EXPECT_NE(options({typed("ppo.clip", "0.21")}), before);
  EXPECT_NE(options({typed("limits.speed", "26")}), before);
}

TEST(RunConfig, ResumingChangesStepsAndThreadsOnly) {
  const Registries r = registries();
  RunConfig config(r, {kWorld, {"steps", std::int64_t{100}}}, {});
  config.resume_with({kWorld, typed("steps", "200"), typed("threads", "2"),
                      typed("ppo.clip", "0.2"), typed("limits", "25")});
  EXPECT_EQ(config.options().steps, 200);
  EXPECT_EQ(config.options().threads, 2);
  const auto refused = [&r](const Setting& flag) {
    RunConfig stored(r, {kWorld}, {});
    expect_error([&] { stored.resume_with({flag}); }, {"'" + flag.key + "'", "resumed"});
  };
  refused(typed("seed", "1"));
  refused(typed("environment", "Free-v0"));
  refused(typed("agent", "sac"));
  refused(typed("ppo.clip", "0.3"));
  refused(typed("limits.hazards", "24"));
}

TEST(RunConfig, PluginsAreLoadedFirstAndKeptByTheirAbsolutePath) {
  const Registries r = registries();
  const std::string path = SADDLE_TEST_PLUGINS "/swing.so";
  const std::string relative = std::filesystem::relative(path);
  const Setting world = {"environment", "Swing-v0"};
  const RunConfig config(r, {world, {"plugins", std::vector<std::string>{"gone.so"}}},
                         {{"plugins", std::vector<std::string>{relative}}});
  EXPECT_EQ(config.spec().id, "Swing-v0");
  EXPECT_EQ(config.options().plugins, (std::vector<std::string>{path}));
  EXPECT_EQ(RunConfig(r, {world}, {typed("plugins", path)}).toml(), config.toml());
  EXPECT_EQ(RunConfig(r, {kWorld}, {typed("plugins", path)}).lasting_options(),
            RunConfig(r, {kWorld}, {}).lasting_options())
      << "results do not depend on where a library lies";
  expect_error(
      [&] {
        RunConfig(r, {world, {"plugins", std::vector<std::string>{"gone.so"}}}, {});
      },
      {"gone.so' is not there"});
}

TEST(RunConfig, ZeroThreadsAreAllProcessors) {
  EXPECT_GE(thread_count(0), 1);
  EXPECT_EQ(thread_count(3), 3);
}

}  // namespace
}  // namespace saddle
