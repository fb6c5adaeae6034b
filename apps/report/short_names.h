// Names of one figure or table shortened together: where each by itself would come out equal to another, the words that
// tell them apart are kept, "…upper left…lung" beside "…upper right…lung".
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace skew::report {

// fit: shortens a name by '…' in its middle, and leaves one alone that has room. Different names come out different,
// equal ones equal; the last resort is a number behind each.
std::vector<std::string> shortened_together(const std::vector<std::string>& names,
                                            const std::function<std::string(std::string_view)>& fit);

// To a width in figures, and to columns of a terminal.
std::vector<std::string> fit_names(const std::vector<std::string>& names, double width, double font_size);
std::vector<std::string> fit_all_columns(const std::vector<std::string>& names, int columns);

}  // namespace skew::report
