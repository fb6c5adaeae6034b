// Tables of comma-separated text: quoting both ways, what is malformed, gzip and its bombs.
#include "apps/formats/csv.h"

#include <zlib.h>

#include <catch2/catch.hpp>

#include "apps/formats/csv_text.h"
#include "core/error.h"
#include "core/file.h"
#include "core/random.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/data/shared_data.h"

using namespace skew;

TEST_CASE("quotes, embedded line breaks, CRLF, a byte-order mark and blank lines") {
  const CsvTable t("\xEF\xBB\xBFpath,\"a \"\"b\"\"\",c\r\n\r\nx.png,\"1,2\n3\",\r\n\"y\"\"\",,z", "t.csv");
  CHECK(t.columns() == std::vector<std::string>{"path", "a \"b\"", "c"});
  REQUIRE(t.rows() == 2);
  CHECK(t.at(0, 0) == "x.png");
  CHECK(t.at(0, 1) == "1,2\n3");
  CHECK(t.at(0, 2) == "");
  CHECK(t.at(1, 0) == "y\"");
  CHECK(t.at(1, 2) == "z");
  CHECK(t.where(0) == "t.csv:3");
  CHECK(t.where(1) == "t.csv:5");
  CHECK(t.column("c") == 2);
  CHECK(t.column("d") == -1);
  CHECK_THROWS_AS(t.at(2, 0), ValueError);
}

TEST_CASE("malformed tables are refused with file and line") {
  const auto message = [](const char* bytes) { return message_of<FileError>([&] { CsvTable(bytes, "t.csv"); }); };
  CHECK(message("") == "t.csv: empty; expected a header line such as path,split,label");
  CHECK(message("a,b\n1\n") == "t.csv:2: 1 fields, but the header has 2; quote fields that hold commas");
  CHECK(message("a,b\n1,2\n3,\"4\n") == "t.csv:3: a quoted field is never closed; add the missing \"");
  CHECK(message("a,b\n1,\"2\"3\n") == "t.csv:2: text after a closing quote; write a quote inside a field as \"\"");
  CHECK(message("a,a\n") == "t.csv:1: column 'a' occurs twice; rename one");
  CHECK(message("a;b\n1\n") == "t.csv:2: 1 fields, but the header has 2; quote fields that hold semicolons");
  CHECK(message_of<FileError>([] { CsvTable(std::string_view("a\0b", 3), "t.csv"); }).find("NUL") != std::string::npos);
}

TEST_CASE("what spreadsheets write: separators, sep=, UTF-16, rows of separators, blanks") {
  const auto cells = [](std::string_view bytes) {
    const CsvTable t(bytes, "t.csv");
    std::string all;
    for (const std::string& name : t.columns()) all += "[" + name + "]";
    for (int64_t r = 0; r < t.rows(); ++r) {
      all += text(" ", t.line(r), ":");
      for (size_t c = 0; c < t.columns().size(); ++c) all += text("<", t.at(r, int64_t(c)), ">");
    }
    return all;
  };
  CHECK(cells("path;a,b\nx;1,0\n") == "[path;a][b] 2:<x;1><0>");  // as many of each: commas
  CHECK(cells("path;a;b\nx;1,0;2\n") == "[path][a][b] 2:<x><1,0><2>");
  CHECK(cells("path\ta\nx\t1;2,3\n") == "[path][a] 2:<x><1;2,3>");
  CHECK(cells("sep=;\r\npath;a\r\nx;1\r\n") == "[path][a] 3:<x><1>");
  CHECK(cells("sep=|\npath|a\nx|1\n") == "[path][a] 3:<x><1>");
  CHECK(cells("\"a;b\",c\n1,2\n") == "[a;b][c] 2:<1><2>");
  CHECK(cells("path , a,\t\"b, c\" \nx,1, \"2\" \n") == "[path][a][b, c] 2:<x><1><2>");
  CHECK(cells("path,a\nx,1,,\n,,\n , \ny,2\n\n") == "[path][a] 2:<x><1> 5:<y><2>");
  CHECK(cells(",a,\n0,1,2\n") == "[][a][] 2:<0><1><2>");
  CHECK(cells(",,\n\na,b\n1,2\n") == "[a][b] 4:<1><2>");
  std::string little = "\xFF\xFE", big = "\xFE\xFF";
  for (const char16_t c : std::u16string(u"a\tä\n1\t\U0001F600\n")) {
    little += {char(c & 0xFF), char(c >> 8)};
    big += {char(c >> 8), char(c & 0xFF)};
  }
  CHECK(cells(little) == "[a][ä] 2:<1><😀>");
  CHECK(cells(big) == cells(little));
  CHECK(message_of<FileError>([] { CsvTable(std::string_view("\xFF\xFE\x00\xD8", 4), "t.csv"); }) ==
        "t.csv: damaged UTF-16 text; save it as UTF-8");
}

