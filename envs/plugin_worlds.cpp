// SPDX-License-Identifier: Apache-2.0
// From the plain C interface to worlds of Saddle: what runs inside the program that loads.
#include <saddle/envs/plugin_worlds.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include <saddle/envs/canvas.h>
#include <saddle/envs/contract.h>

namespace saddle {
namespace {

// What SADDLE_PLUGIN_ABI 1 began with. Members that are added later may be missing.
constexpr std::size_t kLeastPlugin = offsetof(SaddlePlugin, failure) + sizeof(const char*);
constexpr std::size_t kLeastWorld = offsetof(SaddleWorld, step) + sizeof(SaddleWorld::step);
constexpr std::size_t kLeastSpec = offsetof(SaddleSpec, time_step) + sizeof(double);

/// A struct of the plug-in, which may be older and shorter, or newer and longer.
template <class Struct>
Struct read(const Struct* from, std::size_t least, const std::string& what) {
  if (from->struct_size < least || from->struct_size % alignof(Struct) != 0) {
    throw Error(concat(what, " has struct_size ", from->struct_size, ", which no version of it ",
                       "has; set it to the sizeof of its struct"));
  }
  Struct copy{};
  std::memcpy(&copy, from, std::min<std::size_t>(from->struct_size, sizeof copy));
  return copy;
}

template <class Pointer>
void require(Pointer pointer, const std::string& what, const char* member) {
  if (pointer == nullptr) {
    throw Error(concat(what, " has no '", member, "'; fill in every member of its struct"));
  }
}

void require_count(std::int32_t count, const std::string& what, const char* things) {
  if (count >= 0 && count <= kMostOfAnything) return;
  throw Error(concat(what, " has ", count, " ", things, "; it may have 0 to ", kMostOfAnything));
}

std::string text_or_empty(const char* text) { return text == nullptr ? "" : text; }

Space space_of(const SaddleSpace& space, const std::string& what) {
  if (space.kind == kSaddleDiscrete) return Space::discrete(space.count);
  if (space.kind != kSaddleBox) {
    throw Error(
        concat(what, " is of kind ", space.kind, "; it must be kSaddleBox or ", "kSaddleDiscrete"));
  }
  if (space.size < 1 || space.size > kMostOfAnything) {
    throw Error(concat(what, " has ", space.size, " numbers; it needs 1 to ", kMostOfAnything));
  }
  require(space.low, what, "low");
  require(space.high, what, "high");
  return Space::box({space.low, space.low + space.size}, {space.high, space.high + space.size});
}

/// What a plug-in says of its parameters, without a place for their values.
struct PluginParameters {
  std::vector<WorldParameter> all;
  std::vector<double> usual;

