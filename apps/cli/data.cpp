// skew data: looking at a set of images before anything is trained on it, dividing it, and writing it out.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "apps/cli/command.h"
#include "apps/cli/data_check.h"
#include "apps/cli/source_flags.h"
#include "apps/data/export.h"
#include "apps/data/open_data.h"
#include "apps/data/split.h"
#include "apps/formats/csv_text.h"
#include "apps/formats/words.h"
#include "apps/report/number_text.h"
#include "apps/report/picture_file.h"
#include "apps/report/table.h"
#include "apps/training/batch_picture.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace {

int processors() { return int(std::clamp(std::thread::hardware_concurrency(), 1u, 64u)); }

Split wanted_split(const std::string& word) {
  const auto split = parse_split(word);
  if (!split) throw UsageError(unknown_word("--split", word, {"train", "val", "test"}));
  return *split;
}

// What train would do with images of unequal kinds; "" where all are of one.
std::string what_training_sees(const Dataset& data) {
  const ImageSurvey survey = survey_images(data);
  return describe_input(survey, choose_input(survey, data, {}));
}

int check(const std::string& src, DataOptions options, bool json) {
  options.lenient = true;
  const auto data = open_data(src, options);
  const DataStatistics statistics = check_data(*data, processors());
  const std::string training = what_training_sees(*data);
  if (json) {
    nlohmann::json all = to_json(statistics, *data);
    all["in_training"] = training;
    std::cout << all.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  } else {
    std::cout << check_report(statistics, *data, report::wants_style(stdout))
              << (training.empty() ? "" : report::wrapped("in training: " + training) + "\n");
  }
  return statistics.faultless() ? 0 : 1;
}

// Empty splits, and classes without a positive in one.
std::string gaps_of(const std::vector<std::array<int64_t, 3>>& positives, const std::vector<std::string>& classes,
                    const std::array<int64_t, 3>& images) {
  std::string out;
  for (size_t s = 0; s < 3; ++s) {
    std::vector<std::string> without;
    for (size_t c = 0; c < classes.size(); ++c)
      if (positives[c][s] == 0) without.push_back(classes[c]);
    if (images[s] == 0) out += text("no image is in ", split_name(Split(s)), "\n");
    else if (!without.empty()) out += no_positive(Split(s), without, classes.size()) + "\n";
  }
  return out;
}

// Says that the data have splits of their own, which are not used.
void note_own_splits(const Dataset& data) {
  if (data.split_was_made(Split::test)) return;
  std::cerr << "note: the splits that " << data.name() << " has (train " << data.indices(Split::train).size()
            << ", val " << data.indices(Split::val).size() << ", test " << data.indices(Split::test).size()
            << ") are divided anew; to keep its test images: --keep-test\n";
}

struct SplitArgs {
  Source source;
  std::string ratio = "70/10/20", stratify = "multilabel", out = "split.csv";
  bool keep_test = false;
};

