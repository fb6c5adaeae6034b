// Fourteen small shapes drawn with smooth edges: the pictures of synth:shapes14.
// Each shape is a signed distance, negative inside; a pixel is covered by clamp(1/2 − distance, 0, 1).
// Which shapes an image shows is decided in apps/data/synth_shapes.cpp.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "core/random.h"

namespace skew {

inline constexpr int shape_count = 14;
extern const std::string_view shape_names[shape_count];  // disc, ring, cross, … hook

// The distance in pixels from (x, y) to the edge of shape `kind`, whose centre is 0 and whose radius is r; the stroke
// of line shapes is max(1.2, r / 4) wide.
double shape_distance(int kind, double x, double y, double r);

// A grey image of side × side values in 0 … 1: a slanted background with soft blobs and scratches, the shapes `kinds`
// at random places, sizes (radius 4.5 … 6.5), angles and contrasts, dark or bright, and noise.
std::vector<float> draw_shapes(std::span<const int> kinds, int side, Generator& random);

}  // namespace skew
