// The steps of a safe write, each with its check; and reads that compare sizes before they allocate.
#include "core/file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/error.h"

namespace skew {
namespace {

[[noreturn]] void fail(const std::string& path, std::string_view action, int error, std::string_view advice) {
  throw FileError(text(path, ": cannot ", action, ": ", std::strerror(error), "; ", advice));
}

// Owns a file descriptor; close() reports what close(2) says, the destructor cannot.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }
  bool close() {
    const int value = release();
    return value < 0 || ::close(value) == 0;
  }

 private:
  int value_;
};

// Beyond RLIMIT_FSIZE the kernel sends SIGXFSZ, which ends the process by default. While this object lives the signal
// is held back for this thread, so that write(2) answers EFBIG; one that arrived is taken away before the mask is
// restored.
class FileSizeSignalHeld {
 public:
  FileSizeSignalHeld() {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  ~FileSizeSignalHeld() {
    const timespec now{};
    while (sigtimedwait(&signal_, nullptr, &now) < 0 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  FileSizeSignalHeld(const FileSizeSignalHeld&) = delete;
  FileSizeSignalHeld& operator=(const FileSizeSignalHeld&) = delete;

 private:
  sigset_t signal_, before_;
};

// Removes the temporary file unless it has become the target.
class Temporary {
 public:
  explicit Temporary(std::string path) : path_(std::move(path)) {}
  ~Temporary() {
    if (!kept_) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  const std::string& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  std::string path_;
  bool kept_ = false;
};

void write_all(int descriptor, const std::string& path, std::span<const std::span<const uint8_t>> parts) {
  const FileSizeSignalHeld held;
  for (std::span<const uint8_t> part : parts) {
    while (!part.empty()) {
      const ssize_t written = ::write(descriptor, part.data(), std::min<size_t>(part.size(), size_t{1} << 30));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(path, "write", errno, "free some space or choose another folder");
      part = part.subspan(static_cast<size_t>(written));
    }
  }
}

void sync_folder(const std::string& folder, const std::string& path) {
  Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0) fail(path, "open its folder to sync it", errno, "the file is written but may not survive");
  // Some file systems cannot sync a folder and say EINVAL; there the rename alone has to do.
  if (::fsync(descriptor.get()) != 0 && errno != EINVAL)
    fail(path, "sync its folder", errno, "the file is written but may not survive a power cut");
}

void write_device(const std::string& path, std::span<const std::span<const uint8_t>> parts) {
  Descriptor descriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (descriptor.get() < 0) fail(path, "open for writing", errno, "check the path");
  write_all(descriptor.get(), path, parts);
  if (!descriptor.close()) fail(path, "write", errno, "check the device");
}

// A new file of a name of its own in `folder`; a name left behind by a killed process is stepped over.
Temporary create_temporary(const std::string& folder, const std::string& path, mode_t mode, int& descriptor) {
  static std::atomic<uint64_t> counter{0};
  for (int attempt = 0;; ++attempt) {
    const std::string name = text(folder, "/.skew-", ::getpid(), '-', counter++, ".tmp");
    descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor >= 0) return Temporary(name);
    if (errno != EEXIST || attempt == 1000)
      fail(path, "create a file in its folder", errno, "check that the folder exists and may be written");
  }
}

}  // namespace

InputFile::InputFile(const std::string& path) : path_(path) {
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (descriptor.get() < 0) fail(path, "open", errno, "check the path");
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) fail(path, "examine", errno, "check the path");
  if (!S_ISREG(status.st_mode))
    throw FileError(
        text(path, ": is ", S_ISDIR(status.st_mode) ? "a folder" : "a device or pipe", ", not a file; check the path"));
  size_ = static_cast<int64_t>(status.st_size);
  descriptor_ = descriptor.release();
}

InputFile::~InputFile() { ::close(descriptor_); }

void InputFile::read(int64_t offset, std::span<uint8_t> into) const {
  while (!into.empty()) {
    const ssize_t n = ::pread(descriptor_, into.data(), std::min<size_t>(into.size(), size_t{1} << 30), offset);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(path_, "read", errno, "check the disk");
    if (n == 0) throw FileError(text(path_, ": ends at byte ", offset, "; it was cut while being read, try again"));
    into = into.subspan(static_cast<size_t>(n));
    offset += n;
  }
}

std::vector<uint8_t> read_file(const std::string& path, int64_t max_bytes) {
  const InputFile file(path);
  if (file.size() > max_bytes)
    throw FileError(text(path, ": has ", file.size(), " bytes, more than the ", max_bytes, " allowed here"));
  std::vector<uint8_t> bytes(static_cast<size_t>(file.size()));
  file.read(0, bytes);
  return bytes;
}

void write_file(const std::string& path, std::span<const std::span<const uint8_t>> parts) {
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) throw FileError(text(path, ": is a folder; give the name of a file"));
  if (exists && !S_ISREG(status.st_mode)) return write_device(path, parts);

  std::error_code error;
  std::filesystem::path target = path;
  if (exists && std::filesystem::is_symlink(target, error)) target = std::filesystem::canonical(target, error);
  if (error) fail(path, "follow the link", error.value(), "check where it points");
  const std::string folder = target.has_parent_path() ? target.parent_path().string() : ".";

  int opened = -1;
  Temporary temporary = create_temporary(folder, path, exists ? status.st_mode & 0777 : 0666, opened);
  Descriptor descriptor(opened);
  write_all(descriptor.get(), path, parts);
  if (::fsync(descriptor.get()) != 0) fail(path, "sync", errno, "check the disk");
  if (!descriptor.close()) fail(path, "write", errno, "check the disk");
  if (::rename(temporary.path().c_str(), target.c_str()) != 0) fail(path, "rename into place", errno, "check the path");
  temporary.keep();
  sync_folder(folder, path);
}

void write_file(const std::string& path, std::span<const uint8_t> bytes) {
  const std::span<const uint8_t> parts[] = {bytes};
  write_file(path, parts);
}

void write_file(const std::string& path, std::string_view text) {
  write_file(path, std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

}  // namespace skew
