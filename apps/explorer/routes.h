// The chain rule taken apart: every route from a result back to one of its inputs, the slopes on its way, their
// product, and the sum over all routes, which is the gradient.
#pragma once
#include <string>
#include <vector>

#include "apps/explorer/recording.h"

namespace skew::explorer {

// A whole number of any size ≥ 0: there may be 2^1000 routes.
class Count {
 public:
  Count(uint32_t value = 0) : parts_{value} {}
  void add(const Count& other);
  std::string str() const;
  double about() const;

 private:
  std::vector<uint32_t> parts_;  // nine decimal digits each, lowest first
};

struct Step {
  int from = 0;  // the node whose way back it is
  size_t input = 0;
  Tensor sent;          // what the route's gradient becomes there
  std::string slope{};  // of scalars: "b = −2"
};

struct Route {
  std::vector<Step> steps;  // from the result on
  Tensor product;           // what it brings: the seed through all its steps
  double weight = 0;        // √Σ product²
};

struct Explanation {
  int result = 0, with_respect_to = 0;
  Count routes;                 // all there are, counted exactly
  std::vector<Route> heaviest;  // at most twenty, heaviest first
  bool all_walked = true;       // false: too many; the sum is then taken over nodes, not over single routes
  bool shown_exact = true;      // whether `heaviest` are those of all routes (of scalars always)
  Tensor sum;                   // over all routes
  Tensor gradient;              // what backward() made of the same call; undefined: it never ran
  double error = 0;             // the largest relative difference between the two
};

// Of the last backward call whose graph holds the leaf, or of the last value where there was none. Throws ValueError
// where no route leads there, for a result of several elements without a backward call, and for an unknown name.
Explanation explain(const Recording& recording, const std::string& with_respect_to);

std::string explanation_text(const Recording& recording, const Explanation& explanation);

}  // namespace skew::explorer
