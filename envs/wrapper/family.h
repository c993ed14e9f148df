// SPDX-License-Identifier: Apache-2.0
// Families of worlds: one world with other parameters in every episode, or for every client.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <saddle/base/fields.h>
#include <saddle/envs/environment.h>

namespace saddle {

/// A parameter of a world and what it is in the members of a family.
struct FamilyParameter {
  std::string name, doc;
  std::string usual;  ///< what the world is made with: "1.0"
  std::string range;  ///< a number, "1.5", or all between two, "0.5..2"

  bool operator==(const FamilyParameter&) const = default;
};

/// The parameters of a family, as options.
struct FamilyParameters {
  std::vector<FamilyParameter> all;  ///< in the order of the world

  void fields(Fields& f) {
    for (FamilyParameter& parameter : all) {
      f(parameter.name, parameter.range, {},
        concat(parameter.doc, "; a number, or LOW..HIGH for another one in every episode"));
    }
  }

  bool operator==(const FamilyParameters&) const = default;
};

/// Worlds that differ in parameters. Of a parameter in [a, b] a member has, with u in [0, 1),
///
///     a + (b − a) u   or, if log-uniform,   a (b/a)^u.
///
/// Each episode is in a member of its own: u is drawn from the stream of the world, one for each
/// parameter of the world in the order that it lists them, before all else that chance decides, so
/// that the episode of a stream has the same parameters whoever plays and whatever else is
/// perturbed. Or all are in the member of one client: its u come from (`seed`, `client`) alone, and
/// client 3 is the same in every run.
///
/// With `observe` every agent is shown, after what the world shows, 2 u − 1 of each parameter that
/// varies.
struct Family {
  std::string distribution = "uniform";
  std::int64_t client = kNone;
  std::int64_t seed = 0;
  bool observe = false;
  FamilyParameters parameters = {};  ///< as family_of() lists them for a world

  static constexpr std::int64_t kNone = -1;

  void fields(Fields& f) {
    f("distribution", distribution, {"uniform", "log-uniform"},
      "of every parameter between the ends of its range");
    f("client", client, between(kNone, 1e9),
      "whose member all episodes are in; -1: a new member in every episode");
    f("seed", seed, at_least(0), "of the clients");
    f("observe", observe, "whether what varies is observed, each between -1 and 1 in its range");
  }

  bool operator==(const Family&) const = default;

  /// The same parameters as the world is made with, and nothing else.
  [[nodiscard]] Family of_one() const;
};

/// The world alone, as a family in which nothing varies yet.
[[nodiscard]] Family family_of(Environment& world);

/// The member of a family that an episode is in.
class FamilyMember {
 public:
  /// Draws the member of the client, if there is one.
  /// Errors: saddle::Error if a range is none or not of what the world takes, if the world does
  /// not list the parameter, or if a client or an observation is asked for where nothing varies or
  /// where nothing can be added to what is observed.
  FamilyMember(const Family& family, Environment& world);

  /// Another member, of an episode that begins; the same if it is a client's. Draws nothing where
  /// nothing varies.
  void draw(Rng& rng);

  /// Of the i-th parameter that the world lists.
  [[nodiscard]] double value(std::size_t i) const { return parameters_[i].value; }

  /// What is observed of it, each in [−1, 1].
  [[nodiscard]] std::span<const float> context() const { return context_; }

 private:
  struct Parameter {
    double low, high;
    double value;
  };

  void require_sense(const Family& family, const EnvironmentSpec& spec) const;
  void take(Rng& rng);

  bool logarithmic_, varies_, client_;
  std::vector<Parameter> parameters_;  // as the world lists them
  std::vector<float> context_;         // none if not observed
};

}  // namespace saddle
