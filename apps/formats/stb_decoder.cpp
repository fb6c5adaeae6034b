// stb_image is compiled into this file, as a system header and with PNG and JPEG alone. The JPEG planes are taken from
// its internal decoder state (same names from 2.08 to 2.30), because its public functions only give upsampled pixels.
#include "apps/formats/stb_decoder.h"

#include <memory>

#include "apps/formats/jpeg_colour.h"
#include "core/error.h"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_ASSERT(x) ((void)0)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

namespace skew {
namespace {

[[noreturn]] void fail(const std::string& name, const char* format) {
  const char* reason = stbi_failure_reason();
  throw FileError(text(name, ": ", format, ": cannot be decoded: ", reason ? reason : "unknown reason"));
}

struct StbFree {
  void operator()(void* p) const { stbi_image_free(p); }
};

class JpegDecoder {  // owns stb_image's state of one picture
 public:
  explicit JpegDecoder(std::span<const uint8_t> file) : state_(std::make_unique<stbi__jpeg>()) {
    stbi__start_mem(&context_, file.data(), int(file.size()));
    state_->s = &context_;
    stbi__setup_jpeg(state_.get());
  }
  ~JpegDecoder() { stbi__cleanup_jpeg(state_.get()); }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  bool decode() { return stbi__decode_jpeg_image(state_.get()) != 0; }
  bool matches(const JpegHeader& h) const {
    return context_.img_x == h.width && context_.img_y == h.height && context_.img_n == h.components;
  }
  std::vector<JpegPlane> planes() const {
    std::vector<JpegPlane> planes;
    for (int k = 0; k < context_.img_n; ++k) {
      const auto& c = state_->img_comp[k];
      planes.push_back({c.data, c.w2, c.x, c.y, state_->img_h_max / c.h, state_->img_v_max / c.v});
    }
    return planes;
  }

 private:
  stbi__context context_{};
  std::unique_ptr<stbi__jpeg> state_;
};

}  // namespace

std::vector<uint8_t> decode_png_samples(std::span<const uint8_t> file, const ImageInfo& info, const std::string& name) {
  int width = 0, height = 0, stored = 0;  // stored: channels in the file
  const int channels = int(info.channels), size = int(file.size());
  std::unique_ptr<void, StbFree> samples(
      info.bits == 16
          ? static_cast<void*>(stbi_load_16_from_memory(file.data(), size, &width, &height, &stored, channels))
          : stbi_load_from_memory(file.data(), size, &width, &height, &stored, channels));
  if (!samples || width != info.width || height != info.height) fail(name, "PNG");
  const auto* first = static_cast<const uint8_t*>(samples.get());
  return {first, first + info.channels * info.height * info.width * (info.bits / 8)};
}

std::vector<uint8_t> decode_jpeg_samples(std::span<const uint8_t> file, const JpegHeader& header,
                                         const std::string& name) {
  std::vector<uint8_t> without_junk;
  if (!header.junk.empty()) {  // stb_image stops at what libjpeg skips
    size_t at = 0;
    for (const auto& [begin, end] : header.junk) {
      without_junk.insert(without_junk.end(), file.begin() + ptrdiff_t(at), file.begin() + ptrdiff_t(begin));
      at = end;
    }
    without_junk.insert(without_junk.end(), file.begin() + ptrdiff_t(at), file.end());
    file = without_junk;
  }
  JpegDecoder decoder(file);
  if (!decoder.decode() || !decoder.matches(header)) fail(name, "JPEG");
  return interleave_planes(decoder.planes(), header.height, header.width, header.rgb);
}

}  // namespace skew
