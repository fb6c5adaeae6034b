// libjpeg and libpng are C: their error callback may not return, and no exception may cross their frames. Here is the
// way out, setjmp and longjmp, so that the rest of the readers can be ordinary C++. Not for other rooms.
#pragma once
#include <csetjmp>
#include <cstdio>

namespace skew {

class LibraryErrors {
 public:
  // Runs calls of the library; false when leave() ended them, and why() then says why. longjmp runs no destructors, so
  // `calls` must own nothing: what it fills is made before and captured by reference.
  template <class Calls> bool completes(Calls calls) {
    if (setjmp(way_out_) != 0) return false;
    calls();
    return true;
  }
  // For the library's callback, while completes() runs.
  [[noreturn]] void leave(const char* why) {
    std::snprintf(why_, sizeof why_, "%s", why);  // no allocation, which might throw
    std::longjmp(way_out_, 1);
  }
  const char* why() const { return why_; }

 private:
  std::jmp_buf way_out_;
  char why_[200] = "";
};

}  // namespace skew
