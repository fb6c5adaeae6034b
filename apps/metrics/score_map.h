// From the score of one class to a risk: maps that never fall, and how to fit them to labels. Platt's logistic has two
// numbers and suits few labels; isotonic regression assumes the order alone and wants many. Chosen between and stored
// in apps/evaluation/calibration.h. How good the risks are: probability_error.h. Of a softmax: softmax_map.h.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace skew::metrics {

// ln p − ln(1−p), p clipped as log_loss() clips it.
double clipped_logit(double probability);

enum class MapKind { identity, proper, platt, pooled_platt, isotonic };
std::string name(MapKind kind);
MapKind map_kind(const std::string& name);  // throws ValueError for another word

struct ScoreMap {
  MapKind kind = MapKind::identity;
  double slope = 1, intercept = 0;         // platt: σ(slope·logit(score) + intercept), slope ≥ 0
  std::vector<double> from = {}, to = {};  // proper, isotonic: logits of scores, rising, and of their risks, not
                                           // falling; linear between them, constant beyond
  double operator()(double score) const;   // [0, 1] → [0, 1]
  bool sound() const;                      // finite, of equal lengths, and nowhere falling
};

// Both below: scores in [0, 1]; targets 1, 0, or NaN for unknown (left out). They throw ValueError as labelled_scores.h
// says, and with nothing known the result is the identity.

// J. Platt, "Probabilistic outputs for support vector machines", 1999: cross-entropy on the logits, with the targets
// (N₊+1)/(N₊+2) and 1/(N₋+2), so that a class that is ranked without a mistake still gets a finite slope. By Newton's
// method. Where the best slope is below 0, it is 0: the rate for all.
ScoreMap fit_platt(std::span<const double> scores, std::span<const double> targets);

// Scores of a run of samples that isotonic regression gives one and the same risk.
struct IsotonicBlock {
  double low, high;  // scores of its first and last sample
  double positives = 0, count = 0;
  double rate() const { return positives / count; }
};
// Least squares among all maps that do not fall, by pooling adjacent violators (Ayer et al., 1955). Equal scores share
// a block; rates rise from block to block.
std::vector<IsotonicBlock> isotonic_blocks(std::span<const double> scores, std::span<const double> targets);

// The map through both ends of each block. Of n labels no risk below 1/(n+2) or above (n+1)/(n+2) is claimed: a single
// surprise would cost infinitely much.
ScoreMap fit_isotonic(std::span<const double> scores, std::span<const double> targets);

}  // namespace skew::metrics
