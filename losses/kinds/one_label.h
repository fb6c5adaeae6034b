// Element-wise losses for one label an image: the class index becomes a one-hot row of targets, and what is averaged
// are images, not elements. Used by losses with hooks.single_label (class_balanced_focal.h); the mean by
// class_balanced.cpp, too.
#pragma once
#include <functional>
#include <vector>

#include "core/kernel.h"
#include "losses/table/reduction.h"

namespace skew {

// logits (N, C); targets int64 (N), 0 … C−1, or one-hot and soft rows (N, C), which stay as they are. args.mask: (N).
//   mean: Σ / kept images.   batch_mean: Σ / N.   sum.   none: (N).
// `elements` is the loss of targets (N, C) with a mask of that shape.
// Throws ValueError naming the row of an index outside 0 … C−1, ShapeError for shapes that do not fit.
Tensor one_label_loss(std::string_view name, const Tensor& logits, const Tensor& targets, const LossArgs& args,
                      const std::function<Tensor(const Tensor& targets, const LossArgs& args)>& elements);

// The slots that it calls beside the elements' own.
void add_one_label_slots(std::vector<const Slot*>& slots);

// `images(args)` with another reduction than mean, so that mean comes out as Σ / kept images. logits (N, C) or
// (N, C, …), of which every position counts as an image; args.mask: (N, …) or none.
Tensor mean_over_images(const Tensor& logits, const LossArgs& args,
                        const std::function<Tensor(const LossArgs&)>& images);

}  // namespace skew
