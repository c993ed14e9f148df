// SPDX-License-Identifier: Apache-2.0
// saddle render: pictures and films of a world, or of what a policy does in one.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/agents/train.h>
#include <saddle/apps/film.h>
#include <saddle/apps/flags.h>
#include <saddle/apps/picture.h>
#include <saddle/apps/trained_run.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

const std::vector<std::string> kRenderFlags = {"episodes", "seed", "checkpoint", "width", "step"};

struct RenderOptions {
  std::int64_t episodes = 1;
  std::int64_t seed = 0;
  std::string checkpoint = "last";
  std::int64_t width = 640;
  std::int64_t step = 0;

  void fields(Fields& f) {
    f("episodes", episodes, between(1, 1000), "episodes to show");
    f("seed", seed, at_least(0), "of the episodes, which are those of 'saddle evaluate'");
    checkpoint_field(f, checkpoint);
    f("width", width, between(64, 4096), "of the picture, in pixels");
    f("step", step, at_least(0), "of the first episode, for a .png");
  }
};

/// What is shown, whoever plays it.
struct Show {
  std::string environment;
  std::vector<std::string> constraints;
  std::vector<double> limits;
  double time_step = 0;
  std::vector<Recording> episodes;
};

/// Chooses among all actions alike.
Player random_player(const EnvironmentSpec& spec, std::uint64_t seed) {
  return {[space = spec.action, rng = Rng(seed)](std::span<const float>, std::span<float>,
                                                 std::span<float> action, Rng*) mutable {
    const auto size = static_cast<std::size_t>(space.size);
    for (std::size_t i = 0; i < action.size(); ++i) {
      if (space.is_discrete()) {
        action[i] = static_cast<float>(rng.below(static_cast<std::uint32_t>(space.count)));
      } else {
        const float low = space.low[i % size], high = space.high[i % size];
        action[i] = static_cast<float>(std::isfinite(low) && std::isfinite(high)
                                           ? rng.uniform(low, high)
                                           : std::clamp<double>(rng.normal(), low, high));
      }
    }
  }};
}

Show empty_show(const EnvironmentSpec& spec, const std::vector<double>& limits,
                std::int64_t episodes) {
  Show show{spec.id,
            {},
            limits,
            spec.time_step,
            std::vector<Recording>(static_cast<std::size_t>(episodes))};
  for (const ConstraintSpec& c : spec.constraints) show.constraints.push_back(c.name);
  return show;
}

Show play_run(const CLI::App& app, const Registries& registries, const RenderOptions& options) {
  const TrainedRun run(registries, typed_text(app, "NAME"), plugin_settings(app),
                       options.checkpoint);
  const RunConfig& config = run.config();
  Show show = empty_show(config.spec(), config.limits(), options.episodes);
  WorkerPool alone(1);  // so that worlds are made in the order of their episodes
  (void)evaluate(recorded(config.environment(Purpose::kEvaluation), show.episodes), run.agent(),
                 static_cast<int>(options.episodes), evaluation_seed(options.seed),
                 given(app, "--stochastic"), alone);
  return show;
}

Show play_world(const CLI::App& app, const Registries& registries, const RenderOptions& options) {
  for (const char* flag : {"--checkpoint", "--stochastic"}) {
    if (given(app, flag))
      throw Error(concat(flag, " is of a run's policy; name a run's directory"));
  }
  Settings settings = plugin_settings(app);
  settings.push_back({"environment", typed_text(app, "NAME"), true});
  const RunConfig config(registries, {}, settings);
  Show show = empty_show(config.spec(), config.limits(), options.episodes);
  WorkerPool alone(1);
  (void)evaluate(recorded(config.world(), show.episodes),
                 random_player(config.spec(), evaluation_seed(options.seed)),
                 static_cast<int>(options.episodes), evaluation_seed(options.seed), false, alone);
  return show;
}

Caption caption_of(const Show& show, std::size_t episode) {
  return {fmt::format("{}, episode {}", show.environment, episode + 1), show.constraints,
          show.limits};
}

/// Whether a cost was incurred after `before`.
bool alarm(const Moment& before, const Moment& now) {
  for (std::size_t k = 0; k < now.cost.size(); ++k) {
    if (now.cost[k] > before.cost[k]) return true;
  }
  return false;
}

void write_still(const Show& show, const RenderOptions& options,
                 const std::filesystem::path& path) {
  const Recording& episode = show.episodes.front();
  const auto at = static_cast<std::size_t>(options.step);
  if (at >= episode.size()) {
    throw Error(concat("--step ", options.step, " is beyond the episode, which ends after step ",
                       episode.size() - 1, "; choose an earlier one"));
  }
  const Caption caption = caption_of(show, 0);
  Picture picture(static_cast<int>(options.width), episode[at], caption);
  picture.paint(episode[at], caption, at > 0 && alarm(episode[at - 1], episode[at]));
  picture.write_png(path);
}

