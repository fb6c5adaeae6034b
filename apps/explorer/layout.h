// Where the boxes of a graph stand, in layers from left to right: every arrow goes to the right, except those that
// close a circle of collapsed scopes. After K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of
// hierarchical system structures", IEEE SMC 11(2), 1981: ranks by longest path, crossings by barycentre sweeps and
// exchanges of neighbours, then places by least squares that keep the order. The same input gives the same picture.
#pragma once
#include <vector>

#include "apps/report/svg.h"

namespace skew::explorer {

struct BoxSize {
  double width, height;
};
struct Arrow {
  int from, to;  // boxes
};
struct LayoutGaps {
  double between_layers = 44, between_boxes = 16, between_ports = 12;
};

struct GraphLayout {
  std::vector<report::Point> corner;              // of each box, top left
  std::vector<std::vector<report::Point>> route;  // of each arrow: from the border of a box over points to the other
  double width = 0, height = 0;
};

// Boxes in their order in time: an arrow from a later to an earlier one is drawn backwards.
GraphLayout layered_layout(const std::vector<BoxSize>& boxes, const std::vector<Arrow>& arrows,
                           const LayoutGaps& gaps = {});

}  // namespace skew::explorer
