// skew predict: what it prints, and what it says of files it cannot use.
#include <zlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/formats/csv.h"
#include "apps/formats/npz.h"
#include "models/networks/network_table.h"
#include "models/weights/tensor_bundle.h"
#include "tests/apps/cli/run_program.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

std::string a_jpeg() {
  const std::vector<NpyArray> arrays = read_npz(SKEW_SOURCE_DIR "/tests/apps/data/jpeg_reference.npz");
  return {arrays[0].bytes.begin(), arrays[0].bytes.end()};
}

// A PNG of 49 kB whose header, checksum included, claims 60000 × 60000 pixels.
std::string bomb() {
  const std::string header("IHDR\0\0\xea\x60\0\0\xea\x60\x08\0\0\0\0", 17);
  const auto crc = uint32_t(crc32_z(0, reinterpret_cast<const uint8_t*>(header.data()), header.size()));
  std::string out = std::string("\x89PNG\r\n\x1a\n\0\0\0\r", 12) + header;
  for (const int shift : {24, 16, 8, 0}) out += char(uint8_t(crc >> shift));
  return out + std::string(49000, 'x');
}

std::vector<std::string> split(const std::string& s, char at) {
  std::vector<std::string> all;
  std::istringstream in(s);
  for (std::string part; std::getline(in, part, at);) all.push_back(part);
  return all;
}
std::vector<std::string> lines(const std::string& s) { return split(s, '\n'); }

}  // namespace

TEST_CASE("table, csv and json of one image agree") {
  const ScratchFolder folder;
  write_model(folder, "m.safetensors");
  folder.png("a.png", 16, 16);
  const Outcome json = skew_in(folder, "predict m.safetensors a.png --format json");
  REQUIRE(json.code == 0);
  const auto line = nlohmann::json::parse(json.out);
  CHECK(line["path"] == "a.png");
  const double cat = line["probabilities"]["cat"];
  CHECK(cat > 0);
  CHECK(cat < 1);
  CHECK(line["positive"].size() >= 1);  // the threshold of cat is 0, of dog 1
  CHECK(line["positive"][0] != "dog");
  CHECK(line["because"]["cat"]["source"] == "val");
  CHECK(line["because"]["cat"]["threshold"] == 0);

  const Outcome csv = skew_in(folder, "predict m.safetensors a.png --format csv");
  REQUIRE(csv.code == 0);
  const CsvTable table(csv.out, "stdout");
  CHECK(table.columns() == std::vector<std::string>{"path", "cat", "dog", "fox"});
  CHECK(std::stod(std::string(table.at(0, 1))) == cat);  // to the last digit: a threshold may stand there

  const Outcome file = skew_in(folder, "predict m.safetensors a.png -o scores.csv");
  CHECK(file.out == "predictions of 1 image: scores.csv\n");
  CHECK(contents_of(folder.path() / "scores.csv") == csv.out);
  CHECK(skew_in(folder, "predict m.safetensors a.png -o scores.json").code == 0);
  CHECK(contents_of(folder.path() / "scores.json") == json.out);
  const Outcome unknown = skew_in(folder, "predict m.safetensors a.png -o scores.xls");
  CHECK(unknown.code == 2);
  CHECK_THAT(unknown.err, Contains("-o scores.xls: an ending says what is written: .csv, .json or .txt"));

  const Outcome text = skew_in(folder, "predict m.safetensors a.png");
  CHECK(text.code == 0);
  CHECK_THAT(text.out, Contains("a.png") && Contains("cat") && Contains("≥ .000") && !Contains("dog"));
  CHECK(text.err.empty());
}

TEST_CASE("scores and calibrated risks side by side; a file without a calibration has scores alone") {
  const ScratchFolder folder;
  ModelInfo info = write_model(folder, "plain.safetensors");
  info.calibration = {.method = "platt",
                      .maps = {{{.kind = metrics::MapKind::platt, .slope = .5, .intercept = -1}}, {0, 0, 0}}};
  save_model((folder.path() / "m.safetensors").string(), *build_network(info), info);
  folder.png("a.png", 16, 16);
  const auto line = nlohmann::json::parse(skew_in(folder, "predict m.safetensors a.png --format json").out);
  const double score = line["probabilities"]["fox"], risk = line["calibrated"]["fox"];
  CHECK(risk == Approx(1 / (1 + std::exp(1 - .5 * std::log(score / (1 - score))))));
  const CsvTable table(skew_in(folder, "predict m.safetensors a.png --format csv").out, "stdout");
  CHECK(table.columns() ==
        std::vector<std::string>{"path", "cat", "dog", "fox", "cat calibrated", "dog calibrated", "fox calibrated"});
  CHECK(std::stod(std::string(table.at(0, 6))) == Approx(risk).epsilon(1e-8));
  CHECK_THAT(skew_in(folder, "predict m.safetensors a.png").out,
             Contains("≥ .000, risk .") && Contains("calibrated risk"));
  CHECK_FALSE(nlohmann::json::parse(skew_in(folder, "predict plain.safetensors a.png --format json").out)
                  .contains("calibrated"));
}

