// Where a label is easy, hard or maybe wrong, by p_t, the probability that the model gives it: one list for the
// terminal's tables, the figures and the studio's page. Plain numbers, as curve.h.
#pragma once
#include <algorithm>
#include <array>

#include "apps/loss_lab/curve.h"

namespace skew::lab {

struct Zone {
  double from, to;
  const char* name;
  int shade;  // 0 none, 1 light, 2 deep
};

using Zones = std::array<Zone, 3>;
inline constexpr double suspect_below = .1, hard_below = .5;
inline constexpr Zones zones_of_own{Zone{0, suspect_below, "mislabelled?", 2},
                                    Zone{suspect_below, hard_below, "hard", 1}, Zone{hard_below, 1, "easy", 0}};

inline const char* zone_name(double p_t) {
  const size_t passed = size_t(p_t >= suspect_below) + size_t(p_t > hard_below);
  return zones_of_own[passed].name;
}

// The same over p for a label of 0 or 1, from left to right.
inline Zones zones_over_p(bool y) {
  Zones zones = zones_of_own;
  if (y) return zones;
  for (Zone& zone : zones) zone = {1 - zone.to, 1 - zone.from, zone.name, zone.shade};
  std::reverse(zones.begin(), zones.end());
  return zones;
}

// … and over the logit: the first and the last have no end.
inline Zones zones_over_logit(bool y) {
  Zones zones = zones_over_p(y);
  for (Zone& zone : zones) zone = {logit(zone.from), logit(zone.to), zone.name, zone.shade};
  return zones;
}

}  // namespace skew::lab
