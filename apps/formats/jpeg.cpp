// A walk over the markers: 0xff, a code, and for most of them a big-endian length that counts itself.
#include "apps/formats/jpeg.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "apps/formats/jpeg_scan.h"
#include "core/error.h"

namespace skew {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr int sof0 = 0xc0, sof1 = 0xc1, sof2 = 0xc2, dht = 0xc4, dac = 0xcc, soi = 0xd8, eoi = 0xd9, sos = 0xda,
              dqt = 0xdb, dnl = 0xdc, dri = 0xdd, app0 = 0xe0, app14 = 0xee, app15 = 0xef, com = 0xfe;

// Coding processes that stb_image does not have, by marker; "" for those it has.
std::string_view refused_process(int marker) {
  switch (marker) {
    case 0xc3: return "lossless coding";
    case 0xc5: case 0xc6: case 0xc7: return "hierarchical coding";
    case 0xc9: case 0xca: case 0xcb: case 0xcd: case 0xce: case 0xcf: case dac: return "arithmetic coding";
    case 0xf7: return "JPEG-LS";
    default: return "";
  }
}

class Walk {
 public:
  Walk(Bytes file, const std::string& name, const ImageLimits& limits) : file_(file), name_(name), limits_(limits) {}

  // Handles segments until `frame_only` and the frame is known, or to the end of the image.
  JpegHeader run(bool frame_only) {
    at_ = 2;
    for (;;) {
      const int marker = next_marker();
      if (marker == eoi) break;
      if (marker == soi) fail("a second start-of-image marker");
      const Bytes data = segment();
      switch (marker) {
        case sof0: case sof1: case sof2: read_frame(marker, data); break;
        case dht: read_huffman(data); break;
        case dqt: read_quantization(data); break;
        case dri: read_restart_interval(data); break;
        case sos: read_scan(data); break;
        case dnl: refuse("a height given after the data (DNL)");
        case app0: jfif_ = jfif_ || (starts_with(data, std::string_view("JFIF\0", 5)) && data.size() >= 14); break;
        case app14: if (starts_with(data, "Adobe") && data.size() >= 12) adobe_transform_ = data[11]; break;
        default: read_other(marker);
      }
      if (frame_only && header_.width > 0) return header_;
    }
    require_complete();
    header_.rgb = planes_are_rgb();
    return header_;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const { throw FileError(name_ + ": JPEG: " + why); }
  [[noreturn]] void refuse(std::string_view what) const {
    fail(text(what, " is not read by skew; convert the file to baseline JPEG or PNG, e.g. with ImageMagick"));
  }
  static bool starts_with(Bytes data, std::string_view word) {
    return data.size() >= word.size() && std::equal(word.begin(), word.end(), data.begin());
  }

  int next_marker() {
    const size_t begin = at_;
    for (; at_ + 1 < file_.size(); ++at_) {
      const int code = file_[at_ + 1];
      if (file_[at_] == 0xff && code != 0xff && code != 0) {
        if (at_ > begin) header_.junk.emplace_back(begin, at_);
        at_ += 2;
        return code;
      }
      if (scans_ > 0 && file_[at_] != 0xff) fail(text("damaged: no marker at byte ", at_, ", where one is due"));
    }
    fail(text("truncated: no end-of-image marker in ", file_.size(), " bytes; fetch the file again"));
  }
  Bytes segment() {
    if (file_.size() - at_ < 2) fail("truncated inside a segment; fetch the file again");
    const size_t length = size_t(file_[at_]) << 8 | file_[at_ + 1];
    if (length < 2 || length > file_.size() - at_)
      fail(text("truncated or damaged: the segment at byte ", at_, " claims ", length, " bytes, ", file_.size() - at_,
                " are left"));
    const Bytes data = file_.subspan(at_ + 2, length - 2);
    at_ += length;
    return data;
  }
  void read_other(int marker) const {
    const std::string_view process = refused_process(marker);
    if (!process.empty()) refuse(process);
    const bool ignorable = (marker >= app0 && marker <= app15) || marker == com;
    if (!ignorable) fail(text("damaged: unknown marker ff", "0123456789abcdef"[marker >> 4],
                              "0123456789abcdef"[marker & 15], " before byte ", at_));
  }

  void read_frame(int marker, Bytes d) {
    if (header_.width > 0) fail("two frame headers");
    if (d.size() < 6) fail("a frame header that is too short");
    if (d[0] != 8) refuse(text(int(d[0]), "-bit JPEG"));
    const int64_t height = d[1] << 8 | d[2], width = d[3] << 8 | d[4];
    const size_t count = d[5];
    if (height == 0) refuse("a height given after the data (DNL)");
    if (width == 0) fail("a width of 0");
    if (count == 4) refuse("a CMYK or YCCK picture");
    if (count != 1 && count != 3) fail(text(count, " components; 1 or 3 are read"));
    if (d.size() != 6 + 3 * count) fail("a frame header of a wrong length");
    if (width > limits_.max_pixels / height)
      fail(text(width, "x", height, " pixels are more than the limit of ", limits_.max_pixels));
    int h_max = 1, v_max = 1;
    components_.assign(count, {});
    for (size_t i = 0; i < count; ++i) {
      JpegComponent& c = components_[i];
      c.id = d[6 + 3 * i], c.h = d[7 + 3 * i] >> 4, c.v = d[7 + 3 * i] & 15;
      if (c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4 || d[8 + 3 * i] > 3) fail("damaged: an impossible component");
      for (size_t j = 0; j < i; ++j)
        if (components_[j].id == c.id) fail("damaged: two components of one name");
      h_max = std::max(h_max, c.h), v_max = std::max(v_max, c.v);
      c.bits_to_come.fill(-1);
    }
    mcus_wide_ = (width + 8 * h_max - 1) / (8 * h_max), mcus_high_ = (height + 8 * v_max - 1) / (8 * v_max);
    int64_t blocks = 0;
    for (JpegComponent& c : components_) {
      if (h_max % c.h != 0 || v_max % c.v != 0) refuse("a fractional chroma subsampling");
      c.blocks_wide = ((width * c.h + h_max - 1) / h_max + 7) / 8;
      c.blocks_high = ((height * c.v + v_max - 1) / v_max + 7) / 8;
      c.padded_wide = mcus_wide_ * c.h, c.padded_high = mcus_high_ * c.v;
      blocks += c.blocks_wide * c.blocks_high;
    }
    if (blocks / 8 > int64_t(file_.size()))  // each block takes at least one bit, in whichever mode
      fail(text("truncated or hostile: ", width, "x", height, " pixels cannot come out of ", file_.size(), " bytes"));
    header_.width = width, header_.height = height, header_.components = int(count);
    header_.progressive = marker == sof2;
  }

  void read_huffman(Bytes d) {
    while (!d.empty()) {
      if (d.size() < 17) fail("damaged: a Huffman table that is too short");
      const int kind = d[0] >> 4, number = d[0] & 15;
      size_t count = 0;
      for (size_t i = 1; i <= 16; ++i) count += d[i];
      if (kind > 1 || number > 3 || count > 256 || d.size() < 17 + count) fail("damaged: an impossible Huffman table");
      JpegHuffman& table = tables_[size_t(kind)][size_t(number)];
      if (!table.build(d.subspan(1).first<16>(), d.subspan(17, count))) fail("damaged: an impossible Huffman table");
      d = d.subspan(17 + count);
    }
  }
  void read_quantization(Bytes d) const {
    while (!d.empty()) {
      const size_t size = d[0] >> 4 == 0 ? 65 : 129;
      if (d[0] >> 4 > 1 || (d[0] & 15) > 3 || d.size() < size) fail("damaged: an impossible quantization table");
      d = d.subspan(size);
    }
  }
  void read_restart_interval(Bytes d) {
    if (d.size() != 2) fail("damaged: a restart interval of a wrong length");
    restart_interval_ = d[0] << 8 | d[1];
  }

  void read_scan(Bytes d) {
    if (header_.width == 0) fail("damaged: data before the frame header");
    const size_t count = d.empty() ? 0 : d[0];
    if (count < 1 || count > components_.size() || d.size() != 4 + 2 * count) fail("damaged: an impossible scan");
    JpegScan scan;
    scan.progressive = header_.progressive;
    const uint8_t* band = &d[1 + 2 * count];
    scan.first = band[0], scan.last = band[1], scan.high = band[2] >> 4, scan.low = band[2] & 15;
    if (!scan.progressive) scan.first = 0, scan.last = 63, scan.high = scan.low = 0;  // some writers leave them at 0
    if (scan.last > 63 || scan.first > scan.last || scan.low > 13 || (scan.high > 0 && scan.high != scan.low + 1) ||
        (scan.progressive && (scan.first == 0 ? scan.last > 0 : count > 1)))
      fail("damaged: an impossible band of coefficients");
    for (size_t i = 0; i < count; ++i) add_part(scan, d[1 + 2 * i], d[2 + 2 * i]);
    scan.restart_interval = restart_interval_;
    const JpegComponent& only = *scan.parts[0].component;
    scan.mcus_wide = count > 1 ? mcus_wide_ : only.blocks_wide;
    scan.mcus_high = count > 1 ? mcus_high_ : only.blocks_high;
    at_ = check_jpeg_scan(file_, at_, scan, name_);
    ++scans_;
  }
  void add_part(JpegScan& scan, int id, int tables) {
    const auto c = std::find_if(components_.begin(), components_.end(), [&](const auto& x) { return x.id == id; });
    if (c == components_.end()) fail("damaged: a scan of an unknown component");
    for (int k = scan.first; k <= scan.last; ++k) {
      int8_t& bits = c->bits_to_come[size_t(k)];
      if (bits != (scan.high == 0 ? -1 : scan.high)) fail("damaged: a scan repeats or skips bits of coefficients");
      bits = int8_t(scan.low);
    }
    const int dc = tables >> 4, ac = tables & 15;
    if (dc > 3 || ac > 3) fail("damaged: an unknown Huffman table");
    const JpegScan::Part part{&*c, &tables_[0][size_t(dc)], &tables_[1][size_t(ac)]};
    const bool needs_dc = scan.first == 0 && scan.high == 0, needs_ac = scan.last > 0;
    if ((needs_dc && !part.dc->defined) || (needs_ac && !part.ac->defined)) fail("a scan without its Huffman table");
    if (scan.progressive) c->nonzero.resize(size_t(c->padded_wide * c->padded_high));
    scan.parts.push_back(part);
  }

  void require_complete() const {
    if (header_.width == 0) fail("no picture in the file");
    for (const JpegComponent& c : components_) {
      if (c.bits_to_come[0] != 0) fail("incomplete: scans are missing at the end; fetch the file again");
      for (int8_t bits : c.bits_to_come)
        if (bits > 0) fail("incomplete: scans are missing at the end; fetch the file again");
    }
  }
  // libjpeg's rule: a JFIF marker means YCbCr; else Adobe's marker decides; else the components' names.
  bool planes_are_rgb() const {
    if (header_.components != 3 || jfif_) return false;
    if (adobe_transform_ >= 0) return adobe_transform_ == 0;
    return components_[0].id == 'R' && components_[1].id == 'G' && components_[2].id == 'B';
  }

  Bytes file_;
  const std::string& name_;
  ImageLimits limits_;
  size_t at_ = 0;
  JpegHeader header_;
  std::vector<JpegComponent> components_;
  std::array<std::array<JpegHuffman, 4>, 2> tables_;  // [DC, AC][number]
  int64_t restart_interval_ = 0, mcus_wide_ = 0, mcus_high_ = 0, scans_ = 0;
  bool jfif_ = false;
  int adobe_transform_ = -1;
};

}  // namespace

JpegHeader read_jpeg_header(Bytes file, const std::string& name, const ImageLimits& limits) {
  return Walk(file, name, limits).run(true);
}

JpegHeader check_jpeg(Bytes file, const std::string& name, const ImageLimits& limits) {
  return Walk(file, name, limits).run(false);
}

}  // namespace skew
