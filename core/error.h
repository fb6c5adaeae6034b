// The errors every part of skew throws, and the one way to compose their messages.
// A message says what was expected, what was found, and what to do next. Nothing here knows about tensors.
// Read next: core/shape.h.
#pragma once
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace skew {

// The base of all of skew's exceptions; catching it catches every deliberate refusal.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct ShapeError : Error {
  using Error::Error;
};  // lengths of tensors do not fit an operation
struct DtypeError : Error {
  using Error::Error;
};  // a number type that an operation does not take
struct DeviceError : Error {
  using Error::Error;
};  // no kernel there, or tensors on different devices
struct ValueError : Error {
  using Error::Error;
};  // an argument outside its range, an unknown word
struct GraphError : Error {
  using Error::Error;
};  // a saved tensor was overwritten, backward twice, …
struct FileError : Error {
  using Error::Error;
};  // unreadable, malformed or hostile files; failed writes
struct UsageError : Error {
  using Error::Error;
};  // a command line that makes no sense: exit code 2

// Joins its arguments as an ostream would: text("expected ", 3, ", got ", shape).
template <class... Args> std::string text(const Args&... args) {
  std::ostringstream out;
  (out << ... << args);
  return std::move(out).str();
}

// `what; did you mean 'x'? (known: a, b, c)`: the message for a word that is not in a list.
// The suggestion is the nearest name by edit distance and is left out when nothing is near.
std::string unknown_word(std::string_view what, std::string_view word, const std::vector<std::string>& known);

// The names of a table's rows, and the row of a name; throws ValueError for an unknown one, as above.
template <class Table> std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& row : table) names.emplace_back(row.name);
  return names;
}
template <class Table> const auto& row_named(std::string_view what, std::string_view name, const Table& table) {
  for (const auto& row : table)
    if (row.name == name) return row;
  throw ValueError(unknown_word(what, name, names_of(table)));
}

}  // namespace skew
