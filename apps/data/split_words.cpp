// The words for the three splits, in the languages that tables and folders are named in: one list for columns, folders
// and lists alike.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "apps/data/folder_names.h"
#include "apps/formats/words.h"
#include "core/text.h"

namespace skew {
namespace {

using Names = std::vector<std::string>;

const std::map<std::string, Split>& split_words() {
  static const std::map<std::string, Split> words = [] {
    std::map<std::string, Split> all;
    for (const char* train :
         {"train",  "training",    "trainings",    "entraînement",  "entrainement", "apprentissage", "entrenamiento",
          "treino", "treinamento", "treinamiento", "addestramento", "träning",      "trening",       "обучение",
          "训练",   "訓練",        "学习",         "学習",          "훈련",         "학습"})
      all[train] = Split::train;
    for (const char* val : {"val",        "valid",      "validation",  "validate",     "dev",        "devel",
                            "eval",       "evaluation", "validierung", "validierungs", "validatie",  "validación",
                            "validacion", "validação",  "validacao",   "validazione",  "validering", "walidacja",
                            "валидация",  "验证",       "驗證",        "検証",         "검증"})
      all[val] = Split::val;
    for (const char* test : {"test", "testing", "tests", "holdout", "prueba", "pruebas", "teste", "testes", "тест",
                             "测试", "測試", "テスト", "테스트"})
      all[test] = Split::test;
    return all;
  }();
  return words;
}

// What is written on to the end of such a word, the longest first: "testset", "Trainingsdaten", "训练集".
constexpr std::array endings = {"datensatz", "dataset", "数据集", "images", "bilder", "データ", "daten",
                                "split",     "data",    "数据",   "sets",   "set",    "集"};

// What may stand beside the word in a name and says nothing of its own.
bool says_nothing(const std::string& part) {
  static const std::set<std::string> words = {
      "set", "sets",   "data",     "dataset", "datasets", "daten", "datensatz", "seg",      "image", "images",
      "img", "imgs",   "photos",   "pics",    "pictures", "files", "bilder",    "split",    "jpg",   "jpeg",
      "png", "subset", "conjunto", "datos",   "dados",    "dati",  "jeu",       "ensemble", "de",    "数据"};
  return words.contains(part) || part.size() == 1 || parse_whole(part).has_value();
}

// The one split that a name's parts tell; nothing where they tell none, or two.
std::optional<Split> split_in(const Names& parts) {
  std::optional<Split> found;
  for (const std::string& part : parts)
    if (const auto split = parse_split(part)) {
      if (found && *found != *split) return {};
      found = split;
    }
  return found;
}

bool is_evaluation(const std::string& name) {
  return std::ranges::any_of(name_parts(name), [](const auto& p) { return p.starts_with("eval"); });
}

// asl_alphabet_train, asl_alphabet_test: what all names share says nothing.
void read_with_shared_parts(const Names& names, std::vector<std::optional<Split>>& splits) {
  std::set<Split> met;
  std::map<std::string, size_t> holders;
  size_t telling = 0;
  for (const std::string& name : names) {
    const Names parts = name_parts(name);
    const auto split = split_in(parts);
    if (!split) continue;
    met.insert(*split);
    ++telling;
    for (const std::string& part : std::set<std::string>(parts.begin(), parts.end())) ++holders[part];
  }
  if (met.size() < 2) return;
  for (size_t i = 0; i < names.size(); ++i) {
    const Names parts = name_parts(names[i]);
    const auto split = split_in(parts);
    if (splits[i] || !split) continue;
    if (std::ranges::all_of(parts, [&](const std::string& part) {
          return parse_split(part) || says_nothing(part) || holders[part] == telling;
        }))
      splits[i] = split;
  }
}

}  // namespace

std::optional<Split> parse_split(std::string_view word) {
  std::string rest = lower_case(word);
  for (;;) {
    if (const auto at = split_words().find(rest); at != split_words().end()) return at->second;
    const auto ending = std::ranges::find_if(endings, [&](const char* e) { return rest.ends_with(e); });
    if (ending == endings.end()) return {};
    rest.erase(rest.size() - std::string_view(*ending).size());
  }
}

bool is_plain_split(std::string_view word) {
  static const std::set<std::string> plain = {"train",      "training", "val",  "valid",
                                              "validation", "dev",      "test", "testing"};
  return plain.contains(lower_case(word));
}

std::optional<Split> split_of_folder(const std::string& name) {
  const Names parts = name_parts(name);
  const bool sure =
      std::ranges::all_of(parts, [](const std::string& part) { return parse_split(part) || says_nothing(part); });
  return sure ? split_in(parts) : std::nullopt;
}

std::vector<std::optional<Split>> splits_of(const Names& names) {
  std::vector<std::optional<Split>> splits;
  for (const std::string& name : names) splits.push_back(split_of_folder(name));
  read_with_shared_parts(names, splits);
  bool val = false, test = false;
  for (size_t i = 0; i < names.size(); ++i) {
    val = val || (splits[i] == Split::val && !is_evaluation(names[i]));
    test = test || splits[i] == Split::test;
  }
  for (size_t i = 0; i < names.size(); ++i)
    if (splits[i] == Split::val && val && !test && is_evaluation(names[i])) splits[i] = Split::test;  // Food-11
  return splits;
}

std::string unusual_splits(const Names& names, const std::vector<std::optional<Split>>& splits) {
  std::string all;
  for (size_t i = 0; i < names.size(); ++i)
    if (splits[i] && !is_plain_split(names[i]))
      all += text(all.empty() ? "" : ", ", names[i], " is ", split_name(*splits[i]));
  return all;
}

}  // namespace skew
