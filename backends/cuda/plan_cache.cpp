// The file: a first line that names it, then a line of whole numbers for each choice, its key behind the key's length.
#include "backends/cuda/plan_cache.h"

#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "core/error.h"
#include "core/file.h"

namespace skew::gpu::dnn {
namespace {

constexpr std::string_view first_line = "skew plans of cuDNN 1";
constexpr int64_t most_bytes = int64_t(8) << 20, most_knobs = 64;
constexpr size_t most_choices = 10000;

// FNV-1a.
int64_t hash_of(std::string_view text) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ uint8_t(c)) * 1099511628211u;
  return int64_t(hash);
}

std::vector<int64_t> numbers_of(std::string_view line) {
  std::vector<int64_t> list;
  const char *at = line.data(), *const end = at + line.size();
  while (at < end) {
    int64_t value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc() || (next < end && *next != ' ')) throw ValueError("not a list of whole numbers");
    list.push_back(value);
    at = next < end ? next + 1 : next;
  }
  return list;
}

std::pair<PlanKey, Choice> entry_of(std::string_view line) {
  const std::vector<int64_t> all = numbers_of(line);
  const ptrdiff_t count = std::ssize(all);
  if (count < 2 || all[0] < 1 || all[0] > count - 2) throw ValueError("a key that is longer than its line");
  const auto behind_key = all.begin() + 1 + all[0];
  Choice choice{*behind_key, {}};
  const ptrdiff_t rest = all.end() - behind_key - 1;
  if (choice.engine < 0 || rest % 2 || rest / 2 > most_knobs) throw ValueError("an engine that is none");
  for (auto at = behind_key + 1; at != all.end(); at += 2) choice.knobs.emplace_back(at[0], at[1]);
  return {PlanKey(all.begin() + 1, behind_key), choice};
}

std::string line_of(const PlanKey& key, const Choice& choice) {
  std::string line = std::to_string(key.size());
  for (const int64_t n : key) line += text(' ', n);
  line += text(' ', choice.engine);
  for (const auto& [type, value] : choice.knobs) line += text(' ', type, ' ', value);
  return line + '\n';
}

}  // namespace

PlanKey key_of(const Problem& p, const Descriptor& device) {
  PlanKey key = {int64_t(cudnnGetVersion()),
                 hash_of(device.words(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION)),
                 int64_t(p.type),
                 p.tf32,
                 p.deterministic,
                 int64_t(p.direction)};
  const auto add = [&](const auto& list) { key.insert(key.end(), list.begin(), list.end()); };
  add(p.x), add(p.w), add(p.y), add(p.before), add(p.after), add(p.stride), add(p.dilation);
  return key;
}

PlanCache::Choices PlanCache::read() const {
  Choices choices;
  const std::vector<uint8_t> bytes = read_file(path_, most_bytes);
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (int number = 1; !rest.empty(); ++number) {
    const size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    if (end == rest.npos) throw ValueError(text("line ", number, " has no end"));
    if (number == 1 && line != first_line) throw ValueError(text("its first line is not \"", first_line, '"'));
    rest.remove_prefix(end + 1);
    if (number == 1) continue;
    try {
      choices.insert(entry_of(line));
    } catch (const ValueError& error) {
      throw ValueError(text("line ", number, ": ", error.what()));
    }
  }
  return choices;
}

void PlanCache::say_once(const std::string& what) {
  if (!std::exchange(said_, true))
    std::fprintf(stderr, "note: plans of cuDNN in %s: %s\n", path_.c_str(), what.c_str());
}

void PlanCache::read_once() {
  if (std::exchange(was_read_, true) || path_.empty()) return;
  std::error_code none;
  if (!std::filesystem::exists(path_, none)) return;
  try {
    choices_ = read();
  } catch (const Error& error) {
    say_once(text(error.what(), "; they are found anew and the file is replaced"));
    changed_ = true;
  }
}

std::optional<Choice> PlanCache::find(const PlanKey& key) {
  read_once();
  const auto at = choices_.find(key);
  return at == choices_.end() ? std::nullopt : std::optional(at->second);
}

void PlanCache::keep(const PlanKey& key, const Choice& choice) {
  read_once();
  choices_[key] = choice;
  kept_.insert(key);
  forgotten_.erase(key);
  changed_ = true;
}

void PlanCache::forget(const PlanKey& key) {
  read_once();
  choices_.erase(key);
  kept_.erase(key);
  forgotten_.insert(key);
  changed_ = true;
}

size_t PlanCache::size() {
  read_once();
  return choices_.size();
}

void PlanCache::save() {
  if (!std::exchange(changed_, false) || path_.empty()) return;
  try {
    Choices theirs = read();
    for (const PlanKey& key : forgotten_) theirs.erase(key);
    choices_.merge(theirs);
  } catch (const Error&) {  // none there, or none that can be read: said before
  }
  if (choices_.size() > most_choices)  // most are of devices and versions long gone: only this program's own stay
    std::erase_if(choices_, [this](const auto& entry) { return !kept_.contains(entry.first); });
  std::string all = text(first_line, '\n');
  for (const auto& [key, choice] : choices_) all += line_of(key, choice);
  try {
    std::error_code none;
    std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), none);
    write_file(path_, all);
  } catch (const Error& error) {
    say_once(text(error.what(), "; the next program finds its plans anew"));
  }
}

std::string plan_cache_path() {
  const auto folder = [](const char* name) -> std::string {
    const char* const value = std::getenv(name);
    return value && *value == '/' ? value : "";  // the specification has relative ones ignored
  };
  if (const std::string cache = folder("XDG_CACHE_HOME"); !cache.empty()) return cache + "/skew/cuda-plans";
  if (const std::string home = folder("HOME"); !home.empty()) return home + "/.cache/skew/cuda-plans";
  return {};
}

}  // namespace skew::gpu::dnn
