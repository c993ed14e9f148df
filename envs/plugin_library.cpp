// SPDX-License-Identifier: Apache-2.0
// From classes in C++ to the plain C interface: what runs inside the plug-in.
#include <saddle/envs/plugin_library.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <exception>
#include <string_view>

#include <saddle/envs/canvas.h>

namespace saddle {
namespace {

/// One copy of a world, with the stream of its episode.
struct Copy {
  std::unique_ptr<Environment> environment;
  Rng rng;
  std::size_t observations, actions, rewards, costs;  ///< floats of each
  std::vector<WorldParameter> parameters;
};

void write(SaddleMessage* why, std::string_view text) {
  const std::size_t length = std::min(text.size(), why->capacity - 1);
  std::copy_n(text.data(), length, why->text);
  why->text[length] = '\0';
}

/// Runs what may throw; an exception becomes a code and a message.
template <class Call>
std::int32_t guard(SaddleMessage* why, const Call& call) noexcept {
  try {
    call();
    return kSaddleOk;
  } catch (const std::exception& exception) {
    write(why, exception.what());
  } catch (...) {
    write(why, "it threw what is no std::exception");
  }
  return kSaddleFailed;
}

void destroy(void* world) { delete static_cast<Copy*>(world); }

std::int32_t reset(void* world, std::uint64_t seed, float* observation, SaddleMessage* why) {
  return guard(why, [&] {
    Copy& copy = *static_cast<Copy*>(world);
    copy.rng = Rng(seed);
    copy.environment->reset(copy.rng, {observation, copy.observations});
  });
}

std::int32_t step(void* world, const float* action, SaddleOutcome* out, SaddleMessage* why) {
  return guard(why, [&] {
    Copy& copy = *static_cast<Copy*>(world);
    const Outcome outcome{{out->observation, copy.observations},
                          {out->reward, copy.rewards},
                          {out->cost, copy.costs}};
    out->terminated = copy.environment->step({action, copy.actions}, copy.rng, outcome);
  });
}

std::int32_t set_parameters(void* world, const double* values, SaddleMessage* why) {
  return guard(why, [&] {
    for (const WorldParameter& parameter : static_cast<Copy*>(world)->parameters) {
      *parameter.value = *values++;
    }
  });
}

std::uint32_t packed(const Colour& colour) {
  std::uint32_t bits = 0;
  for (const double part : {colour.red, colour.green, colour.blue, colour.opacity}) {
    bits = (bits << 8) | static_cast<std::uint32_t>(std::lround(255 * std::clamp(part, 0.0, 1.0)));
  }
  return bits;
}

std::int32_t draw(void* world, const SaddleCanvas* to, SaddleMessage* why) {
  return guard(why, [&] {
    Canvas canvas;
    static_cast<Copy*>(world)->environment->draw(canvas);
    to->view(to->self, canvas.low().x, canvas.low().y, canvas.high().x, canvas.high().y);
    std::vector<double> points;
    for (const Shape& shape : canvas.shapes()) {
      const std::uint32_t colour = packed(shape.colour);
      points.clear();
      for (const Point2 point : shape.points) points.insert(points.end(), {point.x, point.y});
      const auto count = static_cast<std::int32_t>(shape.points.size());
      switch (shape.kind) {
        case Shape::Kind::kDisc:
          to->disc(to->self, points.at(0), points.at(1), shape.size, colour);
          break;
        case Shape::Kind::kPolygon:
          to->polygon(to->self, points.data(), count, colour);
          break;
        case Shape::Kind::kLine:
          to->line(to->self, points.data(), count, shape.size, colour);
          break;
      }
    }
  });
}

static_assert(static_cast<int>(WorldParameter::Kind::kGoal) == kSaddleGoal &&
              static_cast<int>(WorldParameter::Kind::kLimit) == kSaddleLimit);

SaddleSpace as_table(const Space& space) {
  return {space.is_discrete() ? kSaddleDiscrete : kSaddleBox, space.size, space.count,
          space.low.data(), space.high.data()};
}

}  // namespace

/// What a row of the table points to.
struct PluginLibrary::World {
  EnvironmentFactory make;
  EnvironmentSpec spec;
  std::vector<SaddleConstraint> constraints;
  std::deque<std::string> words;  ///< that never move
  std::vector<SaddleParameter> parameters;
  std::vector<std::int32_t> kinds;  ///< of parameters
  SaddleSpec row{};

