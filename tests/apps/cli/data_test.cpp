// skew data: reports, splits, pictures, exports, and the faults of a source.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "apps/formats/csv.h"
#include "apps/formats/npz.h"
#include "tests/apps/cli/run_program.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

// Eight different images of 8×8 in images/.
void eight_images(const ScratchFolder& folder, const std::string& under) {
  for (int i = 0; i < 8; ++i) folder.png(under + "/images/" + std::to_string(i) + ".png", 8, 8, 1, 20 * i + 1);
}

const std::string sound_table =
    "path,split,patient_id,cat,dog\n0.png,train,p0,1,0\n1.png,train,p0,1,1\n2.png,train,p1,0,1\n3.png,train,p2,0,\n"
    "4.png,val,p3,1,0\n5.png,val,p4,0,1\n6.png,test,p5,1,0\n7.png,test,p6,0,1\n";

}  // namespace

TEST_CASE("a sound set: counts, bands, sizes, exit 0") {
  const ScratchFolder folder;
  eight_images(folder, "set");
  folder.write("set/labels.csv", sound_table);
  const Outcome o = skew_in(folder, "data check set");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("8 images, 2 classes, multi-label") && Contains("train") && Contains("tail") &&
                        Contains("8x8 grey 8 bit (8)") && Contains("no fault found"));
  const auto json = nlohmann::json::parse(skew_in(folder, "data check set --json").out);
  CHECK(json["faultless"] == true);
  CHECK(json["splits"]["train"]["positives"] == std::vector<int>{2, 2});
}

TEST_CASE("faults that a person has to know of are named, exit 1") {
  const ScratchFolder folder;
  eight_images(folder, "set");
  folder.write("set/labels.csv", sound_table);
  SECTION("a patient in two splits") {
    std::string table = sound_table;
    table.replace(table.find("p5"), 2, "p0");
    folder.write("set/labels.csv", table);
    const Outcome o = skew_in(folder, "data check set");
    CHECK(o.code == 1);
    CHECK_THAT(o.out, Contains("patients in two splits: 1") && Contains("p0: 0.png (train) and 6.png (test)"));
  }
  SECTION("a torn image") {
    const std::string whole = contents_of(folder.path() / "set/images/3.png");
    folder.write("set/images/3.png", whole.substr(0, whole.size() / 2));
    const Outcome o = skew_in(folder, "data check set");
    CHECK(o.code == 1);
    CHECK_THAT(o.out, Contains("unreadable images: 1") && Contains("3.png"));
  }
  SECTION("a missing image") {
    std::filesystem::remove(folder.path() / "set/images/3.png");
    const Outcome o = skew_in(folder, "data check set");
    CHECK(o.code == 1);
    CHECK_THAT(o.out, Contains("unreadable images: 1") && Contains("3.png"));
  }
  SECTION("the same pixels in two splits") {
    folder.png("set/images/7.png", 8, 8, 1, 1);
    const Outcome o = skew_in(folder, "data check set");
    CHECK(o.code == 1);
    CHECK_THAT(o.out, Contains("equal pixels in two splits: 1") && Contains("0.png (train) and 7.png (test)"));
  }
  SECTION("an image of one value") {
    write_png(folder.path() / "set/images/5.png", Image{1, 8, 8, 8, std::vector<uint8_t>(64, 7)});
    const Outcome o = skew_in(folder, "data check set");
    CHECK(o.code == 1);
    CHECK_THAT(o.out, Contains("images of one value: 1\n  5.png"));
  }
}

