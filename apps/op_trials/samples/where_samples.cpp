// What the ops of ops/where.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample where_sample(Shape condition, Shape a, Shape b) {
  return {{{"condition", condition, Fill::index, 2}, {"a", a}, {"b", b}}, {}};
}

const bool where_samples = register_samples("where",
                                            {where_sample({3, 4}, {3, 4}, {4}),
                                             where_sample({3, 4}, {3, 4}, {3, 4}),
                                             where_sample({4}, {3, 4}, {3, 1}),
                                             where_sample({3, 1}, {1, 4}, {}),
                                             where_sample({}, {2, 3}, {2, 3}),
                                             where_sample({2, 3}, {}, {}),
                                             where_sample({}, {}, {}),
                                             where_sample({1}, {1}, {1}),
                                             where_sample({0, 3}, {3}, {1}),
                                             where_sample({2, 1, 3}, {4, 1}, {2, 4, 3}),
                                             where_sample({2, 3, 4, 5}, {3, 1, 1}, {5}),
                                             {{{"condition", {6}, Fill::binary}, {"a", {6}}, {"b", {6}}}, {}}},
                                            {where_sample({3}, {4}, {4}),
                                             where_sample({3, 4}, {3, 4}, {3}),
                                             {{{"condition", {3}}, {"a", {3}}, {"b", {3}, Fill::index, 2}}, {}}});

}  // namespace
}  // namespace skew
