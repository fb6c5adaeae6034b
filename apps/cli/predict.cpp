// skew predict: a trained model's scores for images without labels, and the calibrated risks that they stand for.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "apps/cli/command.h"
#include "apps/cli/predict_images.h"
#include "apps/cli/trained_run.h"
#include "apps/evaluation/class_thresholds.h"
#include "apps/evaluation/output_columns.h"
#include "apps/evaluation/trained_model.h"
#include "apps/formats/csv_text.h"
#include "apps/formats/words.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"

namespace skew {
namespace {

struct PredictArgs {
  std::string run, format, path_col, images, ending, out;
  DeviceChoice device;
  std::vector<std::string> inputs;
  int64_t batch = 64;
  int threads = 0;
};

using Row = std::span<const double>;  // the scores or the risks of one image

// What is printed of the images: a line of scores for each, and a line of risks where the model has a calibration.
struct Answers {
  const Predictions& scores;
  const ModelInfo& info;
  const Dataset& images;
  std::vector<double> risks;  // as scores.probabilities, or empty

  size_t size() const { return scores.ids.size(); }
  std::string path(size_t i) const { return images.path(scores.ids[i]); }
  Row score(size_t i) const { return row(scores.probabilities, i); }
  Row risk(size_t i) const { return risks.empty() ? Row() : row(risks, i); }

 private:
  Row row(const std::vector<double>& all, size_t i) const {
    return Row(all).subspan(i * info.classes.size(), info.classes.size());
  }
};

// Classes from the most to the least probable.
std::vector<size_t> ranked(Row p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] > p[b]; });
  return order;
}

double threshold(const ModelInfo& info, size_t c) { return info.thresholds.empty() ? 0.5 : info.thresholds[c].value; }
bool positive(const ModelInfo& info, Row p, size_t c) { return p[c] >= threshold(info, c); }

// .71; 0.00042 where .000 would hide what is above and what below a threshold.
std::string small(double p) { return p > 0 && p < .001 ? report::significant(p, 2) : report::share(p); }

// A line a class: "Effusion .71 (≥ .32, risk .18)", of the classes above their thresholds; for single label of the
// three best.
std::vector<std::string> findings(const ModelInfo& info, Row p, Row risk) {
  const std::vector<size_t> order = ranked(p);
  std::vector<std::string> out;
  if (info.task == Task::single_label) {
    for (size_t k = 0; k < std::min<size_t>(3, order.size()); ++k)
      out.push_back(text(info.classes[order[k]], " ", report::share(p[order[k]]),
                         risk.empty() ? "" : text(" (risk ", report::share(risk[order[k]]), ")")));
    if (!info.calibration.reorders() || risk.empty()) return out;
    const size_t likely = ranked(risk)[0];
    if (likely != order[0])
      out.push_back(text("most probable: ", info.classes[likely], " ", report::share(risk[likely])));
    return out;
  }
  auto entry = [&](size_t c, const char* relation) {
    return text(info.classes[c], " ", small(p[c]), " (", relation, " ", small(threshold(info, c)),
                risk.empty() ? "" : ", risk " + small(risk[c]), ")");
  };
  for (const size_t c : order)
    if (positive(info, p, c)) out.push_back(entry(c, "≥"));
  if (out.empty()) out.push_back("–  nearest: " + entry(order[0], "<"));
  return out;
}

// Why a score makes a class positive, or a softmax a class.
std::string legend(const Answers& a) {
  const ModelInfo& info = a.info;
  const bool risks = !a.risks.empty();
  if (info.task == Task::single_label)
    return info.calibration.reorders() ? "an image's class is that of its highest score; the risk also puts right how "
                                         "frequent the classes are, "
                                         "and may be highest for another"
                                       : "";
  return text(
      "positive: the score reaches the threshold of its class: ", describe_thresholds(info.thresholds, info.classes),
      risks ? "; risk: the estimated probability, which of a rare class may be small even where it is positive" : "");
}

void write_table(const Answers& a, std::ostream& out) {
  const bool single = a.info.task == Task::single_label;
  const std::string risk = a.risks.empty() ? "" : single ? " (calibrated risk)" : ", calibrated risk";
  out << (single ? "three highest scores" + risk : "positive classes: score (threshold" + risk + ")") << '\n';
  for (size_t i = 0; i < a.size(); ++i) {
    out << a.path(i) << '\n';
    for (const std::string& line : findings(a.info, a.score(i), a.risk(i))) out << "  " << line << '\n';
  }
  if (const std::string words = legend(a); !words.empty()) out << report::wrapped(words, 0) << '\n';
}

void write_csv(const Answers& a, std::ostream& out) {
  const OutputColumns words(a.info.classes);
  std::vector<std::string> fields = {words.path};
  fields.insert(fields.end(), a.info.classes.begin(), a.info.classes.end());
  if (!a.risks.empty())
    for (const std::string& c : a.info.classes) fields.push_back(c + words.calibrated_suffix);
  out << csv_line(fields) << '\n';
  for (size_t i = 0; i < a.size(); ++i) {
    fields = {a.path(i)};
    for (const Row row : {a.score(i), a.risk(i)})
      for (const double v : row) fields.push_back(report::exact(v));
    out << csv_line(fields) << '\n';
  }
}

