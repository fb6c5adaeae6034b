// The multi-tensor template: one launch over the elements of many tensors, for optimisers and norms. A kernel takes at
// most `most_items` items by value, a row of blocks each; longer lists take several launches.
#pragma once
#include <span>

#include "backends/cuda/reduce.cuh"

namespace skew::gpu {

inline constexpr int most_items = 32;  // of 80 bytes: below the 4 KB that every kernel's arguments may have

// What a kernel needs of each tensor; Item has `ptrdiff_t count`.
template <class Item> struct ItemList {
  Item items[most_items] = {};
  ptrdiff_t used = 0;
};

template <class Item, class F>
__global__ void __launch_bounds__(block_size) list_kernel(ItemList<Item> list, int blocks, F f) {
  const Item& item = list.items[int(blockIdx.x) / blocks];
  const ptrdiff_t all = ptrdiff_t(blocks) * block_size;
  for (ptrdiff_t i = ptrdiff_t(int(blockIdx.x) % blocks) * block_size + threadIdx.x; i < item.count; i += all)
    f(item, i);
}

template <class Item> std::vector<ItemList<Item>> portions_of(const std::vector<Item>& items) {
  std::vector<ItemList<Item>> portions;
  for (const Item& item : items) {
    if (item.count == 0) continue;
    if (portions.empty() || portions.back().used == most_items) portions.emplace_back();
    portions.back().items[portions.back().used++] = item;
  }
  return portions;
}
template <class Item> ptrdiff_t longest(const ItemList<Item>& list) {
  ptrdiff_t most = 0;
  for (ptrdiff_t k = 0; k < list.used; ++k) most = std::max(most, list.items[k].count);
  return most;
}

// f(item, i) for every element of every item.
template <class Item, class F> void each_of_list(std::string_view op, const std::vector<Item>& items, const F& f) {
  for (const ItemList<Item>& list : portions_of(items)) {
    const int blocks = std::min(64, blocks_for(longest(list)));
    launch(op, list_kernel<Item, F>, int(list.used) * blocks, list, blocks, f);
  }
}

// finish(term(item, i) merged over every element of every item). The order depends on the lengths alone: each item is
// added up in parts, and these in their order.
inline constexpr int parts_an_item = 16;

// Term j of part `line`: parts have `terms` terms, items that are not used no elements. (The long array stands last:
// g++ 12 does not clear padding behind one, and the emulator would take what lies there for an address.)
template <class A, class Item, class Term> struct ListPart {
  A none;
  Term term;
  ptrdiff_t terms;
  ItemList<Item> list;

  __device__ A operator()(ptrdiff_t line, ptrdiff_t j) const {
    const Item& item = list.items[line / parts_an_item];
    const ptrdiff_t i = line % parts_an_item * terms + j;
    return i < item.count ? term(item, i) : none;
  }
};

template <class A, class Item, class Term, class Finish>
void reduce_list(std::string_view op, const std::vector<Item>& items, A none, const Term& term, const Finish& finish) {
  const std::vector<ItemList<Item>> portions = portions_of(items);
  constexpr ptrdiff_t lines = ptrdiff_t(most_items) * parts_an_item;
  const Scratch<A> kept(ptrdiff_t(portions.size()) * lines);
  const A* const all = kept.get();
  A* own = kept.get();
  for (const ItemList<Item>& list : portions) {
    const ptrdiff_t terms = (longest(list) + parts_an_item - 1) / parts_an_item;
    reduce(op, lines, terms, Neighbours::terms, none, ListPart<A, Item, Term>{none, term, terms, list},
           [=] __device__(ptrdiff_t line, const A& sum) { own[line] = sum; });
    own += lines;
  }
  reduce(
      op, 1, ptrdiff_t(portions.size()) * lines, Neighbours::terms, none,
      [=] __device__(ptrdiff_t, ptrdiff_t k) { return all[k]; },
      [=] __device__(ptrdiff_t, const A& sum) { finish(sum); });
}

}  // namespace skew::gpu