  World(EnvironmentFactory factory, Environment& first)
      : make(std::move(factory)), spec(first.spec()) {
    for (const ConstraintSpec& c : spec.constraints) {
      constraints.push_back({c.name.c_str(), c.unit.c_str(), c.default_limit, c.doc.c_str()});
    }
    for (const WorldParameter& p : first.parameters()) {
      const std::size_t comma = std::min(p.doc.find(", "), p.doc.size());
      const Bounds& b = p.bounds;
      parameters.push_back({word(p.name), word(p.doc.substr(0, comma)),
                            word(comma < p.doc.size() ? p.doc.substr(comma + 2) : ""), *p.value,
                            b.low, b.high, b.open_low, b.open_high});
      kinds.push_back(static_cast<std::int32_t>(p.kind));
    }
    row = {sizeof(SaddleSpec),
           spec.agents,
           spec.id.c_str(),
           spec.doc.c_str(),
           as_table(spec.observation),
           as_table(spec.action),
           spec.horizon,
           spec.constraint_count(),
           constraints.data(),
           spec.time_step,
           static_cast<std::int32_t>(parameters.size()),
           parameters.data(),
           spec.opponents,
           kinds.data()};
  }

  const char* word(std::string text) { return words.emplace_back(std::move(text)).c_str(); }

  static std::int32_t create(const void* context, void** world, SaddleMessage* why) {
    return guard(why, [&] { *world = static_cast<const World*>(context)->copy().release(); });
  }

  [[nodiscard]] std::unique_ptr<Copy> copy() const {
    auto copy = std::make_unique<Copy>();
    copy->environment = make();
    copy->parameters = copy->environment->parameters();
    const EnvironmentSpec& its = copy->environment->spec();
    // Memory is handed over by the sizes of the first copy.
    if (its.agents != spec.agents || its.observation.size != spec.observation.size ||
        its.action.size != spec.action.size || its.constraints.size() != spec.constraints.size() ||
        copy->parameters.size() != parameters.size()) {
      throw Error(concat("two copies of '", spec.id, "' have spaces, agents, constraints or ",
                         "parameters of other sizes; a world has one spec"));
    }
    const auto agents = static_cast<std::size_t>(spec.agents);
    copy->observations = agents * static_cast<std::size_t>(spec.observation.size);
    copy->actions = agents * static_cast<std::size_t>(spec.action.size);
    copy->rewards = agents;
    copy->costs = agents * spec.constraints.size();
    return copy;
  }
};

PluginLibrary::PluginLibrary(void (*register_worlds)(EnvironmentRegistry&)) {
  char text[1024] = "";
  SaddleMessage why{text, sizeof text};
  const std::int32_t code = guard(&why, [&] {
    EnvironmentRegistry registry("environment");
    register_worlds(registry);
    for (const std::string& name : registry.names()) add(name, registry.at(name));
  });
  table_ = {SADDLE_PLUGIN_ABI, sizeof(SaddlePlugin), rows_.data(),
            static_cast<std::int32_t>(rows_.size()), nullptr};
  if (code != kSaddleOk) {
    failure_ = text;
    table_.failure = failure_.c_str();
  }
}

PluginLibrary::~PluginLibrary() = default;

void PluginLibrary::add(const std::string& name, const EnvironmentFactory& make) {
  const std::unique_ptr<Environment> first = make();
  if (first->spec().id != name) {
    throw Error(concat("the world registered as '", name, "' calls itself '", first->spec().id,
                       "'; give it one name"));
  }
  const World& world = *worlds_.emplace_back(std::make_unique<World>(make, *first));
  rows_.push_back({sizeof(SaddleWorld), &world.row, &world, World::create, destroy, reset, step,
                   draw, set_parameters});
}

}  // namespace saddle
