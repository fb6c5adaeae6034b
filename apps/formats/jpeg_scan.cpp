// A bit reader, a Huffman decoder, and the four ways a block is coded. Values are skipped; only which coefficients are
// non-zero is kept, because refinement scans depend on it.
#include "apps/formats/jpeg_scan.h"

#include "core/error.h"

namespace skew {

bool JpegHuffman::build(std::span<const uint8_t, 16> counts, std::span<const uint8_t> values) {
  *this = {};
  int32_t code = 0, index = 0;
  for (int length = 1; length <= 16; ++length) {
    const int32_t n = counts[size_t(length - 1)];
    if (code + n > 1 << length || size_t(index + n) > values.size()) return false;
    offset[size_t(length)] = index - code;
    for (int32_t i = 0; i < n; ++i, ++code, ++index) {
      if (length > 8) continue;
      const int32_t spread = 1 << (8 - length);
      for (int32_t j = 0; j < spread; ++j)
        fast[size_t(code * spread + j)] = uint16_t(length << 8 | values[size_t(index)]);
    }
    past_end[size_t(length)] = code << (16 - length);
    code <<= 1;
  }
  symbols.assign(values.begin(), values.end());
  return defined = true;
}

namespace {

class ScanReader {
 public:
  ScanReader(std::span<const uint8_t> file, size_t at, const JpegScan& scan, const std::string& name)
      : file_(file), at_(at), scan_(scan), name_(name) {}

  size_t run() {
    int64_t left = scan_.restart_interval;
    int restart = 0;
    for (int64_t y = 0; y < scan_.mcus_high; ++y) {
      for (int64_t x = 0; x < scan_.mcus_wide; ++x) {
        if (scan_.restart_interval > 0 && left-- == 0) {
          pass_restart(restart++ & 7);
          left = scan_.restart_interval - 1;
        }
        read_mcu(x, y);
      }
    }
    finish_segment();
    return at_;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw FileError(text(name_, ": JPEG: ", why, " near byte ", at_, "; fetch the file again"));
  }

  // ---- bits: the top count_ bits of buffer_; behind the data zeros are supplied and counted ----
  void refill() {
    while (count_ <= 56) {
      uint64_t byte = 0;
      if (at_ >= file_.size() || (file_[at_] == 0xff && (at_ + 1 >= file_.size() || file_[at_ + 1] != 0))) {
        supplied_ += 8;  // a marker, or the end of the file
      } else {
        byte = file_[at_];
        at_ += byte == 0xff ? 2 : 1;
      }
      buffer_ |= byte << (56 - count_);
      count_ += 8;
    }
  }
  void drop(int n) { buffer_ <<= n, count_ -= n; }
  uint32_t bits(int n) {  // n <= 16
    if (n == 0) return 0;
    if (count_ < n) refill();
    const auto value = static_cast<uint32_t>(buffer_ >> (64 - n));
    drop(n);
    return value;
  }
  int symbol(const JpegHuffman& table) {
    if (count_ < 16) refill();
    const uint16_t entry = table.fast[buffer_ >> 56];
    if (entry != 0) {
      drop(entry >> 8);
      return entry & 255;
    }
    const auto next = static_cast<int32_t>(buffer_ >> 48);
    for (int length = 9; length <= 16; ++length) {
      if (next >= table.past_end[size_t(length)]) continue;
      drop(length);
      return table.symbols[size_t((next >> (16 - length)) + table.offset[size_t(length)])];
    }
    if (count_ - 16 < supplied_) fail("truncated: the picture's data ends too early");
    fail("damaged: a code outside the Huffman table");
  }

  void finish_segment() {
    if (count_ < supplied_) fail("truncated: the picture's data ends too early");
    if (count_ - supplied_ >= 8 && !only_zero_bytes_follow()) fail("damaged: data left over behind the last block");
    while (at_ < file_.size() && file_[at_] == 0) ++at_;  // some cameras pad with zeros
    if (at_ >= file_.size()) fail("truncated: no end-of-image marker");
    if (file_[at_] != 0xff || (at_ + 1 < file_.size() && file_[at_ + 1] == 0))
      fail("damaged: data left over behind the last block");
    buffer_ = 0, count_ = 0, supplied_ = 0, end_of_band_run_ = 0;
  }
  bool only_zero_bytes_follow() const {  // whole bytes still in the buffer
    const int padding = (count_ - supplied_) & 7;
    return (buffer_ << padding) == 0;
  }
  void pass_restart(int number) {
    finish_segment();
    while (at_ + 1 < file_.size() && file_[at_] == 0xff && file_[at_ + 1] == 0xff) ++at_;
    if (at_ + 1 >= file_.size() || file_[at_ + 1] != 0xd0 + number) fail("damaged: a restart marker is missing");
    at_ += 2;
  }