TEST_CASE("predict says where each threshold comes from") {
  const ScratchFolder folder;
  ModelInfo info = write_model(folder, "plain.safetensors");
  info.calibration = {.method = "platt",
                      .maps = {{{.kind = metrics::MapKind::platt, .slope = .5, .intercept = -3}}, {0, 0, 0}}};
  info.thresholds[2] = {.001, metrics::ThresholdSource::pooled_risk, .0015};
  save_model((folder.path() / "m.safetensors").string(), *build_network(info), info);
  folder.png("a.png", 16, 16);
  std::string table = skew_in(folder, "predict m.safetensors a.png").out;
  std::replace(table.begin(), table.end(), '\n', ' ');
  CHECK_THAT(table, Contains("fox .") &&
                        Contains("tuned for F1 on val for 2 of 3 classes; for fox (fewer than 5 positives or no "
                                 "negative there) where the risk reaches .002, one threshold for all of them"));
  const auto line = nlohmann::json::parse(skew_in(folder, "predict m.safetensors a.png --format json").out);
  CHECK(line["because"]["fox"]["source"] == "pooled risk");
  CHECK(line["because"]["fox"]["risk_threshold"] == .0015);
  std::string plain = skew_in(folder, "predict plain.safetensors a.png").out;
  std::replace(plain.begin(), plain.end(), '\n', ' ');
  CHECK_THAT(plain, Contains("a score of .500, not tuned for want of positives, for fox"));
}

TEST_CASE("a class may be called path, or end as the column of risks of another") {
  const ScratchFolder folder;
  ModelInfo info = write_model(folder, "plain.safetensors");
  info.classes = {"path", "a", "a calibrated"};
  info.calibration = {.method = "identity"};
  save_model((folder.path() / "m.safetensors").string(), *build_network(info), info);
  folder.png("a.png", 16, 16);
  const CsvTable table(skew_in(folder, "predict m.safetensors a.png --format csv").out, "stdout");
  CHECK(table.columns() == std::vector<std::string>{"path_", "path", "a", "a calibrated", "path calibrated_",
                                                    "a calibrated_", "a calibrated calibrated_"});
}

TEST_CASE("single label after a levelled prior: the most probable class beside that of the highest score") {
  const ScratchFolder folder;
  ModelInfo info = write_model(folder, "plain.safetensors", Task::single_label);
  info.calibration = {.method = "prior", .softmax = {.bias = {-9, 18, -9}}};
  save_model((folder.path() / "m.safetensors").string(), *build_network(info), info);
  folder.png("a.png", 16, 16);
  const auto line = nlohmann::json::parse(skew_in(folder, "predict m.safetensors a.png --format json").out);
  CHECK(line["most_probable"] == "dog");
  CHECK_THAT(skew_in(folder, "predict m.safetensors a.png").out,
             Contains("may be highest for another") && Contains("  most probable: dog 1.000"));
  CHECK_THAT(skew_in(folder, "predict plain.safetensors a.png").out, !Contains("may be highest"));
}

TEST_CASE("single label: three most probable classes, probabilities that sum to 1") {
  const ScratchFolder folder;
  write_model(folder, "m.safetensors", Task::single_label);
  folder.png("a.png", 16, 16);
  const auto line = nlohmann::json::parse(skew_in(folder, "predict m.safetensors a.png --format json").out);
  double sum = 0, best = 0;
  std::string name;
  for (const auto& [c, p] : line["probabilities"].items()) {
    sum += double(p);
    if (p > best) best = p, name = c;
  }
  CHECK(sum == Approx(1).epsilon(1e-12));
  CHECK(line["class"] == name);
  CHECK_THAT(skew_in(folder, "predict m.safetensors a.png").out, Contains("cat") && Contains("dog") && Contains("fox"));
}

TEST_CASE("images of other sizes and colours are brought to the model's input") {
  const ScratchFolder folder;
  write_model(folder, "m.safetensors");
  folder.png("grey.png", 16, 16);
  folder.png("large.png", 33, 57, 3);
  folder.write("photo.jpg", a_jpeg());
  const Outcome o = skew_in(folder, "predict m.safetensors grey.png large.png photo.jpg --format csv");
  CHECK(o.code == 0);
  CHECK(lines(o.out).size() == 4);
}

TEST_CASE("a run folder, a folder of images and a table as inputs") {
  const ScratchFolder folder;
  std::filesystem::create_directories(folder.path() / "run/weights");
  write_model(folder, "run/weights/best.safetensors");
  folder.png("set/images/b.png", 16, 16, 1, 1), folder.png("set/images/a.PNG", 16, 16, 1, 2),
      folder.png("set/z.png", 16, 16, 1, 3);
  folder.write("set/notes.txt", "no image");
  folder.write("set/table.csv", "image,remark\nz.png,\"one, two\"\nb.png,\n");
  const Outcome all = skew_in(folder, "predict run set --format csv");
  CHECK(all.code == 0);
  const auto rows = lines(all.out);
  REQUIRE(rows.size() == 4);
  CHECK(rows[1].rfind("set/images/a.PNG,", 0) == 0);
  CHECK(rows[2].rfind("set/images/b.png,", 0) == 0);
  CHECK(rows[3].rfind("set/z.png,", 0) == 0);
  const Outcome listed = skew_in(folder, "predict run set/table.csv --format csv");
  CHECK(listed.code == 0);
  const auto two = lines(listed.out);
  REQUIRE(two.size() == 3);
  const auto alone = split(two[1], ','), among = split(rows[3], ',');  // other batches may round otherwise
  REQUIRE((alone.size() == 4 && among.size() == 4));
  CHECK(alone[0] == "z.png");
  for (size_t c = 1; c < 4; ++c) CHECK(std::stod(alone[c]) == Approx(std::stod(among[c])).margin(1e-6));
}

