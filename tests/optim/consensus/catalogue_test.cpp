// SPDX-License-Identifier: Apache-2.0
// Every network with every method for it, by name: each cell does what theory says.
#include <saddle/optim/consensus/catalogue.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace saddle {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

struct Catalogues {
  Catalogue<ConstrainedNetwork> constrained;
  Catalogue<MinMaxNetwork> games;
  Catalogue<BilevelNetwork> bilevel;

  Catalogues() { register_networks(constrained, games, bilevel); }
};

template <class Problem>
std::unique_ptr<Method<Problem>> make_method(const Catalogue<Problem>& catalogue,
                                             const std::string& problem, const std::string& method,
                                             const Problem& network) {
  const auto builder = catalogue.methods.at(method).builder();
  Fields fields;
  builder->fields(fields);
  const auto& presets = catalogue.problems.at(problem).presets;
  if (const auto preset = presets.find(method); preset != presets.end()) {
    for (const auto& [key, value] : preset->second) fields.parse(key, value);
  }
  return builder->build(network, 1);
}

template <class Problem>
Instance<Problem> make_problem(const Catalogue<Problem>& catalogue, const std::string& name,
                               const Preset& options = {}) {
  const auto builder = catalogue.problems.at(name).builder();
  Fields fields;
  builder->fields(fields);
  for (const auto& [key, value] : options) fields.parse(key, value);
  return builder->build(1);
}

enum class Theory {
  kExact,    ///< converges linearly
  kBias,     ///< stops where the mean gradient is 0, with agents apart for ever
  kRefuses,  ///< keeps no constraints, and says so
};

struct Cell {
  std::string problem, method;
  Theory theory;
};

template <class Problem>
void expect_theory(const Catalogue<Problem>& catalogue, const std::vector<Cell>& cells) {
  EXPECT_EQ(cells.size(), catalogue.problems.names().size() * catalogue.methods.names().size());
  for (const Cell& cell : cells) {
    SCOPED_TRACE(cell.method + " on " + cell.problem);
    Instance<Problem> instance = make_problem(catalogue, cell.problem);
    const auto method = make_method(catalogue, cell.problem, cell.method, *instance.problem);
    const SolveOptions options{.tolerance = 1e-7, .limit = 8000, .check_every = 20};
    if (cell.theory == Theory::kRefuses) {
      EXPECT_THAT([&] { (void)solve(*instance.problem, *method, instance.start, options); },
                  ThrowsMessage<Error>(HasSubstr("use safe-dec-pg")));
      continue;
    }
    const Result result = solve(*instance.problem, *method, instance.start, options);
    const NetworkResidual residual = network_residual(*instance.problem, instance.start);
    if (cell.theory == Theory::kExact) {
      EXPECT_EQ(result.status, Status::kConverged) << result.message;
      EXPECT_LE(residual.sum(), 1e-7);
    } else {
      EXPECT_EQ(result.status, Status::kLimit) << result.message;
      EXPECT_LT(residual.stationarity, 1e-7);
      EXPECT_GT(residual.consensus, 1e-3);
    }
  }
}

TEST(NetworkCatalogue, ConstrainedCellsDoWhatTheorySays) {
  expect_theory(Catalogues().constrained,
                {{"decentralized-logistic", "dgd", Theory::kBias},
                 {"decentralized-logistic", "extra", Theory::kExact},
                 {"decentralized-logistic", "gradient-tracking", Theory::kExact},
                 {"decentralized-logistic", "safe-dec-pg", Theory::kExact},
                 {"decentralized-qp", "dgd", Theory::kRefuses},
                 {"decentralized-qp", "extra", Theory::kRefuses},
                 {"decentralized-qp", "gradient-tracking", Theory::kRefuses},
                 {"decentralized-qp", "safe-dec-pg", Theory::kExact},
                 {"decentralized-quadratic", "dgd", Theory::kBias},
                 {"decentralized-quadratic", "extra", Theory::kExact},
                 {"decentralized-quadratic", "gradient-tracking", Theory::kExact},
                 {"decentralized-quadratic", "safe-dec-pg", Theory::kExact}});
}

TEST(NetworkCatalogue, GamesDoWhatTheorySays) {
  expect_theory(Catalogues().games,
                {{"decentralized-saddle", "decentralized-gda", Theory::kExact}});
}

TEST(NetworkCatalogue, TwoLevelsDoWhatTheorySays) {
  expect_theory(Catalogues().bilevel,
                {{"decentralized-bilevel", "decentralized-soba", Theory::kExact},
                 {"decentralized-bilevel", "slam", Theory::kExact}});
}

