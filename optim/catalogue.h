// SPDX-License-Identifier: Apache-2.0
// Problems and methods by name: what `saddle solve` offers, and what tables and tests go through.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <saddle/base/fields.h>
#include <saddle/base/registry.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// A problem, and where methods start.
template <class Problem>
struct Instance {
  std::unique_ptr<Problem> problem;
  typename Problem::Point start;
  std::optional<double> optimum;  ///< objective at the solution, where it is known
};

/// The options of a problem, and how to make it from them.
template <class Problem>
class ProblemBuilder {
 public:
  virtual ~ProblemBuilder() = default;
  virtual void fields(Fields& fields) = 0;

  /// `seed` is that of generated data and of minibatches.
  /// Errors: saddle::Error if the options do not fit together.
  [[nodiscard]] virtual Instance<Problem> build(std::uint64_t seed) const = 0;
};

/// The options of a method, and how to make it from them.
template <class Problem>
class MethodBuilder {
 public:
  virtual ~MethodBuilder() = default;
  virtual void fields(Fields& fields) = 0;

  /// `seed` is that of what the method draws itself.
  [[nodiscard]] virtual std::unique_ptr<Method<Problem>> build(const Problem& problem,
                                                               std::uint64_t seed) const = 0;
};

/// Options that suit one method on one problem, as a person types them: {"step", "0.05"}.
using Preset = std::vector<std::pair<std::string, std::string>>;

template <class Problem>
struct ProblemEntry {
  std::string doc;     ///< one line
  std::string source;  ///< of the known answer, or of the problem where there is none
  std::function<std::unique_ptr<ProblemBuilder<Problem>>()> builder;
  std::map<std::string, Preset> presets;  ///< by the method's name; defaults serve the others
};

template <class Problem>
struct MethodEntry {
  std::string doc;    ///< one line
  std::string paper;  ///< authors, year, title
  std::function<std::unique_ptr<MethodBuilder<Problem>>()> builder;
};

/// All problems of one class, and the methods that solve them.
template <class Problem>
struct Catalogue {
  Registry<ProblemEntry<Problem>> problems{"problem"};
  Registry<MethodEntry<Problem>> methods{"method"};
};

/// The row of a problem that `make(options, seed)` makes.
template <class Problem, class Options, class Make>
[[nodiscard]] ProblemEntry<Problem> problem_entry(std::string doc, std::string source, Make make,
                                                  std::map<std::string, Preset> presets = {}) {
  class Builder final : public ProblemBuilder<Problem> {
   public:
    explicit Builder(Make make) : make_(std::move(make)) {}
    void fields(Fields& fields) override { options_.fields(fields); }
    [[nodiscard]] Instance<Problem> build(std::uint64_t seed) const override {
      return make_(options_, seed);
    }

   private:
    Make make_;
    Options options_;
  };
  return {std::move(doc), std::move(source), [make] { return std::make_unique<Builder>(make); },
          std::move(presets)};
}

/// The row of a method that is constructed as M(options) or M(options, seed). One class serves
/// several rows, each with defaults of its own.
template <class Problem, class M>
[[nodiscard]] MethodEntry<Problem> method_entry(std::string doc, std::string paper,
                                                typename M::Options defaults = {}) {
  class Builder final : public MethodBuilder<Problem> {
   public:
    explicit Builder(const typename M::Options& defaults) : options_(defaults) {}
    void fields(Fields& fields) override { options_.fields(fields); }
    [[nodiscard]] std::unique_ptr<Method<Problem>> build(const Problem&,
                                                         std::uint64_t seed) const override {
      if constexpr (std::is_constructible_v<M, typename M::Options, std::uint64_t>) {
        return std::make_unique<M>(options_, seed);
      } else {
        return std::make_unique<M>(options_);
      }
    }

   private:
    typename M::Options options_;
  };
  return {std::move(doc), std::move(paper),
          [defaults] { return std::make_unique<Builder>(defaults); }};
}

/// The options of a problem that has none.
struct NoOptions {
  void fields(Fields&) {}
};

}  // namespace saddle