/// Writes all episodes in the time they took; where that is more frames a second than films need,
/// every so many.
void write_film(const Show& show, const RenderOptions& options, const std::filesystem::path& path) {
  const double rate = show.time_step > 0 ? std::max(1.0, 1 / show.time_step) : 8;
  const double most = path.extension() == ".gif" ? 25 : 60;
  const auto stride = static_cast<std::size_t>(std::ceil(rate / most - 1e-9));
  const Moment& first = show.episodes.front().front();
  Picture picture(static_cast<int>(options.width), first, caption_of(show, 0));
  Film film(path, picture.width(), picture.height(), rate / static_cast<double>(stride));
  for (std::size_t e = 0; e < show.episodes.size(); ++e) {
    const Recording& episode = show.episodes[e];
    const Caption caption = caption_of(show, e);
    const Moment* before = &episode.front();
    for (std::size_t i = 0; i < episode.size(); i += stride) {
      picture.paint(episode[i], caption, alarm(*before, episode[i]));
      film.add(picture.pixels());
      before = &episode[i];
    }
  }
  film.finish();
}

std::string json_line(const Show& show, const std::string& path) {
  nlohmann::ordered_json json = {{"environment", show.environment},
                                 {"file", path},
                                 {"episodes", nlohmann::ordered_json::array()}};
  for (const Recording& episode : show.episodes) {
    json["episodes"].push_back({{"length", episode.back().step},
                                {"return", episode.back().reward},
                                {"costs", episode.back().cost}});
  }
  return json.dump() + "\n";
}

std::string text(const Show& show, const std::string& path) {
  std::string text;
  for (std::size_t e = 0; e < show.episodes.size(); ++e) {
    const Moment& last = show.episodes[e].back();
    text += fmt::format("episode {}: {} steps, return {:.4g}", e + 1, last.step, last.reward);
    for (std::size_t k = 0; k < last.cost.size(); ++k) {
      text +=
          fmt::format(", {} {:.4g} of {:.4g}", show.constraints[k], last.cost[k], show.limits[k]);
    }
    text += "\n";
  }
  return text + fmt::format("wrote {}\n", path);
}

/// Where the picture goes. Errors: saddle::Error if its name has another ending.
std::filesystem::path output_path(const CLI::App& app) {
  const std::filesystem::path name = typed_text(app, "NAME");
  std::filesystem::path path = std::filesystem::is_directory(name)
                                   ? name / "episodes.mp4"
                                   : std::filesystem::path(name.string() + ".mp4");
  if (given(app, "--output")) path = typed_text(app, "--output");
  const std::string ending = path.extension();
  if (ending != ".mp4" && ending != ".gif" && ending != ".png") {
    throw Error(concat("cannot tell what to make of '", path.string(),
                       "'; its name must end in .mp4, .gif or .png"));
  }
  return path;
}

}  // namespace

void declare_render(CLI::App& app) {
  RenderOptions options;
  Fields fields;
  options.fields(fields);
  add_text(app, "NAME", "", "directory of a run, or a world to move in at random");
  add_text(app, "-o,--output", "FILE",
           "FILE.mp4, FILE.gif or FILE.png; by default RUN/episodes.mp4 or ENV.mp4");
  add_flags(app, fields, kRenderFlags);
  add_plugin_flag(app);
  add_switch(app, "--stochastic", "sample actions instead of taking the policy's mode");
  add_switch(app, "--json", "print one line of JSON instead of text");
}

int run_render(const CLI::App& app, const Registries& registries) {
  RenderOptions options;
  Fields fields;
  options.fields(fields);
  for (const Setting& typed : typed_flags(app, kRenderFlags)) {
    fields.parse(typed.key, std::get<std::string>(typed.value));
  }
  if (!given(app, "NAME")) throw Error("nothing to show; name a run's directory or a world");
  const std::filesystem::path path = output_path(app);
  const bool is_run = std::filesystem::is_directory(typed_text(app, "NAME"));
  const Show show =
      is_run ? play_run(app, registries, options) : play_world(app, registries, options);
  if (path.extension() == ".png") {
    write_still(show, options, path);
  } else {
    write_film(show, options, path);
  }
  fmt::print("{}",
             given(app, "--json") ? json_line(show, path.string()) : text(show, path.string()));
  return 0;
}

}  // namespace saddle
