// SPDX-License-Identifier: Apache-2.0
// The wrappers of Saddle, a row each.
#include <saddle/envs/wrapper/early_termination.h>
#include <saddle/envs/wrapper/saute.h>
#include <saddle/envs/wrapper/wrapper.h>

namespace saddle {
namespace {

/// Wrappers constructed as Wrapper(inner world, Wrapper::Options, limits, purpose); `group` is that
/// of the options.
template <class Wrapper>
class WrapperBuilderOf final : public WrapperBuilder {
 public:
  explicit WrapperBuilderOf(const char* group) : group_(group) {}

  void fields(Fields& fields) override { fields.group(group_, options_); }
  [[nodiscard]] EnvironmentFactory wrap(EnvironmentFactory make, const std::vector<double>& limits,
                                        Purpose purpose) const override {
    return [make = std::move(make), options = options_, limits, purpose] {
      return std::make_unique<Wrapper>(make(), options, limits, purpose);
    };
  }

 private:
  const char* group_;
  typename Wrapper::Options options_;
};

template <class Wrapper>
WrapperEntry wrapper(const char* group, std::string doc, std::string paper,
                     std::vector<PresetOption> options = {}) {
  return {std::move(doc), std::move(paper),
          [group] { return std::make_unique<WrapperBuilderOf<Wrapper>>(group); },
          std::move(options)};
}

/// From about half the budget, and at less than all of it for most of the run, as in the paper's
/// experiments. Gains act once an update.
const std::vector<PresetOption> kSimmer = {{"curriculum.start", "0.5"},
                                           {"curriculum.until", "0.8"},
                                           {"curriculum.proportional", "0.1"},
                                           {"curriculum.integral", "0.01"}};

}  // namespace

void register_wrappers(WrapperRegistry& r) {
  r.add("early", wrapper<EarlyTermination>(
                     "early", "episodes end where their cost exceeds the limit",
                     "Sun et al. 2021, Safe exploration by solving early terminated MDP, "
                     "arXiv:2107.04200"));
  r.add("saute",
        wrapper<Saute>("saute", "the rest of the budget is observed, and reward ends with it",
                       "Sootla et al. 2022, Sauté RL: almost surely safe reinforcement learning "
                       "using state augmentation, arXiv:2202.06558"));
  r.add("simmer",
        wrapper<Saute>(
            "saute",
            "the rest of a budget that grows to the limit is observed, and reward ends with it",
            "Sootla, Cowen-Rivers, Wang, Bou Ammar 2022, Effects of safety state "
            "augmentation on safe exploration, arXiv:2206.02675",
            kSimmer));
}

}  // namespace saddle
