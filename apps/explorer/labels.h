// Where the words on arrows stand: beside their own arrow, off every other one, off boxes and off each other.
#pragma once
#include <vector>

#include "apps/report/svg.h"

namespace skew::explorer {

// Bézier curves, one after the other: a point, then two handles and a point for each.
using Curve = std::vector<report::Point>;

struct Rectangle {
  double left = 0, top = 0, right = 0, bottom = 0;
};

struct LabelWish {
  size_t curve = 0;  // the arrow's, among all of them
  double width = 0;
};

// Of each wish where its words begin, on their base line: near the arrow's tip where there is room. letter_height:
// from the base line to the top of a digit. The same input gives the same places.
std::vector<report::Point> label_places(const std::vector<LabelWish>& wishes, const std::vector<Curve>& curves,
                                        const std::vector<Rectangle>& boxes, double letter_height);

}  // namespace skew::explorer
