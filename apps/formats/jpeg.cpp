// libjpeg warns where it goes on with grey or repeated pixels; a picture to learn from is whole or it is refused.
#include <cstdio>  // jpeglib.h needs it

#include <jerror.h>
#include <jpeglib.h>

#include "apps/formats/codecs.h"
#include "apps/formats/library_errors.h"
#include "core/error.h"

namespace skew {
namespace {

constexpr int max_scans = 100;                      // writers make about ten; each costs a pass over the picture
constexpr int64_t bytes_per_pixel = 8;              // of what libjpeg may keep: four components' coefficients
constexpr int64_t fixed_bytes = int64_t{16} << 20;  // tables and rows, of which a small picture needs some too

// R = K·C / 255 and so on, in Pillow's rounding; files hold the four inverted, as Adobe writes them.
void append_rgb(std::span<const uint8_t> cmyk, uint8_t* out) {
  for (size_t i = 0; i < cmyk.size(); i += 4)
    for (size_t c = 0; c < 3; ++c) {
      const int black = cmyk[i + 3], product = (255 - cmyk[i + c]) * black + 128;
      *out++ = uint8_t(black - ((product >> 8) + product) / 256);
    }
}

class JpegFile {
 public:
  JpegFile(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits, int64_t file_bytes)
      : file_(file), name_(name), limits_(limits), file_bytes_(file_bytes) {
    info_.err = jpeg_std_error(&callbacks_);
    callbacks_.error_exit = [](j_common_ptr info) { of(info).leave(); };
    callbacks_.emit_message = [](j_common_ptr info, int level) { of(info).warn(level); };
    monitor_.progress_monitor = [](j_common_ptr info) {  // before each piece of a scan
      of(info).forget_standard_tables();
      of(info).count_scans();
    };
    info_.client_data = this;
  }
  ~JpegFile() { jpeg_destroy_decompress(&info_); }
  JpegFile(const JpegFile&) = delete;
  JpegFile& operator=(const JpegFile&) = delete;

  ImageInfo read_header() {
    run([&] {
      jpeg_create_decompress(&info_);
      info_.progress = &monitor_;
      info_.mem->max_memory_to_use = limits_.max_pixels * bytes_per_pixel + fixed_bytes;
      jpeg_mem_src(&info_, file_.data(), file_.size());
      jpeg_read_header(&info_, TRUE);
    });
    const int64_t width = info_.image_width, height = info_.image_height, components = info_.num_components;
    if (components != 1 && components != 3 && components != 4)
      fail(text(components, " components; 1, 3 or 4 are read"));
    if (width > limits_.max_pixels / height)
      fail(text(width, "x", height, " pixels are more than the limit of ", limits_.max_pixels));
    int64_t blocks = 0;
    for (int c = 0; c < components; ++c)
      blocks += int64_t(info_.comp_info[c].width_in_blocks) * info_.comp_info[c].height_in_blocks;
    if (blocks / 8 > file_bytes_)  // Huffman codes take a bit a block at least, arithmetic ones mostly
      fail(text("truncated or hostile: ", width, "x", height, " pixels in ", file_bytes_, " bytes"));
    return {components == 1 ? 1 : 3, height, width, 8, "JPEG"};
  }

  Image decode() {
    const ImageInfo header = read_header();
    const bool cmyk = info_.num_components == 4;
    Image image{header.channels, header.height, header.width, 8, {}};
    const size_t row_bytes = size_t(header.channels * header.width);
    image.bytes.resize(row_bytes * size_t(header.height));
    std::vector<uint8_t> cmyk_row(cmyk ? 4 * size_t(header.width) : 0);
    info_.out_color_space = header.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    if (cmyk) info_.out_color_space = JCS_CMYK;
    run([&] {
      note_defined_tables();
      jpeg_start_decompress(&info_);
      while (info_.output_scanline < info_.output_height) {
        uint8_t* const row = image.bytes.data() + row_bytes * info_.output_scanline;
        uint8_t* into = cmyk ? cmyk_row.data() : row;
        jpeg_read_scanlines(&info_, &into, 1);
        if (cmyk) append_rgb(cmyk_row, row);
      }
      require_all_scans();
      jpeg_finish_decompress(&info_);  // reads on to the end marker
    });
    return image;
  }