  /// The same, with `values`.
  [[nodiscard]] std::vector<WorldParameter> with(std::vector<double>& values) const {
    std::vector<WorldParameter> parameters = all;
    for (std::size_t i = 0; i < all.size(); ++i) parameters[i].value = &values[i];
    return parameters;
  }
};

/// "kg", "of the bob" to "kg, of the bob".
std::string doc_of(const SaddleParameter& c) {
  const std::string unit = text_or_empty(c.unit), doc = text_or_empty(c.doc);
  return unit + (unit.empty() || doc.empty() ? "" : ", ") + doc;
}

PluginParameters parameters_of(const SaddleSpec& c, const std::string& what) {
  require_count(c.parameter_count, what, "parameters");
  if (c.parameter_count > 0) require(c.parameters, what, "parameters");
  PluginParameters parameters;
  for (std::int32_t i = 0; i < c.parameter_count; ++i) {
    const SaddleParameter& p = c.parameters[i];
    const Bounds bounds{p.low, p.high, p.open_low != 0, p.open_high != 0};
    const std::int32_t kind = c.parameter_kinds == nullptr ? kSaddlePhysics : c.parameter_kinds[i];
    if (kind < kSaddlePhysics || kind > kSaddleLimit) {
      throw Error(concat(what, " has a parameter of kind ", kind, "; it must be kSaddlePhysics, ",
                         "kSaddleGoal or kSaddleLimit"));
    }
    parameters.all.push_back({text_or_empty(p.name), nullptr, doc_of(p), bounds,
                              static_cast<WorldParameter::Kind>(kind)});
    parameters.usual.push_back(p.usual);
  }
  require_sound(text_or_empty(c.id), parameters.with(parameters.usual));
  return parameters;
}

EnvironmentSpec spec_of(const SaddleSpec& c, const std::string& what) {
  EnvironmentSpec spec;
  spec.id = text_or_empty(c.id);
  spec.doc = text_or_empty(c.doc);
  spec.observation = space_of(c.observation, concat("the observation of ", what));
  spec.action = space_of(c.action, concat("the action of ", what));
  spec.agents = c.agents;
  spec.opponents = c.opponents;
  spec.horizon = c.horizon;
  spec.time_step = c.time_step;
  require_count(c.constraint_count, what, "constraints");
  if (c.constraint_count > 0) require(c.constraints, what, "constraints");
  for (std::int32_t k = 0; k < c.constraint_count; ++k) {
    const SaddleConstraint& constraint = c.constraints[k];
    spec.constraints.push_back({text_or_empty(constraint.name), text_or_empty(constraint.unit),
                                constraint.default_limit, text_or_empty(constraint.doc)});
  }
  require_sound(spec);
  return spec;
}

Colour colour_of(std::uint32_t bits) {
  const auto part = [bits](int shift) { return ((bits >> shift) & 0xFF) / 255.0; };
  return {part(24), part(16), part(8), part(0)};
}

/// Adds a shape that a plug-in drew. What is none is left out: nothing may be thrown through it.
void add_shape(void* canvas, Shape::Kind kind, const double* points, std::int32_t count,
               double size, std::uint32_t colour) noexcept {
  if (count < 1 || count > kMostOfAnything) return;
  Shape shape{kind, colour_of(colour), {}, size};
  bool finite = std::isfinite(size);
  const std::span<const double> numbers(points, 2 * static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    shape.points.push_back({numbers[i], numbers[i + 1]});
    finite = finite && std::isfinite(numbers[i]) && std::isfinite(numbers[i + 1]);
  }
  if (finite) static_cast<Canvas*>(canvas)->add(std::move(shape));
}

/// A plug-in's way to a canvas.
SaddleCanvas c_canvas(Canvas& canvas) {
  return {
      sizeof(SaddleCanvas),
      &canvas,
      [](void* self, double left, double bottom, double right, double top) {
        const bool finite = std::isfinite(right - left) && std::isfinite(top - bottom);
        if (!finite || left >= right || bottom >= top) return;
        static_cast<Canvas*>(self)->view({left, bottom}, {right, top});
      },
      [](void* self, double x, double y, double radius, std::uint32_t colour) {
        const double centre[] = {x, y};
        add_shape(self, Shape::Kind::kDisc, centre, 1, radius, colour);
      },
      [](void* self, const double* points, std::int32_t count, std::uint32_t colour) {
        add_shape(self, Shape::Kind::kPolygon, points, count, 0, colour);
      },
      [](void* self, const double* points, std::int32_t count, double width, std::uint32_t colour) {
        add_shape(self, Shape::Kind::kLine, points, count, width, colour);
      }};
}

/// A row of the table, read and checked once; all copies of the world share it.
struct PluginWorld {
  std::string plugin;
  SaddleWorld functions;
  EnvironmentSpec spec;
  PluginParameters parameters;
};

class PluginEnvironment final : public Environment {
 public:
  explicit PluginEnvironment(std::shared_ptr<const PluginWorld> world)
      : world_(std::move(world)), parameters_(world_->parameters.usual) {
    call("create", [&](const SaddleWorld& f, SaddleMessage* why) {
      return f.create(f.context, &copy_, why);
    });
  }
  ~PluginEnvironment() override { world_->functions.destroy(copy_); }
  PluginEnvironment(const PluginEnvironment&) = delete;
  PluginEnvironment& operator=(const PluginEnvironment&) = delete;

  [[nodiscard]] const EnvironmentSpec& spec() const override { return world_->spec; }

  void reset(Rng& rng, std::span<float> observation) override {
    if (!parameters_.empty()) {
      call("set_parameters", [&](const SaddleWorld& f, SaddleMessage* why) {
        return f.set_parameters(copy_, parameters_.data(), why);
      });
    }
    const std::uint64_t high = rng(), low = rng();
    call("reset", [&](const SaddleWorld& f, SaddleMessage* why) {
      return f.reset(copy_, (high << 32) | low, observation.data(), why);
    });
  }

  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    SaddleOutcome outcome{sizeof(SaddleOutcome), 0, out.observation.data(), out.reward.data(),
                          out.cost.data()};
    call("step", [&](const SaddleWorld& f, SaddleMessage* why) {
      return f.step(copy_, action.data(), &outcome, why);
    });
    return outcome.terminated != 0;
  }

