// One table of columns behind results.csv and the panels of results.svg.
#include "apps/training/history.h"

#include <cmath>
#include <filesystem>

#include "apps/formats/csv.h"
#include "apps/report/figure.h"
#include "apps/report/line_chart.h"
#include "apps/report/number_text.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace skew {
namespace {

struct HistoryColumn {
  const char* name;
  double EpochRow::*value;
};
constexpr HistoryColumn history_columns[] = {{"train_loss", &EpochRow::train_loss},
                                             {"val_loss", &EpochRow::val_loss},
                                             {"val_mAP", &EpochRow::map},
                                             {"mAP_head", &EpochRow::head},
                                             {"mAP_medium", &EpochRow::medium},
                                             {"mAP_tail", &EpochRow::tail},
                                             {"val_AUROC", &EpochRow::auroc},
                                             {"val_accuracy", &EpochRow::accuracy},
                                             {"val_balanced_accuracy", &EpochRow::balanced_accuracy},
                                             {"lr", &EpochRow::lr},
                                             {"images_per_second", &EpochRow::images_per_second},
                                             {"seconds", &EpochRow::seconds}};

}  // namespace

void History::load(int64_t last) {
  const std::string path = folder_ + "/results.csv";
  if (!std::filesystem::exists(path)) return;
  const CsvTable table = read_csv(path);
  if (table.columns().size() != std::size(history_columns) + 1)
    throw FileError(text(path, ": expected ", std::size(history_columns) + 1, " columns"));
  for (int64_t r = 0; r < table.rows(); ++r) {
    auto number = [&](int64_t c) { return parse_number(table.at(r, c)).value_or(NAN); };
    EpochRow row;
    row.epoch = int64_t(number(0));
    if (row.epoch > last) break;
    for (size_t k = 0; k < std::size(history_columns); ++k) row.*history_columns[k].value = number(int64_t(k + 1));
    rows_.push_back(row);
  }
}

void History::write(bool single_label) const {
  std::vector<std::string> head = {"epoch"};
  for (const HistoryColumn& c : history_columns) head.push_back(c.name);
  CsvText csv(head);
  for (const EpochRow& row : rows_) {
    std::vector<std::string> cells = {std::to_string(row.epoch)};
    for (const HistoryColumn& c : history_columns) cells.push_back(report::exact(row.*c.value));
    csv.add(cells);
  }
  write_file(folder_ + "/results.csv", csv.str());
  if (rows_.size() < 2) return;

  auto line = [&](const char* name, double EpochRow::*value) {
    report::Line out{name, {}};
    for (const EpochRow& row : rows_) out.y.push_back(row.*value);
    return out;
  };
  report::LineChart chart{
      .title = "Training",
      .sentence =
          "Loss on the training and validation images, and quality on the validation images, after each epoch."};
  for (const EpochRow& row : rows_) chart.x.push_back(double(row.epoch));
  chart.panels = {
      {"loss", {line("train", &EpochRow::train_loss), line("val", &EpochRow::val_loss)}, report::Best::lowest},
      {"mAP", {line("val", &EpochRow::map)}, report::Best::highest}};
  if (single_label)
    chart.panels.push_back({"accuracy",
                            {line("balanced", &EpochRow::balanced_accuracy), line("all", &EpochRow::accuracy)},
                            report::Best::highest});
  else chart.panels.push_back({"AUROC", {line("val", &EpochRow::auroc)}, report::Best::highest});
  write_file(folder_ + "/results.svg", report::line_chart(chart).svg);
}

}  // namespace skew
