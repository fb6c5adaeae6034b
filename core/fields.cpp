// Reading, listing and checking all members of a struct.
#include "core/fields.h"

namespace skew {
namespace {

template <class F> void each_field(const AnyStruct& s, F f) {
  struct Visitor final : FieldVisitor {
    F f;
    explicit Visitor(F f) : f(std::move(f)) {}
    void see(const Field& field) override { f(field); }
  } visitor(std::move(f));
  s.show(s.object, visitor);
}

}  // namespace

std::vector<FieldInfo> field_list(const AnyStruct& s) {
  std::vector<FieldInfo> list;
  each_field(s, [&](const Field& f) {
    list.push_back({f.name, f.type.text(f.value), f.type.range_words(f.value, f.range), f.option.doc, f.type.kind,
                    f.range, f.type.number(f.value),
                    f.range.known_words ? f.range.known_words() : f.type.words(f.value),
                    f.is_choice() ? static_cast<const Choice*>(f.value)->arguments : FieldTexts{}, f.option});
  });
  return list;
}

std::vector<std::string> field_names(const AnyStruct& s) {
  std::vector<std::string> names;
  each_field(s, [&](const Field& f) { names.push_back(f.name); });
  return names;
}

void check_fields(std::string_view owner, const AnyStruct& s) {
  each_field(s, [&](const Field& f) { f.type.check({owner, f.name}, f.value, f.range); });
}

bool set_field_named(FieldName what, const AnyStruct& s, const std::string& name, const std::string& text) {
  const size_t dot = name.find('.');
  bool known = false;
  each_field(s, [&](const Field& f) {
    if (name.compare(0, dot, f.name) != 0 || (dot != name.npos && !f.is_choice())) return;
    known = true;
    if (dot == name.npos) f.type.set(what, f.value, text, f.range);
    else static_cast<Choice*>(f.value)->set(name.substr(dot + 1), text);
  });
  return known;
}

void set_fields(std::string_view owner, const AnyStruct& s, const FieldTexts& texts) {
  for (const auto& [name, text] : texts)
    if (!set_field_named({owner, name}, s, name, text))
      throw ValueError(unknown_word("parameter of " + std::string(owner), name, field_names(s)));
}

}  // namespace skew
