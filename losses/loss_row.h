// From a loss's own description to the tables: setting its parameters from text or from an op's arguments, listing
// them. Used where rows are made (pointwise_row.h, softmax_row.h); callers use loss_table.h.
#pragma once
#include <algorithm>
#include <type_traits>

#include "core/error.h"
#include "losses/loss_table.h"
#include "losses/parameter.h"

namespace skew {

// What a parameter may be.
template <class V>
std::string range_words(const V&, const Range& range) {
  if constexpr (std::is_same_v<V, bool>) return "true or false";
  else if constexpr (std::is_arithmetic_v<V> || std::is_same_v<V, PerClass>) return range.words();
  else if constexpr (std::is_enum_v<V>) {
    std::string all;
    for (const std::string& word : parameter_words(V{})) all += (all.empty() ? "" : " or ") + word;
    return all;
  } else
    return V::range;
}

template <class V>
requires std::is_enum_v<V>
void set_parameter(ParameterName what, V& value, const std::string& word, const Range&) {
  const std::vector<std::string> words = parameter_words(value);
  const auto at = std::find(words.begin(), words.end(), word);
  if (at == words.end()) throw ValueError(unknown_word(text(what), word, words));
  value = V(at - words.begin());
}

template <class L>
std::vector<ParameterInfo> parameter_list(const L& loss) {
  std::vector<ParameterInfo> list;
  L::parameters(loss, [&](const char* name, const auto& value, const Range& range, const char* doc) {
    list.push_back({name, parameter_text(value), range_words(value, range), doc, parameter_kind(value), range,
                    parameter_number(value), parameter_words(value)});
  });
  return list;
}

template <class L>
std::vector<std::string> parameter_names() {
  std::vector<std::string> names;
  for (const ParameterInfo& p : parameter_list(L{})) names.push_back(p.name);
  return names;
}

template <class L>
L with_parameters(const LossParameters& parameters) {
  L loss;
  for (const auto& parameter : parameters) {
    const std::string &wanted = parameter.first, &word = parameter.second;
    bool known = false;
    L::parameters(loss, [&](const char* name, auto& value, const Range& range, const char*) {
      if (wanted != name) return;
      set_parameter({L::name, name}, value, word, range);
      known = true;
    });
    if (!known) throw ValueError(unknown_word(text("parameter of ", L::name), wanted, parameter_names<L>()));
  }
  if constexpr (requires { loss.check(); }) loss.check();
  return loss;
}

// The same from an op's arguments: numbers, flags, words.
inline void read_argument(const Args& args, const char* name, double& value) { value = args.number(name, value); }
inline void read_argument(const Args& args, const char* name, int& value) { value = int(args.integer(name, value)); }
inline void read_argument(const Args& args, const char* name, bool& value) { value = args.flag(name, value); }
inline void read_argument(const Args& args, const char* name, PerClass& value) {
  if (args.is_list(name)) value = args.numbers(name, {});
  else if (args.has(name)) value = args.number(name, 1);
}
template <class V>  // a word with a spelling of its own
void read_argument(const Args& args, const char* name, V& value) {
  set_parameter({"argument", name}, value, args.word(name, parameter_text(value)), finite());
}

template <class L>
L with_arguments(const Args& args) {
  L loss;
  L::parameters(loss,
                [&](const char* name, auto& value, const Range&, const char*) { read_argument(args, name, value); });
  return loss;
}

}  // namespace skew
