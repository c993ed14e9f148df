// SPDX-License-Identifier: Apache-2.0
// The Box2D side of navigation worlds.
#include <saddle/envs/navigation/scene.h>

#include <algorithm>
#include <numbers>

#include <box2d/box2d.h>

#include <saddle/base/check.h>

namespace saddle {
namespace {

constexpr int kVelocityIterations = 6, kPositionIterations = 2;
constexpr double kVaseHalfWidth = 0.1, kVaseMassShare = 0.0015, kGravity = 9.81;

b2Vec2 vector(Point2 p) { return {static_cast<float>(p.x), static_cast<float>(p.y)}; }
Point2 point(const b2Vec2& v) { return {v.x, v.y}; }

}  // namespace

struct Scene::Physics {
  b2World world{b2Vec2(0, 0)};
  b2Body* robot = nullptr;
  std::vector<b2Body*> vase_bodies;
  std::vector<Point2> vase_positions;

  void add_robot(const BodyShape& shape, const Pose& start) {
    b2BodyDef definition;
    definition.type = b2_dynamicBody;
    definition.position = vector(start.position);
    definition.angle = static_cast<float>(start.heading);
    definition.linearDamping = static_cast<float>(shape.damping);
    definition.allowSleep = false;
    robot = world.CreateBody(&definition);
    b2CircleShape disc;
    disc.m_radius = static_cast<float>(shape.radius);
    const double area = std::numbers::pi * shape.radius * shape.radius;
    robot->CreateFixture(&disc, static_cast<float>(shape.mass / area));
  }

  void add_vase(Point2 position, double angle, double robot_mass, b2Body* floor) {
    b2BodyDef definition;
    definition.type = b2_dynamicBody;
    definition.position = vector(position);
    definition.angle = static_cast<float>(angle);
    b2Body* const body = world.CreateBody(&definition);
    b2PolygonShape box;
    box.SetAsBox(static_cast<float>(kVaseHalfWidth), static_cast<float>(kVaseHalfWidth));
    const double mass = kVaseMassShare * robot_mass;
    body->CreateFixture(&box, static_cast<float>(mass / (4 * kVaseHalfWidth * kVaseHalfWidth)));
    b2FrictionJointDef friction;
    friction.Initialize(floor, body, body->GetPosition());
    friction.maxForce = static_cast<float>(mass * kGravity);
    // A square's points lie 0.765 half widths from its centre on average.
    friction.maxTorque = static_cast<float>(mass * kGravity * 0.765 * kVaseHalfWidth);
    friction.collideConnected = false;
    world.CreateJoint(&friction);
    vase_bodies.push_back(body);
    vase_positions.push_back(position);
  }
};

Scene::Scene(const BodyShape& robot, const Pose& start, std::span<const Point2> vases,
             std::span<const double> vase_angles)
    : physics_(std::make_unique<Physics>()) {
  SADDLE_CHECK(vases.size() == vase_angles.size(), vases.size(), vase_angles.size());
  // Nothing here is fast or thin enough to tunnel.
  physics_->world.SetContinuousPhysics(false);
  physics_->add_robot(robot, start);
  if (vases.empty()) return;
  const b2BodyDef still;
  b2Body* const floor = physics_->world.CreateBody(&still);
  for (std::size_t i = 0; i < vases.size(); ++i) {
    physics_->add_vase(vases[i], vase_angles[i], robot.mass, floor);
  }
}

Scene::~Scene() = default;
Scene::Scene(Scene&&) noexcept = default;
Scene& Scene::operator=(Scene&&) noexcept = default;

void Scene::step(double seconds, double force, double yaw_rate) {
  b2Body& body = *physics_->robot;
  const auto push = static_cast<float>(force);
  body.ApplyForceToCenter(push * body.GetWorldVector(b2Vec2(1, 0)), true);
  body.SetAngularVelocity(static_cast<float>(yaw_rate));
  physics_->world.Step(static_cast<float>(seconds), kVelocityIterations, kPositionIterations);
  for (std::size_t i = 0; i < physics_->vase_bodies.size(); ++i) {
    physics_->vase_positions[i] = point(physics_->vase_bodies[i]->GetPosition());
  }
}

Pose Scene::robot() const {
  const b2Body& body = *physics_->robot;
  return Pose::at(point(body.GetPosition()), body.GetAngle());
}

Point2 Scene::velocity() const { return point(physics_->robot->GetLinearVelocity()); }

std::span<const Point2> Scene::vases() const { return physics_->vase_positions; }

double Scene::fastest_vase() const {
  double fastest = 0;
  for (const b2Body* body : physics_->vase_bodies) {
    fastest = std::max(fastest, double{body->GetLinearVelocity().Length()});
  }
  return fastest;
}

bool Scene::robot_touches_vase() const {
  for (const b2ContactEdge* edge = physics_->robot->GetContactList(); edge; edge = edge->next) {
    if (edge->contact->IsTouching()) return true;
  }
  return false;
}

}  // namespace saddle
