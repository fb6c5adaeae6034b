// What throw.cpp remembers of the last error in a WebAssembly module, which can catch none.
#pragma once
#include <string>
#include <typeinfo>

namespace skew {

struct Thrown {
  std::string words;  // what()
  const std::type_info* type = nullptr;
  const void* object = nullptr;

  // The error itself, where it is exactly an E; else null.
  template <class E> const E* as() const {
    return type && *type == typeid(E) ? static_cast<const E*>(object) : nullptr;
  }
};
inline Thrown thrown;

}  // namespace skew
