// SPDX-License-Identifier: Apache-2.0
// How fast Saddle trains, in JSON: environment steps a second of wall time, of rollouts, normalised
// observations, advantages, updates and metrics; the time until the pendulum is solved; worlds
// alone; and one action. The divergence that would stop epochs early is measured but stops none, so
// that every epoch counts.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <thread>

#include <nlohmann/json.hpp>

#include <saddle/agents/fused/kernels.h>
#include <saddle/base/check.h>

#include "program.h"
#include "speed_rows.h"

namespace saddle {
namespace {

double load_average() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : 0;
}

/// Seconds that the machine's processors have worked for anybody, or were kept from it by a host;
/// 0 where the system does not say.
double machine_cpu() {
  std::ifstream file("/proc/stat");
  std::string word;
  double user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0;
  file >> word >> user >> nice >> system >> idle >> wait >> irq >> soft >> steal;
  return (user + nice + system + irq + soft + steal) / 100;
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

nlohmann::ordered_json measure(const Row& row) {
  const double load = load_average();
  const auto lap = row.prepare();
  Stopwatch watch;
  const double busy = machine_cpu();
  std::vector<double> figures;
  double cpu = 0;
  watch.start();
  for (int i = 0; i < row.repetitions; ++i) {
    const Lap measured = lap(i);
    figures.push_back(measured.figure);
    cpu += measured.cpu;
  }
  watch.stop();
  const double others = std::max(0.0, (machine_cpu() - busy - watch.cpu()) / watch.wall());
  std::vector<double> sorted = figures;
  std::ranges::sort(sorted);
  const std::size_t n = sorted.size();
  const double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  std::fprintf(stderr, "%-32s %d threads  %12.4g %s\n", row.name.c_str(), row.threads, median,
               row.unit.c_str());
  return {{"name", row.name},      {"threads", row.threads}, {"unit", row.unit},
          {"min", sorted.front()}, {"median", median},       {"max", sorted.back()},
          {"figures", figures},    {"cpu_seconds", cpu},     {"load_average", load},
          {"others", others}};
}

template <class Number>
Number number(const std::string& flag, const std::string& text, Number least) {
  std::istringstream in(text);
  Number value{};
  if (!(in >> value) || !in.eof() || value < least) {
    throw Error(concat(flag, " takes a number from ", least, " on, not '", text, "'"));
  }
  return value;
}

Wanted wanted_of(int argc, char** argv) {
  Wanted wanted;
  using Take = std::function<void(const std::string& flag, const std::string& text)>;
  const std::map<std::string, Take> flags = {
      {"--rows", [&](auto&, auto& text) { wanted.rows = text; }},
      {"--set", [&](auto&, auto& text) { wanted.options.push_back(text); }},
      {"--repetitions", [&](auto& f, auto& text) { wanted.repetitions = number(f, text, 1); }},
      {"--seeds", [&](auto& f, auto& text) { wanted.seeds = number(f, text, 1); }},
      {"--seconds", [&](auto& f, auto& text) { wanted.seconds = number(f, text, 0.0); }},
      {"--threads", [&](auto& f, auto& text) {
         wanted.threads.clear();
         std::istringstream parts(text);
         for (std::string part; std::getline(parts, part, ',');) {
           wanted.threads.push_back(number(f, part, 1));
         }
       }}};
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    const auto known = flags.find(flag);
    if (flag == "--growth") {
      wanted.growth = true;
    } else if (known == flags.end() || i + 1 == argc) {
      throw Error(
          concat("speed takes --growth, --rows REGEX, --threads N,…, --repetitions N, --seconds S, "
                 "--seeds N and --set KEY=VALUE, not '",
                 flag, "' alone"));
    } else {
      known->second(flag, argv[++i]);
    }
  }
  return wanted;
}

int run(int argc, char** argv) {
  const Wanted wanted = wanted_of(argc, argv);
  nlohmann::ordered_json result = {{"processor", processor()},
                                   {"cores", std::thread::hardware_concurrency()},
                                   {"simd", fused::kernels().name},
                                   {"load_average", load_average()},
                                   {"rows", nlohmann::ordered_json::array()}};
  std::regex pattern;
  try {
    pattern = wanted.rows;
  } catch (const std::regex_error&) {
    throw Error(concat("--rows takes a regular expression, not '", wanted.rows, "'"));
  }
  for (const Row& row : wanted.growth ? growth_rows(wanted) : published_rows(wanted)) {
    if (std::regex_search(row.name, pattern)) result["rows"].push_back(measure(row));
  }
  if (result["rows"].empty()) throw Error(concat("no row matches '", wanted.rows, "'"));
  std::printf("%s\n", result.dump(1).c_str());
  return 0;
}

}  // namespace
}  // namespace saddle

int main(int argc, char** argv) {
  return saddle::exit_code_of("speed", [&] { return saddle::run(argc, argv); });
}