  [[nodiscard]] std::vector<WorldParameter> parameters() override {
    return world_->parameters.with(parameters_);
  }

  void draw(Canvas& canvas) const override {
    if (world_->functions.draw == nullptr) return;
    const SaddleCanvas to = c_canvas(canvas);
    call("draw", [&](const SaddleWorld& f, SaddleMessage* why) { return f.draw(copy_, &to, why); });
  }

 private:
  template <class Function>
  void call(const char* name, const Function& function) const {
    char text[512];
    text[0] = '\0';
    SaddleMessage why{text, sizeof text};
    const std::int32_t code = function(world_->functions, &why);
    if (code != kSaddleOk) fail(name, code, text, sizeof text);
  }

  [[noreturn]] void fail(const char* name, std::int32_t code, char* text, std::size_t size) const {
    text[size - 1] = '\0';
    std::string reason = text;
    // It becomes one line of a log.
    std::ranges::replace_if(
        reason, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    throw Error(concat("world '", world_->spec.id, "' of plug-in '", world_->plugin, "' failed in ",
                       name, " with code ", code, ": ",
                       reason.empty() ? "it gave no reason" : reason));
  }

  std::shared_ptr<const PluginWorld> world_;
  std::vector<double> parameters_;  // their values in the next episode
  void* copy_ = nullptr;
};

void register_world(const SaddleWorld* row, const std::string& what, const std::string& plugin,
                    EnvironmentRegistry& registry) {
  const SaddleWorld functions = read(row, kLeastWorld, what);
  require(functions.spec, what, "spec");
  require(functions.create, what, "create");
  require(functions.destroy, what, "destroy");
  require(functions.reset, what, "reset");
  require(functions.step, what, "step");
  const SaddleSpec spec = read(functions.spec, kLeastSpec, concat("the spec of ", what));
  const auto world = std::make_shared<const PluginWorld>(
      PluginWorld{plugin, functions, spec_of(spec, what), parameters_of(spec, what)});
  if (!world->parameters.all.empty()) {
    require(functions.set_parameters, what, "set_parameters");
  }
  if (registry.contains(world->spec.id)) {
    throw Error(concat("environment '", world->spec.id, "' is there already; give the plug-in's ",
                       "another name, or name the plug-in once"));
  }
  registry.add(world->spec.id, [world] { return std::make_unique<PluginEnvironment>(world); });
}

void register_worlds(const SaddlePlugin* plugin, const std::string& name,
                     EnvironmentRegistry& registry) {
  if (plugin == nullptr) throw Error("saddle_plugin() returned no table; it must return one");
  if (plugin->abi != SADDLE_PLUGIN_ABI) {
    throw Error(concat("it has version ", plugin->abi, " of the plug-in interface and this Saddle ",
                       "has version ", SADDLE_PLUGIN_ABI, "; build it with this Saddle's headers"));
  }
  const SaddlePlugin table = read(plugin, kLeastPlugin, "its table");
  if (table.failure != nullptr) throw Error(table.failure);
  if (table.world_count < 1 || table.world_count > kMostOfAnything) {
    throw Error(
        concat("its table has ", table.world_count, " worlds; it needs 1 to ", kMostOfAnything));
  }
  require(table.worlds, "its table", "worlds");
  const char* row = reinterpret_cast<const char*>(table.worlds);
  for (std::int32_t i = 0; i < table.world_count; ++i) {
    const auto* world = reinterpret_cast<const SaddleWorld*>(row);
    register_world(world, concat("world ", i + 1, " of the table"), name, registry);
    row += table.worlds->struct_size;
  }
}

}  // namespace

void register_plugin(const SaddlePlugin* plugin, const std::string& name,
                     EnvironmentRegistry& registry) {
  try {
    register_worlds(plugin, name, registry);
  } catch (const Error& error) {
    throw Error(concat("plug-in '", name, "': ", error.what()));
  }
}

}  // namespace saddle
