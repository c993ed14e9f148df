// SPDX-License-Identifier: Apache-2.0
// saddle render: pictures and films.
#include "tests/system/command_fixture.h"

namespace saddle::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Render : public CommandTest {
 protected:
  /// What ffprobe says of the first stream of a film.
  Json probe(const std::string& film) {
    const Finished said =
        Process("/usr/bin/ffprobe",
                {"-v", "error", "-count_frames", "-show_streams", "-of", "json", film}, here())
            .wait();
    EXPECT_EQ(said.exit_code, 0) << said.err;
    return Json::parse(said.out).at("streams").at(0);
  }

  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(here()), fs::directory_iterator()));
  }
};

TEST_F(Render, ShowsTheEpisodesThatAnEvaluationPlays) {
  train_well("Pendulum-v0", {"--steps", "400", "--run", "r"});
  const Finished run =
      saddle({"render", "r", "--episodes", "2", "--seed", "3", "--width", "128", "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const Json json = Json::parse(run.out);
  EXPECT_EQ(json.at("file"), "r/episodes.mp4");
  const Json film = probe("r/episodes.mp4");
  EXPECT_EQ(film.at("nb_read_frames"), "402");  // two starts, and 200 steps each
  EXPECT_EQ(film.at("r_frame_rate"), "20/1");   // of 0.05 s
  EXPECT_EQ(film.at("width"), 128);

  const Finished evaluated = saddle({"evaluate", "r", "--episodes", "2", "--seed", "3", "--json"});
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.err;
  double mean = 0;
  for (const Json& episode : json.at("episodes")) mean += episode.at("return").get<double>() / 2;
  EXPECT_NEAR(mean, Json::parse(evaluated.out).at("return").at("mean").get<double>(), 1e-6);
}

TEST_F(Render, MovesInAWorldAtRandom) {
  const Finished still = saddle({"render", "CartPole-v0", "--step", "3", "-o", "pole.png"});
  ASSERT_EQ(still.exit_code, 0) << still.err;
  EXPECT_THAT(text("pole.png"), StartsWith("\x89PNG"));
  const Finished film = saddle({"render", "CliffWalk-v0", "-o", "cliff.gif", "--width", "96"});
  ASSERT_EQ(film.exit_code, 0) << film.err;
  EXPECT_THAT(film.out, HasSubstr("falls"));
  EXPECT_EQ(probe("cliff.gif").at("codec_name"), "gif");
  EXPECT_EQ(files(), 2u);  // nothing else is left
}

TEST_F(Render, RefusesWhatItCannotShow) {
  expect_refused(saddle({"render"}), {"name"});
  expect_refused(saddle({"render", "CartPol-v0"}), {"CartPol-v0", "CartPole-v0"});
  expect_refused(saddle({"render", "CartPole-v0", "-o", "x.avi"}), {"x.avi", ".mp4"});
  expect_refused(saddle({"render", "CartPole-v0", "--step", "9999", "-o", "x.png"}),
                 {"--step 9999", "ends after step"});
  expect_refused(saddle({"render", "CartPole-v0", "--stochastic"}), {"--stochastic", "run"});
  expect_refused(saddle({"render", "CartPole-v0", "-o", "none/x.mp4"}), {"none"});
  EXPECT_EQ(files(), 0u);
}

TEST_F(Render, SaysThatFfmpegIsMissing) {
  const Finished run =
      Process(SADDLE_COMMAND, {"render", "CartPole-v0"}, here(), {{"PATH", ""}}).wait();
  expect_refused(run, {"ffmpeg", "install"});
  EXPECT_EQ(files(), 0u);
}

}  // namespace
}  // namespace saddle::test
