// A loss's own way back from scores to rates, as maps to calibrate with: what training with it makes of a true rate,
// inverted (apps/loss_lab/proper.h).
#pragma once
#include <vector>

#include "apps/metrics/score_map.h"
#include "losses/table/loss_table.h"

namespace skew {

// One map for each kind of class, and which of them each class has.
struct ClassMaps {
  std::vector<metrics::ScoreMap> maps;
  std::vector<int64_t> of_class;
};

// The proper maps of `classes` classes; classes that the loss treats alike share one. Scores are σ(logit_scale·x). No
// maps for losses that have none: those that couple logits (zlpr, two_way), and single-label ones.
ClassMaps proper_maps(const AnyLoss& loss, int64_t classes);

}  // namespace skew