 private:
  static JpegFile& of(j_common_ptr info) { return *static_cast<JpegFile*>(info->client_data); }
  [[noreturn]] void fail(const std::string& why) const { throw FileError(name_ + ": JPEG: " + why); }

  template <class Calls> void run(Calls calls) {
    if (errors_.completes(calls)) return;
    switch (callbacks_.msg_code) {
      case JERR_ARITH_NOTIMPL:
      case JERR_BAD_PRECISION:
      case JERR_CCIR601_NOTIMPL:
      case JERR_CONVERSION_NOTIMPL:
      case JERR_FRACT_SAMPLE_NOTIMPL:
      case JERR_SOF_UNSUPPORTED:
        fail(text(errors_.why(),
                  ": not read by skew; convert the file to baseline JPEG or PNG with the program that wrote it"));
      default: fail(text("damaged or truncated: ", errors_.why(), "; fetch the file again"));
    }
  }
  [[noreturn]] void leave() {
    char words[JMSG_LENGTH_MAX];
    callbacks_.format_message(reinterpret_cast<j_common_ptr>(&info_), words);
    errors_.leave(words);
  }
  void warn(int level) {  // from 0 on: a trace
    const bool in_header = info_.input_scan_number == 0 && callbacks_.msg_code != JWRN_JPEG_EOF;
    if (level < 0 && !in_header) leave();
  }
  void count_scans() {
    if (info_.input_scan_number > max_scans) errors_.leave("more than 100 scans");
  }
  // For frames of motion JPEG, which leave them out, libjpeg-turbo puts the standard's Huffman tables where none were
  // defined. A file that has lost its tables would become another picture, unnoticed.
  void note_defined_tables() {
    for (int t = 0; t < NUM_HUFF_TBLS; ++t) {
      missing_[0][t] = info_.dc_huff_tbl_ptrs[t] == nullptr;
      missing_[1][t] = info_.ac_huff_tbl_ptrs[t] == nullptr;
    }
    if (info_.progressive_mode || info_.arith_code) return;  // the first has no substitutes, the second no tables
    for (int c = 0; c < info_.comps_in_scan; ++c) {
      require_table(0, info_.cur_comp_info[c]->dc_tbl_no);
      require_table(1, info_.cur_comp_info[c]->ac_tbl_no);
    }
  }
  void require_table(int kind, int number) {
    if (number >= 0 && number < NUM_HUFF_TBLS && !missing_[kind][number]) return;
    char words[80];
    std::snprintf(words, sizeof words, "%s Huffman table %d was not defined", kind == 0 ? "DC" : "AC", number);
    errors_.leave(words);
  }
  void forget_standard_tables() {  // so that later scans find what the file defines, or nothing
    for (int t = 0; t < NUM_HUFF_TBLS; ++t) {
      if (missing_[0][t]) info_.dc_huff_tbl_ptrs[t] = nullptr;
      if (missing_[1][t]) info_.ac_huff_tbl_ptrs[t] = nullptr;
      missing_[0][t] = missing_[1][t] = false;
    }
  }
  // libjpeg takes what has come so far for the picture: a component without a scan is grey, missing bits are zero.
  void require_all_scans() {
    for (int c = 0; c < info_.num_components; ++c) {
      bool complete = info_.comp_info[c].quant_table != nullptr;    // taken over at its first scan
      for (int k = 0; info_.progressive_mode && k < DCTSIZE2; ++k)  // −1: never sent, all zero; else the bits to come
        complete = complete && (info_.coef_bits[c][k] == 0 || (k > 0 && info_.coef_bits[c][k] == -1));
      if (!complete) errors_.leave("scans are missing at the end");
    }
  }

  std::span<const uint8_t> file_;
  const std::string& name_;
  ImageLimits limits_;
  int64_t file_bytes_;
  LibraryErrors errors_;
  jpeg_decompress_struct info_{};
  jpeg_error_mgr callbacks_{};
  jpeg_progress_mgr monitor_{};
  bool missing_[2][NUM_HUFF_TBLS] = {};  // DC, AC: not defined when the first scan began
};

}  // namespace

ImageInfo read_jpeg_header(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits,
                           int64_t file_bytes) {
  return JpegFile(file, name, limits, file_bytes).read_header();
}

Image decode_jpeg(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits) {
  return JpegFile(file, name, limits, int64_t(file.size())).decode();
}

}  // namespace skew
