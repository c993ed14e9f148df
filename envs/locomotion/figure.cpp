// SPDX-License-Identifier: Apache-2.0
// The Box2D side of locomotion.
#include <saddle/envs/locomotion/figure.h>

#include <algorithm>
#include <array>
#include <optional>

#include <box2d/box2d.h>

#include <saddle/base/check.h>
#include <saddle/envs/box2d_timer.h>

namespace saddle {
namespace {

constexpr std::uint16_t kGround = 0x0001, kPart = 0x0010;

b2Vec2 vector(Point2 p) { return {static_cast<float>(p.x), static_cast<float>(p.y)}; }
Point2 point(const b2Vec2& v) { return {v.x, v.y}; }

template <class Place>
std::vector<Point2> corners_of(const b2PolygonShape& outline, const Place& place) {
  std::vector<Point2> corners(static_cast<std::size_t>(outline.m_count));
  std::transform(outline.m_vertices, outline.m_vertices + outline.m_count, corners.begin(), place);
  return corners;
}

/// Keeps who touches the ground. What a body carries for it is 1 plus its index; the ground, 0.
class Touches final : public b2ContactListener {
 public:
  void forget(std::size_t parts) {
    touching_.assign(parts, 0);
    touched_.assign(parts, 0);
  }

  void BeginContact(b2Contact* contact) override {
    for (const b2Fixture* fixture : {contact->GetFixtureA(), contact->GetFixtureB()}) {
      if (const std::size_t label = label_of(fixture)) {
        touching_[label - 1] = 1;
        touched_[label - 1] = 1;
      }
    }
  }
  void EndContact(b2Contact* contact) override {
    for (const b2Fixture* fixture : {contact->GetFixtureA(), contact->GetFixtureB()}) {
      if (const std::size_t label = label_of(fixture)) touching_[label - 1] = 0;
    }
  }

  [[nodiscard]] bool touches(std::size_t part) const { return touching_[part] != 0; }
  [[nodiscard]] bool has_touched(std::size_t part) const { return touched_[part] != 0; }

 private:
  static std::size_t label_of(const b2Fixture* fixture) {
    return const_cast<b2Fixture*>(fixture)->GetBody()->GetUserData().pointer;
  }

  std::vector<char> touching_, touched_;
};

}  // namespace

struct Figure::Physics {
  Physics() { stop_box2d_timer(); }

  void build(const FigureSpec& spec) {
    world.reset();
    world.emplace(b2Vec2(0, static_cast<float>(-spec.gravity)));
    touches.forget(spec.parts.size());
    world->SetContactListener(&touches);
    sleeps = spec.sleeps;
    late_limits = spec.late_limits;
    iterations = spec.iterations;
    parts.clear();
    hinges.clear();
    const b2BodyDef still;
    ground = world->CreateBody(&still);
    // From last to first, so that contacts are solved in the order that Box2D 2.3 sorts them into.
    for (std::size_t i = spec.ground.size(); i-- > 0;) add(spec.ground[i]);
    for (std::size_t i = spec.blocks.size(); i-- > 0;) add(spec.blocks[i]);
    for (const PartSpec& part : spec.parts) add(part);
    for (const HingeSpec& hinge : spec.hinges) add(hinge);
  }

  void add(const GroundEdge& edge) {
    b2EdgeShape shape;
    shape.SetTwoSided(vector(edge.from), vector(edge.to));
    add_ground(shape, edge.friction);
  }

  void add(const GroundBlock& block) {
    const b2Vec2 corners[] = {vector(block.low), vector({block.high.x, block.low.y}),
                              vector(block.high), vector({block.low.x, block.high.y})};
    b2PolygonShape shape;
    shape.Set(corners, 4);
    add_ground(shape, block.friction);
  }

  void add_ground(const b2Shape& shape, double friction) {
    b2FixtureDef fixture;
    fixture.shape = &shape;
    fixture.friction = static_cast<float>(friction);
    fixture.filter.categoryBits = kGround;
    ground->CreateFixture(&fixture);
  }

  void add(const PartSpec& part) {
    b2BodyDef definition;
    definition.type = b2_dynamicBody;
    definition.position = vector(part.position);
    definition.angle = static_cast<float>(part.angle);
    definition.allowSleep = sleeps;
    definition.userData.pointer = parts.size() + 1;
    b2Body* const body = world->CreateBody(&definition);
    std::array<b2Vec2, b2_maxPolygonVertices> corners;
    SADDLE_CHECK(part.outline.size() >= 3 && part.outline.size() <= corners.size(),
                 part.outline.size());
    for (std::size_t i = 0; i < part.outline.size(); ++i) corners[i] = vector(part.outline[i]);
    b2PolygonShape shape;
    shape.Set(corners.data(), static_cast<int>(part.outline.size()));
    b2FixtureDef fixture;
    fixture.shape = &shape;
    fixture.density = static_cast<float>(part.density);
    fixture.friction = static_cast<float>(part.friction);
    fixture.filter.categoryBits = kPart;
    fixture.filter.maskBits = kGround;
    body->CreateFixture(&fixture);
    parts.push_back(body);
  }

