// What index_select and embedding (ops/gather.h) are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample select(Shape x, ptrdiff_t count, ptrdiff_t below, double axis) {
  return {{{"x", x}, {"index", {count}, Fill::index, below}}, {{"axis", axis}}};
}

Sample embed(Shape index, Shape weight, ptrdiff_t below, ArgValue padding = nullptr) {
  return {{{"index", index, Fill::index, below}, {"weight", weight}}, {{"padding_index", std::move(padding)}}};
}

const bool index_select_samples =
    register_samples(
        "index_select",
        {select({4, 5}, 3, 5, 1), select({4, 5}, 6, 4, 0), select({2, 3, 4}, 2, 4, 2), select({2, 3, 4}, 5, 3, -2),
         select({7}, 3, 7, 0), select({1}, 4, 1, 0), select({1, 1}, 1, 1, 1), select({4, 5}, 0, 4, 0),
         select({0, 3}, 2, 3, 1), select({3, 0}, 2, 3, 0), select({2, 3, 4, 5}, 4, 3, 1), select({5, 2}, 9, 2, -1)},
        {select({4, 5}, 3, 5, 2),
         select({3}, 40, 20, 0),
         {{{"x", {3}}, {"index", {1, 2}, Fill::index, 3}}, {{"axis", 0.}}},
         {{{"x", {3}}, {"index", {2}, Fill::binary}}, {{"axis", 0.}}}}) &&
    register_samples(
        "embedding",
        {embed({5}, {7, 4}, 7), embed({2, 6}, {7, 4}, 7), embed({}, {3, 1}, 3), embed({20}, {3, 2}, 3),
         embed({1}, {1, 1}, 1), embed({0}, {3, 2}, 3), embed({2, 0}, {3, 2}, 3), embed({4}, {3, 0}, 3),
         embed({2, 3, 2}, {5, 3}, 5), embed({1, 1}, {4, 2}, 4), embed({6}, {6, 1}, 6), embed({3, 3}, {2, 5}, 2)},
        {embed({40}, {3, 2}, 20),
         embed({2}, {3}, 3),
         embed({2}, {3, 2}, 3, 3.),
         {{{"index", {2}, Fill::binary}, {"weight", {3, 2}}}, {}}});

}  // namespace
}  // namespace skew
