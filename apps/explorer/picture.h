// A recording as a picture: boxes with names, values and gradients, arrows with what flows back along them. SVG in the
// manner of apps/report: light and dark, inert, with a sentence that says what it shows.
#pragma once
#include <string>
#include <vector>

#include "apps/explorer/layout.h"
#include "apps/explorer/recording.h"

namespace skew::explorer {

// where_short: of boxes that hold one or two; always: of larger ones how far they reach, too.
enum class Numbers { where_short, always, never };

struct PictureOptions {
  int scope_depth = -1;  // scopes of this depth are one box each, 1: the outermost. −1: all are open
  Numbers numbers = Numbers::where_short;
  bool all = false;  // also the iterations of loops before the last
  int moment = -1;   // what is known after so many steps (moments()); −1: everything
  std::string title = "";
};

// The picture as SVG. Boxes are groups with the ids n0, n1, … of their (first) nodes.
std::string graph_svg(const Recording& recording, const PictureOptions& options = {});

// One value more is known at each: a node's, or a gradient that arrives. In their order; in words.
std::vector<std::string> moments(const Recording& recording, const PictureOptions& options = {});

// The picture above the table, as one page without scripts.
std::string graph_html(const Recording& recording, const PictureOptions& options = {});

// Writes a picture (.svg, .png, .pdf: apps/report/picture_file.h), a page (.html) or Graphviz text (.dot), told by the
// path's ending. Throws ValueError for another one, FileError.
void write_graph(const Recording& recording, const std::string& path, const PictureOptions& options = {});

}  // namespace skew::explorer
