// The report, section by section: splits, classes, pairs of classes, findings.
#include "apps/cli/data_check.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "apps/metrics/class_means.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"

namespace skew {
namespace {

using report::counted;
using report::grouped;

constexpr size_t shown = 8;  // entries of a list; the rest is counted. --json has them all

int64_t in_all(const std::array<std::vector<int64_t>, 3>& per_split, size_t c) {
  return per_split[0][c] + per_split[1][c] + per_split[2][c];
}

std::string split_table(const DataStatistics& s, bool styled) {
  report::Table table({report::left("split"), "images", "without a label", "unknown labels"});
  for (size_t k = 0; k < 3; ++k)
    table.add_row({std::string(split_name(Split(k))), grouped(s.images[k]), grouped(s.unlabelled[k]),
                   grouped(std::accumulate(s.unknown[k].begin(), s.unknown[k].end(), int64_t(0)))});
  return table.str(styled);
}

// Rarest first in train, as in every table of classes.
std::string class_table(const DataStatistics& s, const Dataset& data, bool styled) {
  const auto& names = data.classes();
  std::vector<size_t> order(names.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return s.positives[0][a] < s.positives[0][b]; });
  std::vector<report::Column> heads = {report::left("class"), "train", "val", "test", "share of known", "unknown"};
  if (!s.class_patients.empty()) heads.push_back({"patients"});
  heads.push_back(report::left("group"));
  report::Table table(heads);
  constexpr size_t most = 60, rarest = 40, commonest = 10;
  for (size_t k = 0; k < order.size(); ++k) {
    if (order.size() > most && k == rarest) {
      std::vector<std::string> more(heads.size());
      more[0] = text("… ", order.size() - rarest - commonest, " more (--json lists all)");
      table.add_row(std::move(more));
      k = order.size() - commonest;
    }
    const size_t c = order[k];
    const int64_t positives = in_all(s.positives, c), unknown = in_all(s.unknown, c), known = data.size() - unknown;
    std::vector<std::string> cells = {names[c],
                                      grouped(s.positives[0][c]),
                                      grouped(s.positives[1][c]),
                                      grouped(s.positives[2][c]),
                                      known ? report::share(double(positives) / double(known)) : "–",
                                      unknown ? grouped(unknown) : ""};
    if (!s.class_patients.empty()) cells.push_back(grouped(s.class_patients[c]));
    cells.emplace_back(metrics::name(metrics::band_of(s.positives[0][c])));
    table.add_row(cells);
  }
  return table.str(styled) +
         "train, val, test: images that have the class\n"
         "group, by train: head 100 or more, medium 20–99, tail fewer\n";
}

// The pairs that occur together most often beyond chance: by their count over the one that independence would give.
std::string pair_table(const DataStatistics& s, const Dataset& data, bool styled) {
  struct Pair {
    size_t a, b;
    double lift;
  };
  std::vector<Pair> pairs;
  const double n = double(data.size());
  for (size_t a = 0; a < s.together.size(); ++a)
    for (size_t b = a + 1; b < s.together.size(); ++b)
      if (s.together[a][b] >= 5)
        pairs.push_back({a, b, double(s.together[a][b]) * n / (double(s.together[a][a]) * double(s.together[b][b]))});
  if (pairs.empty()) return {};
  std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) { return x.lift > y.lift; });
  report::Table table({report::left("class"), report::left("occurs with"), {"images"}, {"times chance"}});
  for (size_t k = 0; k < std::min(shown, pairs.size()); ++k)
    table.add_row({data.classes()[pairs[k].a], data.classes()[pairs[k].b], grouped(s.together[pairs[k].a][pairs[k].b]),
                   report::fixed(pairs[k].lift, 1)});
  return table.str(styled);
}

std::string patients_line(const DataStatistics& s, const Dataset& data) {
  if (data.patients_are_blank()) return "patients: all blank\n";
  if (!data.has_patients()) return {};
  return text("patients, by ", data.patients_from().empty() ? "the source" : data.patients_from(), ": train ",
              grouped(s.patients[0]), ", val ", grouped(s.patients[1]), ", test ", grouped(s.patients[2]),
              s.without_patient ? text("; ", counted(s.without_patient, "image", "images"), " without one") : "", "\n");
}

