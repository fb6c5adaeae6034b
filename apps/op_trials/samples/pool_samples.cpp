// What the ops of ops/pool.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

using L = std::vector<double>;
const L one = {1, 1}, two = {2, 2}, three = {3, 3}, none = {0, 0};

std::vector<Sample> max_pool_samples() {
  auto c = [](Shape x, L kernel, L stride, L padding = none, L dilation = one, bool ceil_mode = false) {
    return Sample{{{"x", x, Fill::apart}},
                  {{"kernel", kernel},
                   {"stride", stride},
                   {"padding", padding},
                   {"dilation", dilation},
                   {"ceil_mode", ceil_mode}}};
  };
  return {c({2, 3, 8, 8}, two, two),
          c({2, 3, 8, 8}, three, two, one),
          c({1, 4, 7, 9}, three, two, one),
          c({1, 2, 7, 7}, two, two, none, one, true),
          c({1, 2, 8, 8}, three, two, none, one, true),
          c({1, 3, 6, 6}, three, one, one),
          c({1, 2, 9, 9}, three, two, none, two),
          c({2, 2, 6, 7}, {1, 3}, {1, 2}, {0, 1}),
          c({1, 2, 4, 4}, {4, 4}, {4, 4}),
          c({1, 1, 1, 1}, one, one),
          c({1, 3, 5, 5}, two, three, none, one, true),
          c({0, 3, 6, 6}, two, two),
          c({1, 1, 7, 7}, three, two, one, two),
          c({2, 1, 6, 5}, two, three, one, one, true)};
}

std::vector<Sample> avg_samples() {
  auto c = [](Shape x, L kernel, L stride, L padding = none, bool ceil_mode = false, bool include = true) {
    return Sample{{{"x", x}},
                  {{"kernel", kernel},
                   {"stride", stride},
                   {"padding", padding},
                   {"ceil_mode", ceil_mode},
                   {"count_include_pad", include}}};
  };
  return {c({2, 3, 8, 8}, two, two),
          c({2, 3, 8, 8}, three, two, one),
          c({2, 3, 8, 8}, three, two, one, false, false),
          c({1, 2, 7, 7}, two, two, none, true),
          c({1, 2, 8, 8}, three, two, one, true),
          c({1, 2, 8, 8}, three, two, one, true, false),
          c({1, 3, 5, 7}, {2, 3}, {1, 2}, {1, 0}),
          c({1, 2, 4, 4}, {4, 4}, {4, 4}),
          c({1, 2, 6, 6}, three, one, one, false, false),
          c({1, 1, 1, 1}, one, one),
          c({1, 2, 8, 8}, three, three, one, true),
          c({0, 2, 4, 4}, two, two),
          c({1, 2, 6, 5}, two, three, one, true)};
}

std::vector<Sample> adaptive_samples() {
  auto c = [](Shape x, L output) { return Sample{{{"x", x}}, {{"output", output}}}; };
  return {c({2, 3, 8, 8}, {1, 1}), c({2, 3, 7, 5}, {3, 2}),  c({1, 4, 6, 6}, {6, 6}), c({1, 2, 5, 5}, {7, 7}),
          c({1, 2, 9, 4}, {2, 4}), c({1, 2, 1, 1}, {1, 1}),  c({0, 2, 4, 4}, {2, 2}), c({1, 1, 1, 1}, {3, 2}),
          c({1, 3, 7, 7}, {2, 5}), c({3, 1, 10, 3}, {4, 1}), c({2, 2, 6, 8}, {3, 4}), c({1, 5, 4, 4}, {3, 3})};
}

std::vector<Sample> global_samples(Fill fill) {
  std::vector<Sample> list;
  for (const Shape& x : std::vector<Shape>{{2, 3, 5, 7},
                                           {1, 1, 1, 1},
                                           {1, 17, 4, 4},
                                           {0, 3, 4, 4},
                                           {2, 2, 1, 6},
                                           {2, 2, 6, 1},
                                           {1, 2, 7, 7},
                                           {3, 1, 2, 2},
                                           {2, 16, 3, 3},
                                           {4, 5, 2, 3},
                                           {1, 8, 5, 4},
                                           {5, 1, 3, 1}})
    list.push_back({{{"x", x, fill}}, {}});
  return list;
}

std::vector<Sample> global_refused() { return {{{{"x", {2, 3, 0, 4}}}, {}}, {{{"x", {2, 3}}}, {}}}; }

const bool pool_samples =
    register_samples("max_pool", max_pool_samples(),
                     {{{{"x", {1, 1, 6, 6}}}, {{"kernel", three}, {"padding", two}}},
                      {{{"x", {1, 1, 2, 2}}}, {{"kernel", three}}},
                      {{{"x", {1, 1, 3, 3}}}, {{"kernel", two}, {"padding", one}, {"dilation", L{4, 4}}}},
                      {{{"x", {1, 1, 6, 6}}}, {}}}) &&
    register_samples("avg_pool", avg_samples(),
                     {{{{"x", {1, 1, 6, 6}}}, {{"kernel", three}, {"padding", two}}},
                      {{{"x", {1, 6, 6}}}, {{"kernel", three}}},
                      {{{"x", {1, 1, 6, 6}}}, {{"kernel", three}, {"stride", L{0, 1}}}},
                      {{{"x", {1, 1, 6, 6}}}, {{"kernel", two}, {"dilation", two}}}}) &&
    register_samples("adaptive_avg_pool", adaptive_samples(),
                     {{{{"x", {1, 2, 4, 4}}}, {{"output", L{0, 2}}}}, {{{"x", {1, 2, 0, 4}}}, {{"output", one}}}}) &&
    register_samples("global_max_pool", global_samples(Fill::apart), global_refused()) &&
    register_samples("global_avg_pool", global_samples(Fill::normal), global_refused());

}  // namespace
}  // namespace skew
