// Proper maps from a loss's derivatives alone.
#include <algorithm>

#include "apps/evaluation/calibration.h"
#include "apps/loss_lab/proper.h"

namespace skew {
namespace {

// The rates at logits −20, −19.75 … 20; beyond ±14 the rate stays (proper.h).
metrics::ScoreMap sampled(const lab::RateMap& rates) {
  metrics::ScoreMap map{.kind = metrics::MapKind::proper};
  for (int k = -80; k <= 80; ++k) {
    map.from.push_back(k / 4.0);
    const double logit = lab::logit(rates.rate_of(sigmoid(k / 4.0)));
    map.to.push_back(map.to.empty() ? logit : std::max(map.to.back(), logit));  // a flat piece may waver by rounding
  }
  return map;
}

}  // namespace

ClassMaps proper_maps(const AnyLoss& loss, int64_t classes) {
  ClassMaps out;
  if (loss.single_label() || !find_loss(loss.name()).pointwise) return out;
  const double scale = loss.logit_scale();
  std::vector<std::vector<double>> seen;  // slopes that tell classes apart, of the class that each map was made for
  for (int64_t c = 0; c < classes; ++c) {
    std::vector<double> slopes;
    for (const double z : {-3.0, -1.0, 0.0, 1.0, 3.0})
      for (const double y : {0.0, 1.0}) slopes.push_back(loss.at(z / scale, y, ptrdiff_t(c)).dx);
    const auto same = std::find(seen.begin(), seen.end(), slopes);
    out.of_class.push_back(same - seen.begin());
    if (same != seen.end()) continue;
    seen.push_back(slopes);
    const auto at = [&](double z, double y) { return loss.at(z / scale, y, ptrdiff_t(c)); };
    out.maps.push_back(sampled(lab::RateMap(at, lab::Aim::training)));
  }
  return out;
}

}  // namespace skew
