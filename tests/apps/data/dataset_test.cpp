// Data sets from tables and folders: what is read, completed, and refused with the place and the way out.
#include "apps/data/open_data.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/data/shared_data.h"

using namespace skew;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;

namespace {

// Four images a.png … d.png (d in images/) and the given table.
struct Folder : ScratchFolder {
  explicit Folder(const std::string& table) {
    for (const char* name : {"a.png", "b.png", "c.png", "images/d.png"}) png(name, 4, 6);
    write("labels.csv", table);
  }
};

std::string refusal(const std::string& table, const DataOptions& options = {}) {
  const Folder folder(table);
  return message_of<Error>([&] { open_data(folder.str(), options); });
}

bool contains(const std::string& text, const std::string& part) {
  INFO(text);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a folder with labels.csv: roles, classes, unknowns, images/") {
  const Folder folder(
      "path,split,cat,patient_id,dog\na.png,train,1,7,0\nb.png,val,-1,8,1\nc.png,test,,9,1\nd.png,train,0,7,0\n");
  const auto data = open_data(folder.str());
  CHECK(data->task() == Task::multi_label);
  CHECK(data->classes() == Names{"cat", "dog"});
  REQUIRE(data->size() == 4);
  CHECK((data->channels() == 1 && data->height() == 4 && data->width() == 6));
  CHECK(data->indices(Split::train) == std::vector<int64_t>{0, 3});
  CHECK(data->split_of(1) == Split::val);
  CHECK(data->target(0)[0] == 1);
  CHECK(std::isnan(data->target(1)[0]));
  CHECK(std::isnan(data->target(2)[0]));
  CHECK(data->unknown_count(Split::val) == 1);
  CHECK(data->class_counts(Split::train) == std::vector<int64_t>{1, 0});
  CHECK(data->patient(2) == "9");
  CHECK(data->class_index(0) == -1);
  CHECK(data->read(3).bytes.size() == 24);
  CHECK_FALSE(data->split_was_made());
  CHECK_THROWS_AS(data->target(4), std::exception);
  CHECK(open_data(folder.str() + "/labels.csv")->size() == 4);
}

TEST_CASE("columns chosen by options") {
  const Folder folder("path,x,split,y,z,file\na.png,a.png,train,1,2,0\nb.png,b.png,test,0,3,1\n");
  DataOptions options;
  options.ignore = {"z", "x"};
  CHECK(open_data(folder.str(), options)->classes() == Names{"y", "file"});
  options.ignore.clear(), options.classes = {"file", "y"}, options.path_col = "x";
  CHECK(open_data(folder.str(), options)->classes() == Names{"file", "y"});
  options.group_col = "z";
  CHECK(open_data(folder.str(), options)->patient(1) == "3");
  options.group_col.clear(), options.classes = {"y"}, options.task = Task::single_label;
  contains(message_of<FileError>([&] { open_data(folder.str(), options); }),
           "labels.csv:3: b.png has not exactly one class (1 of 2 images)");
}

TEST_CASE("a labels column: names joined by ; or |") {
  const Folder folder(
      "Image Index,Finding Labels,Age\na.png,Mass|Edema,3\nb.png,No Finding,4\nc.png,Edema; Mass,5\nd.png,,6\n");
  const auto data = open_data(folder.str());
  CHECK(data->classes() == Names{"Edema", "Mass"});
  CHECK((data->target(0)[0] == 1 && data->target(1)[1] == 0 && data->target(2)[1] == 1 && data->target(3)[0] == 0));
  DataOptions options;
  options.classes = {"Mass"};
  CHECK(open_data(folder.str(), options)->classes() == Names{"Mass"});
  options.classes = {"Mas"};
  contains(message_of<UsageError>([&] { open_data(folder.str(), options); }), "did you mean 'Mass'?");
}

TEST_CASE("patients are joined by path from metadata.csv") {
  const Folder folder("path,split,y\na.png,train,1\nb.png,test,0\n");
  folder.write("metadata.csv", "age,path,patient,site\n3,b.png,P2,s\n4,a.png,P1,s\n");
  const auto data = open_data(folder.str());
  CHECK((data->patient(0) == "P1" && data->patient(1) == "P2"));
  DataOptions options;
  options.group_col = "site";
  contains(message_of<FileError>([&] { open_data(folder.str(), options); }),
           "patient 's' (column 'site' of metadata.csv) is in two splits");
  options.group_col = "sit";
  contains(message_of<UsageError>([&] { open_data(folder.str(), options); }), "did you mean 'site'?");
}

TEST_CASE("bad input is refused with what, where and what to do") {
  contains(message_of<FileError>([] { open_data("/nowhere/at/all"); }),
           "/nowhere/at/all: no such file or folder; give");
  const ScratchFolder empty;
  contains(message_of<FileError>([&] { open_data(empty.str()); }), "no images in it; expected labels.csv");
  const ScratchFolder above;
  for (int i = 0; i < 12; ++i) above.png(text("images/", i, ".png"), 4, 6);
  above.write("labels.csv", "path,y\n0.png,1\n1.png,0\n");
  const std::string loose = message_of<FileError>([&] { open_data(above.str() + "/images"); });
  contains(loose, "12 images in it (0.png, …), but no table with their labels and no folder for each class");
  contains(loose, "; labels.csv in the folder above names images: give " + above.str());
  std::string one_missing = "path,y\nx.png,1\n";
  for (int i = 0; i < 12; ++i) one_missing += text(i, ".png,", i % 2, "\n");
  above.write("labels.csv", one_missing);
  contains(
      message_of<FileError>([&] { open_data(above.str()); }),
      "(1 of 13 are missing); fetch what is missing, or take its rows out; to leave such images out of training: ");
  contains(refusal("path,split,y\n"), "no rows below the header");
  contains(refusal("path,y\na.png,1\nx.png,0\n"), "labels.csv:3: x.png: no such file in ");
  contains(refusal("path,y\na.png,1\nx.png,0\n"), "(1 of 2 are missing); name the images' folder with ");
  const std::string two = refusal("path,y\na.png,1\nb.png,2\n");
  contains(two, "labels.csv:3: column 'y' holds '2'; a class holds 1, 0, yes, no, -1 or blank.");
  contains(two, "ignore = y");
  contains(refusal("path,split,patient,y\na.png,train,p,1\nb.png,test,p,0\n"),
           "patient 'p' (column 'patient') is in two splits: a.png in train, b.png in test (1 such patients)");
  contains(refusal("path,y\na.png,1\nb.png,0\n./a.png,0\n"), "labels.csv:4: ./a.png is already listed on line 2");
  contains(refusal("pth,y\nx.png,1\n"),
           "labels.csv:1: no column path (or image, file, image_id, filename, …), and none names images that are here; "
           "name one with path_col, and their folder with images = DIR");
  contains(refusal("path,split,y\na.png,learn,1\n"),
           "labels.csv:2: column 'split' holds 'learn'; expected train, val or test");
  contains(refusal("path,split\na.png,train\n"), "give each class a column, or add a column labels");
  DataOptions options;
  options.path_col = "pathh";
  contains(refusal("path,y\na.png,1\n", options),
           "path_col: unknown column of labels.csv 'pathh'; did you mean 'path'?");
  options = {}, options.ignore = {"zz"};
  contains(refusal("path,y\na.png,1\n", options), "ignore: unknown column of labels.csv 'zz'");
  options = {}, options.split_col = "spli";
  contains(refusal("path,split,y\na.png,train,1\n", options), "did you mean 'split'?");
  const ScratchFolder other;
  other.write("x.xlsx", "PK");
  contains(message_of<FileError>([&] { open_data(other.str() + "/x.xlsx"); }), "a spreadsheet; save it as CSV there");
}

TEST_CASE("columns without labels are left out and said; a fault in one of labels is refused") {
  const std::string table = "path,Subject No,age,cat,sex,dog\na.png,S1,54,1,F,\nb.png,S2,7,0,M,0\nc.png,S3,33,,M,1\n";
  const Folder folder(table);
  const auto data = open_data(folder.str());
  CHECK(data->classes() == Names{"cat", "dog"});
  CHECK(data->patient(1) == "S2");
  CHECK(data->notes() == Names{"patients: column 'Subject No'", "no 1 and 0 in age, sex: left out"});
  for (const char* name : {"patient_number", "CASE", "subject", "Lesion ID"}) {
    const Folder people(text("path,", name, ",y\na.png,k,1\nb.png,m,0\n"));
    CHECK(open_data(people.str())->patient(1) == "m");
  }
  const std::string typed = refusal("path,y,z\na.png,1,0\nb.png,O,0\nc.png,0,1\n");
  contains(typed, "labels.csv:3: column 'y' holds 'O'");
  contains(
      typed,
      "Correct this cell, or blank it if unknown (1 such cell in the column); if the column is no class: ignore = y");
  const Folder notes("path,y,note\na.png,1,\nb.png,0,\nc.png,1,odd\nd.png,1,\n");  // blanks are no labels
  CHECK(open_data(notes.str())->classes() == Names{"y"});
  DataOptions options;
  options.classes = {"age"};
  contains(refusal(table, options), "Correct this cell");  // what was asked for is a class
}

TEST_CASE("no path leads out of the folder") {
  const ScratchFolder outside;
  outside.png("secret.png", 4, 6);
  outside.png("deep/secret.png", 4, 6);
  const Folder folder("");
  fs::create_symlink(outside.path() / "secret.png", folder.path() / "link.png");
  fs::create_directory_symlink(outside.path(), folder.path() / "linked");
  fs::create_symlink("a.png", folder.path() / "inner.png");
  fs::create_symlink("loop.png", folder.path() / "loop.png");
  REQUIRE(mkfifo((folder.str() + "/pipe.png").c_str(), 0600) == 0);
  const std::string up = "../" + outside.path().filename().string() + "/secret.png";
  const Names bad = {up,
                     "images/../" + up,
                     "images/../../" + up,
                     "./" + up,
                     ".//" + up,
                     "../../../../../../etc/passwd",
                     "..",
                     "../",
                     outside.str() + "/secret.png",
                     "/etc/passwd",
                     "/dev/zero",
                     "/dev/stdin",
                     "/proc/self/mem",
                     "link.png",
                     "linked/secret.png",
                     "linked/deep/secret.png",
                     "linked/../secret.png",
                     "pipe.png",
                     "images",
                     ".",
                     "./",
                     "images/",
                     "images/../../x.png",
                     "linked/../../x",
                     "//etc/passwd",
                     "/",
                     "/tmp"};
  for (const std::string& name : bad) {
    folder.write("labels.csv", "path,y\n\"" + name + "\",1\n");
    const std::string message = message_of<FileError>([&] { open_data(folder.str()); });
    INFO(name << " → " << message);
    CHECK((message.find("leads out of the folder") != std::string::npos ||
           message.find("symbolic link out") != std::string::npos ||
           message.find("no regular file") != std::string::npos || message.find("no such file") != std::string::npos));
  }
  for (const std::string& name : Names{"inner.png", "images/../a.png", folder.str() + "/a.png"}) {
    folder.write("labels.csv", "path,y\n" + name + ",1\n");
    INFO(name);
    CHECK(open_data(folder.str())->size() == 1);
  }
  folder.write("labels.csv", "path,y\nloop.png,1\n");
  contains(message_of<FileError>([&] { open_data(folder.str()); }), "no such file");
  const ScratchFolder classes;
  classes.png("cat/a.png", 4, 4);
  fs::create_symlink(outside.path() / "secret.png", classes.path() / "cat/link.png");
  contains(message_of<FileError>([&] { open_data(classes.str()); }), "symbolic link out");
}

TEST_CASE("a folder a class, with and without splits") {
  const ScratchFolder folder;
  for (const char* name : {"train/dog/1.png", "train/cat/2.png", "test/cat/3.png", "val/dog/4.png"})
    folder.png(name, 4, 4, 3);
  folder.write("train/dog/notes.txt", "x");
  folder.write("train/dog/.hidden", "x");
  auto data = open_data(folder.str());
  CHECK(data->task() == Task::single_label);
  CHECK(data->classes() == Names{"cat", "dog"});
  CHECK(data->channels() == 3);
  REQUIRE(data->size() == 4);
  CHECK(data->path(0) == "train/cat/2.png");
  CHECK((data->class_index(0) == 0 && data->class_index(1) == 1 && data->split_of(2) == Split::val));
  const ScratchFolder flat;
  for (int k = 0; k < 40; ++k) flat.png("c" + std::to_string(k % 2) + "/" + std::to_string(100 + k) + ".png", 4, 4);
  data = open_data(flat.str());
  CHECK(data->indices(Split::train).size() == 28);
  CHECK(data->indices(Split::val).size() == 4);
  CHECK(data->class_counts(Split::test) == std::vector<int64_t>{4, 4});
  CHECK(contains(data->split_note(), "made 28/4/8 of 70/10/20 %"));
  DataOptions options;
  options.task = Task::multi_label;
  CHECK(open_data(flat.str(), options)->class_index(0) == -1);
}

TEST_CASE("a table of another name beside images is read where it alone names them; one class is none") {
  const auto refused = [](const ScratchFolder& folder) {
    return message_of<FileError>([&] { open_data(folder.str()); });
  };
  for (const char* image : {"images/a.png", "a.png"}) {
    const ScratchFolder folder;
    folder.png(image, 4, 4);
    folder.write("findings.csv", "path,y\na.png,1\n");
    const auto data = open_data(folder.str());
    CHECK(data->classes() == Names{"y"});
    contains(data->notes().at(0), "labels: " + folder.str() + "/findings.csv, which names the images");
    folder.write("more.csv", "path,y\na.png,1\n");
    contains(refused(folder),
             "2 tables name its images; give one: data = " + folder.str() + "/findings.csv, or data = ");
  }
  const ScratchFolder parts;
  for (const char* image : {"images_001/a.png", "images_002/b.png"}) parts.png(image, 4, 4);
  parts.write("Entries.csv", "Image Index,Finding Labels\na.png,Mass\nb.png,Mass|Edema\n");
  CHECK(open_data(parts.str())->classes() == Names{"Edema", "Mass"});
  parts.write("Entries.csv", "word,number\nsky,1\n");  // says nothing of images
  contains(refused(parts), "the folders images_001, images_002 look like storage, not like classes");
  contains(refused(parts), "(found: Entries.csv); if they are classes: folders = classes");
  DataOptions options;
  options.folders = "classes";
  CHECK(open_data(parts.str(), options)->classes() == Names{"images_001", "images_002"});
  const ScratchFolder animals;
  for (const char* image : {"cat/a.png", "dog/b.png"}) animals.png(image, 4, 4);
  animals.write("results.csv", "image,score\ncat/a.png,1\ndog/b.png,0\n");
  contains(refused(animals),
           "no labels.csv in it, but results.csv, which names its images, and folders that may be "
           "classes; to read the table: data = " +
               animals.str() +
               "/results.csv; the folders: "
               "folders = classes");
  CHECK(open_data(animals.str(), options)->classes() == Names{"cat", "dog"});
  const ScratchFolder one;
  one.png("cat/a.png", 4, 4);
  contains(refused(one), "only one class in it, the folder cat");
}

TEST_CASE("missing and damaged images can be skipped") {
  const Folder folder("path,y\nnone.png,1\na.png,1\nb.png,0\n");
  contains(message_of<FileError>([&] { open_data(folder.str()); }), "bad_images = skip");
  DataOptions options;
  options.skip_missing = true;
  const auto data = open_data(folder.str(), options);
  CHECK((data->size() == 3 && data->height() == 4));  // measured by the first that is there
  contains(message_of<FileError>([&] { data->read(0); }), "none.png");
  folder.write("labels.csv", "path,y\nnone.png,1\n");  // all are missing: another fault
  contains(message_of<FileError>([&] { open_data(folder.str(), options); }), "(1 of 1 are missing)");
  const ScratchFolder classes;
  classes.write("cat/a.png", "torn");
  classes.png("dog/b.png", 4, 4);
  contains(message_of<FileError>([&] { open_data(classes.str()); }), "bad_images = skip");
  CHECK(open_data(classes.str(), options)->height() == 4);
}

TEST_CASE("split.csv repeats a split that was made") {
  const ScratchFolder flat;
  for (int k = 0; k < 20; ++k) flat.png("c" + std::to_string(k % 2) + "/" + std::to_string(100 + k) + ".png", 4, 4);
  DataOptions options;
  options.seed = 3;
  const auto made = open_data(flat.str(), options);
  write_split(*made, flat.path() / "split.csv");
  options.seed = 4, options.split_file = flat.str() + "/split.csv";
  const auto back = open_data(flat.str(), options);
  for (int64_t i = 0; i < made->size(); ++i) CHECK(made->split_of(i) == back->split_of(i));
  CHECK_FALSE(back->split_was_made());
}

TEST_CASE("lenient opening keeps what a check reports") {
  const Folder folder("path,split,patient,y\na.png,train,p,1\nb.png,test,p,0\nx.png,test,q,0\n");
  DataOptions options;
  options.lenient = true;
  const auto data = open_data(folder.str(), options);
  CHECK(data->size() == 3);
  contains(message_of<FileError>([&] { data->read(2); }), "x.png");
}

TEST_CASE("a class name that is not UTF-8 is named before anything is trained") {
  contains(refusal("path,split,\xCF\xED\xE5\xE2\na.png,train,1\nb.png,test,0\n"),
           "\xEF\xBF\xBD' is not UTF-8; save the table as UTF-8");
  const Folder folder("path,split,\xC3\x89panchement\na.png,train,1\nb.png,test,0\n");
  CHECK(open_data(folder.str())->classes() == Names{"\xC3\x89panchement"});
}

TEST_CASE("a fingerprint tells other labels, splits, paths and classes") {
  auto of = [](const std::string& table, double missing = 0) {
    const Folder folder(table);
    DataOptions options;
    options.label_noise = missing;
    return open_data(folder.str(), options)->fingerprint();
  };
  const std::string head = "path,split,cat,dog\n", rows = "a.png,train,1,0\nb.png,val,0,1\nc.png,test,,1\n";
  const std::string one = of(head + rows);
  CHECK(one.size() == 8);
  CHECK(of(head + rows) == one);
  CHECK(of("split,path,cat,dog\ntrain,a.png,1,0\nval,b.png,0,1\ntest,c.png,-1,1\n") == one);  // as it is read
  CHECK(of("path,split,cat,dig\n" + rows) != one);
  CHECK(of(head + "a.png,train,1,1\nb.png,val,0,1\nc.png,test,,1\n") != one);
  CHECK(of(head + "a.png,train,1,0\nb.png,val,0,1\nc.png,test,0,1\n") != one);
  CHECK(of(head + "a.png,train,1,0\nb.png,test,0,1\nc.png,val,,1\n") != one);
  CHECK(of(head + "a.png,train,1,0\nb.png,val,0,1\nd.png,test,,1\n") != one);
  CHECK(of(head + rows, .9) == one);  // a setting, no other source
}

TEST_CASE("real sets") {
  if (const std::string src = shared_data("dataset", "nih_cxr14_64"); !src.empty()) {
    const auto data = open_data(src);
    CHECK((data->size() == 1993 && data->channels() == 1 && data->height() == 64));
    CHECK(data->indices(Split::train).size() == 1395);
    CHECK(data->classes().size() == 14);
    CHECK(data->class_counts(Split::train)[0] == 243);
    std::set<std::string> patients;
    for (int64_t i = 0; i < data->size(); ++i) patients.insert(data->patient(i));
    CHECK(patients.size() == 940);
  }
  if (const std::string src = shared_data("dataset", "chula_rbc12_cells"); !src.empty()) {
    const auto data = open_data(src);
    CHECK((data->size() == 21880 && data->task() == Task::single_label && data->classes().size() == 13));
    CHECK(data->indices(Split::test).size() == 4564);
    CHECK(data->classes()[5] == "normal");
    CHECK(data->class_counts(Split::train)[5] == 4263);
  }
  if (const std::string src = shared_data("dataset", "chula_rbc12_tiles"); !src.empty()) {
    const auto data = open_data(src);
    CHECK((data->size() == 1632 && data->channels() == 3 && data->height() == 128 && data->classes().size() == 12));
    CHECK_FALSE(data->has_patients());
  }
  if (const std::string src = shared_data("dataset", "nih_cxr14_all_labels.csv.gz"); !src.empty()) {
    contains(message_of<FileError>([&] { open_data(src); }), "of 112120 are missing)");
    DataOptions options;
    options.lenient = true;
    const auto data = open_data(src, options);
    CHECK((data->size() == 112120 && data->classes().size() == 14 && data->has_patients()));
  }
}
