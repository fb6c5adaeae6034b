// How a struct describes its members, once, for everybody who reads, prints or checks them: losses, optimisers,
// schedules, arguments of ops, settings. It lists each with its name, the member, what it may be, and one line of doc:
//
//   struct SgdArgs {
//     double lr = 1e-3, momentum = 0;
//     template <class Self, class Visit>
//     static void fields(Self& self, Visit&& visit) {
//       visit("lr", self.lr, above(0), "learning rate");
//       visit("momentum", self.momentum, from_up_to(0, 1), "weight of the past in the velocity");
//     }
//   };
//
// From this come the struct from text (with_fields) or from an op's arguments (core/args.h), its tables and help
// (field_list) and its checks (check_fields). A struct whose members restrict each other adds `void check() const`.
// Settings say more than a line of doc, an Option, in its place. What a member may be: field.h.
#pragma once
#include "core/field.h"

namespace skew {

// ---- what a setting says of itself ----------------------------------------------------------------------------------
// What a setting decides: how this machine works (a resumed run may change it), what is trained, or what the trained
// weights are (it goes into their file, too).
enum class Belongs { machine, run, weights };

// In the place of a field's doc.
struct Option {
  const char* doc;
  const char* group;  // of the help screen: --help shows those of "Common", --help-all the others as well
  Belongs to;
  const char* letter;  // "b" for -b
  constexpr Option(const char* doc, const char* group = "", Belongs to = Belongs::run, const char* letter = "")
      : doc(doc), group(group), to(to), letter(letter) {}
  constexpr operator const char*() const { return doc; }
};

struct FieldInfo {
  std::string name, value, range, doc;  // value and range in words
  FieldKind kind;
  Range limits;
  double number;                   // field_number of the value
  std::vector<std::string> words;  // what a word may be
  FieldTexts arguments;            // of a Choice
  Option option;
};

// ---- all members ----------------------------------------------------------------------------------------------------
template <class S> std::vector<FieldInfo> field_list(const S& s) {
  std::vector<FieldInfo> list;
  S::fields(s, [&](const char* name, const auto& value, const Range& range, const Option& option) {
    list.push_back({name,
                    field_text(value),
                    range_words(value, range),
                    option.doc,
                    field_kind(value),
                    range,
                    field_number(value),
                    range.known_words ? range.known_words() : field_words(value),
                    {},
                    option});
    if constexpr (requires { value.arguments; }) list.back().arguments = value.arguments;
  });
  return list;
}

template <class S> std::vector<std::string> field_names() {
  std::vector<std::string> names;
  const S defaults{};
  S::fields(defaults, [&](const char* name, const auto&, const Range&, const char*) { names.push_back(name); });
  return names;
}

// Throws ValueError naming the member and the reason.
template <class S> void check_fields(std::string_view owner, const S& s) {
  S::fields(s, [&](const char* name, const auto& value, const Range& range, const char*) {
    check_field({owner, name}, value, range);
  });
  if constexpr (requires { s.check(); }) s.check();
}

// Sets the member `name`, or `argument` of the Choice c for "c.argument"; messages call it `what`. False when there is
// none of that name.
template <class S> bool set_field_named(FieldName what, S& s, const std::string& name, const std::string& text) {
  const size_t dot = name.find('.');
  bool known = false;
  S::fields(s, [&](const char* own, auto& value, const Range& range, const char*) {
    if (name.compare(0, dot, own) != 0) return;
    if constexpr (std::is_same_v<decltype(value), Choice&>)
      if (dot != name.npos) {
        value.set(name.substr(dot + 1), text);
        known = true;
      }
    if (dot != name.npos) return;
    set_field(what, value, text, range);
    known = true;
  });
  return known;
}

// The struct with some members set, the others at their defaults. Throws ValueError for an unknown name (with a
// suggestion), for text that is no such value, and for a value outside its range (with the reason).
template <class S> S with_fields(std::string_view owner, const FieldTexts& texts, S s = {}) {
  for (const auto& [name, text] : texts)
    if (!set_field_named({owner, name}, s, name, text))
      throw ValueError(unknown_word("parameter of " + std::string(owner), name, field_names<S>()));
  check_fields(owner, s);
  return s;
}

}  // namespace skew