// "what: n" and the first few of them, one a line.
std::string findings(const std::string& what, size_t n, const std::function<std::string(size_t)>& entry) {
  if (n == 0) return {};
  std::string out = text(what, ": ", grouped(int64_t(n)), "\n");
  for (size_t k = 0; k < std::min(n, shown); ++k) out += report::wrapped("  " + entry(k), 4) + "\n";
  if (n > shown) out += text("  and ", grouped(int64_t(n - shown)), " more (--json lists all)\n");
  return out;
}

// The most frequent ones first, and how many others.
std::string size_list(const DataStatistics& s) {
  std::vector<std::pair<std::string, int64_t>> sizes(s.sizes.begin(), s.sizes.end());
  std::ranges::stable_sort(sizes, std::ranges::greater(), &std::pair<std::string, int64_t>::second);
  std::string out = sizes.empty() ? "–" : "";
  for (size_t k = 0; k < std::min(shown, sizes.size()); ++k)
    out += text(k ? ", " : "", sizes[k].first, " (", grouped(sizes[k].second), ")");
  if (sizes.size() > shown) out += text(" and ", sizes.size() - shown, " more kinds (--json lists all)");
  return out;
}

std::string faults(const DataStatistics& s, const Dataset& data) {
  auto where = [&](int64_t i) { return text(data.path(i), " (", split_name(data.split_of(i)), ")"); };
  auto both = [&](const DataStatistics::Pair& p) { return where(p.first) + " and " + where(p.second); };
  auto of = [](const std::vector<std::string>& list) { return [&list](size_t k) { return list[k]; }; };
  std::string out = findings("unreadable images", s.unreadable.size(), [&](size_t k) { return s.unreadable[k].why; });
  out += findings("patients in two splits", s.torn_patients.size(),
                  [&](size_t k) { return s.torn_patients[k].what + ": " + both(s.torn_patients[k]); });
  out += findings("equal pixels in two splits", s.duplicates.size(), [&](size_t k) { return both(s.duplicates[k]); });
  out += findings("images of one value", s.constant.size(), of(s.constant));
  return out;
}

}  // namespace

std::string check_report(const DataStatistics& s, const Dataset& data, bool styled) {
  std::string out = text(data.name(), ": ", counted(data.size(), "image", "images"), ", ",
                         counted(int64_t(data.classes().size()), "class", "classes"), ", ",
                         data.task() == Task::single_label ? "single label" : "multi-label", "\n");
  if (data.split_was_made()) out += report::wrapped(data.split_note()) + "\n";
  for (const std::string& note : data.notes()) out += report::wrapped("note: " + note) + "\n";
  out += "\n" + split_table(s, styled) + "\n" + class_table(s, data, styled) + "\n";
  if (const std::string pairs = pair_table(s, data, styled); !pairs.empty()) out += pairs + "\n";
  out += patients_line(s, data) + report::wrapped("sizes: " + size_list(s)) + "\n";
  if (s.duplicates_within) out += text("equal pixels within a split: ", grouped(s.duplicates_within), "\n");
  out += findings("unlike the others: perhaps inverted, or another frame", s.inverted.size(),
                  [&](size_t k) { return s.inverted[k]; });
  out += findings("equal pixels, other labels", s.contradictions.size(), [&](size_t k) {
    return data.path(s.contradictions[k].first) + " and " + data.path(s.contradictions[k].second);
  });
  for (const std::string& gap : data.gaps()) out += report::wrapped(gap) + "\n";
  out += faults(s, data);
  for (const std::string& fault : s.faults) out += report::wrapped("training would be refused: " + fault) + "\n";
  const bool remarks = s.duplicates_within > 0 || !s.inverted.empty() || !s.contradictions.empty();
  if (!s.faultless()) return out;
  return out + (remarks ? "otherwise no fault found\n" : "no fault found\n");
}

}  // namespace skew
