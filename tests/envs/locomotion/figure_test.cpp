// SPDX-License-Identifier: Apache-2.0
// Jointed bodies against closed forms: falls, pushes, impulses, hinges, contacts, sleep.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/envs/locomotion/figure.h>

namespace saddle {
namespace {

constexpr double kFigureStep = 0.02;

PartSpec box_at(Point2 position, double half = 0.5) {
  PartSpec part;
  part.outline = box_outline(half, half);
  part.density = 2;
  part.position = position;
  return part;
}

FigureSpec one_box(Point2 position) {
  FigureSpec spec;
  spec.parts = {box_at(position)};
  spec.ground = {{{-10, 0}, {0, 0}, 0.5}, {{0, 0}, {10, 0}, 0.5}};
  return spec;
}

TEST(Figure, FallsAsSymplecticEulerDoes) {
  Figure figure(one_box({0.3, 50}));
  EXPECT_NEAR(figure.mass(), 2, 1e-6);
  for (int t = 1; t <= 50; ++t) {
    figure.step(kFigureStep);
    ASSERT_NEAR(figure.part(0).velocity.y, -10 * kFigureStep * t, 1e-4);
    ASSERT_NEAR(figure.part(0).position.y, 50 - 10 * kFigureStep * kFigureStep * t * (t + 1) / 2,
                1e-4);
  }
  EXPECT_FALSE(figure.has_touched(0));
}

TEST(Figure, PushesActForOneStepAndImpulsesAtOnce) {
  FigureSpec spec = one_box({0, 50});
  spec.gravity = 0;
  Figure figure(spec);
  figure.push(0, {30, -10});
  figure.step(kFigureStep);
  figure.step(kFigureStep);
  EXPECT_NEAR(figure.part(0).velocity.x, 30 * kFigureStep / 2, 1e-6);
  EXPECT_NEAR(figure.part(0).velocity.y, -10 * kFigureStep / 2, 1e-6);
  // A square of side a has the moment of inertia m a²/6 = 1/3.
  figure.twist(0, 5);
  figure.step(kFigureStep);
  EXPECT_NEAR(figure.part(0).angular_speed, 5 * kFigureStep * 3, 1e-5);
  const Figure::PartState before = figure.part(0);
  figure.kick(0, {0, 4}, before.position + Point2{0.25, 0});
  EXPECT_NEAR(figure.part(0).velocity.y, before.velocity.y + 2, 1e-5);
  EXPECT_NEAR(figure.part(0).angular_speed, before.angular_speed + 0.25 * 4 * 3, 1e-4);
}

TEST(Figure, AMotorReachesItsSpeedWithItsTorqueAndStopsAtTheLimit) {
  FigureSpec spec = one_box({0, 50});
  spec.gravity = 0;
  spec.parts.push_back(box_at({0, 50}));
  spec.parts[1].angle = 0.3;
  spec.hinges = {{0, 1, {0, 0}, {0, 0}, -0.5, 0.8}};
  Figure figure(spec);
  EXPECT_NEAR(figure.hinge(0).angle, 0, 1e-6) << "angles count from the start";
  figure.drive(0, 4, 0.5);
  figure.step(kFigureStep);
  // The torque acts on both, each of inertia 1/3: relative acceleration 2 τ / I.
  EXPECT_NEAR(figure.hinge(0).speed, 2 * 0.5 * 3 * kFigureStep, 1e-4);
  EXPECT_NEAR(figure.part(0).angular_speed, -figure.part(1).angular_speed, 1e-6);
  figure.drive(0, 4, 1000);
  figure.step(kFigureStep);
  EXPECT_NEAR(figure.hinge(0).speed, 4, 1e-4);
  for (int t = 0; t < 50; ++t) figure.step(kFigureStep);
  EXPECT_NEAR(figure.hinge(0).angle, 0.8, 0.02);
  EXPECT_NEAR(figure.hinge(0).speed, 0, 1e-3);
  figure.drive(0, -4, 1000);
  for (int t = 0; t < 50; ++t) figure.step(kFigureStep);
  EXPECT_NEAR(figure.hinge(0).angle, -0.5, 0.02);
}

TEST(Figure, SlidesToAStopByFriction) {
  FigureSpec spec = one_box({-9, 0.51});
  spec.ground = {{{-10, 0}, {10, 0}, 0.45}};
  spec.parts[0].friction = 0.2;  // of the contact, √(0.45 · 0.2) = 0.3
  Figure figure(spec);
  for (int t = 0; t < 50; ++t) figure.step(kFigureStep);
  figure.kick(0, {2 * 4, 0}, figure.part(0).position);
  const double start = figure.part(0).position.x;
  for (int t = 0; t < 100; ++t) figure.step(kFigureStep);
  EXPECT_NEAR(figure.part(0).velocity.x, 0, 1e-3);
  EXPECT_NEAR(figure.part(0).position.x - start, 4 * 4 / (2 * 0.3 * 10), 0.1);
}

TEST(Figure, TellsWhenItTouchesAndWhenItHasTouched) {
  Figure figure(one_box({5, 1}));
  int t = 0;
  for (; !figure.touches(0) && t < 100; ++t) figure.step(kFigureStep);
  // 0.5 m of fall take 0.316 s.
  EXPECT_NEAR(t * kFigureStep, std::sqrt(2 * 0.5 / 10), 2 * kFigureStep);
  figure.kick(0, {0, 20}, figure.part(0).position);
  for (int i = 0; i < 10; ++i) figure.step(kFigureStep);
  EXPECT_FALSE(figure.touches(0));
  EXPECT_TRUE(figure.has_touched(0));
}

TEST(Figure, PartsPassThroughEachOther) {
  FigureSpec spec = one_box({5, 0.51});
  spec.parts.push_back(box_at({5, 1.2}));
  Figure figure(spec);
  for (int t = 0; t < 100; ++t) figure.step(kFigureStep);
  EXPECT_NEAR(figure.part(0).position.y, 0.51, 0.02);
  EXPECT_NEAR(figure.part(1).position.y, 0.51, 0.02);
}

TEST(Figure, BuiltAnewItForgetsAllOfTheOneBefore) {
  FigureSpec spec = one_box({5, 2});
  spec.parts[0].angle = 0.7;
  const auto tumble = [](Figure& figure) {
    std::vector<double> history;
    for (int t = 0; t < 150; ++t) {
      figure.step(kFigureStep);
      const Figure::PartState part = figure.part(0);
      history.insert(history.end(), {part.position.x, part.position.y, part.angle});
    }
    EXPECT_TRUE(figure.has_touched(0));
    return history;
  };
  Figure once(spec), again(one_box({-3, 1}));
  (void)tumble(again);
  again.build(spec);
  EXPECT_FALSE(again.has_touched(0));
  EXPECT_EQ(tumble(again), tumble(once)) << "to the last bit";
}

TEST(Figure, FallsAsleepOnlyIfItMay) {
  FigureSpec spec = one_box({5, 0.51});
  for (const bool sleeps : {false, true}) {
    spec.sleeps = sleeps;
    Figure figure(spec);
    int t = 0;
    for (; figure.is_awake(0) && t < 200; ++t) figure.step(kFigureStep);
    EXPECT_EQ(t < 200, sleeps);
    EXPECT_GE(t * kFigureStep, 0.5);
  }
}

}  // namespace
}  // namespace saddle
