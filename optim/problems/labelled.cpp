// SPDX-License-Identifier: Apache-2.0
// Points of two classes, and generators of them.
#include <saddle/optim/problems/labelled.h>

#include <saddle/base/rng.h>

namespace saddle {

using Eigen::Index;
using Eigen::VectorXd;

void LabelledPoints::validate() const {
  if (points.size() == 0) throw Error("a classification problem needs at least one point");
  if (labels.size() != points.cols()) {
    throw Error(concat("a classification problem needs one label for each of its ", points.cols(),
                       " points, not ", labels.size()));
  }
  if (!points.allFinite()) {
    throw Error("a classification problem needs finite points; remove those with NaN or infinity");
  }
  if (!(labels.array().abs() == 1).all()) {
    throw Error("the labels of a classification problem are 1 and -1; map the classes to them");
  }
}

LabelledPoints half_space_points(std::uint64_t seed, std::int64_t count, const VectorXd& normal,
                                 double noise) {
  SADDLE_CHECK(count > 0 && normal.size() > 0, count, normal.size());
  Rng rng(seed);
  LabelledPoints data{{normal.size(), static_cast<Index>(count)}, VectorXd(count)};
  for (Index i = 0; i < data.labels.size(); ++i) {
    for (double& entry : data.points.col(i)) entry = rng.normal();
    const double side = normal.dot(data.points.col(i)) + noise * rng.normal();
    data.labels[i] = side < 0 ? -1 : 1;
  }
  return data;
}

LabelledPoints weak_feature_points(std::uint64_t seed, std::int64_t count, std::int64_t dimension,
                                   double mean, double flipped) {
  SADDLE_CHECK(count > 0 && dimension > 0, count, dimension);
  Rng rng(seed);
  LabelledPoints data{{static_cast<Index>(dimension), static_cast<Index>(count)}, VectorXd(count)};
  for (Index i = 0; i < data.labels.size(); ++i) {
    const double label = rng.uniform() < 0.5 ? -1 : 1;
    data.labels[i] = label;
    data.points(0, i) = rng.uniform() < flipped ? -label : label;
    for (Index j = 1; j < data.points.rows(); ++j) data.points(j, i) = mean * label + rng.normal();
  }
  return data;
}

}  // namespace saddle