// The threshold that a positive class has reached, and where it comes from.
nlohmann::ordered_json reason(const ModelInfo& info, size_t c) {
  const ClassThreshold t = info.thresholds.empty() ? ClassThreshold{} : info.thresholds[c];
  nlohmann::ordered_json out = {{"threshold", t.value}, {"source", words_of(t.source)[size_t(t.source)]}};
  if (!std::isnan(t.risk)) out["risk_threshold"] = t.risk;
  return out;
}

void write_json(const Answers& a, std::ostream& out) {
  const std::vector<std::string>& classes = a.info.classes;
  for (size_t i = 0; i < a.size(); ++i) {
    const Row scores = a.score(i), risks = a.risk(i);
    nlohmann::ordered_json line = {{"path", a.path(i)}};
    for (size_t c = 0; c < classes.size(); ++c) line["probabilities"][classes[c]] = scores[c];
    for (size_t c = 0; c < risks.size(); ++c) line["calibrated"][classes[c]] = risks[c];
    if (a.info.task == Task::single_label) {
      line["class"] = classes[ranked(scores)[0]];
      if (a.info.calibration.reorders()) line["most_probable"] = classes[ranked(risks)[0]];
    } else {
      nlohmann::ordered_json names = nlohmann::ordered_json::array(), because = nlohmann::ordered_json::object();
      for (size_t c = 0; c < classes.size(); ++c) {
        if (!positive(a.info, scores, c)) continue;
        names.push_back(classes[c]);
        because[classes[c]] = reason(a.info, c);
      }
      line["positive"] = names;
      line["because"] = because;
    }
    // names of files may hold any bytes
    out << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
  }
}

// Tables are read as the training's, but for what the command line says.
DataOptions reading_of(const PredictArgs& a) {
  const DataOptions trained = settings_of(run_of(a.run)).reading;
  DataOptions reading;
  reading.path_col = a.path_col;
  reading.images = a.images;
  reading.ending = a.ending;
  reading.usual_path_col = trained.path_col;
  return reading;
}

std::string format_of(const std::string& file) {
  const std::string ending = lower_case(std::filesystem::path(file).extension().string());
  if (ending == ".csv") return "csv";
  if (ending == ".json" || ending == ".jsonl") return "json";
  if (ending == ".txt") return "table";
  throw UsageError(text("-o ", file, ": an ending says what is written: .csv, .json or .txt; or add --format"));
}

int predict_images(const PredictArgs& a) {
  if (a.threads > 0) set_threads(a.threads);
  const Device device = a.device.take();
  const TrainedModel model = load_model(weights_file(a.run));
  const ModelInfo& info = model.info;

  const std::shared_ptr<Dataset> images = images_to_predict(a.inputs, info, reading_of(a));
  // nothing is seen twice, so nothing is kept
  auto cache = std::make_shared<PixelCache>(info.input(), images, 0);
  const Predictions p = score(model, cache, Split::test, {.batch = a.batch, .device = device});
  Answers answers{p, info, *images, {}};
  if (!info.calibration.empty()) answers.risks = apply_calibration(info.calibration, p.probabilities, p.labels);
  std::ostringstream text_of_all;
  std::ostream& to = a.out.empty() ? std::cout : text_of_all;
  if (a.format == "json") write_json(answers, to);
  else if (a.format == "csv") write_csv(answers, to);
  else if (!p.ids.empty()) write_table(answers, to);
  if (!a.out.empty()) {
    write_file(a.out, text_of_all.str());
    std::cout << "predictions of " << report::counted(answers.size(), "image", "images") << ": " << a.out << '\n';
  }
  std::cout.flush();
  for (const std::string& bad : p.bad) std::cerr << report::wrapped("skew: left out: " + bad, 7) << '\n';
  return p.bad.empty() ? 0 : 1;
}

}  // namespace

void add_predict(Command& skew) {
  auto a = std::make_shared<PredictArgs>();
  Command& command = skew.add("predict", "probabilities of a trained model for new images", [a] {
    const std::vector<std::string> formats = {"table", "csv", "json"};
    if (a->format.empty()) a->format = a->out.empty() ? "table" : format_of(a->out);
    if (std::find(formats.begin(), formats.end(), a->format) == formats.end())
      throw UsageError(unknown_word("--format", a->format, formats));
    return predict_images(*a);
  });
  command.option("run", a->run, "run folder, or a weights file", {.as = "RUN|FILE", .required = true});
  command.option("images", a->inputs, "images, folders of them, or tables with a column path",
                 {.as = "IMG|DIR|CSV", .required = true});
  command.option("-o", a->out, "a file instead of the terminal: scores.csv, .json or .txt", {.as = "FILE"});
  command.option("--format", a->format, "table, csv or json (a line an image)  [by the file's ending, else table]");
  command.option("-b,--batch", a->batch, "images at a time  [64]", {.low = 1, .high = 65536});
  add_threads(command, a->threads);
  command.option("--path-col", a->path_col, "of tables: column of the image paths  [found by its name]");
  command.option("--images", a->images, "of tables: folder of their images  [the table's own]", {.as = "DIR"});
  command.option("--ext", a->ending, "of tables: to add to image names: .png");
  add_device(command, a->device);
  command.example("skew predict runs/latest my_images/cat", "a line an image");
  command.example("skew predict runs/latest my_images -o scores.csv", "a table with every class");
}

}  // namespace skew