  void add(const HingeSpec& hinge) {
    b2RevoluteJointDef definition;
    definition.bodyA = parts.at(hinge.inner);
    definition.bodyB = parts.at(hinge.outer);
    definition.localAnchorA = vector(hinge.inner_anchor);
    definition.localAnchorB = vector(hinge.outer_anchor);
    definition.referenceAngle = definition.bodyB->GetAngle() - definition.bodyA->GetAngle();
    definition.enableLimit = true;
    definition.lowerAngle = static_cast<float>(hinge.low);
    definition.upperAngle = static_cast<float>(hinge.high);
    definition.enableMotor = true;
    hinges.push_back(static_cast<b2RevoluteJoint*>(world->CreateJoint(&definition)));
  }

  void choose_limits() {
    for (b2RevoluteJoint* hinge : hinges) {
      const float angle = hinge->GetJointAngle();
      hinge->EnableLimit(angle <= hinge->GetLowerLimit() || angle >= hinge->GetUpperLimit());
    }
  }

  Touches touches;  // outlives the world, which tells it
  std::optional<b2World> world;
  bool sleeps = false, late_limits = false;
  SolverIterations iterations;
  b2Body* ground = nullptr;
  std::vector<b2Body*> parts;
  std::vector<b2RevoluteJoint*> hinges;
};

Figure::Figure() : physics_(std::make_unique<Physics>()) {}
Figure::Figure(const FigureSpec& spec) : Figure() { build(spec); }
Figure::~Figure() = default;
Figure::Figure(Figure&&) noexcept = default;
Figure& Figure::operator=(Figure&&) noexcept = default;

void Figure::build(const FigureSpec& spec) { physics_->build(spec); }

void Figure::push(std::size_t part, Point2 force) {
  physics_->parts[part]->ApplyForceToCenter(vector(force), true);
}

void Figure::twist(std::size_t part, double torque) {
  physics_->parts[part]->ApplyTorque(static_cast<float>(torque), true);
}

void Figure::kick(std::size_t part, Point2 impulse, Point2 at) {
  physics_->parts[part]->ApplyLinearImpulse(vector(impulse), vector(at), true);
}

void Figure::drive(std::size_t hinge, double speed, double torque) {
  physics_->hinges[hinge]->SetMotorSpeed(static_cast<float>(speed));
  physics_->hinges[hinge]->SetMaxMotorTorque(static_cast<float>(torque));
}

void Figure::step(double seconds) {
  if (physics_->late_limits) physics_->choose_limits();
  physics_->world->Step(static_cast<float>(seconds), physics_->iterations.velocity,
                        physics_->iterations.position);
}

Figure::PartState Figure::part(std::size_t index) const {
  const b2Body& body = *physics_->parts[index];
  return {point(body.GetPosition()), body.GetAngle(), point(body.GetLinearVelocity()),
          body.GetAngularVelocity()};
}

Figure::HingeState Figure::hinge(std::size_t index) const {
  const b2RevoluteJoint& hinge = *physics_->hinges[index];
  return {hinge.GetJointAngle(), hinge.GetJointSpeed()};
}

double Figure::mass() const {
  double mass = 0;
  for (const b2Body* body : physics_->parts) mass += body->GetMass();
  return mass;
}

bool Figure::touches(std::size_t part) const { return physics_->touches.touches(part); }

bool Figure::has_touched(std::size_t part) const { return physics_->touches.has_touched(part); }

bool Figure::is_awake(std::size_t part) const { return physics_->parts[part]->IsAwake(); }

void Figure::draw(Canvas& canvas, Colour first) const {
  const Point2 low = canvas.low(), high = canvas.high();
  for (const b2Fixture* f = physics_->ground->GetFixtureList(); f; f = f->GetNext()) {
    if (f->GetType() == b2Shape::e_polygon) {
      const auto& block = static_cast<const b2PolygonShape&>(*f->GetShape());
      canvas.polygon(corners_of(block, [](const b2Vec2& corner) { return point(corner); }),
                     colours::kObstacle);
      continue;
    }
    const auto& edge = static_cast<const b2EdgeShape&>(*f->GetShape());
    const Point2 from = point(edge.m_vertex1), to = point(edge.m_vertex2);
    if (from.x > high.x || to.x < low.x) continue;
    canvas.polygon({from, to, {to.x, low.y}, {from.x, low.y}}, colours::kScenery);
    canvas.line(from, to, 0.04, colours::kInk);
  }
  // The last are behind the first.
  for (std::size_t i = physics_->parts.size(); i-- > 0;) {
    const b2Body& body = *physics_->parts[i];
    const auto& outline = static_cast<const b2PolygonShape&>(*body.GetFixtureList()->GetShape());
    canvas.polygon(
        corners_of(outline,
                   [&body](const b2Vec2& corner) { return point(body.GetWorldPoint(corner)); }),
        i == 0 ? first : colours::kSecond);
  }
}

std::vector<Point2> box_outline(double half_width, double half_height) {
  return {{-half_width, -half_height},
          {half_width, -half_height},
          {half_width, half_height},
          {-half_width, half_height}};
}

}  // namespace saddle
