// What a picture of a recording consists of before it has places: boxes, some of which stand for a whole scope, and the
// arrows between them.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "apps/explorer/picture.h"

namespace skew::explorer {

struct GraphBox {
  std::vector<int> nodes{};  // one, or those of a scope
  bool scope = false;
  std::vector<std::string> lines{};  // name, value, gradient: as they are drawn
  std::vector<std::string> classes{};
  std::string tooltip{};
  bool known = true, fresh = false;  // at the chosen moment: made already; made just now
};

struct GraphArrow {
  int from = 0, to = 0;     // boxes
  bool wants_grad = false;  // a gradient flows back here
  bool fresh = false;       // just now
  bool bad = false;         // into the op that failed
  std::string gradient{};   // what came back, where it is a number
  bool step = false;        // from a leaf to what a step made of it
  bool unseen = false;      // holds the order in time, and is not drawn
};

struct GraphModel {
  std::vector<GraphBox> boxes;
  std::vector<GraphArrow> arrows;
};

// A step of the story that frames and pages tell: a node is made, or a gradient arrives.
struct Moment {
  int node = 0;
  int contribution = -1;  // of the node; −1: it is made
};
std::vector<Moment> moments_of(const Recording& recording, bool all);

// The nodes that a picture shows. Without the earlier iterations of loops, leaves from before the loop stand apart:
// what the last iteration makes of them is shown.
std::vector<int> drawn_nodes(const Recording& recording, bool all);

// Throws ValueError for more boxes than anybody could look at.
GraphModel graph_model(const Recording& recording, const PictureOptions& options);

}  // namespace skew::explorer
