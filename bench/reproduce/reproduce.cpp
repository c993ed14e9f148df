// SPDX-License-Identifier: Apache-2.0
// reproduce NAME [FOLDER]: what a paper or a theory says beside what Saddle gets, a row for each
// claim; curves go to the folder as CSV. Exit code 0 if all agree, 1 if not.
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>

#include <bench/program.h>

namespace saddle::reproduce {

namespace bilevel_toys {
int run(const std::string& folder);
}
namespace bilinear {
int run(const std::string& folder);
}
namespace cmdp_sweep {
int run(const std::string& folder);
}
namespace consensus {
int run(const std::string& folder);
}
namespace cpo_grid {
int run(const std::string& folder);
}
namespace gdpa_cmdp {
int run(const std::string& folder);
}
namespace gdpa_neyman_pearson {
int run(const std::string& folder);
}
namespace last_iterate {
int run(const std::string& folder);
}
namespace nonconvex_concave {
int run(const std::string& folder);
}
namespace painless_cmdp {
int run(const std::string& folder);
}
namespace poisoning {
int run(const std::string& folder);
}
namespace robust_logistic {
int run(const std::string& folder);
}
namespace robust_mdp {
int run(const std::string& folder);
}
namespace safe_dec_pg {
int run(const std::string& folder);
}
namespace snap_nmf {
int run(const std::string& folder);
}
namespace tiada {
int run(const std::string& folder);
}

namespace {

const std::map<std::string, int (*)(const std::string& folder)> kReproductions = {
    {"bilevel_toys", bilevel_toys::run},
    {"bilinear", bilinear::run},
    {"cmdp_sweep", cmdp_sweep::run},
    {"consensus", consensus::run},
    {"cpo_grid", cpo_grid::run},
    {"gdpa_cmdp", gdpa_cmdp::run},
    {"gdpa_neyman_pearson", gdpa_neyman_pearson::run},
    {"last_iterate", last_iterate::run},
    {"nonconvex_concave", nonconvex_concave::run},
    {"painless_cmdp", painless_cmdp::run},
    {"poisoning", poisoning::run},
    {"robust_logistic", robust_logistic::run},
    {"robust_mdp", robust_mdp::run},
    {"safe_dec_pg", safe_dec_pg::run},
    {"snap_nmf", snap_nmf::run},
    {"tiada", tiada::run},
};

int run(const std::string& name, const std::string& folder) {
  const auto found = kReproductions.find(name);
  if (found != kReproductions.end()) return found->second(folder);
  std::string names;
  for (const auto& [known, function] : kReproductions) names += " " + known;
  throw std::invalid_argument("no reproduction is called '" + name + "'; there are" + names);
}

}  // namespace
}  // namespace saddle::reproduce

int main(int argc, char** argv) {
  return saddle::exit_code_of("reproduce", [&] {
    return saddle::reproduce::run(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "");
  });
}