int split(const SplitArgs& a, DataOptions options) {
  const std::string& out = a.out;
  options.lenient = true;  // patients torn by the splits it has are the reason to divide
  SplitRatio shares = parse_ratio(a.ratio);
  const auto data = open_data(a.source.src, options);
  if (a.keep_test && (data->split_was_made(Split::test) || data->indices(Split::test).empty()))
    throw UsageError(text("--keep-test: ", data->name(), " has no test images of its own; leave it out"));
  if (!a.keep_test) note_own_splits(*data);
  std::vector<std::string> patients;
  std::vector<float> targets;
  std::vector<int64_t> divided;
  for (int64_t i = 0; i < data->size(); ++i) {
    if (a.keep_test && data->split_of(i) == Split::test) continue;
    divided.push_back(i);
    if (data->has_patients()) patients.push_back(data->patient(i));
    targets.insert(targets.end(), data->target(i).begin(), data->target(i).end());
  }
  if (a.keep_test) shares.share[2] = 0;
  const auto classes = int64_t(data->classes().size());
  const std::vector<Split> parts =
      stratified_split(patients, targets, classes, std::ssize(divided), shares, options.seed);
  std::vector<Split> splits(size_t(data->size()), Split::test);
  for (size_t k = 0; k < divided.size(); ++k) splits[size_t(divided[k])] = parts[k];

  CsvText file({"path", "split"});
  std::vector<std::array<int64_t, 3>> positives(size_t(classes), {0, 0, 0});
  std::array<int64_t, 3> images{};
  for (int64_t i = 0; i < data->size(); ++i) {
    const auto s = size_t(splits[size_t(i)]);
    file.add({data->path(i), std::string(split_name(Split(s)))});
    ++images[s];
    for (size_t c = 0; c < positives.size(); ++c) positives[c][s] += data->target(i)[c] == 1;
  }
  write_file(out, file.str());
  report::Table table({report::left("class"), "train", "val", "test"});
  auto row = [&](const std::string& name, const std::array<int64_t, 3>& n) {
    table.add_row({name, report::grouped(n[0]), report::grouped(n[1]), report::grouped(n[2])});
  };
  for (size_t c = 0; c < positives.size(); ++c) row(data->classes()[c], positives[c]);
  table.add_rule();
  row("images", images);
  std::cout << table.str(report::wants_style(stdout)) << (data->has_patients() ? "every patient is in one split; " : "")
            << (data->patients_are_blank() ? "every patient is blank, so images were divided one by one; " : "")
            << gaps_of(positives, data->classes(), images) << "seed " << options.seed << "; written to " << out
            << ", to be used with --split-file " << out << '\n';
  return 0;
}

struct PictureArgs {
  Source source;
  std::string split = "train", augment = "none", fit = "auto", out = "batch.svg";
  int64_t n = 32, img_size = 0, channels = 0;
};

// Mean and deviation from at most 500 images: enough for a picture.
Normalisation quick_normalisation(PixelCache& cache, const std::vector<int64_t>& indices) {
  const size_t step = (indices.size() + 499) / 500;
  std::vector<int64_t> some;
  for (size_t i = 0; i < indices.size(); i += step) some.push_back(indices[i]);
  return compute_normalisation(cache, some, processors(), true);
}

int show(const PictureArgs& a, DataOptions options) {
  report::prepare_out(a.out);
  const Split split = wanted_split(a.split);
  const Augmentation augmentation = parse_augmentation(a.augment);
  if (a.channels == 2) throw UsageError("--in-chans: expected 0, 1 or 3, got 2");
  InputSize size{a.img_size, a.channels};
  set_field({"", "--fit"}, size.fit, a.fit, finite());
  options.lenient = true;
  const auto data = open_data(a.source.src, options);
  const std::vector<int64_t>& indices = data->indices(split);
  if (indices.empty()) throw FileError(text(a.source.src, ": no image is in the ", a.split, " split"));
  auto cache = std::make_shared<PixelCache>(data, size);
  ModelInfo info;
  info.task = data->task();
  info.classes = data->classes();
  info.channels = cache->channels();
  info.height = cache->height();
  info.width = cache->width();
  info.normalisation = quick_normalisation(*cache, indices);
  const int64_t n = std::min<int64_t>(a.n, int64_t(indices.size()));
  Loader loader(cache, indices,
                {.batch = n,
                 .augmentation = augmentation,
                 .normalisation = info.normalisation,
                 .seed = options.seed,
                 .workers = processors(),
                 .bad_images = BadImages::skip});
  Batch batch;
  loader.start(0);
  if (!loader.next(batch) || batch.n == 0)
    throw FileError(text(a.source.src, ": no readable image; `skew data check` names them"));
  write_batch_picture(a.out, batch, info, text(data->name(), ", ", a.split));
  const std::vector<std::string> bad = loader.bad_images();
  for (size_t k = 0; k < std::min<size_t>(3, bad.size()); ++k) std::cerr << "left out: " << bad[k] << '\n';
  if (bad.size() > 3)
    std::cerr << "left out: " << bad.size() - 3 << " more; `skew data check " << shell_word(a.source.src)
              << "` names them\n";
  if (!cache->note().empty()) std::cout << report::wrapped(cache->note(), 0) << '\n';
  std::cout << a.out << ": " << report::counted(batch.n, "image", "images") << " of " << a.split
            << ", as the network sees them\n";
  return 0;
}

