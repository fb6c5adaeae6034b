// The formats' words for number types, in both directions.
#include "models/weights/tensor_bundle.h"

#include "core/error.h"

namespace skew {
namespace {

struct Word {
  DType type;
  const char* word;
};
constexpr Word words[] = {
    {DType::float32, "F32"}, {DType::float64, "F64"}, {DType::int64, "I64"}, {DType::uint8, "U8"}};

const char* word_of(DType type) {
  for (const Word& w : words)
    if (w.type == type) return w.word;
  throw DtypeError(text("safetensors: ", type, " has no name in the format"));
}

}  // namespace

void TensorBundle::add(const std::string& name, const Tensor& t) {
  const Tensor host = t.host(), plain = host.storage() == t.storage() ? host.copy() : host;
  kept_.push_back(plain);
  stored_.push_back({name, word_of(t.dtype()), {t.shape().begin(), t.shape().end()}, plain.bytes()});
}

void TensorBundle::add(Module& m, const std::string& prefix) {
  for (const NamedState& s : m.state()) add(prefix + s.name, s.tensor);
}

Tensor tensor_of(const StoredTensor& stored, const std::string& path) {
  for (const Word& w : words)
    if (stored.dtype == w.word) {
      const std::vector<ptrdiff_t> lengths(stored.shape.begin(), stored.shape.end());
      return Tensor::from_bytes(stored.bytes, Shape{std::span<const ptrdiff_t>(lengths)}, w.type);
    }
  throw FileError(text(path, ": tensor '", stored.name, "' has type ", stored.dtype, "; expected F32, F64, I64 or U8"));
}

}  // namespace skew
