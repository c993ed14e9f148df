// SPDX-License-Identifier: Apache-2.0
// How agents move along what each of them knows, and agree: from gradients to the next points.
#include <saddle/optim/consensus/consensus_step.h>

namespace saddle {

namespace {

/// a + scale · b, agent by agent.
AgentVectors sum(const AgentVectors& a, double scale, const AgentVectors& b) {
  SADDLE_CHECK(a.size() == b.size(), a.size(), b.size());
  AgentVectors result;
  for (std::size_t k = 0; k < a.size(); ++k) {
    SADDLE_CHECK(a[k].size() == b[k].size(), a[k].size(), b[k].size());
    result.emplace_back(a[k] + scale * b[k]);
  }
  return result;
}

}  // namespace

AgentVectors GossipStep::next(Mixing& mixing, const AgentVectors& x, const AgentVectors& d,
                              double step) {
  return sum(mixing.mix(x), -step, d);
}

TrackingStep::TrackingStep(const Options& options) : adapt_then_combine_(options.form == "atc") {
  if (options.form != "atc" && options.form != "cta") {
    throw Error(concat("unknown form '", options.form, "' of gradient tracking; use atc or cta"));
  }
}

AgentVectors TrackingStep::next(Mixing& mixing, const AgentVectors& x, const AgentVectors& d,
                                double step) {
  if (tracker_.empty()) {
    tracker_ = d;
  } else if (adapt_then_combine_) {
    tracker_ = mixing.mix(sum(tracker_, 1, sum(d, -1, tracked_)));
  } else {
    tracker_ = sum(mixing.mix(tracker_), 1, sum(d, -1, tracked_));
  }
  tracked_ = d;
  return adapt_then_combine_ ? mixing.mix(sum(x, -step, tracker_))
                             : sum(mixing.mix(x), -step, tracker_);
}

void TrackingStep::state(Archive& archive) {
  archive_vector(archive, "tracker", tracker_);
  archive_vector(archive, "tracked", tracked_);
}

AgentVectors ExtraStep::next(Mixing& mixing, const AgentVectors& x, const AgentVectors& d,
                             double step) {
  const AgentVectors mixed = mixing.mix(x);
  const AgentVectors moved = sum(mixed, -step, d);
  AgentVectors next = multipliers_.empty() ? moved : sum(moved, -1, multipliers_);
  const AgentVectors disagreement = sum(x, -1, mixed);
  multipliers_ = sum(multipliers_.empty() ? VectorSpace<AgentVectors>::zero_like(x) : multipliers_,
                     0.5, disagreement);
  return next;
}

void ExtraStep::state(Archive& archive) { archive_vector(archive, "multipliers", multipliers_); }

}  // namespace saddle
