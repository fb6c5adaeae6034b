// Augmentation: words, bounds, the same draw for the same place, and what each step does to pixels.
#include "apps/data/augmentation.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <set>

#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

namespace {

const ImageShape kShape{1, 32, 48};

// A smooth picture: a bright blob at (y, x).
Pixels blob(double y, double x) {
  Pixels out;
  for (int64_t k = 0; k < kShape.height * kShape.width; ++k) {
    const double dy = double(k / kShape.width) - y, dx = double(k % kShape.width) - x;
    out.bytes.push_back(uint8_t(std::lround(200 * std::exp(-(dy * dy + dx * dx) / 30))));
  }
  return out;
}

struct Centre {
  double y = 0, x = 0, mass = 0;
};

Centre centre_of(const std::vector<float>& plane) {
  Centre c;
  for (size_t k = 0; k < plane.size(); ++k) {
    c.mass += plane[k];
    c.y += plane[k] * double(int64_t(k) / kShape.width), c.x += plane[k] * double(int64_t(k) % kShape.width);
  }
  c.y /= c.mass, c.x /= c.mass;
  return c;
}

}  // namespace

TEST_CASE("words are parsed, printed, and refused with a suggestion") {
  CHECK(field_text(parse_augmentation("crop,flip")) == "flip,crop");
  CHECK(field_text(parse_augmentation("none")) == "none");
  CHECK(field_text(parse_augmentation("affine,brightness,contrast,rotate")) == "rotate,affine,brightness,contrast");
  CHECK(message_of<ValueError>([] {
          parse_augmentation("flip,rotat");
        }).find("unknown augmentation 'rotat'; did you mean 'rotate'?") == 0);
  CHECK_THROWS_AS(parse_augmentation("flip,"), ValueError);
  CHECK_THROWS_AS(parse_augmentation("none,flip"), ValueError);
}

TEST_CASE("a draw depends on seed, epoch, index and repeat, and on nothing else") {
  const Augmentation all = parse_augmentation("flip,crop,rotate,affine,brightness,contrast");
  std::set<double> seen;
  for (const auto& [seed, epoch, index, repeat] :
       {std::array<int64_t, 4>{0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}) {
    const Draw a = draw_augmentation(all, uint64_t(seed), epoch, index, repeat, kShape);
    CHECK(a.inverse == draw_augmentation(all, uint64_t(seed), epoch, index, repeat, kShape).inverse);
    seen.insert(a.inverse[0]);
  }
  CHECK(seen.size() == 5);
}

TEST_CASE("a crop shifts by up to a sixteenth, either way alike") {
  std::set<int64_t> down, right;
  for (int64_t index = 0; index < 200; ++index) {
    const Draw draw = draw_augmentation(parse_augmentation("crop"), 5, 0, index, 0, kShape);
    down.insert(draw.dy);
    right.insert(draw.dx);
  }
  CHECK(down == std::set<int64_t>{-2, -1, 0, 1, 2});
  CHECK(right == std::set<int64_t>{-3, -2, -1, 0, 1, 2, 3});
}

TEST_CASE("rotation turns about the centre by the angle drawn; flip and shift compose with it") {
  const Normalisation plain{{0}, {1}};
  std::vector<float> out(size_t(kShape.height * kShape.width));
  const Pixels picture = blob(12, 30);
  for (int64_t index = 0; index < 40; ++index) {
    Draw draw = draw_augmentation(parse_augmentation("rotate"), 5, 0, index, 0, kShape);
    const double angle = std::atan2(draw.inverse[3], draw.inverse[0]);
    CHECK(std::abs(angle) <= 15.001 * std::numbers::pi / 180);
    draw.flip = index % 2, draw.dx = index % 3, draw.dy = -(index % 2);
    render(picture, kShape, plain, draw, out.data());
    const Centre got = centre_of(out);
    // forward: source → rotated by −angle → flipped → shifted
    const double u = 30 - 23.5, v = 12 - 15.5;
    const double fu = std::cos(angle) * u + std::sin(angle) * v, fv = -std::sin(angle) * u + std::cos(angle) * v;
    const double x = draw.flip ? 47 - (fu + 23.5) - double(draw.dx) : fu + 23.5 - double(draw.dx);
    CHECK(got.x == Approx(x).margin(0.1));
    CHECK(got.y == Approx(fv + 15.5 - double(draw.dy)).margin(0.1));
  }
}

TEST_CASE("affine scales areas by 0.81 to 1.21, and outside is the mean") {
  const Normalisation norm{{0.25}, {0.5}};
  std::vector<float> out(size_t(kShape.height * kShape.width));
  const Pixels picture = blob(15.5, 23.5);
  const double before = centre_of([&] {
                          std::vector<float> v;
                          for (const uint8_t b : picture.bytes) v.push_back(float(b) / 255);
                          return v;
                        }())
                            .mass;
  for (int64_t index = 0; index < 40; ++index) {
    const Draw draw = draw_augmentation(parse_augmentation("affine"), 5, 0, index, 0, kShape);
    render(picture, kShape, {{0}, {1}}, draw, out.data());
    const double area = centre_of(out).mass / before;
    CHECK((area > 0.79 && area < 1.24));
  }
  Draw far;
  far.warp = true, far.inverse[2] = 1000;
  render(picture, kShape, norm, far, out.data());
  for (const float v : out) CHECK(v == 0);
}

TEST_CASE("brightness and contrast act on values of 0 to 1 and are clipped") {
  const ImageShape shape{1, 1, 3};
  const Pixels pixels{8, {0, 51, 204}};
  std::vector<float> out(3);
  Draw draw;
  draw.brightness = 0.1f;
  render(pixels, shape, {{0}, {1}}, draw, out.data());
  CHECK(out[0] == Approx(0.1));
  CHECK(out[2] == Approx(0.9));
  draw.brightness = 0, draw.contrast = 2;  // mean 1/3
  render(pixels, shape, {{0}, {1}}, draw, out.data());
  CHECK(out[0] == 0);
  CHECK(out[1] == Approx(0.2 * 2 - 1.0 / 3));
  CHECK(out[2] == 1);
}

TEST_CASE("16-bit samples are divided by 65535") {
  const ImageShape shape{1, 1, 2};
  const Pixels pixels{16, {0, 0, 0xFF, 0xFF}};
  std::vector<float> out(2);
  render(pixels, shape, {{0.5}, {0.25}}, {}, out.data());
  CHECK((out[0] == Approx(-2) && out[1] == Approx(2)));
  Draw draw;
  draw.brightness = 1e-9f;
  render(pixels, shape, {{0.5}, {0.25}}, draw, out.data());
  CHECK((out[0] == Approx(-2) && out[1] == Approx(2)));
}
