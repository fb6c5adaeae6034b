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

// ---- a struct without its type --------------------------------------------------------------------------------------
struct Field {
  const char* name;
  void* value;
  const FieldType& type;
  const Range& range;
  const Option& option;
  bool is_choice() const { return &type == &field_type<Choice>(); }
};
// Is shown the members of a struct one by one; what S::fields() calls `visit`.
class FieldVisitor {
 public:
  template <class V> void operator()(const char* name, V& value, const Range& range, const Option& option) {
    see({name, const_cast<std::remove_const_t<V>*>(&value), field_type<std::remove_const_t<V>>(), range, option});
  }

 protected:
  virtual void see(const Field& field) = 0;
  ~FieldVisitor() = default;
};
// Everything below is compiled once for all structs: of each, one function is made, which shows its members.
struct AnyStruct {
  void* object;
  void (*show)(void* object, FieldVisitor& visitor);
};
template <class S> AnyStruct any_struct(const S& s) {
  return {const_cast<S*>(&s),
          [](void* object, FieldVisitor& visitor) { S::fields(*static_cast<S*>(object), visitor); }};
}
std::vector<FieldInfo> field_list(const AnyStruct& s);
std::vector<std::string> field_names(const AnyStruct& s);
void check_fields(std::string_view owner, const AnyStruct& s);
bool set_field_named(FieldName what, const AnyStruct& s, const std::string& name, const std::string& text);
void set_fields(std::string_view owner, const AnyStruct& s, const FieldTexts& texts);

// ---- all members ----------------------------------------------------------------------------------------------------
template <class S> std::vector<FieldInfo> field_list(const S& s) { return field_list(any_struct(s)); }
template <class S> std::vector<std::string> field_names() { return field_names(any_struct(S{})); }

// Throws ValueError naming the member and the reason.
template <class S> void check_fields(std::string_view owner, const S& s) {
  check_fields(owner, any_struct(s));
  if constexpr (requires { s.check(); }) s.check();
}

// Sets the member `name`, or `argument` of the Choice c for "c.argument"; messages call it `what`. False when there is
// none of that name.
template <class S> bool set_field_named(FieldName what, S& s, const std::string& name, const std::string& text) {
  static_assert(!std::is_const_v<S>);
  return set_field_named(what, any_struct(s), name, text);
}

// The struct with some members set, the others at their defaults. Throws ValueError for an unknown name (with a
// suggestion), for text that is no such value, and for a value outside its range (with the reason).
template <class S> S with_fields(std::string_view owner, const FieldTexts& texts, S s = {}) {
  set_fields(owner, any_struct(s), texts);
  check_fields(owner, s);
  return s;
}

}  // namespace skew
