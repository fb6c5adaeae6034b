// The order of a tensor's elements in memory. A layout only permutes, it never pads: every layout of a shape holds
// exactly count() elements, so an element-wise loop may run over any of them flat. Shapes are N, C, H, W always.
#pragma once
#include <memory>
#include <string>

namespace skew {

// A backend's own order (for instance oneDNN's blocks of 16 channels). Only that backend can read it.
struct OpaqueLayout {
  virtual ~OpaqueLayout() = default;
  virtual bool equals(const OpaqueLayout& other) const = 0;
  virtual std::string name() const = 0;
};

class Layout {
 public:
  enum class Kind : unsigned char { row_major, channels_last, opaque };

  constexpr Layout() = default;  // row_major: the last axis varies fastest
  static Layout channels_last() { return Layout(Kind::channels_last, nullptr); }  // N, H, W, C in memory; rank 4 only
  static Layout opaque(std::shared_ptr<const OpaqueLayout> order) { return Layout(Kind::opaque, std::move(order)); }

  Kind kind() const { return kind_; }
  bool is_row_major() const { return kind_ == Kind::row_major; }
  const OpaqueLayout* order() const { return order_.get(); }
  bool operator==(const Layout& other) const {
    return kind_ == other.kind_ && (kind_ != Kind::opaque || order_->equals(*other.order_));
  }
  std::string name() const {
    return kind_ == Kind::row_major ? "row_major" : kind_ == Kind::channels_last ? "channels_last" : order_->name();
  }

 private:
  Layout(Kind kind, std::shared_ptr<const OpaqueLayout> order) : kind_(kind), order_(std::move(order)) {}
  Kind kind_ = Kind::row_major;
  std::shared_ptr<const OpaqueLayout> order_;
};

}  // namespace skew
