// SPDX-License-Identifier: Apache-2.0
// The Box2D side of navigation worlds.
#include <saddle/envs/navigation/scene.h>

#include <algorithm>
#include <numbers>

#include <box2d/box2d.h>

#include <saddle/base/check.h>
#include <saddle/envs/box2d_timer.h>

namespace saddle {
namespace {

constexpr double kGravity = 9.81;

struct Iterations {
  int velocity, position;
};
constexpr Iterations kFew{6, 2};
// Between a robot and a pillar a box must hold, though it weighs a twentieth of the robot.
constexpr Iterations kMany{30, 20};

b2Vec2 vector(Point2 p) { return {static_cast<float>(p.x), static_cast<float>(p.y)}; }
Point2 point(const b2Vec2& v) { return {v.x, v.y}; }

b2CircleShape disc(double radius) {
  b2CircleShape shape;
  shape.m_radius = static_cast<float>(radius);
  return shape;
}

b2PolygonShape square(double half_width) {
  b2PolygonShape shape;
  shape.SetAsBox(static_cast<float>(half_width), static_cast<float>(half_width));
  return shape;
}

double square_area(double half_width) { return 4 * half_width * half_width; }

/// How far gremlins are from home.
Point2 gremlin_way(double time) {
  return {Scene::kGremlinTravel * std::sin(time), Scene::kGremlinTravel * std::cos(time)};
}

}  // namespace

struct Scene::Physics {
  Physics() { stop_box2d_timer(); }

  b2World world{b2Vec2(0, 0)};
  b2Body* robot = nullptr;
  b2Body* floor = nullptr;     // if anything slides on it
  b2Body* gremlins = nullptr;  // all of them in one body, since they move as one
  PerThing<std::vector<b2Body*>> sliding;
  std::vector<Pose> gremlin_homes;
  double time = 0;
  Iterations iterations = kFew;

  b2Body* add(b2BodyType type, const Pose& pose) {
    b2BodyDef definition;
    definition.type = type;
    definition.position = vector(pose.position);
    definition.angle = static_cast<float>(pose.heading);
    return world.CreateBody(&definition);
  }

  static void label(b2Fixture* fixture, Thing thing, std::size_t index) {
    fixture->GetUserData().pointer = index * kAllThings.size() + static_cast<std::size_t>(thing);
  }

  void add_robot(const BodyShape& shape, const Pose& start) {
    robot = add(b2_dynamicBody, start);
    robot->SetLinearDamping(static_cast<float>(shape.damping));
    robot->SetSleepingAllowed(false);
    if (shape.square) {
      const auto outline = square(shape.half_width);
      robot->CreateFixture(&outline,
                           static_cast<float>(shape.mass / square_area(shape.half_width)));
    } else {
      const auto outline = disc(shape.half_width);
      const double area = std::numbers::pi * shape.half_width * shape.half_width;
      robot->CreateFixture(&outline, static_cast<float>(shape.mass / area));
    }
  }

  void add_still(Thing thing, std::span<const Pose> poses, double radius) {
    const auto outline = disc(radius);
    for (std::size_t i = 0; i < poses.size(); ++i) {
      label(add(b2_staticBody, poses[i])->CreateFixture(&outline, 0), thing, i);
    }
  }

  void add_gremlins(std::span<const Pose> homes) {
    if (homes.empty()) return;
    gremlins = add(b2_kinematicBody, Pose::at(gremlin_way(0), 0));
    for (const Pose& home : homes) {
      b2PolygonShape outline;
      constexpr auto kHalfWidth = static_cast<float>(kGremlinHalfWidth);
      outline.SetAsBox(kHalfWidth, kHalfWidth, vector(home.position),
                       static_cast<float>(home.heading));
      label(gremlins->CreateFixture(&outline, 0), Thing::kGremlin, gremlin_homes.size());
      gremlin_homes.push_back(home);
    }
  }

  void add_sliding(Thing thing, const Pose& pose, double half_width, double mass, double friction) {
    b2Body* const body = add(b2_dynamicBody, pose);
    const auto outline = square(half_width);
    label(body->CreateFixture(&outline, static_cast<float>(mass / square_area(half_width))), thing,
          sliding[thing].size());
    b2FrictionJointDef joint;
    joint.Initialize(floor, body, body->GetPosition());
    joint.maxForce = static_cast<float>(friction * mass * kGravity);
    // A square's points lie 0.765 half widths from its centre on average.
    joint.maxTorque = static_cast<float>(friction * mass * kGravity * 0.765 * half_width);
    joint.collideConnected = false;
    world.CreateJoint(&joint);
    sliding[thing].push_back(body);
  }

