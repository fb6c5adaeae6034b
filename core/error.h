// The errors every part of skew throws, and the one way to compose their messages.
// A message says what was expected, what was found, and what to do next. Nothing here knows about tensors.
// Read next: core/shape.h.
#pragma once
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace skew {

// The base of all of skew's exceptions; catching it catches every deliberate refusal.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// Lengths of tensors do not fit an operation.
struct ShapeError : Error {
  using Error::Error;
};
// A number type that an operation does not take.
struct DtypeError : Error {
  using Error::Error;
};
// No kernel there, or tensors on different devices.
struct DeviceError : Error {
  using Error::Error;
};
// No memory is left on a device: how much was asked for, and how much is held.
struct MemoryError : Error {
  using Error::Error;
};
// An argument outside its range, an unknown word.
struct ValueError : Error {
  using Error::Error;
};
// A saved tensor was overwritten, backward twice, …
struct GraphError : Error {
  using Error::Error;
};
// Unreadable, malformed or hostile files; failed writes.
struct FileError : Error {
  using Error::Error;
};
// A command line that makes no sense: exit code 2.
struct UsageError : Error {
  using Error::Error;
};

// Joins its arguments as an ostream would: text("expected ", 3, ", got ", shape), but each by itself: manipulators
// (std::setprecision, std::hex) have no effect.
void append_text(std::string& out, double value);
template <class T> void append_text(std::string& out, const T& part) {
  static_assert(!std::is_function_v<T>, "std::hex and its like act on a stream; here each part is written by itself");
  if constexpr (std::is_convertible_v<const T&, std::string_view>) out += std::string_view(part);
  else if constexpr (std::is_floating_point_v<T>) append_text(out, double(part));
  else if constexpr (std::is_integral_v<T> && sizeof(T) > 1) out += std::to_string(part);
  else out += (std::ostringstream() << part).str();
}
template <class... Args> std::string text(const Args&... args) {
  std::string out;
  (append_text(out, args), ...);
  return out;
}

// run(), where a lack of memory is said in the name of `op`, unless something inside has been named already.
template <class Run> auto naming(std::string_view op, const Run& run) -> decltype(run()) {
  constexpr std::string_view unnamed = "memory:";
  try {
    return run();
  } catch (const MemoryError& error) {
    const std::string_view sentence = error.what();
    if (!sentence.starts_with(unnamed)) throw;
    throw MemoryError(text(op, ':', sentence.substr(unnamed.size())));
  }
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