TEST_CASE("sources that cannot be read: one message with the place, exit 1") {
  const ScratchFolder folder;
  eight_images(folder, "set");
  std::filesystem::create_directories(folder.path() / "empty");
  const std::string head = "path,split,cat\n";
  folder.write("set/missing.csv", head + "0.png,train,1\nnone.png,train,0\n");
  folder.write("set/two.csv", head + "0.png,train,1\n1.png,train,2\n");
  folder.write("set/twice.csv", head + "0.png,train,1\n0.png,test,1\n");
  folder.write("set/column.csv", "name,split,cat\nnone.png,train,1\n");
  folder.write("set/split.csv", head + "0.png,learn,1\n");
  folder.write("set/torn.csv", "path,patient,split,cat\n0.png,p,train,1\n1.png,p,test,1\n");
  folder.write("wrong.npz", "PK not really");
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"export nowhere", "nowhere: no such file or folder"},
      {"export empty", "empty"},
      {"export set/missing.csv", "missing.csv:3: none.png: no such file"},
      {"export set/missing.csv", "--path-col; to leave such images out of training: --bad-images skip"},
      {"export set/two.csv", "two.csv:3: column 'cat' holds '2'"},
      {"export set/torn.csv",
       "`skew data split set/torn.csv`; or keep these splits, without patients: --ignore patient"},
      {"export set/twice.csv", "twice.csv:3: 0.png is already listed on line 2"},
      {"export set/column.csv", "no column path (or image, file, image_id, filename, …)"},
      {"export set/split.csv", "split.csv:2: column 'split' holds 'learn'"},
      {"export set/torn.csv", "patient 'p' (column 'patient') is in two splits"},
      {"export wrong.npz", "wrong.npz"},
      {"export '" SKEW_SOURCE_DIR "/tests/apps/data/jpeg_reference.npz'",
       "jpeg_reference.npz"},  // no such arrays in it
      {"export set/images/0.png", "0.png: expected a folder"}};
  for (const auto& [arguments, message] : rows) {
    INFO(arguments);
    const Outcome o = skew_in(folder, "data " + arguments + " out");
    CHECK(o.code == 1);
    CHECK(o.out.empty());
    CHECK_THAT(o.err, Contains(message));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "out"));
  }
  CHECK(skew_in(folder, "data check nowhere").code == 1);
}

TEST_CASE("split keeps patients together, is repeatable, and can be used") {
  const ScratchFolder folder;
  std::string table = "path,patient,cat\n";
  for (int i = 0; i < 40; ++i) {
    folder.png("set/" + std::to_string(i) + ".png", 4, 4, 1, 6 * i);
    table += std::to_string(i) + ".png,p" + std::to_string(i / 2) + "," + (i % 8 < 2 ? "1\n" : "0\n");
  }
  folder.write("set/labels.csv", table);
  const Outcome o = skew_in(folder, "data split set --ratio 60/20/20 --seed 3 -o a.csv");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("every patient is in one split") && Contains("--split-file a.csv"));
  CHECK(skew_in(folder, "data split set --ratio 60/20/20 --seed 3 -o b.csv").code == 0);
  CHECK(contents_of(folder.path() / "a.csv") == contents_of(folder.path() / "b.csv"));
  const CsvTable split = read_csv(folder.path() / "a.csv");
  REQUIRE(split.rows() == 40);
  int train = 0;
  for (int64_t i = 0; i < 40; i += 2) CHECK(split.at(i, 1) == split.at(i + 1, 1));
  for (int64_t i = 0; i < 40; ++i) train += split.at(i, 1) == "train";
  CHECK(train == 24);
  const auto json = nlohmann::json::parse(skew_in(folder, "data check set --split-file a.csv --json").out);
  CHECK(json["splits"]["train"]["images"] == 24);
  CHECK_THAT(skew_in(folder, "data split set -o /dev/full").err, Contains("/dev/full"));
}

TEST_CASE("show writes a picture, the same for the same seed") {
  const ScratchFolder folder;
  eight_images(folder, "set");
  folder.write("set/labels.csv", sound_table);
  const Outcome o = skew_in(folder, "data show set --n 4 --augment flip,crop -o a.svg");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("a.svg: 4 images of train"));
  CHECK_THAT(contents_of(folder.path() / "a.svg"), Contains("<image ") && Contains("set, train"));
  CHECK(skew_in(folder, "data show set --n 4 --augment flip,crop -o b.svg").code == 0);
  CHECK(contents_of(folder.path() / "a.svg") == contents_of(folder.path() / "b.svg"));
  CHECK(skew_in(folder, "data show set -o c.gif").code == 2);
}

TEST_CASE("export writes what can be opened again, into an empty folder only") {
  const ScratchFolder folder;
  eight_images(folder, "set");
  folder.write("set/labels.csv", sound_table);
  CHECK(skew_in(folder, "data export set out").code == 0);
  const auto a = nlohmann::json::parse(skew_in(folder, "data check set --json").out);
  const auto b = nlohmann::json::parse(skew_in(folder, "data check out --json").out);
  CHECK(a["splits"] == b["splits"]);
  const Outcome again = skew_in(folder, "data export set out");
  CHECK(again.code == 1);
  CHECK_THAT(again.err, Contains("out: not an empty folder"));
}
