// `skew data check` says beforehand what `skew train` would refuse, and what messages advise works as it is typed.
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>

#include "tests/apps/cli/run_program.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

using Change = std::function<void(const ScratchFolder&)>;

const std::string head = "path,split,patient,cat,dog\n";

std::string rows(int n, const char* last = "test") {
  std::string out;
  for (int i = 0; i < n; ++i) {
    const std::string split = i < n - 4 ? "train" : i < n - 2 ? "val" : last;
    out += text("images/", i, ".png,", split, ",p", i, ",", i % 2, ",", i % 3 == 0 ? 1 : 0, "\n");
  }
  return out;
}

// 16 images of a table, set/labels.csv.
void table_of(const ScratchFolder& folder, const std::string& table = head + rows(16)) {
  for (int i = 0; i < 16; ++i) folder.png(text("set/images/", i, ".png"), 8, 8, 1, 10 * i);
  folder.write("set/labels.csv", table);
}
Change with_table(const std::string& table) {
  return [table](const ScratchFolder& folder) { table_of(folder, table); };
}
Change with_rows(const std::string& more) { return with_table(head + rows(16) + more); }
Change with_file(const std::string& name, const std::string& bytes) {
  return [=](const ScratchFolder& folder) {
    table_of(folder);
    folder.write("set/" + name, bytes);
  };
}
Change with_folders(const std::vector<std::string>& folders) {
  return [folders](const ScratchFolder& folder) {
    int value = 0;
    for (const std::string& name : folders)
      for (int k = 0; k < 8; ++k) folder.png(text("set/", name, "/", k, ".png"), 8, 8, 1, value += 7);
  };
}
Change and_then(const Change& first, const Change& second) {
  return [=](const ScratchFolder& folder) {
    first(folder);
    second(folder);
  };
}
Change linked(const std::string& name) {
  return [name](const ScratchFolder& folder) {
    std::filesystem::create_symlink("/nowhere/x.png", folder.path() / "set" / name);
  };
}
Change all_torn() {
  return [](const ScratchFolder& folder) {
    table_of(folder);
    for (int i = 0; i < 16; ++i) folder.write(text("set/images/", i, ".png"), "torn");
  };
}

// What a message says before its advice.
std::string reason(const std::string& err) {
  const size_t begin = err.find("skew: ") == 0 ? 6 : 0;
  return err.substr(begin, std::min(err.find_first_of(";\n", begin), err.size()) - begin);
}

}  // namespace