TEST_CASE("western names in Windows-1252 are read, and said to be a guess; other bytes stay as they are") {
  using Encoding = CsvTable::Encoding;
  const auto header = [](const char* bytes, Encoding expected) {
    const CsvTable t(text(bytes, "\n1\n"), "t.csv");
    CHECK(t.encoding() == expected);
    CHECK(t.encoding_note().empty() == (expected == Encoding::utf8));
    return t.columns()[0];
  };
  CHECK(header("gr\xF6\xDF"
               "e \x80",
               Encoding::windows_1252) == "größe €");
  CHECK(header("größe", Encoding::utf8) == "größe");
  CHECK(header("gr\xF6\xDF"
               "e größe",
               Encoding::unknown) ==
        "gr\xF6\xDF"
        "e größe");                                                            // damaged UTF-8
  CHECK(header("\xCF\xED\xE5\xE2", Encoding::unknown) == "\xCF\xED\xE5\xE2");  // Пнев of Windows-1251
  CHECK(header("\xD6\xD0\xCE\xC4", Encoding::unknown) == "\xD6\xD0\xCE\xC4");  // 中文 of GBK
  CHECK(header("a\x81", Encoding::unknown) == "a\x81");                        // no character there
}

TEST_CASE("what the writer writes, the reader reads") {
  ScratchFolder folder;
  Generator random(1);
  const std::string alphabet = "ab,\"\r\n ;é";
  std::vector<std::vector<std::string>> rows(200, std::vector<std::string>(3));
  for (auto& row : rows)
    for (auto& field : row)
      for (int64_t k = random.below(6); k > 0; --k) field += alphabet[size_t(random.below(int64_t(alphabet.size())))];
  CsvText out({"x", "y", "z"});
  for (const auto& row : rows) out.add(row);
  write_file((folder.path() / "t.csv").string(), out.str());
  const CsvTable back = read_csv(folder.path() / "t.csv");
  REQUIRE(back.rows() == 200);
  for (int64_t r = 0; r < 200; ++r)
    for (int64_t c = 0; c < 3; ++c) REQUIRE(back.at(r, c) == rows[size_t(r)][size_t(c)]);
  CHECK_THROWS_AS(CsvText({"x"}).add({"1", "2"}), ValueError);
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) ++files;
  CHECK(files == 1);  // no temporary file stays
}

TEST_CASE("a full disk is reported") {
  const std::string message = message_of<FileError>([] { write_file("/dev/full", CsvText({"x"}).str()); });
  CHECK(message.find("/dev/full: cannot write: No space left on device") == 0);
}

TEST_CASE("gzip: whole, torn, and a bomb") {
  ScratchFolder folder;
  const std::string path = (folder.path() / "t.csv.gz").string();
  const auto write = [&](const std::string& bytes) {
    gzFile out = gzopen(path.c_str(), "wb");
    gzwrite(out, bytes.data(), unsigned(bytes.size()));
    gzclose(out);
  };
  write("a,b\n1,2\n");
  CHECK(read_csv(path).at(0, 1) == "2");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 9);
  CHECK(message_of<FileError>([&] { read_csv(path); }).find("torn or damaged gzip") != std::string::npos);
  write(std::string(80 << 20, 'a'));
  CHECK(message_of<FileError>([&] { read_csv(path); }).find("unpacks to more than 64 MiB") != std::string::npos);
  CHECK(message_of<FileError>([&] { read_csv(folder.path() / "no.csv"); }).find("no such file") != std::string::npos);
  CHECK(message_of<FileError>([&] { read_csv(folder.path()); }).find("not a regular file") != std::string::npos);
}

TEST_CASE("the NIH table of 112,120 images") {
  const std::string file = shared_data("csv", "nih_cxr14_all_labels.csv.gz");
  if (file.empty()) return;
  const CsvTable t = read_csv(file);
  CHECK(t.rows() == 112120);
  CHECK(t.columns().size() == 9 + 2);
  CHECK(t.at(2, t.column("Finding Labels")) == "Cardiomegaly|Effusion");
}
