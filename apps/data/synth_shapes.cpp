// Labels are dealt by quota when the set is opened; pixels are drawn when an image is read.
#include <algorithm>
#include <array>
#include <cmath>

#include "apps/data/option_words.h"
#include "apps/data/shape_drawing.h"
#include "apps/data/sources.h"
#include "core/error.h"
#include "core/random.h"
#include "core/text.h"

namespace skew {
namespace {

// Streams of this file's own.
constexpr uint64_t label_stream = uint64_t(0xE1) << 56, pixel_stream = uint64_t(0xE2) << 56;
constexpr int image_side = 28;
constexpr size_t label_count = size_t(shape_count);

struct Request {
  std::array<int64_t, 3> sizes = {2800, 400, 800};
  uint64_t seed = 0;
};

int64_t number(std::string_view word, const std::string& src) {
  const std::optional<int64_t> value = parse_whole(word);
  if (!value || *value < 0 || *value > 10'000'000)
    throw ValueError(text(src, ": '", word,
                          "' is no number from 0 to 10,000,000; expected synth:shapes14[:TRAIN/VAL/TEST][:seed=S]"));
  return *value;
}

Request parse(const std::string& src) {
  Request out;
  const std::vector<std::string> words = split_list(src, ':');
  if (words[1] != "shapes14") throw ValueError(unknown_word("synthetic set", words[1], {"shapes14"}));
  for (size_t w = 2; w < words.size(); ++w) {
    const std::string& word = words[w];
    if (word.starts_with("seed=")) {
      out.seed = uint64_t(number(word.substr(5), src));
      continue;
    }
    const size_t a = word.find('/'), b = a == word.npos ? a : word.find('/', a + 1);
    if (b == word.npos)
      throw ValueError(text(src, ": '", word, "'; expected synth:shapes14[:TRAIN/VAL/TEST][:seed=S]"));
    out.sizes = {number(word.substr(0, a), src), number(word.substr(a + 1, b - a - 1), src),
                 number(word.substr(b + 1), src)};
  }
  return out;
}

// Marks the first `count` of the images `from` as positive for label k.
void deal(const std::vector<int64_t>& from, int64_t count, size_t k, std::vector<float>& targets) {
  for (int64_t i = 0; i < count && i < int64_t(from.size()); ++i)
    targets[size_t(from[size_t(i)]) * label_count + k] = 1;
}

// (n, 14) targets of one split.
std::vector<float> deal_labels(int64_t n, Generator random) {
  std::vector<float> targets(size_t(n) * label_count);
  const std::vector<int64_t> shuffled = random.permutation(n);
  const auto scene_of = [&](size_t place) {
    if (place * 10 < size_t(n) * 5) return 0u;
    return place * 10 < size_t(n) * 8 ? 1u : 2u;
  };
  for (size_t k = 0; k < label_count; ++k) {
    std::vector<int64_t> own, other;
    for (const int64_t place : random.permutation(n))
      (scene_of(size_t(place)) == (k + 1) % 3 ? own : other).push_back(shuffled[size_t(place)]);
    const auto count = int64_t(std::lround(double(n) * 0.32 / std::pow(double(k + 1), 1.46)));
    const auto inside = std::min(int64_t(std::lround(0.8 * double(count))), int64_t(own.size()));
    deal(own, inside, k, targets);
    deal(other, count - inside, k, targets);
  }
  return targets;
}

Image draw(const std::vector<float>& targets, uint64_t seed, int64_t i) {
  Generator random(seed, pixel_stream | uint64_t(i));
  std::vector<int> kinds;
  for (size_t k = 0; k < label_count; ++k)
    if (targets.at(size_t(i) * label_count + k) == 1) kinds.push_back(int(k));
  Image image{1, image_side, image_side, 8, {}};
  for (const float v : draw_shapes(kinds, image_side, random)) image.bytes.push_back(uint8_t(std::lround(v * 255)));
  return image;
}

}  // namespace

Contents synth_shapes(const std::string& src, const DataOptions& options) {
  const Request request = parse(src);
  refuse_all_options(options, src + " has its own classes and splits");
  refuse_options({{"classes", quoted_list(options.classes)}}, src + " has its own classes");
  if (options.task == Task::single_label) throw UsageError(text(src, " is multi-label; leave out ", option("task")));
  Contents data;
  data.name = src;
  for (const std::string_view name : shape_names) data.classes.emplace_back(name);
  for (size_t s = 0; s < 3; ++s) {
    const std::vector<float> targets = deal_labels(request.sizes[s], Generator(request.seed, label_stream | s));
    data.targets.insert(data.targets.end(), targets.begin(), targets.end());
    for (int64_t i = 0; i < request.sizes[s]; ++i) {
      data.splits.push_back(Split(s));
      data.paths.push_back(text(split_name(Split(s)), "/", i));
    }
  }
  data.channels = 1;
  data.height = data.width = image_side;
  data.read = [targets = data.targets, seed = request.seed](int64_t i) { return draw(targets, seed, i); };
  return data;
}

}  // namespace skew