TEST_CASE("what training refuses, data check has said") {
  const std::string one = "images/0.png,train,p0,1,0\n", two = "images/1.png,train,p1,0,1\n";
  const std::vector<std::pair<const char*, Change>> variants = {
      {"sound", with_rows("")},
      {"a missing file", with_rows("images/none.png,train,q,1,0\n")},
      {"all files missing", with_table(head + "a.png,train,p,1,0\nb.png,val,q,0,1\n")},
      {"a cell that is no label", with_table(head + rows(15) + "images/15.png,test,q,2,0\n")},
      {"a row twice", with_rows(one)},
      {"an unknown split", with_table(head + rows(15) + "images/15.png,later,q,1,0\n")},
      {"a patient in two splits", with_table(head + rows(15) + "images/15.png,test,p0,1,0\n")},
      {"no train images", with_table(head + "images/0.png,val,p,1,0\nimages/1.png,test,q,0,1\n")},
      {"train images alone", with_table(head + one + two + "images/2.png,train,c,1,1\nimages/3.png,train,d,0,0\n")},
      {"one image", with_table(head + one)},
      {"a class that is not UTF-8", with_table("path,split,\xC9pi,dog\n0.png,train,1,0\n1.png,val,0,1\n")},
      {"every label unknown", with_table("path,split,cat,dog\n0.png,train,,-1\n1.png,val,,\n")},
      {"train labels unknown", with_table("path,split,cat,dog\n0.png,train,,-1\n1.png,train,,\n2.png,val,1,0\n")},
      {"a class without a positive in train",
       with_table("path,split,cat,dog\n0.png,train,1,0\n1.png,train,0,0\n2.png,val,1,1\n")},
      {"a torn image", with_file("images/3.png", "\x89PNG\r\n\x1a\n torn")},
      {"an empty image", with_file("images/3.png", "")},
      {"a web page for an image", with_file("images/3.png", "<html><body>404</body></html>")},
      {"a Git LFS pointer", with_file("images/3.png", "version https://git-lfs.github.com/spec/v1\n")},
      {"every image torn", all_torn()},
      {"two sizes", and_then(with_rows(""), [](const ScratchFolder& f) { f.png("set/images/3.png", 9, 12); })},
      {"grey and colour", and_then(with_rows(""), [](const ScratchFolder& f) { f.png("set/images/3.png", 8, 8, 3); })},
      {"a column without a name", with_table("path,,dog\n0.png,1,0\n1.png,0,1\n")},
      {"an open quote", with_table("path,dog\n0.png,\"1\n")},
      {"a short row", with_table("path,cat,dog\n0.png,1\n")},
      {"a column twice", with_table("path,dog,dog\n0.png,1,0\n")},
      {"a header alone", with_table("path,dog\n")},
      {"an empty table", with_table("")},
      {"no labels", with_table("path,split\n0.png,train\n")},
      {"no names but none", with_table("path,labels\n0.png,No Finding\n1.png,none\n2.png,\n")},
      {"words for labels", with_table("path,mood\n0.png,glad\n1.png,sad\n2.png,glad\n3.png,sad\n")},
      {"patients that are yes and no", with_table("path,patient,dog\n0.png,1,0\n1.png,0,1\n2.png,1,1\n3.png,0,0\n")},
      {"a contradiction of patients",
       and_then(with_table("path,dog\n0.png,1\n1.png,0\n2.png,1\n"),
                [](const ScratchFolder& f) { f.write("set/metadata.csv", "path,patient\n0.png,a\n0.png,b\n"); })},
      {"classes in folders", with_folders({"cat", "dog"})},
      {"one class", with_folders({"cat"})},
      {"storage", with_folders({"images_1", "images_2"})},
      {"splits and another", with_folders({"train/cat", "train/dog", "more/cat"})},
      {"splits of no classes", with_folders({"train", "test"})},
      {"splits below some classes", with_folders({"cat/train", "cat/test", "dog"})},
      {"a link to nothing", and_then(with_folders({"cat", "dog"}), linked("cat/x.png"))},
      {"a table of another name",
       and_then(with_folders({"cat", "dog"}),
                [](const ScratchFolder& f) { f.write("set/t.csv", "image,score\ncat/0.png,1\ndog/0.png,0\n"); })},
      {"two tables", and_then(with_folders({"images"}),
                              [](const ScratchFolder& f) {
                                for (const char* name : {"set/a.csv", "set/b.csv"})
                                  f.write(name, "image,dog\n0.png,1\n1.png,0\n");
                              })},
      {"nothing", [](const ScratchFolder& f) { std::filesystem::create_directories(f.path() / "set"); }},
  };
  int refused = 0;
  for (const auto& [name, make] : variants) {
    const ScratchFolder folder;
    make(folder);
    const Outcome check = skew_in(folder, "data check set");
    const Outcome train = skew_in(folder, "train --data set --model small_cnn --epochs 1 -b 4 --threads 1 -q --name r");
    INFO(name << "\ncheck " << check.code << ": " << check.out << check.err << "\ntrain " << train.code << ": "
              << train.err);
    CHECK((train.code == 0 || train.code == 1));
    if (train.code == 0) continue;
    ++refused;
    CHECK_FALSE(reason(train.err).empty());
    CHECK(check.code == 1);
    CHECK((check.out + check.err).find(reason(train.err)) != std::string::npos);
    for (const Outcome* o : {&check, &train})
      for (size_t at = 0, end; at < o->err.size(); at = end + 1) {
        end = std::min(o->err.find('\n', at), o->err.size());
        CHECK(end - at < 700);
      }
  }
  WARN(refused << " of " << variants.size() << " variants refused");
  CHECK(refused >= 30);
}

