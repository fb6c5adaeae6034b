// Words that belong to no option: either `key value` settings or a mistake that is answered with a suggestion.
#include "apps/cli/command.h"

#include <filesystem>

#include "core/device.h"
#include "core/error.h"
#include "core/text.h"
#include "losses/table/loss_table.h"

namespace skew {

namespace {

// "skew loss eval"
std::string full_name(const CLI::App& command) {
  return (command.get_parent() ? full_name(*command.get_parent()) + " " : "") + command.get_name();
}

std::string unexpected_word(const CLI::App& command, const std::string& word) {
  const bool is_loss = has_loss(word) && command.get_option_no_throw("--loss");
  return text("unexpected word '", word, "'; ", is_loss ? "did you mean --loss " + word + "? " : "", "see ",
              full_name(command), " --help");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> free_options(const CLI::App& command, const std::string& prefix) {
  std::vector<std::pair<std::string, std::string>> out;
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  const std::vector<std::string> rest = command.remaining();
  for (size_t i = 0; i < rest.size(); ++i) {
    const std::string word = rest[i].substr(0, rest[i].find('='));
    if (word.rfind(prefix, 0) != 0 || prefix.empty())
      throw UsageError(word.rfind("-", 0) == 0 ? unknown_word("option", word, known) : unexpected_word(command, word));
    if (rest[i].size() > word.size())
      out.emplace_back(word.substr(2), rest[i].substr(word.size() + 1));
    else if (i + 1 < rest.size())
      out.emplace_back(word.substr(2), rest[i + 1]), ++i;
    else
      throw UsageError(text(word, ": expected a value"));
  }
  return out;
}

void add_device(CLI::App& command, std::string& device) {
  command.add_option("--device", device, "where to compute: " + joined(device_words(), ", ") + "  [auto]")
      ->type_name("");
}

std::string weights_file(const std::string& given) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(given)) {
    if (!fs::exists(given)) throw FileError(text(given, ": no such run folder or weights file"));
    return given;
  }
  for (const char* name : {"weights/best.safetensors", "weights/last.safetensors"})
    if (fs::exists(fs::path(given) / name)) return (fs::path(given) / name).string();
  throw FileError(text(given, ": holds no weights/best.safetensors; is it a run folder of skew train?"));
}

}  // namespace skew
