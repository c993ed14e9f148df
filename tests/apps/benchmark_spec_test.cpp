// SPDX-License-Identifier: Apache-2.0
// Specs of benchmarks: what they may say, and how they are refused.
#include <saddle/apps/benchmark_spec.h>

#include <gtest/gtest.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

class Spec : public testing::Test {
 protected:
  BenchmarkSpec read(const std::string& text) {
    test::write(directory_.path() / "s.toml", text);
    return read_benchmark_spec(directory_.path() / "s.toml");
  }
  void refused(const std::string& text, const std::vector<std::string>& words) {
    SCOPED_TRACE(text);
    test::expect_error([&] { (void)read(text); }, words);
  }

  test::TemporaryDirectory directory_;
};

const std::string kLeast = "environments = [\"W-v0\"]\nagents = [\"ppo\"]\n";

TEST_F(Spec, SaysWorldsAndAgentsAndNoMore) {
  const BenchmarkSpec spec = read(kLeast);
  EXPECT_EQ(spec.environments, std::vector<std::string>{"W-v0"});
  EXPECT_EQ(spec.agents, std::vector<std::string>{"ppo"});
  EXPECT_EQ(spec.seeds, (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(spec.steps, 1'000'000);
  EXPECT_EQ(spec.episodes, 100);
  EXPECT_FALSE(spec.stochastic);
  EXPECT_EQ(spec.processes, 0);
  EXPECT_TRUE(spec.limits.empty() && spec.set.empty() && spec.plugins.empty());
  ASSERT_EQ(spec.variants.size(), 1);
  EXPECT_EQ(spec.variants[0].name, "");
}

TEST_F(Spec, SaysEverything) {
  const BenchmarkSpec spec = read(R"(
plugins = ["a.so"]
environments = ["W-v0", "A-v0"]
agents = ["ppo+gdpa", "cpo"]
steps = 5_000
seeds = [7, 3]
episodes = 9
stochastic = true
processes = 2
limits = [25, 0.5]
[set]
num_envs = 4
rollout.steps = 50
[agent.cpo]
cpo.radius = 0.02
[agent."ppo+gdpa"]
gdpa.step = 0.1
num_envs = 8
[[variant]]
name = "plain"
[[variant]]
name = "narrow-1.0"
set = {ppo.clip = 0.1, network.hidden = [8, 8]}
)");
  EXPECT_EQ(spec.plugins, std::vector<std::string>{"a.so"});
  EXPECT_EQ(spec.environments, (std::vector<std::string>{"W-v0", "A-v0"}));
  EXPECT_EQ(spec.agents, (std::vector<std::string>{"ppo+gdpa", "cpo"}));
  EXPECT_EQ(spec.seeds, (std::vector<std::int64_t>{7, 3}));
  EXPECT_EQ(spec.limits, (std::vector<double>{25, 0.5}));
  EXPECT_EQ(spec.steps, 5000);
  EXPECT_EQ(spec.episodes, 9);
  EXPECT_TRUE(spec.stochastic);
  EXPECT_EQ(spec.processes, 2);
  ASSERT_EQ(spec.set.size(), 2);
  EXPECT_EQ(spec.set[1].key, "rollout.steps");
  EXPECT_EQ(spec.set[1].value, FieldValue(std::int64_t{50}));
  ASSERT_EQ(spec.agent_set.size(), 2);
  EXPECT_EQ(spec.agent_set.at("cpo")[0].key, "cpo.radius");
  EXPECT_EQ(spec.agent_set.at("ppo+gdpa").size(), 2);
  ASSERT_EQ(spec.variants.size(), 2);
  EXPECT_EQ(spec.variants[0].name, "plain");
  EXPECT_TRUE(spec.variants[0].set.empty());
  EXPECT_EQ(spec.variants[1].set[1].key, "ppo.clip");
}

TEST_F(Spec, ANumberOfSeedsCountsFromZero) {
  EXPECT_EQ(read(kLeast + "seeds = 3").seeds, (std::vector<std::int64_t>{0, 1, 2}));
}

TEST_F(Spec, RefusesWhatItDoesNotKnow) {
  refused(kLeast + "epsiodes = 5", {"s.toml", "line 3", "'epsiodes'", "'episodes'"});
  refused(kLeast + "limit = [5]", {"'limit'", "'limits'"});
  refused(kLeast + "ppo.clip = 0.1", {"'ppo'", "[set]"});
  refused(kLeast + "[[variant]]\nname = \"a\"\nste = {}", {"'ste'", "'set'"});
  refused(kLeast + "[variant]\nname = \"a\"", {"line 3", "[[variant]]"});
  refused(kLeast + "[agent.pop]\nppo.clip = 0.1", {"line 3", "'pop'", "'ppo'"});
  refused(kLeast + "[agent]\nppo = 0.1", {"'agent.ppo'", "table"});
  refused(kLeast + "agent = \"ppo\"", {"[agent.NAME]"});
  refused("agents = [", {"s.toml", "line 1"});
}

TEST_F(Spec, RefusesValuesThatKeysDoNotTake) {
  refused(kLeast + "steps = 0", {"'steps'", "0"});
  refused(kLeast + "episodes = \"many\"", {"'episodes'", "many"});
  refused(kLeast + "processes = -1", {"'processes'", "-1"});
  refused(kLeast + "seeds = 0", {"'seeds'", "not 0"});
  refused(kLeast + "seeds = [1, -1]", {"'seeds'"});
  refused(kLeast + "seeds = 1.5", {"'seeds'"});
  refused(kLeast + "limits = 25", {"'limits'"});
  refused(kLeast + "limits = [25, -1]", {"'limits'", "line 3"});
  refused(kLeast + "limits = [nan]", {"'limits'"});
  refused(kLeast + "limits = [\"low\"]", {"'limits'"});
  refused(kLeast + "set = 5", {"'set'", "table"});
  refused("environments = \"W-v0\"\nagents = [\"ppo\"]", {"'environments'", "list of texts"});
}

TEST_F(Spec, RefusesEmptyListsAndWhatIsThereTwice) {
  refused("agents = [\"ppo\"]", {"s.toml", "no 'environments'"});
  refused("environments = [\"W-v0\"]\nagents = []", {"no 'agents'"});
  refused(kLeast + "seeds = []", {"no 'seeds'"});
  refused(kLeast + "limits = []", {"'limits'"});
  refused(kLeast + "seeds = [4, 2, 4]", {"4 twice in 'seeds'"});
  refused(kLeast + "limits = [4, 2, 4.0]", {"'limits' has 4 twice"});
  refused("environments = [\"W-v0\", \"W-v0\"]\nagents = [\"ppo\"]", {"W-v0 twice"});
  refused(kLeast + "[[variant]]\nname = \"a\"\n[[variant]]\nname = \"a\"", {"'a'", "rename"});
}

TEST_F(Spec, RefusesOptionsThatTheGridHas) {
  for (const char* key : {"environment", "agent", "constraint", "seed", "steps", "plugins"}) {
    refused(kLeast + "[set]\n" + key + " = 1", {"'" + std::string(key) + "'", "'set'"});
    refused(kLeast + "[[variant]]\nname = \"a\"\nset = {" + key + " = 1}",
            {"'" + std::string(key) + "'", "'variant.set'"});
    refused(kLeast + "[agent.ppo]\n" + key + " = 1", {"'" + std::string(key) + "'", "'agent.ppo'"});
  }
  refused(kLeast + "limits = [1, 2]\n[set]\nlimits.hazards = 3", {"limits", "leave one"});
  refused(kLeast + "limits = [1]\n[agent.ppo]\nlimits = 3", {"leave one"});
  refused(kLeast + "limits = [1]\n[[variant]]\nname = \"a\"\nset = {limits = 3}", {"leave one"});
}

TEST_F(Spec, VariantsHaveNamesForFiles) {
  refused(kLeast + "[[variant]]\nset = {}", {"'name'"});
  for (const char* name : {"", "a/b", "..", ".a", "a b"}) {
    refused(kLeast + "[[variant]]\nname = \"" + name + "\"", {"'name'", "letters"});
  }
}

}  // namespace
}  // namespace saddle
