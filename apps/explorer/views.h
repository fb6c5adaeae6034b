// A recording as text: the table of a terminal, JSON, and the language of Graphviz.
#pragma once
#include <string>

#include "apps/explorer/recording.h"

namespace skew::explorer {

struct TableOptions {
  bool all = false;  // also the iterations of loops before the last
  bool styled = false;
  int digits = 7;  // of numbers at most
  int width = 80;  // of a line, in columns
};

// What print() said, the table of nodes, gradients and contributions, and the check below. After a mistake: what there
// was, and the message.
std::string table_text(const Recording& recording, const TableOptions& options = {});
// The lines of the check alone.
std::string check_text(const Recording& recording, int digits = 7);

// {"nodes": [{"id", "op", "name", "inputs", "value", "saved", "bytes", "grad", "contributions", …}], "check": […], …}
// Values are numbers or nested lists; a gradient that has not come is null.
std::string json_text(const Recording& recording);

std::string dot_text(const Recording& recording);

// The nodes that a reader is shown first: all but those of earlier iterations that nothing shown was made from.
std::vector<int> shown_nodes(const Recording& recording, bool all = false);

}  // namespace skew::explorer
