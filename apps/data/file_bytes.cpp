// POSIX calls rather than streams: errno says why, and fstat looks at the very file that is then read.
#include "apps/data/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "core/error.h"

namespace skew {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  throw FileError(text(path.string(), ": ", what, ": ", std::strerror(errno)));
}

struct Descriptor {  // closes on the way out of an error; the good path closes by hand, to see the status
  int number;
  explicit Descriptor(int n) : number(n) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

void write_all(int fd, std::span<const uint8_t> bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(path, "cannot write");
    bytes = bytes.subspan(size_t(n));
  }
}

}  // namespace

std::vector<uint8_t> read_file_bytes(const std::filesystem::path& path, int64_t max_bytes) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // non-blocking: a pipe must not hang us
  if (file.number < 0) fail(path, "cannot open");
  struct stat status {};
  if (::fstat(file.number, &status) != 0) fail(path, "cannot examine");
  if (!S_ISREG(status.st_mode)) throw FileError(text(path.string(), ": not a regular file; give the path of a file"));
  if (status.st_size > max_bytes)
    throw FileError(text(path.string(), ": ", status.st_size, " bytes, more than the limit of ", max_bytes));
  std::vector<uint8_t> bytes(static_cast<size_t>(status.st_size));
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::read(file.number, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(path, "cannot read");
    if (n == 0) throw FileError(text(path.string(), ": became shorter while it was read; read it again"));
    done += size_t(n);
  }
  return bytes;
}

void write_file_atomically(const std::filesystem::path& path, std::span<const uint8_t> bytes) {
  std::error_code ignored;
  const auto kind = std::filesystem::status(path, ignored).type();
  if (kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::regular)
    throw FileError(text(path.string(), ": is there and not a regular file; choose another path"));
  static std::atomic<unsigned> counter{0};
  std::filesystem::path temporary = path;
  temporary += text(".", ::getpid(), ".", counter++, ".tmp");
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.number < 0) fail(path, "cannot create a temporary file beside it");
  try {
    write_all(file.number, bytes, path);
    if (::fsync(file.number) != 0) fail(path, "cannot force it to disk");
    if (::close(std::exchange(file.number, -1)) != 0) fail(path, "cannot close");
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail(path, "cannot rename the temporary file to it");
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

}  // namespace skew
