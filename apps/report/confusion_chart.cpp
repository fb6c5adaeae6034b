// Cells, their names and recalls.
#include "apps/report/confusion_chart.h"

#include <algorithm>
#include <numeric>

#include "apps/report/number_text.h"
#include "apps/report/short_names.h"
#include "apps/report/svg.h"
#include "core/error.h"

namespace skew::report {
namespace {

constexpr double names_room = 190, recall_room = 64, least_for_numbers = 24, least_for_heads = 16, size = 12;

std::string csv_of(const std::vector<std::string>& names, const std::vector<int64_t>& counts) {
  CsvText csv({"true", "predicted", "images"});
  for (size_t t = 0; t < names.size(); ++t)
    for (size_t p = 0; p < names.size(); ++p)
      csv.add({names[t], names[p], std::to_string(counts[t * names.size() + p])});
  return csv.str();
}

}  // namespace

Figure confusion_chart(const std::vector<std::string>& names, const std::vector<int64_t>& counts) {
  const size_t n = names.size();
  if (n == 0 || counts.size() != n * n)
    throw ValueError(text("confusion chart: ", counts.size(), " counts for ", n, " classes"));
  const double cell = std::clamp(560 / double(n), 11.0, 40.0), side = cell * double(n);
  const double left = Svg::margin + names_room, top = Svg::top + 34;
  const int64_t all = std::accumulate(counts.begin(), counts.end(), int64_t(0));
  int64_t hits = 0;
  for (size_t c = 0; c < n; ++c) hits += counts[c * n + c];
  Svg svg(std::max(620.0, left + side + recall_room + Svg::margin), top + side + Svg::margin,
          "Which class is taken for which",
          text("Row: true class, column: predicted; shade: share of the row; ", hits, " of ",
               counted(all, "image", "images"), " on the diagonal."));
  svg.text({left - 12, top - 10}, "true class", "muted small", Anchor::end);
  svg.text({left + side + 12, top - 10}, "recall", "muted small");
  if (cell < least_for_heads) svg.text({left, top - 10}, "predicted class, in the same order", "muted small");
  const double number_room = cell < least_for_heads ? 0 : text_width(text(n, "  "), size);
  const std::vector<std::string> shown = fit_names(names, names_room - 18 - number_room, size);
  for (size_t t = 0; t < n; ++t) {
    const int64_t* row = counts.data() + t * n;
    const int64_t images = std::accumulate(row, row + n, int64_t(0));
    const double y = top + cell * double(t), middle = y + cell / 2 + size * .36;
    const std::string number = cell < least_for_heads ? "" : text(t + 1, "  ");
    svg.text({left - 12, middle}, number + shown[t], "small", Anchor::end);
    if (cell >= least_for_heads)
      svg.text({left + cell * (double(t) + .5), top - 10}, std::to_string(t + 1), "muted small", Anchor::middle);
    for (size_t p = 0; p < n; ++p) {
      const double part = images ? double(row[p]) / double(images) : 0, x = left + cell * double(p);
      // above .55 of a colour white would be needed: shades stop where dark and light text are read
      svg.shade({x + .5, y + .5}, cell - 1, cell - 1, row[p] ? .06 + .42 * part : .03, Colour::teal,
                text(names[t], " taken for ", names[p], ": ", row[p], " of ", images));
      if (row[p] && cell >= least_for_numbers)
        svg.text({x + cell / 2, middle}, std::to_string(row[p]), t == p ? "small strong" : "small", Anchor::middle);
    }
    svg.rect({left + cell * double(t) + .5, y + .5}, cell - 1, cell - 1, "wire " + stroke(Colour::teal));
    svg.text({left + side + 12, middle}, images ? share(double(row[t]) / double(images)) : "–", "small");
  }
  return {svg.str(), csv_of(names, counts)};
}

}  // namespace skew::report
