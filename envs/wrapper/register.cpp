// SPDX-License-Identifier: Apache-2.0
// The wrappers of Saddle, a row each.
#include <saddle/envs/wrapper/early_termination.h>
#include <saddle/envs/wrapper/saute.h>
#include <saddle/envs/wrapper/wrapper.h>

namespace saddle {
namespace {

/// Wrappers constructed as Wrapper(inner world, Wrapper::Options, limits, purpose).
template <class Wrapper>
class WrapperBuilderOf final : public WrapperBuilder {
 public:
  void fields(Fields& fields) override { options_.fields(fields); }
  [[nodiscard]] EnvironmentFactory wrap(EnvironmentFactory make, const std::vector<double>& limits,
                                        Purpose purpose) const override {
    return [make = std::move(make), options = options_, limits, purpose] {
      return std::make_unique<Wrapper>(make(), options, limits, purpose);
    };
  }

 private:
  typename Wrapper::Options options_;
};

template <class Wrapper>
WrapperEntry wrapper(std::string doc, std::string paper) {
  return {std::move(doc), std::move(paper),
          [] { return std::make_unique<WrapperBuilderOf<Wrapper>>(); }};
}

}  // namespace

void register_wrappers(WrapperRegistry& r) {
  r.add("early", wrapper<EarlyTermination>(
                     "episodes end where their cost exceeds the limit",
                     "Sun et al. 2021, Safe exploration by solving early terminated MDP, "
                     "arXiv:2107.04200"));
  r.add("saute", wrapper<Saute>("the rest of the budget is observed, and reward ends with it",
                                "Sootla et al. 2022, Sauté RL: almost surely safe reinforcement "
                                "learning using state augmentation, arXiv:2202.06558"));
}

}  // namespace saddle