/// Saved after ten steps and loaded by a fresh method, a run goes on to the same bits.
template <class Problem>
void expect_resumes(const Catalogue<Problem>& catalogue) {
  for (const std::string& problem : catalogue.problems.names()) {
    for (const std::string& name : catalogue.methods.names()) {
      SCOPED_TRACE(name + " on " + problem);
      Preset options{{"agents", "4"}};
      if (problem == "decentralized-logistic") options.emplace_back("batch", "3");
      Instance<Problem> instance = make_problem(catalogue, problem, options);
      auto& network = *instance.problem;
      const auto first = make_method(catalogue, problem, name, network);
      const auto second = make_method(catalogue, problem, name, network);
      const bool refused = problem == "decentralized-qp" && name != "safe-dec-pg";
      if (refused) continue;
      for (int i = 0; i < 10; ++i) first->step(network, instance.start);
      Archive saved;
      first->state(saved);
      auto copy = instance.start;
      archive_vector(saved, "z", copy);
      Archive loading(saved.entries());
      second->state(loading);
      copy.clear();
      archive_vector(loading, "z", copy);
      for (int i = 0; i < 10; ++i) {
        first->step(network, instance.start);
        second->step(network, copy);
      }
      ASSERT_EQ(copy.size(), 4u);
      for (std::size_t k = 0; k < copy.size(); ++k) {
        EXPECT_EQ(copy[k].x, instance.start[k].x);
        EXPECT_EQ(copy[k].y, instance.start[k].y);
      }
    }
  }
}

TEST(NetworkCatalogue, EveryMethodContinuesFromASavedStateToTheSameBits) {
  const Catalogues all;
  expect_resumes(all.constrained);
  expect_resumes(all.games);
  expect_resumes(all.bilevel);
}

/// A fresh method too, before its first step.
TEST(NetworkCatalogue, AMethodThatHasNotBegunCanBeSaved) {
  const Catalogues all;
  Instance<BilevelNetwork> instance = make_problem(all.bilevel, "decentralized-bilevel");
  const auto first = make_method(all.bilevel, "decentralized-bilevel", "slam", *instance.problem);
  Archive saved;
  first->state(saved);
  const auto second = make_method(all.bilevel, "decentralized-bilevel", "slam", *instance.problem);
  Archive loading(saved.entries());
  second->state(loading);
  auto copy = instance.start;
  first->step(*instance.problem, instance.start);
  second->step(*instance.problem, copy);
  EXPECT_EQ(copy[0].x, instance.start[0].x);
}

TEST(NetworkCatalogue, EveryProblemIsBuiltOnEveryGraphWithAnyNumberOfAgents) {
  const Catalogues all;
  for (const std::string graph : {"ring", "path", "star", "torus", "complete", "erdos-renyi"}) {
    for (const std::string agents : {"4", "6", "9"}) {
      const Preset options{{"graph", graph}, {"agents", agents}, {"lazy", "true"}};
      for (const std::string& name : all.constrained.problems.names()) {
        const auto instance = make_problem(all.constrained, name, options);
        EXPECT_EQ(std::to_string(instance.start.size()), agents);
        EXPECT_TRUE(instance.optimum.has_value());
      }
      EXPECT_NO_THROW((void)make_problem(all.games, "decentralized-saddle", options));
      EXPECT_NO_THROW((void)make_problem(all.bilevel, "decentralized-bilevel", options));
    }
  }
}

TEST(NetworkCatalogue, OptionsThatDoNotFitAreErrors) {
  const Catalogues all;
  const auto build = [&](const std::string& key, const std::string& value) {
    (void)make_problem(all.constrained, "decentralized-qp", {{key, value}});
  };
  EXPECT_THAT([&] { build("graph", "tree"); },
              ThrowsMessage<Error>(HasSubstr("option 'graph' takes one of ring, path")));
  EXPECT_THAT([&] { build("agents", "0"); }, ThrowsMessage<Error>(HasSubstr("[1, 1000]")));
  EXPECT_THAT([&] { build("weights", "equal"); }, ThrowsMessage<Error>(HasSubstr("metropolis")));
  EXPECT_THAT(
      [&] {
        (void)make_problem(all.games, "decentralized-saddle",
                           {{"graph", "torus"}, {"agents", "5"}});
      },
      ThrowsMessage<Error>(HasSubstr("a torus of 1 by 5 agents is none")));
}

}  // namespace
}  // namespace saddle