  void move_gremlins(double seconds) {
    if (!gremlins) return;
    time += seconds;
    const Point2 way = gremlin_way(time) - point(gremlins->GetPosition());
    gremlins->SetLinearVelocity(vector({way.x / seconds, way.y / seconds}));
  }
};

Scene::Scene(const BodyShape& robot, const Pose& start, const PerThing<std::vector<Pose>>& things,
             double friction)
    : physics_(std::make_unique<Physics>()) {
  for (const Thing thing : kAllThings) {
    SADDLE_CHECK(things[thing].size() <= kMost, things[thing].size());
    for (const Pose& pose : things[thing]) places_[thing].push_back(pose.position);
  }
  // Nothing here is fast or thin enough to tunnel.
  physics_->world.SetContinuousPhysics(false);
  physics_->add_robot(robot, start);
  if (!things[Thing::kVase].empty() || !things[Thing::kBox].empty()) {
    const b2BodyDef still;
    physics_->floor = physics_->world.CreateBody(&still);
  }
  physics_->add_still(Thing::kButton, things[Thing::kButton], kButtonRadius);
  physics_->add_still(Thing::kPillar, things[Thing::kPillar], kPillarRadius);
  physics_->add_gremlins(things[Thing::kGremlin]);
  read_gremlins();
  for (const Pose& pose : things[Thing::kVase]) {
    physics_->add_sliding(Thing::kVase, pose, kVaseHalfWidth, robot.vase_mass, friction);
  }
  for (const Pose& pose : things[Thing::kBox]) {
    physics_->iterations = kMany;
    physics_->add_sliding(Thing::kBox, pose, robot.box_half_width, robot.box_mass, friction);
  }
  read_robot();
}

Scene::~Scene() = default;
Scene::Scene(Scene&&) noexcept = default;
Scene& Scene::operator=(Scene&&) noexcept = default;

void Scene::push(Point2 force) {
  b2Body& body = *physics_->robot;
  body.ApplyForceToCenter(body.GetWorldVector(vector(force)), true);
}

void Scene::turn_at(double yaw_rate) {
  physics_->robot->SetAngularVelocity(static_cast<float>(yaw_rate));
}

void Scene::twist(double torque) { physics_->robot->ApplyTorque(static_cast<float>(torque), true); }

void Scene::advance(double seconds) {
  physics_->move_gremlins(seconds);
  physics_->world.Step(static_cast<float>(seconds), physics_->iterations.velocity,
                       physics_->iterations.position);
  read_robot();
  read_gremlins();
  for (const Thing thing : {Thing::kVase, Thing::kBox}) {
    const std::vector<b2Body*>& bodies = physics_->sliding[thing];
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      places_[thing][i] = point(bodies[i]->GetPosition());
    }
  }
}

void Scene::read_robot() {
  const b2Body& body = *physics_->robot;
  robot_ = Pose::at(point(body.GetPosition()), body.GetAngle());
  velocity_ = point(body.GetLinearVelocity());
  yaw_rate_ = body.GetAngularVelocity();
}

void Scene::read_gremlins() {
  if (!physics_->gremlins) return;
  const Point2 way = point(physics_->gremlins->GetPosition());
  for (std::size_t i = 0; i < physics_->gremlin_homes.size(); ++i) {
    const Point2 home = physics_->gremlin_homes[i].position;
    places_[Thing::kGremlin][i] = {home.x + way.x, home.y + way.y};
  }
}

double Scene::heading(Thing thing, std::size_t index) const {
  if (thing == Thing::kGremlin) return physics_->gremlin_homes.at(index).heading;
  const std::vector<b2Body*>& bodies = physics_->sliding[thing];
  return bodies.empty() ? 0.0 : double{bodies.at(index)->GetAngle()};
}

double Scene::fastest(Thing thing) const {
  double fastest = 0;
  for (const b2Body* body : physics_->sliding[thing]) {
    fastest = std::max(fastest, double{body->GetLinearVelocity().Length()});
  }
  return fastest;
}

std::uint64_t Scene::touched(Thing thing) const {
  std::uint64_t touched = 0;
  for (b2ContactEdge* edge = physics_->robot->GetContactList(); edge; edge = edge->next) {
    b2Contact& contact = *edge->contact;
    const bool first = contact.GetFixtureA()->GetBody() == edge->other;
    b2Fixture* const other = first ? contact.GetFixtureA() : contact.GetFixtureB();
    const std::uintptr_t label = other->GetUserData().pointer;
    if (label % kAllThings.size() != static_cast<std::size_t>(thing)) continue;
    if (contact.IsTouching()) touched |= std::uint64_t{1} << (label / kAllThings.size());
  }
  return touched;
}

}  // namespace saddle
