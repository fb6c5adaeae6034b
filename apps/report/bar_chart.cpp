// Sorting, drawing bars, naming the bands where they begin.
#include "apps/report/bar_chart.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "apps/report/number_text.h"
#include "apps/report/short_names.h"
#include "core/error.h"

namespace skew::report {
namespace {

using metrics::Band;
using metrics::band_of;

constexpr double bars_width = 760, row_height = 24, bar_height = 15, band_gap = 12;

std::string cutoff_words(Band band) {
  if (band == Band::head) return text("head  ≥ ", metrics::head_from);
  if (band == Band::tail) return text("tail  < ", metrics::medium_from);
  return text("medium  ", metrics::medium_from, "–", metrics::head_from - 1);
}

std::string sentence_of(const std::vector<LabelCount>& order, int64_t images, const std::string& sampler) {
  if (order.empty()) return "No classes.";
  if (!sampler.empty())
    return text(counted(images, "image", "images"), ", ", counted(std::ssize(order), "class", "classes"),
                "; outlined, and behind the arrow: an epoch of ", sampler, '.');
  const LabelCount &most = order.front(), &least = order.back();
  const std::vector<std::string> ends = fit_names({most.name, least.name}, 150, 13);
  // numbers before names in brackets: a name that is written from right to left takes no number along
  std::string words =
      text(counted(images, "training image", "training images"), ", ", counted(std::ssize(order), "class", "classes"),
           ": from ", grouped(most.positives), " (", ends[0], ") to ", grouped(least.positives), " (", ends[1], ")");
  if (least.positives > 0) words += text(", ", grouped(most.positives / least.positives), " to 1");
  return words + ".";
}

std::string csv_of(const std::vector<LabelCount>& order, int64_t images, bool sampled) {
  std::vector<std::string> header{"class", "positives", "unknown", "share", "band"};
  if (sampled) header.push_back("drawn");
  CsvText csv(header);
  for (const LabelCount& label : order) {
    const int64_t known = images - label.unknown;
    const std::string part = known > 0 ? exact(double(label.positives) / double(known)) : "";
    std::vector<std::string> row{label.name, std::to_string(label.positives), std::to_string(label.unknown), part,
                                 std::string(metrics::name(band_of(label.positives)))};
    if (sampled) row.push_back(std::to_string(label.drawn));
    csv.add(row);
  }
  return csv.str();
}

}  // namespace

Colour band_colour(Band band) { return step_colour(size_t(band), 3); }

// What stands behind a bar: "2,600", or "2,600 → 812" where a sampler draws others.
std::string count_words(const LabelCount& label, bool sampled) {
  return grouped(label.positives) + (sampled ? " → " + grouped(label.drawn) : "");
}

Figure label_chart(std::span<const LabelCount> counts, int64_t images, const std::string& sampler) {
  const bool sampled = !sampler.empty();
  std::vector<LabelCount> order(counts.begin(), counts.end());
  std::ranges::stable_sort(order, std::ranges::greater{}, &LabelCount::positives);
  double name_room = 0, value_room = 0;
  for (const LabelCount& label : order) {
    name_room = std::max(name_room, text_width(label.name, 13));
    value_room = std::max(value_room, text_width(count_words(label, sampled), 13) + 8);
  }
  name_room = std::min(name_room, bars_width / 3);
  const double band_room = 122, left = Svg::margin + name_room + 12;
  const double room = bars_width - Svg::margin - left - value_room - band_room;
  int64_t longest = 1;
  for (const LabelCount& label : order) longest = std::max({longest, label.positives, label.drawn});
  const double most = double(longest);

  const double height = Svg::top + row_height * double(order.size()) + 2 * band_gap + Svg::margin;
  Svg svg(bars_width, height, "Labels of the training split", sentence_of(order, images, sampler));
  std::vector<std::string> names;
  for (const LabelCount& label : order) names.push_back(label.name);
  names = fit_names(names, name_room, 13);
  double y = Svg::top + 8;
  for (size_t i = 0; i < order.size(); ++i) {
    const LabelCount& label = order[i];
    const Band band = band_of(label.positives);
    const bool begins = i == 0 || band != band_of(order[i - 1].positives);
    if (begins && i > 0) y += band_gap;
    const double middle = y + bar_height / 2, width = double(label.positives) / most * room;
    if (begins) {
      if (i > 0) svg.line({Svg::margin, y - 10.5}, {bars_width - Svg::margin, y - 10.5}, "grid");
      svg.text({bars_width - Svg::margin, middle + 4.5}, cutoff_words(band), "small strong " + ink(band_colour(band)),
               Anchor::end);
    }
    svg.text({left - 12, middle + 4.5}, names[i], "", Anchor::end);
    svg.rect({left, y}, std::max(width, label.positives > 0 ? 2.0 : 0.0), bar_height, fill(band_colour(band)), 2,
             text(label.name, ": ", grouped(label.positives)));
    const double drawn = sampled ? double(label.drawn) / most * room : 0;
    if (sampled) svg.rect({left, y - 1.5}, drawn, bar_height + 3, "wire " + stroke(Colour::slate), 2);
    svg.text({left + std::max({width, drawn, 2.0}) + 7, middle + 4.5}, count_words(label, sampled), "muted");
    y += row_height;
  }
  return {svg.str(), csv_of(order, images, sampled)};
}

}  // namespace skew::report