int export_to(const std::string& src, const DataOptions& options, const std::string& folder) {
  const auto data = open_data(src, options);
  export_data(*data, folder);
  std::cout << folder << ": " << report::counted(data->size(), "image", "images")
            << " and labels.csv\nnext: skew data check " << shell_word(folder) << '\n';
  return 0;
}

void add_check(Command& data) {
  auto a = std::make_shared<Source>();
  auto json = std::make_shared<bool>(false);
  Command& command = data.add("check", "counts, co-occurrence, unreadable files, leaks between splits",
                              [=](const Command& given) { return check(a->src, a->options(given), *json); });
  add_source(command, *a);
  command.flag("--json", *json, "everything that was found, as JSON");
  command.example("skew data check my_images", "before the first training");
}

void add_split(Command& data) {
  auto a = std::make_shared<SplitArgs>();
  Command& command = data.add("split", "divide into train, val and test", [a](const Command& given) {
    if (a->stratify != "multilabel") throw UsageError(unknown_word("--stratify", a->stratify, {"multilabel"}));
    return split(*a, a->source.options(given));
  });
  add_source(command, a->source);
  command.option("--ratio", a->ratio, "shares of train, val and test  [70/10/20]");
  command.flag("--keep-test", a->keep_test, "the test images that the data have stay so; the others are divided");
  command.option("--stratify", a->stratify, "multilabel: every class keeps its share  [multilabel]");
  command.option("-o,--out", a->out, "where to write path,split  [split.csv]", {.as = "FILE"});
  command.example("skew data split my_images --ratio 60/20/20", "every class keeps its share, a patient stays whole");
}

void add_show(Command& data) {
  auto a = std::make_shared<PictureArgs>();
  Command& command = data.add("show", "a picture of a batch with its labels",
                              [a](const Command& given) { return show(*a, a->source.options(given)); });
  add_source(command, a->source);
  command.option("--n", a->n, "images  [32]", {.low = 1, .high = 32});
  command.option("--split", a->split, "train, val or test  [train]");
  command.option("--augment", a->augment, "as in `skew train`: flip,crop,rotate,affine,brightness,contrast  [none]",
                 {.alone = "flip,crop"});
  command.option("--img-size", a->img_size, "height and width; 0: the images' own, or chosen where they differ  [0]",
                 {.low = 0, .high = 16384});
  command.option("--in-chans", a->channels, "1 or 3; 0: the images' own, or those of most  [0]", {.low = 0, .high = 3});
  command.option("--fit", a->fit, "how unequal images become one shape: auto, pad, squeeze or crop  [auto]");
  add_theme(command);
  command.option("-o,--out", a->out, "the picture: .svg, .png or .pdf  [batch.svg]", {.as = "FILE"});
  command.example("skew data show my_images --augment flip,rotate", "as training would see them");
}

void add_export(Command& data) {
  struct Args {
    Source source;
    std::string folder;
  };
  auto a = std::make_shared<Args>();
  Command& command =
      data.add("export", "write images/*.png and labels.csv, for other programs",
               [a](const Command& given) { return export_to(a->source.src, a->source.options(given), a->folder); });
  add_source(command, a->source);
  command.option("dir", a->folder, "a new or empty folder", {.as = "DIR", .required = true});
  command.example("skew data export synth:shapes14:256/64/64 shapes14", "generated images, for another program");
}

}  // namespace

void add_data(Command& skew) {
  Command& data = skew.add_group("data", "look at, divide or export a data set");
  add_check(data);
  add_split(data);
  add_show(data);
  add_export(data);
}

}  // namespace skew