TEST_CASE("unreadable images are named, the others go on, exit 1") {
  const ScratchFolder folder;
  write_model(folder, "m.safetensors");
  folder.png("good.png", 16, 16);
  const std::string jpeg = a_jpeg();
  folder.write("torn.jpg", jpeg.substr(0, jpeg.size() / 2));
  folder.write("bomb.png", bomb());
  folder.write("text.png", "hello");
  folder.write("escape.csv", "path\ngood.png\n../../../etc/passwd\nmissing.png\n");
  const Outcome o =
      skew_in(folder, "predict m.safetensors torn.jpg bomb.png good.png text.png nowhere.png --format csv");
  CHECK(o.code == 1);
  CHECK(lines(o.out).size() == 2);
  CHECK(lines(o.err).size() == 4);
  for (const char* name : {"torn.jpg", "bomb.png", "text.png", "nowhere.png"}) CHECK_THAT(o.err, Contains(name));
  CHECK_THAT(o.err, Contains("60000") && Contains("no such file"));
  const Outcome table = skew_in(folder, "predict m.safetensors escape.csv --format csv");
  CHECK(table.code == 1);
  CHECK(lines(table.out).size() == 2);
  CHECK_THAT(table.err, Contains("passwd") && Contains("escape.csv:4: missing.png"));
  for (const char* only_bad : {"torn.jpg", "torn.jpg --format json", "bomb.png"}) {
    const Outcome none = skew_in(folder, std::string("predict m.safetensors ") + only_bad);
    CHECK(none.code == 1);
    CHECK(none.out.empty());
  }
}

TEST_CASE("inputs without images are refused") {
  const ScratchFolder folder;
  write_model(folder, "m.safetensors");
  std::filesystem::create_directories(folder.path() / "empty");
  folder.write("wrong.csv", "name,x\na.png,1\n");
  folder.write("none.csv", "path\n");
  const std::vector<std::pair<std::string, std::string>> rows = {{"empty", "empty: no image in it or below it"},
                                                                 {"wrong.csv", "wrong.csv:1: no column path"},
                                                                 {"none.csv", "none.csv: no rows"},
                                                                 {"nothing.csv", "nothing.csv"},
                                                                 {"nowhere", "nowhere: no such file or folder"}};
  for (const auto& [input, message] : rows) {
    INFO(input);
    const Outcome o = skew_in(folder, "predict m.safetensors " + input);
    CHECK(o.code == 1);
    CHECK(o.out.empty());
    CHECK_THAT(o.err, Contains(message));
  }
}

TEST_CASE("weights that cannot be used are refused, and the message says why") {
  const ScratchFolder folder;
  folder.png("a.png", 16, 16);
  const ModelInfo info = write_model(folder, "m.safetensors");
  const std::string good = contents_of(folder.path() / "m.safetensors");
  folder.write("short.safetensors", good.substr(0, good.size() - 100));
  std::string flipped = good;
  flipped[flipped.size() - 1000] ^= 4;
  folder.write("flipped.safetensors", flipped);
  folder.write("text.safetensors", "this is no safetensors file at all");
  std::filesystem::create_directories(folder.path() / "no_run");
  ModelInfo other = info;  // says resnet8, holds small_cnn
  other.model = "resnet8";
  save_model((folder.path() / "other.safetensors").string(), *build_network(info), other);
  TensorBundle foreign;
  foreign.add(*build_network(info));
  foreign.write((folder.path() / "foreign.safetensors").string());

  const std::vector<std::pair<std::string, std::string>> rows = {
      {"short.safetensors", "short.safetensors"},       {"flipped.safetensors", "checksum"},
      {"text.safetensors", "text.safetensors"},         {"other.safetensors", "missing"},
      {"foreign.safetensors", "foreign.safetensors"},   {"nowhere.safetensors", "no such run folder or weights file"},
      {"no_run", "is it a run folder of `skew train`?"}};
  for (const auto& [file, message] : rows)
    for (const char* command : {"predict ", "eval --data synth:shapes14 "}) {
      INFO(command << file);
      const Outcome o = skew_in(folder, command + file + (command[0] == 'p' ? " a.png" : ""));
      CHECK(o.code == 1);
      CHECK(o.out.empty());
      CHECK_THAT(o.err, Contains(message) && Contains(file));
    }
}
