// SPDX-License-Identifier: Apache-2.0
// Pixels of a moment in an episode.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <saddle/apps/recording.h>

struct _cairo;
struct _cairo_surface;

namespace saddle {

/// What the strip below the world says besides the moment itself.
struct Caption {
  std::string title;               ///< "PointGoal1-v0, episode 1"
  std::vector<std::string> names;  ///< [C], of constraints
  std::vector<double> limits;      ///< [C]
};

/// A picture of a world with a strip below: the title, step and return, and for each constraint a
/// bar that shows the cost so far against its limit, and turns red beyond it.
class Picture {
 public:
  /// `width` pixels wide; as high as the moment's view and the strip take. Both become even, as
  /// films need.
  Picture(int width, const Moment& like, const Caption& caption);
  ~Picture();
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }

  /// Paints over what was there. With `alarm`, in a red frame: a cost was just incurred.
  void paint(const Moment& moment, const Caption& caption, bool alarm);

  /// Four bytes a pixel, row by row from the top: blue, green, red, and one without meaning.
  [[nodiscard]] std::span<const std::byte> pixels() const;

  /// Errors: saddle::Error if the file cannot be written.
  void write_png(const std::filesystem::path& path) const;

 private:
  void paint_world(const Canvas& canvas);
  void paint_strip(const Moment& moment, const Caption& caption);
  void write(double x, double y, const std::string& text, bool to_the_left = false);

  int width_, strip_, height_;
  std::unique_ptr<_cairo_surface, void (*)(_cairo_surface*)> surface_;
  std::unique_ptr<_cairo, void (*)(_cairo*)> cairo_;
};

}  // namespace saddle
