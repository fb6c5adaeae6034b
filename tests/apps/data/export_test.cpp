// A set written as files and read again is the same set.
#include "apps/data/export.h"
#include "apps/data/open_data.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/data/shared_data.h"

using namespace skew;

namespace {

void check_same(const Dataset& a, const Dataset& b) {
  REQUIRE(a.size() == b.size());
  CHECK(a.classes() == b.classes());
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
  classes.png("train/x/1.png", 4, 4), classes.png("train/y/2.png", 4, 4), classes.png("val/y/2.png", 4, 4, 1, 9);
  const auto folders = open_data(classes.str());
  export_data(*folders, target.path() / "b");
  DataOptions options;
  options.task = Task::single_label;
  check_same(*folders, *open_data(target.str() + "/b", options));
}

TEST_CASE("a folder with something in it is refused, and a class that is called path") {
  const ScratchFolder folder;
  folder.write("x", "");
  const auto data = open_data("synth:shapes14:4/0/0");
  CHECK(message_of<FileError>([&] { export_data(*data, folder.path()); }).find("not an empty folder; name a new one") !=
        std::string::npos);
  const ScratchFolder classes;
  classes.png("path/1.png", 4, 4), classes.png("y/2.png", 4, 4);
  CHECK(message_of<FileError>([&] {
          export_data(*open_data(classes.str()), classes.path() / "new");
        }).find("a class is called 'path'") == 0);
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
