// Which map makes risks of a model's scores: the candidates are fitted and judged on the validation split. One method
// for the whole model, whose numbers are fitted class by class: a class alone has too few positives to choose between
// four methods and not reward chance.
#pragma once
#include "apps/data/dataset.h"
#include "apps/evaluation/calibration.h"
#include "apps/evaluation/inference.h"

namespace skew {

// Candidates, simplest first: identity; the loss's proper map, where it has one; Platt scaling; isotonic regression.
// Single label: identity; prior, where `shift` is given; temperature; vector scaling towards `shift`. Each is judged by
// its log loss on held-out images, in 5 folds within `p` (drawn by a fixed seed); taken is the simplest that is within
// one standard error of the best (L. Breiman et al., "Classification and regression trees", 1984, §3.4.3), and fitted
// again on all of `p`. Classes with fewer than 5 positives or 5 negatives among `p` get no fit of their own: where the
// method is fitted they share one Platt map of the labels of all classes. groups: a number for each image; images of
// one number are never cut by a fold, and count as one in the error. shift: how training changed the prior of single
// labels (prior_shift.h), one number a class; empty: not at all. The same arguments give the same bits. With fewer than
// two groups nothing is compared: the proper map or the prior, else identity.
Calibration choose_calibration(const Predictions& p, const AnyLoss& loss, std::span<const int64_t> groups,
                               const std::vector<double>& shift = {});

// A number for each of the images `ids`: the same for those of one patient.
std::vector<int64_t> patient_groups(const Dataset& data, std::span<const int64_t> ids);

}  // namespace skew
