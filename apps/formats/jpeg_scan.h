// Reads the Huffman codes of a JPEG scan without making pixels, to know that the scan is complete: a decoder that runs
// out of data paints grey and reports success. Not a decoder. Source: ITU-T T.81 (1992), annexes B, F, G.
// Read next: jpeg.h, which walks the file and calls this.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace skew {

struct JpegHuffman {  // one table, from a DHT segment; code lengths 1..16
  bool defined = false;
  std::array<uint16_t, 256> fast{};    // by the next 8 bits: length << 8 | symbol; 0 for a longer code
  std::array<int32_t, 18> past_end{};  // by length: first 16-bit prefix past the codes of that length
  std::array<int32_t, 18> offset{};    // by length: symbol index = code + offset
  std::vector<uint8_t> symbols;
  // False when the counts describe no prefix code.
  bool build(std::span<const uint8_t, 16> counts, std::span<const uint8_t> values);
};

struct JpegComponent {
  int id = 0, h = 1, v = 1;                   // sampling factors 1..4
  int64_t blocks_wide = 0, blocks_high = 0;   // 8x8 blocks that hold samples (a scan of this component alone)
  int64_t padded_wide = 0, padded_high = 0;   // rounded up to whole MCUs (an interleaved scan)
  std::array<int8_t, 64> bits_to_come{};      // per coefficient: −1 not seen yet, else the successive-approximation bit
  std::vector<uint64_t> nonzero;              // progressive only: per block, which coefficients are non-zero so far
};

struct JpegScan {
  struct Part {
    JpegComponent* component;
    const JpegHuffman *dc, *ac;
  };
  std::vector<Part> parts;
  bool progressive = false;
  int first = 0, last = 63;         // band of coefficients Ss..Se
  int high = 0, low = 0;            // successive approximation Ah, Al
  int64_t restart_interval = 0;     // in MCUs, 0: none
  int64_t mcus_wide = 0, mcus_high = 0;
};

// Reads every block of the scan whose data starts at `at`; returns the offset of the marker behind it.
// FileError naming `name` when data is missing, left over (zero bytes excepted), or no code of the tables.
size_t check_jpeg_scan(std::span<const uint8_t> file, size_t at, const JpegScan& scan, const std::string& name);

}  // namespace skew
