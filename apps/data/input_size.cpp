// The survey is filled by threads image by image and counted in order, so that it does not depend on them.
#include "apps/data/input_size.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "apps/data/option_words.h"
#include "core/error.h"

namespace skew {
namespace {

constexpr int64_t least_side = 32, most_side = 224, side_step = 8;

// The median of the shorter sides, rounded.
int64_t common_side(const ImageSurvey& survey) {
  std::map<int64_t, int64_t> shorter;
  int64_t images = 0;
  for (const auto& [size, count] : survey.sizes) {
    shorter[std::min(size.first, size.second)] += count;
    images += count;
  }
  int64_t seen = 0, median = 0;
  for (const auto& [side, count] : shorter) {
    median = side;
    seen += count;
    if (2 * seen >= images) break;
  }
  return std::clamp((median + side_step / 2) / side_step * side_step, least_side, most_side);
}

// By a pixel or more at that side.
bool aspects_differ(const ImageSurvey& survey, int64_t side) {
  double narrowest = 0, widest = 0;
  for (const auto& [size, count] : survey.sizes) {
    const double aspect = double(size.second) / double(size.first);
    narrowest = narrowest == 0 ? aspect : std::min(narrowest, aspect);
    widest = std::max(widest, aspect);
  }
  return widest > narrowest * (1 + 1.0 / double(side));
}

std::string size_words(const std::pair<int64_t, int64_t>& size) { return text(size.second, "x", size.first); }

const char* words_for(Fit fit) {
  if (fit == Fit::pad) return "aspect kept, black around";
  return fit == Fit::crop ? "aspect kept, the middle cut out" : "each side on its own";
}

}  // namespace

ImageSurvey survey_images(const Dataset& data) {
  ImageSurvey out;
  if (!data.has_headers()) return out;
  std::vector<ImageInfo> headers(size_t(data.size()));
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < headers.size(); i = next++) try {
        headers[i] = data.header(int64_t(i));
      } catch (const std::exception&) {  // not counted; whoever needs its pixels will say why
      }
  };
  {
    std::vector<std::jthread> threads;
    const unsigned most = std::clamp(std::thread::hardware_concurrency(), 1u, 16u);
    for (size_t t = 1; t < std::min<size_t>(most, headers.size() / 64); ++t) threads.emplace_back(work);
    work();
  }
  for (const ImageInfo& header : headers) {
    if (header.channels == 0) {
      ++out.unreadable;
      continue;
    }
    ++out.sizes[{header.height, header.width}];
    ++(header.channels >= 3 ? out.colour : out.grey);
    out.turned += header.orientation != 1;
  }
  return out;
}

InputShape choose_input(const ImageSurvey& survey, const Dataset& data, const InputSize& asked) {
  if (asked.img_size < 0 || asked.img_size > 16384)
    throw ValueError(text("image size ", asked.img_size, ": expected 1 to 16384, or 0 for the images' own"));
  if (asked.channels != 0 && asked.channels != 1 && asked.channels != 3)
    throw ValueError(text("input channels ", asked.channels, ": expected 1, 3, or 0 for the images' own"));
  InputShape shape{data.channels(), data.height(), data.width(), asked.fit};
  const bool mixed_colours = survey.grey > 0 && survey.colour > 0;
  if (asked.channels != 0) shape.channels = asked.channels;
  else if (mixed_colours) shape.channels = survey.colour >= survey.grey ? 3 : 1;
  if (asked.img_size != 0 || survey.sizes.size() > 1)
    shape.height = shape.width = asked.img_size != 0 ? asked.img_size : common_side(survey);
  if (asked.fit == Fit::automatic)
    shape.fit = aspects_differ(survey, std::max<int64_t>(1, shape.height)) ? Fit::pad : Fit::squeeze;
  return shape;
}

std::string describe_input(const ImageSurvey& survey, const InputShape& shape) {
  std::string out;
  const auto add = [&](const std::string& words) { out += (out.empty() ? "" : "; ") + words; };
  if (survey.sizes.size() > 1) {
    const auto area = [](const auto& entry) { return entry.first.first * entry.first.second; };
    const auto [smallest, largest] = std::ranges::minmax_element(survey.sizes, {}, area);
    add(text(survey.sizes.size(), " sizes, ", size_words(smallest->first), " to ", size_words(largest->first),
             " (width x height): brought to ", shape.width, "x", shape.height, ", ", words_for(shape.fit), " (",
             option("img_size"), ", ", option("fit"), ")"));
  }
  if (survey.grey > 0 && survey.colour > 0)
    add(text(survey.grey, " grey and ", survey.colour, " in colour: all taken as ",
             shape.channels == 3 ? "colour" : "grey", " (", option("channels"), ")"));
  if (survey.turned > 0)
    add(text("EXIF orientation applied to ", survey.turned, survey.turned == 1 ? " image (" : " images (",
             option("exif", "ignore"), " leaves them as stored)"));
  return out;
}

}  // namespace skew
