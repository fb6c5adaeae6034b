// `skew data check` says beforehand what `skew train` would refuse, and what messages advise works as it is typed.
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <regex>
#include <set>

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

// What a message advises, as it would be typed: whole commands, and `command` with each flag that has a value. Words in
// capitals stand for something of the reader's, and a flag alone is one to be looked up.
std::vector<std::string> advised(const std::string& message, const std::string& command) {
  std::vector<std::string> out;
  const std::regex whole("`skew ([^`]*)`|(?:next|with): skew (.*?)(?=   |\n|$)"),
      quoted("`[^`]*`|unknown --[a-z-]+ '[^']*'");
  for (std::sregex_iterator at(message.begin(), message.end(), whole), end; at != end; ++at) {
    const std::string typed = (*at)[1].matched ? (*at)[1] : (*at)[2];
    if (!std::regex_search(typed, std::regex("\\b[A-Z]+\\b"))) out.push_back(typed);
  }
  const std::regex flags("(--[a-z-]+) ('[^']*'|[^ ;,:()\n]+)"),
      prose("(['<].*)?[A-Z]+(\\.csv)?>?|or|and|is|takes|leaves|lists|reads");
  const std::string rest = std::regex_replace(std::regex_replace(message, whole, ""), quoted, "");
  for (std::sregex_iterator at(rest.begin(), rest.end(), flags), end; at != end; ++at) {
    const std::string flag = (*at)[1], value = (*at)[2], typed = flag + " " + value;
    const bool given = flag != "--data" && command.find(flag + " ") != command.npos;  // what the message is about
    if (given || std::regex_match(value, prose)) continue;
    if (flag != "--data") out.push_back(command + " " + typed);
    else if (command.find("--data set") != command.npos)
      out.push_back(std::regex_replace(command, std::regex("--data set"), typed));
    else out.push_back(std::regex_replace(command, std::regex("set$"), value));
  }
  return out;
}

// Of a report: a sentence goes on in a line below, below its first word.
std::string whole_sentences(const std::string& report) {
  return std::regex_replace(report, std::regex("\n {2,4}(?=\\S)"), " ");
}

// What a message says before its advice.
std::string reason(const std::string& err) {
  const size_t begin = err.find("skew: ") == 0 ? 6 : 0;
  return err.substr(begin, std::min(err.find_first_of(";\n", begin), err.size()) - begin);
}

const std::string train_command = "train --data set --model small_cnn --epochs 1 -b 4 --threads 1 -q --name r";

// Types what is advised: no advice is a usage error, and none leads back to the message that gave it.
void type_advice(const ScratchFolder& folder, const std::string& command, const Outcome& given, int& typed) {
  const std::string message = whole_sentences(given.out) + given.err;
  for (const std::string& again : advised(message, command)) {
    const Outcome o = skew_in(folder, again);
    INFO(command << "\n" << message << "\n" << again << "\n" << o.code << ": " << o.out << o.err);
    CHECK((o.code == 0 || o.code == 1));
    if (o.code == 1 && given.code == 1) CHECK(o.out + o.err != message);
    ++typed;
  }
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
      {"a class that is not UTF-8", with_table("path,split,\xCF\xED\xE5pi,dog\n0.png,train,1,0\n1.png,val,0,1\n")},
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
  int refused = 0, typed = 0;
  for (const auto& [name, make] : variants) {
    const ScratchFolder folder;
    make(folder);
    const Outcome check = skew_in(folder, "data check set");
    const Outcome train = skew_in(folder, train_command);
    INFO(name << "\ncheck " << check.code << ": " << check.out << check.err << "\ntrain " << train.code << ": "
              << train.err);
    CHECK((train.code == 0 || train.code == 1));
    type_advice(folder, "data check set", check, typed);
    type_advice(folder, train_command, train, typed);
    if (train.code == 0) continue;
    ++refused;
    CHECK_FALSE(reason(train.err).empty());
    CHECK(check.code == 1);
    CHECK((whole_sentences(check.out) + check.err).find(reason(train.err)) != std::string::npos);
    for (const Outcome* o : {&check, &train})
      for (size_t at = 0, end; at < o->err.size(); at = end + 1) {
        end = std::min(o->err.find('\n', at), o->err.size());
        CHECK(end - at < 700);
      }
  }
  WARN(refused << " of " << variants.size() << " variants refused; " << typed << " pieces of advice typed");
  CHECK(refused >= 30);
  CHECK(typed >= 40);
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
    CHECK((whole_sentences(before.out) + before.err).find(a.words) != std::string::npos);
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

TEST_CASE("what other commands advise can be typed, too") {
  const ScratchFolder folder;
  table_of(folder);
  write_model(folder, "m.st");
  write_model(folder, "one.st", Task::single_label);
  folder.write("plain.csv", "path,score\nimages/0.png,1\n");
  folder.write("other/labels.csv", "path,label\n0.png,cat\n1.png,wolf\n2.png,dog\n3.png,fox\n");
  for (int i = 0; i < 4; ++i) folder.png(text("other/", i, ".png"), 16, 16, 1, 40 * i);
  for (const char* name : {"folders/cat/0.png", "folders/dog/1.png", "folders/wolf/2.png"}) folder.png(name, 16, 16);
  folder.write("scan.dcm", std::string(128, '\0') + "DICM");
  REQUIRE(skew_in(folder, train_command).code == 0);
  const std::vector<std::string> commands = {
      "eval m.st --data other",
      "eval one.st --data other",
      "eval one.st --data folders",
      "eval m.st --data set",
      "eval m.st",
      "eval runs/r --data other",
      "eval runs/r --split test",
      "eval runs/r --split all",
      "eval nowhere",
      "predict m.st",
      "predict m.st set",
      "predict m.st nowhere",
      "predict m.st scan.dcm",
      "predict runs/r plain.csv",
      "train",
      "train --data nowhere",
      "train --data set --model nosuch",
      "train --data set --loss nosuch",
      "train --resume runs/r",
      "train --resume nowhere",
      "train --data scan.dcm",
      "data check",
      "data check nowhere",
      "data look set --augment nosuch",
      "data export set -o 'my set'",
      "loss show seesaw",
      "loss show two_way",
      "loss plot --loss two_way",
      "loss eval --loss seesaw",
      "data split set",
      "info nosuch",
      "info small_cnn",
      "loss show",
      "loss show nosuch",
      "loss show ral",
      "loss show focal",
      "loss eval",
      "loss eval --loss nosuch",
      "loss plot --loss nosuch",
      "loss plot --loss ral --of nosuch",
      "loss check --loss nosuch",
      "loss list",
      "loss race",
      "loss race --data set --loss cross_entropy,ral",
      "nosuch",
      "loss nosuch",
      "data nosuch",
  };
  int typed = 0;
  for (const std::string& command : commands) {
    const Outcome given = skew_in(folder, command);
    INFO(command);
    CHECK((given.code == 0 || given.code == 1 || given.code == 2));
    type_advice(folder, command, given, typed);
  }
  WARN(typed << " pieces of advice typed");
  CHECK(typed >= 15);
}
