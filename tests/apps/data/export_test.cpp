// A set written as files and read again is the same set.
#include "apps/data/export.h"
#include "apps/data/open_data.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "apps/formats/csv.h"
#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/data/shared_data.h"

using namespace skew;

namespace {

void check_same(const Dataset& a, const Dataset& b) {
  REQUIRE(a.size() == b.size());
  CHECK(a.classes() == b.classes());
  CHECK(a.task() == b.task());
  for (int64_t i = 0; i < a.size(); ++i) {
    REQUIRE(a.split_of(i) == b.split_of(i));
    REQUIRE(a.patient(i) == b.patient(i));
    REQUIRE(a.read(i).bytes == b.read(i).bytes);
    for (size_t c = 0; c < a.classes().size(); ++c)
      REQUIRE((a.target(i)[c] == b.target(i)[c] || (std::isnan(a.target(i)[c]) && std::isnan(b.target(i)[c]))));
  }
}

}  // namespace

TEST_CASE("an exported set reads back the same: pixels, splits, patients, unknowns") {
  const ScratchFolder folder, target;
  folder.png("a,b.png", 4, 6, 3), folder.png("c.png", 4, 6, 3, 9), folder.png("d.png", 4, 6, 3, 5);
  folder.write("labels.csv",
               "path,split,patient,\"x, \"\"y\"\"\",z\n\"a,b.png\",train,P1,1,-1\nc.png,test,P2,0,1\nd.png,val,,,1\n");
  const auto data = open_data(folder.str());
  export_data(*data, target.path() / "new");
  check_same(*data, *open_data(target.str() + "/new"));
}

TEST_CASE("generated and single-label sets read back") {
  const ScratchFolder target, classes;
  const auto synth = open_data("synth:shapes14:40/10/10");
  export_data(*synth, target.path() / "a");
  check_same(*synth, *open_data(target.str() + "/a"));
  CHECK(read_csv(target.path() / "a/labels.csv").columns().size() == 2 + 14);  // no files, so no original ones
  classes.png("train/x/1.png", 4, 4), classes.png("train/y/2.png", 4, 4), classes.png("val/y/2.png", 4, 4, 1, 9);
  const auto folders = open_data(classes.str());
  export_data(*folders, target.path() / "b");
  check_same(*folders, *open_data(target.str() + "/b"));
  const CsvTable table = read_csv(target.path() / "b/labels.csv");
  CHECK(table.columns() == std::vector<std::string>{"path", "split", "original", "label"});
  CHECK(table.at(1, 2) == "train/y/2.png");
  CHECK(table.at(1, 3) == "y");
}

TEST_CASE("classes called as columns are, and an order of their own, survive an export") {
  const std::vector<std::string> names = {"split", "path",       "patient", "labels", "original", "a, b",
                                          "label", "Patient ID", "image",   "path_",  "file",     "patient_id"};
  const ScratchFolder folders, target;
  for (const std::string& name : names)
    for (int k = 0; k < 3; ++k) folders.png(name + "/" + std::to_string(k) + ".png", 4, 4, 1, k);
  DataOptions options;
  options.classes = names;
  const auto single = open_data(folders.str(), options);
  REQUIRE(single->classes() == names);
  export_data(*single, target.path() / "single");
  const auto back = open_data(target.str() + "/single");
  check_same(*single, *back);
  check_same(*back, *open_data(target.str() + "/single/labels.csv"));
  // the same of several labels: every class is a column
  options.task = Task::multi_label;
  const auto multi = open_data(folders.str(), options);
  export_data(*multi, target.path() / "multi");
  check_same(*multi, *open_data(target.str() + "/multi"));
  // exported again, from what was read back
  export_data(*back, target.path() / "again");
  check_same(*back, *open_data(target.str() + "/again"));
}

TEST_CASE("of an export classes can be chosen, and what does not fit it is named with a way on") {
  const ScratchFolder folders, target;
  for (const char* name : {"a", "b", "c"})
    for (int k = 0; k < 4; ++k) folders.png(text(name, "/", k, ".png"), 4, 4, 1, k);
  export_data(*open_data(folders.str()), target.path() / "x");
  const std::string csv = target.str() + "/x/labels.csv";
  DataOptions chosen, without, of_model, wrong, single;
  chosen.classes = {"c", "a"};
  CHECK(open_data(csv, chosen)->classes() == chosen.classes);
  CHECK(open_data(csv, chosen)->size() == 8);
  without.ignore = {"b"};
  CHECK(open_data(csv, without)->classes() == std::vector<std::string>{"a", "c"});
  of_model.model_classes = {"b", "a", "c", "d"};
  CHECK(open_data(csv, of_model)->classes() == of_model.model_classes);
  of_model.model_classes = {"a", "b"};
  CHECK(message_of<FileError>([&] { open_data(csv, of_model); }).find("the class 'c' is not one of the model's") !=
        std::string::npos);
  wrong.classes = {"a", "d"};
  CHECK_THROWS_AS(open_data(csv, wrong), UsageError);
  wrong = {};
  wrong.split_col = "fold";
  CHECK_THROWS_AS(open_data(csv, wrong), UsageError);

  const CsvTable table = read_csv(csv);
  std::string with_age = "path,split,original,label,age\n", unknown = "path,split,original,label\n";
  for (int64_t r = 0; r < table.rows(); ++r) {
    const std::string row = text(table.at(r, 0), ",", table.at(r, 1), ",", table.at(r, 2), ",");
    with_age += text(row, table.at(r, 3), ",54\n");
    unknown += text(row, r == 1 ? "cc" : table.at(r, 3), "\n");
  }
  target.write("x/labels.csv", with_age);
  CHECK(message_of<FileError>([&] { open_data(csv); }).find("labels.csv:1: column 'age' is not of the export") !=
        std::string::npos);
  target.write("x/labels.csv", unknown);
  CHECK(message_of<FileError>([&] { open_data(csv); }).find("labels.csv:3: unknown class 'cc'") != std::string::npos);
  target.write("x/labels.skew.json", "[]");
  CHECK(message_of<FileError>([&] { open_data(csv); }).find("labels.skew.json: not a description") !=
        std::string::npos);
}

TEST_CASE("a folder with something in it is refused") {
  const ScratchFolder folder;
  folder.write("x", "");
  const auto data = open_data("synth:shapes14:4/0/0");
  CHECK(message_of<FileError>([&] { export_data(*data, folder.path()); }).find("not an empty folder; name a new one") !=
        std::string::npos);
}

TEST_CASE("an export that fails leaves no labels.csv") {
  const ScratchFolder folder, target;
  folder.png("a.png", 4, 4), folder.png("b.png", 4, 4);
  folder.write("labels.csv", "path,split,y\na.png,train,1\nb.png,val,0\n");
  const auto data = open_data(folder.str());
  std::filesystem::resize_file(folder.path() / "b.png", 40);
  CHECK_THROWS_AS(export_data(*data, target.path() / "new"), FileError);
  CHECK_FALSE(std::filesystem::exists(target.path() / "new/labels.csv"));
}
