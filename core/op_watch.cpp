// The watches of a thread as a stack: the last one made is the one that sees.
#include "core/op_watch.h"

#include <utility>

namespace skew {

namespace {
constinit thread_local const OpWatch* last_watch = nullptr;
}  // namespace

OpWatch::OpWatch(Seen seen) : seen_(std::move(seen)), before_(std::exchange(last_watch, this)) {}
OpWatch::~OpWatch() { last_watch = before_; }
const OpWatch* OpWatch::living() { return last_watch; }

}  // namespace skew