  // ---- blocks ----
  void read_mcu(int64_t x, int64_t y) {
    const bool interleaved = scan_.parts.size() > 1;
    for (const JpegScan::Part& part : scan_.parts) {
      JpegComponent& c = *part.component;
      const int64_t h = interleaved ? c.h : 1, v = interleaved ? c.v : 1;
      for (int64_t j = 0; j < v; ++j)
        for (int64_t i = 0; i < h; ++i)
          read_block(part, scan_.progressive ? &c.nonzero[size_t((y * v + j) * c.padded_wide + x * h + i)] : nullptr);
    }
    if (count_ < supplied_) fail("truncated: the picture's data ends too early");
  }
  void read_block(const JpegScan::Part& part, uint64_t* nonzero) {
    if (!scan_.progressive) {
      read_dc(*part.dc);
      read_sequential_ac(*part.ac);
    } else if (scan_.first == 0) {
      if (scan_.high == 0) read_dc(*part.dc);
      else bits(1);
    } else if (scan_.high == 0) {
      read_first_ac(*part.ac, *nonzero);
    } else {
      read_refining_ac(*part.ac, *nonzero);
    }
  }
  void read_dc(const JpegHuffman& table) {
    const int size = symbol(table);
    if (size > 11) fail("damaged: a DC difference of more than 11 bits");
    bits(size);
  }
  void read_sequential_ac(const JpegHuffman& table) {
    for (int k = 1; k < 64; ++k) {
      const int code = symbol(table), run = code >> 4, size = code & 15;
      if (size == 0 && run == 0) return;  // end of block
      k += run;
      if (k > 63 || size > 10 || (size == 0 && run != 15)) fail("damaged: an impossible run of coefficients");
      bits(size);
    }
  }
  void read_first_ac(const JpegHuffman& table, uint64_t& nonzero) {
    if (end_of_band_run_ > 0) {
      --end_of_band_run_;
      return;
    }
    for (int k = scan_.first; k <= scan_.last; ++k) {
      const int code = symbol(table), run = code >> 4, size = code & 15;
      if (size == 0 && run < 15) {
        end_of_band_run_ = (int64_t(1) << run) - 1 + bits(run);
        return;
      }
      k += run;
      if (k > scan_.last || size > 10) fail("damaged: an impossible run of coefficients");
      bits(size);
      if (size > 0) nonzero |= uint64_t(1) << k;
    }
  }
  // Each coefficient known to be non-zero gets one correction bit; runs count the others only.
  void read_refining_ac(const JpegHuffman& table, uint64_t& nonzero) {
    int k = scan_.first;
    for (; end_of_band_run_ == 0 && k <= scan_.last; ++k) {
      const int code = symbol(table), size = code & 15;
      int run = code >> 4;
      if (size == 0 && run < 15) {
        end_of_band_run_ = (int64_t(1) << run) + bits(run);
        break;
      }
      if (size > 1) fail("damaged: a refinement of more than one bit");
      bits(size);
      for (; k <= scan_.last; ++k) {
        if (nonzero >> k & 1) bits(1);
        else if (run-- == 0) break;
      }
      if (size == 1 && k > scan_.last) fail("damaged: an impossible run of coefficients");
      if (size == 1) nonzero |= uint64_t(1) << k;
    }
    if (end_of_band_run_ == 0) return;
    for (; k <= scan_.last; ++k)
      if (nonzero >> k & 1) bits(1);
    --end_of_band_run_;
  }

  std::span<const uint8_t> file_;
  size_t at_;
  const JpegScan& scan_;
  const std::string& name_;
  uint64_t buffer_ = 0;
  int count_ = 0, supplied_ = 0;
  int64_t end_of_band_run_ = 0;
};

}  // namespace

size_t check_jpeg_scan(std::span<const uint8_t> file, size_t at, const JpegScan& scan, const std::string& name) {
  return ScanReader(file, at, scan, name).run();
}

}  // namespace skew