TEST_CASE("what a message advises works as it is typed") {
  struct Advice {
    Change make;
    std::string command, words, then;  // what is typed, what is answered, and what that is added to or replaced by
  };
  const std::string check = "data check set",
                    train = "train --data set --model small_cnn --epochs 1 -b 4 --threads 1 -q --name r";
  const std::vector<Advice> all = {
      {with_table(
           "path,split,cat,\"Age, "
           "years\",dog\n0.png,train,1,7,0\n1.png,val,0,1,1\n2.png,test,1,0,1\n3.png,train,0,1,0\n4.png,train,0,0,1\n"),
       train, "--ignore '\"Age, years\"'", train + " --ignore '\"Age, years\"'"},
      {with_table("path,mood\n0.png,glad\n1.png,sad\n2.png,glad\n3.png,sad\n"), train, "--label-col mood",
       train + " --label-col mood"},
      {with_table("path,patient,dog\n0.png,1,0\n1.png,0,1\n2.png,1,1\n3.png,0,0\n"), check, "--group patient",
       check + " --group patient"},
      {with_table("path,patient,dog\n0.png,1,0\n1.png,0,1\n2.png,1,1\n3.png,0,0\n"), check, "--ignore patient",
       check + " --ignore patient"},
      {with_table("path,split,cat,dog\n0.png,train,,-1\n1.png,train,,\n2.png,val,,\n"), train, "--unknown-as 0",
       train + " --unknown-as 0"},
      {with_table(head + rows(15) + "images/15.png,test,p0,1,0\n"), train, "`skew data split set`", "data split set"},
      {with_table(head + rows(15) + "images/15.png,test,p0,1,0\n"), train, "--ignore patient",
       train + " --ignore patient"},
      {with_rows("images/none.png,train,q,1,0\n"), train, "--bad-images skip", train + " --bad-images skip"},
      {with_folders({"train/cat", "train/dog", "more/cat"}), train, "--folders splits", train + " --folders splits"},
      {with_folders({"train/cat", "train/dog", "more/cat"}), train, "--folders classes", train + " --folders classes"},
      {with_table("path,split,tail\n0.png,train,1\n1.png,train,0\n2.png,val,1\n3.png,val,0\n"), check,
       "--label-col tail", train + " --label-col tail"},
      {with_table("path,split,cat,dog\n0.png,train,1,0\n1.png,train,0,1\n2.png,val,1,0\n"), check, "--task multi",
       check + " --task multi"},
      {with_folders({"images_1", "images_2"}), check, "--folders classes", check + " --folders classes"},
      {and_then(with_folders({"cat", "dog"}),
                [](const ScratchFolder& f) { f.write("set/t.csv", "image,score\ncat/0.png,1\ndog/0.png,0\n"); }),
       train, "--data set/t.csv", "data check set/t.csv"},
      {with_table("path,split,cat,dog\n0.png,train,1,0\n1.png,train,0,1\n2.png,val,1,0\n"), check, "--task multi",
       train + " --task multi"},
  };
  for (const Advice& a : all) {
    const ScratchFolder folder;
    a.make(folder);
    const Outcome before = skew_in(folder, a.command), after = skew_in(folder, a.then);
    INFO(a.command << "\n" << before.out << before.err << "\n" << a.then << "\n" << after.out << after.err);
    CHECK((before.out + before.err).find(a.words) != std::string::npos);
    CHECK(after.code == 0);
  }
}

TEST_CASE("the next command that a run prints works") {
  for (const bool test_split : {true, false}) {
    const ScratchFolder folder;
    table_of(folder, head + rows(16, test_split ? "test" : "val"));
    const Outcome run = skew_in(folder, "train --data set --model small_cnn --epochs 1 -b 4 --threads 1 --name r");
    const size_t at = run.out.find("next: skew ");
    INFO(run.out << run.err);
    REQUIRE(at != std::string::npos);
    const std::string next = run.out.substr(at + 11, run.out.find('\n', at) - at - 11);
    const Outcome o = skew_in(folder, next);
    INFO(next << "\n" << o.out << o.err);
    CHECK(o.code == 0);
    CHECK_THAT(o.out, Contains(test_split ? "2 images of test" : "4 images of val"));
  }
}
