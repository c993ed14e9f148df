// SPDX-License-Identifier: Apache-2.0
// Pixels of a moment in an episode, by Cairo.
#include <saddle/apps/picture.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <cairo.h>
#include <fmt/format.h>

#include <saddle/base/check.h>

namespace saddle {
namespace {

constexpr double kLine = 20, kFont = 13, kMargin = 10;
constexpr Colour kPaper{1, 1, 1};

int even(double size) { return 2 * std::max(1, static_cast<int>(std::lround(size / 2))); }

int strip_height(const Caption& caption) {
  return even(kLine * static_cast<double>(2 + caption.names.size()) + kMargin);
}

/// Pixels for a view: its own shape, but for extremes.
double view_height(int width, const Canvas& canvas) {
  const double ratio = (canvas.high().y - canvas.low().y) / (canvas.high().x - canvas.low().x);
  return width * std::clamp(ratio, 0.25, 1.5);
}

void use(_cairo* cairo, const Colour& colour) {
  cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, colour.opacity);
}

}  // namespace

Picture::Picture(int width, const Moment& like, const Caption& caption)
    : width_(even(width)),
      strip_(strip_height(caption)),
      height_(even(view_height(width, like.canvas)) + strip_),
      surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width_, height_),
               cairo_surface_destroy),
      cairo_(cairo_create(surface_.get()), cairo_destroy) {
  SADDLE_CHECK(cairo_status(cairo_.get()) == CAIRO_STATUS_SUCCESS, width_, height_);
  cairo_select_font_face(cairo_.get(), "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                         CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(cairo_.get(), kFont);
}

Picture::~Picture() = default;

void Picture::paint(const Moment& moment, const Caption& caption, bool alarm) {
  use(cairo_.get(), kPaper);
  cairo_paint(cairo_.get());
  paint_world(moment.canvas);
  paint_strip(moment, caption);
  if (!alarm) return;
  constexpr double kFrame = 6;
  use(cairo_.get(), colours::kDanger);
  cairo_set_line_width(cairo_.get(), kFrame);
  cairo_rectangle(cairo_.get(), kFrame / 2, kFrame / 2, width_ - kFrame, height_ - strip_ - kFrame);
  cairo_stroke(cairo_.get());
}

void Picture::paint_world(const Canvas& canvas) {
  _cairo* const c = cairo_.get();
  const double height = height_ - strip_;
  const Point2 low = canvas.low(), high = canvas.high();
  const double scale = std::min(width_ / (high.x - low.x), height / (high.y - low.y));
  cairo_save(c);
  cairo_rectangle(c, 0, 0, width_, height);
  cairo_clip(c);
  cairo_translate(c, width_ / 2.0, height / 2.0);
  cairo_scale(c, scale, -scale);
  cairo_translate(c, -(low.x + high.x) / 2, -(low.y + high.y) / 2);
  cairo_set_line_cap(c, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(c, CAIRO_LINE_JOIN_ROUND);
  for (const Shape& shape : canvas.shapes()) {
    use(c, shape.colour);
    if (shape.kind == Shape::Kind::kDisc) {
      cairo_arc(c, shape.points.front().x, shape.points.front().y, std::max(0.0, shape.size), 0,
                2 * std::numbers::pi);
      cairo_fill(c);
      continue;
    }
    for (const Point2 point : shape.points) cairo_line_to(c, point.x, point.y);
    if (shape.kind == Shape::Kind::kPolygon) {
      cairo_fill(c);
    } else {
      cairo_set_line_width(c, std::max(0.0, shape.size));
      cairo_stroke(c);
    }
  }
  cairo_restore(c);
}

void Picture::paint_strip(const Moment& moment, const Caption& caption) {
  _cairo* const c = cairo_.get();
  double y = height_ - strip_ + kLine;
  write(kMargin, y, caption.title);
  y += kLine;
  write(kMargin, y, fmt::format("step {}", moment.step));
  write(width_ - kMargin, y, fmt::format("return {:.2f}", moment.reward), true);
  const double bar = 0.35 * width_, left = 0.35 * width_;
  for (std::size_t k = 0; k < caption.names.size(); ++k) {
    y += kLine;
    const double cost = moment.cost[k], limit = caption.limits[k];
    const bool over = cost > limit;
    const double share = over ? 1 : (limit > 0 ? std::max(0.0, cost / limit) : 0);
    write(kMargin, y, caption.names[k]);
    use(c, colours::kScenery.faint(0.5));
    cairo_rectangle(c, left, y - kFont + 2, bar, kFont);
    cairo_fill(c);
    use(c, over ? colours::kDanger : colours::kGoal);
    cairo_rectangle(c, left, y - kFont + 2, share * bar, kFont);
    cairo_fill(c);
    write(width_ - kMargin, y, fmt::format("{:.4g} of {:.4g}", cost, limit), true);
  }
}

void Picture::write(double x, double y, const std::string& text, bool to_the_left) {
  _cairo* const c = cairo_.get();
  use(c, colours::kInk);
  cairo_text_extents_t size;
  cairo_text_extents(c, text.c_str(), &size);
  cairo_move_to(c, to_the_left ? x - size.x_advance : x, y);
  cairo_show_text(c, text.c_str());
  cairo_new_path(c);
}

std::span<const std::byte> Picture::pixels() const {
  cairo_surface_flush(surface_.get());
  const int stride = cairo_image_surface_get_stride(surface_.get());
  SADDLE_CHECK(stride == 4 * width_, stride, width_);
  return std::as_bytes(
      std::span(cairo_image_surface_get_data(surface_.get()),
                static_cast<std::size_t>(stride) * static_cast<std::size_t>(height_)));
}

void Picture::write_png(const std::filesystem::path& path) const {
  const cairo_status_t status = cairo_surface_write_to_png(surface_.get(), path.c_str());
  if (status == CAIRO_STATUS_SUCCESS) return;
  throw Error(concat("cannot write '", path.string(), "': ", cairo_status_to_string(status),
                     "; choose another place with --output"));
}

}  // namespace saddle
