// Which column of a table holds the classes, and what its cells say, in tables as people write them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "apps/data/open_data.h"
#include "apps/data/statistics.h"
#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

namespace {

using List = std::vector<std::string>;

// Twelve images 0.png … 11.png beside a table of `cell`s, one a row.
struct Twelve : ScratchFolder {
  Twelve() {
    for (int k = 0; k < 12; ++k) png(text(k, ".png"), 4, 4, 1, 5 * k);
  }
  void table(const std::string& head, const List& cells) const {
    std::string rows = "image," + head + "\n";
    for (int k = 0; k < 12; ++k) rows += text(k, ".png,", cells[size_t(k) % cells.size()], "\n");
    write("t.csv", rows);
  }
  std::shared_ptr<Dataset> open(DataOptions options = {}) const { return open_data(str() + "/t.csv", options); }
  std::string refused(DataOptions options = {}) const {
    const std::string why = message_of<Error>([&] { open(options); });
    UNSCOPED_INFO(why);
    return why;
  }
};

bool notes_tell(const Dataset& data, const std::string& part) {
  for (const std::string& note : data.notes()) UNSCOPED_INFO("note: " << note);
  return std::ranges::any_of(data.notes(), [&](const std::string& n) { return n.find(part) != n.npos; });
}

bool in(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("a column of names is not dropped for one of yes and no") {
  const Twelve t;
  for (const char* name : {"diagnosis", "Befund", "Diagnose", "Klasse", "choice", "etiqueta", "标签", "ground_truth"}) {
    t.table(text(name, ",smoker"), {"mass,1", "none seen,0", "nodule,0"});
    INFO(name);
    const auto data = t.open();
    CHECK(data->classes() == List{"mass", "nodule", "none seen"});
    CHECK(notes_tell(*data, "not read: smoker of yes and no"));
  }
  for (const char* name : {"finding", "species", "breed", "adjudicated_dr_grade"}) {
    t.table(text(name, ",smoker"), {"2,1", "0,0", "1,0"});
    INFO(name);
    CHECK(in(t.refused(), text("column '", name, "' may name the classes, and smoker of yes and no may be one")));
    DataOptions options;
    options.label_col = name;
    CHECK(t.open(options)->classes() == List{"0", "1", "2"});
    options = {};
    options.classes = {"smoker"};
    CHECK(t.open(options)->classes() == List{"smoker"});
  }
  t.table("Ansicht,smoker", {"front,1", "side,0"});
  CHECK(notes_tell(*t.open(), "no 1 and 0 in Ansicht: left out; if 'Ansicht' names the classes: label_col = Ansicht"));
  t.table("species,rust,scab,rot", {"apple,1,0,0", "pear,0,1,1"});
  CHECK(t.open()->classes() == List{"rust", "scab", "rot"});
  t.table("tumor_grade,breed", {"low,a", "high,b"});
  CHECK(in(t.refused(), "the columns breed, tumor_grade may each name the classes; choose one: label_col = breed"));
}

TEST_CASE("letters are yes and no only beside their fellow") {
  const Twelve t;
  for (const List& two : {List{"N", "F"}, {"x", "y"}, {"F", "M"}, {"T", "N"}, {"y", "j"}, {"+", "x"}}) {
    t.table("label", two);
    INFO(two[0] << " " << two[1]);
    List sorted = two;
    std::ranges::sort(sorted);
    CHECK(t.open()->classes() == sorted);
  }
  t.table("Sex,mass", {"F,1", "F,0"});
  CHECK(t.open()->classes() == List{"mass"});
  for (const auto& [yes, no] : {std::pair{"y", "n"}, {"J", "N"}, {"t", "F"}, {"+", "-"}, {"是", "否"}, {"yes", "No"}}) {
    t.table("rust,scab", {text(yes, ",", no), text(no, ",", yes), text(yes, ",", yes)});
    INFO(yes);
    const auto data = t.open();
    CHECK(data->classes() == List{"rust", "scab"});
    CHECK(data->target(0)[0] == 1);
    CHECK(data->target(0)[1] == 0);
  }
}

TEST_CASE("a first line that names an image is no header") {
  const Twelve t;
  t.write("t.csv", "0.png,cat\n1.png,dog\n2.png,cat\n");
  CHECK(in(t.refused(), "t.csv:1: the first line names an image, 0.png, where a header should be"));
  t.png("ISIC_0001.png", 4, 4);
  t.png("ISIC_0002.png", 4, 4);
  t.write("t.csv", "ISIC_0001,0.0\nISIC_0002,1.0\n");
  CHECK(in(t.refused(), "names an image, ISIC_0001"));
  t.png("cat.png", 4, 4);
  t.table("cat,dog", {"1,0", "0,1"});
  CHECK(t.open()->classes() == List{"cat", "dog"});
}

TEST_CASE("lists of names: lines, Chinese commas, and, JSON") {
  const Twelve t;
  for (const List& cells : {List{"\"rust\nscab\"", "rust", "scab"},
                            {"rust、scab", "rust", "scab"},
                            {"rust and scab", "rust", "scab"},
                            {"\"{rust,scab}\"", "{rust}", "{scab}"},
                            {"\"{\"\"choices\"\": [\"\"rust\"\", \"\"scab\"\"]}\"", "rust", "scab"},
                            {"\"[\"\"rust\"\", \"\"scab\"\"]\"", "rust", "scab"}}) {
    t.table("labels", cells);
    INFO(cells[0]);
    const auto data = t.open();
    CHECK(data->classes() == List{"rust", "scab"});
    CHECK(data->target(0)[0] == 1);
    CHECK(data->target(0)[1] == 1);
  }
  t.table("labels", {"\"" + std::string(5000, '[') + "\"", "rust", "scab"});
  CHECK(t.open()->size() == 12);
}

TEST_CASE("class number -1 is unknown; a measure is no class") {
  const Twelve t;
  t.table("label", {"0", "1", "2", "-1"});
  const auto data = t.open();
  CHECK(data->classes() == List{"0", "1", "2"});
  CHECK(data->size() == 9);
  CHECK(notes_tell(*data, "3 of 12 images have no name"));
  std::string rows = "image,score\n";
  for (int k = 0; k < 40; ++k) {
    t.png(text(k, ".png"), 4, 4, 1, 5 * k);
    rows += text(k, ".png,", 1.5 + k, "\n");
  }
  t.write("t.csv", rows);
  DataOptions options;
  options.label_col = "score";
  CHECK(in(t.refused(options), "'score' holds 40 different numbers in 40 images: a measure, not classes"));
}

TEST_CASE("several readers: the most hold; none and a finding together are said") {
  const Twelve t;
  std::string rows = "image,reader,mass,cyst\n", names = "image,reader,finding\n";
  for (int k = 0; k < 12; ++k)
    for (int reader = 0; reader < 3; ++reader) {
      rows += text(k, ".png,R", reader, ",", k % 2 == 0 || reader == 0, ",",
                   reader == 1   ? ""
                   : reader == 0 ? "1"
                                 : "0",
                   "\n");
      names += text(k, ".png,R", reader, ",", reader == 0 && k < 4 ? "No finding" : k % 2 ? "Mass" : "Cyst", "\n");
    }
  t.write("t.csv", rows);
  const auto data = t.open();
  CHECK(data->size() == 12);
  CHECK(data->target(0)[0] == 1);
  CHECK(data->target(1)[0] == 0);
  CHECK(std::isnan(data->target(1)[1]));
  CHECK(notes_tell(*data, "18 labels differ between the rows of an image"));
  t.write("t.csv", names);
  DataOptions options;
  options.task = Task::multi_label;
  CHECK(notes_tell(*t.open(options),
                   "4 images are of none of the classes by their own word (No Finding, none); 4 of them are"));
  t.write("t.csv", "image,label\n0.png,a\n1.png,b\n2.png,a\n2.png,a\n");
  CHECK(t.open()->size() == 3);
}

TEST_CASE("names that a spreadsheet has changed") {
  const Twelve t;
  t.png("0077.png", 4, 4);
  t.png("0012.png", 4, 4);
  t.write("t.csv", "image,label\n77,a\n12,b\n");
  const auto data = t.open();
  CHECK(data->size() == 2);
  CHECK(notes_tell(*data, "2 paths without the file's leading zeros"));
  t.write("t.csv", "image,label\n2.0210E+13,a\n0.png,b\n");
  CHECK(in(t.refused(), "a spreadsheet has made a number of this name"));
}

TEST_CASE("a table in text, bars between fields, a spreadsheet's own file") {
  const Twelve t;
  t.write("labels.txt", "image|label\n0.png|a\n1.png|b\n");
  CHECK(open_data(t.str() + "/labels.txt")->classes() == List{"a", "b"});
  for (const auto& [name, advice] : {std::pair{"x.xlsx", "libreoffice --headless --convert-to csv"},
                                     {"x.parquet", "pandas.read_parquet"},
                                     {"x.jsonl", "a CSV with the columns path,label"}}) {
    t.write(name, "PK");
    CHECK(in(message_of<FileError>([&] { open_data(t.str() + "/" + name); }), advice));
  }
}

TEST_CASE("equal pixels under two labels are found") {
  const Twelve t;
  t.png("1.png", 4, 4, 1, 0);
  t.table("label", {"a", "b", "a", "b"});
  DataOptions options;
  options.one_split = Split::train;
  const DataStatistics s = check_data(*t.open(options));
  REQUIRE(s.contradictions.size() == 1);
  CHECK(s.contradictions[0].first == 0);
  CHECK(s.contradictions[0].second == 1);
  CHECK(s.duplicates_within == 1);
}

TEST_CASE("a trained model's classes are known by their letters") {
  const Twelve t;
  t.table("label", {"Cat", "no finding", "DOG "});
  DataOptions options;
  options.model_classes = {"cat", "dog", "No_Finding"};
  options.task = Task::single_label;
  const auto data = t.open(options);
  CHECK(data->size() == 12);
  CHECK(data->target(0)[0] == 1);
  CHECK(notes_tell(*data, "'Cat' for 'cat'"));
  options.model_classes = {"cat", "c-a-t", "dog"};
  CHECK(in(t.refused(options), "the model does not know the class Cat"));
}

TEST_CASE("of several columns of words, that of lists comes first, and each is shown") {
  const Twelve set;
  set.table("sex,note", {"m,rust", "f,rust; scab", "m,rust; scab"});
  CHECK(in(set.refused(),
           "if one of these names the class, choose it, such as label_col = note: 'note' (rust, scab), "
           "'sex' (f, m)"));
}

TEST_CASE("a western table that is not UTF-8 is read, and said to be a guess") {
  const Twelve set;
  set.table("\xC9panchement", {"1", "0"});
  const auto data = set.open();
  CHECK(data->classes() == List{"\xC3\x89panchement"});
  CHECK(notes_tell(*data, "t.csv is not UTF-8: read as Windows-1252"));
  set.write("t.csv", "Bild,\xC9panchement\n\xFC.png,1\n\xE4.png,0\n");
  CHECK(in(set.refused(), "t.csv is not UTF-8: read as Windows-1252"));
  set.write("t.csv", "Bild,y\n\xCF\xED\xE5\xE2.png,1\nb.png,0\n");
  CHECK(in(set.refused(), "t.csv is not UTF-8: names may be wrong"));
}
