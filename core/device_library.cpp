// Finding, loading and asking libskew_cuda.so, which lies beside the library that this file is in.
#include "core/device_library.h"

#include <dlfcn.h>
#include <elf.h>

#include <cstring>
#include <filesystem>
#include <span>
#include <vector>

#include "core/device_properties.h"
#include "core/error.h"
#include "core/file.h"
#include "core/memory.h"

namespace skew {
namespace {

namespace fs = std::filesystem;

constexpr const char* library_name = "libskew_cuda.so.0";
constexpr const char* start_name = "skew_cuda_start";
constexpr const char* otherwise = "; --device cpu needs none of it";

fs::path own_folder() {
  static const char here = 0;  // a place in this library; of a function the program may have an address of its own
  Dl_info info;
  const bool known = dladdr(&here, &info) != 0 && info.dli_fname;
  return known ? fs::path(info.dli_fname).parent_path() : fs::path(".");
}

// dlerror's "libcudnn.so.9: cannot open shared object file: No such file or directory" in a sentence of ours.
std::string why_not_loaded(const fs::path& library, const std::string& said) {
  const std::string what = said.substr(0, said.find(':'));
  const bool itself = what.find(library_name) != std::string::npos;
  if (!itself && said.find("cannot open shared object file") != std::string::npos)
    return text("cuda: ", what, " is not installed, and ", library.string(),
                " needs it; install NVIDIA's package of it", otherwise);
  return text("cuda: ", library.string(), " cannot be loaded (", said, "); ",
              itself ? "build it again" : "install what it names again", otherwise);
}

template <class T> std::span<uint8_t> bytes_of(T* first, size_t count) {
  return {reinterpret_cast<uint8_t*>(first), count * sizeof(T)};
}

// A torn library ends the program that loads it (SIGBUS), and another library's initialisers run before it can be asked
// who it is: so the file is looked at first. Empty where it may be loaded; what is no ELF file dlopen refuses in words.
std::string why_not_to_load(const fs::path& library) try {
  const InputFile file(library.string());
  const auto size = uint64_t(file.size());
  Elf64_Ehdr header{};
  if (size < sizeof header) return {};
  file.read(0, bytes_of(&header, 1));
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_shentsize != sizeof(Elf64_Shdr)) return {};
  const uint64_t end = header.e_shoff + uint64_t(header.e_shnum) * sizeof(Elf64_Shdr);  // the last thing in it
  if (end > size)
    return text("cuda: ", library.string(), " is incomplete, ", size, " of ", end,
                " bytes; copy it again, or build it again", otherwise);
  std::vector<Elf64_Shdr> sections(header.e_shnum);
  file.read(int64_t(header.e_shoff), bytes_of(sections.data(), sections.size()));
  for (const Elf64_Shdr& s : sections) {
    const bool symbols = s.sh_type == SHT_STRTAB && (s.sh_flags & SHF_ALLOC);  // names of what it gives and takes
    if (!symbols || s.sh_size > size) continue;
    std::string names(s.sh_size, '\0');
    file.read(int64_t(s.sh_offset), bytes_of(names.data(), names.size()));
    if (names.find(start_name) != names.npos) return {};
  }
  return text("cuda: ", library.string(), " is another library; build the target skew_cuda, or install it there",
              otherwise);
} catch (const FileError&) {
  return {};
}

bool built_without_cuda() {
#ifdef SKEW_CUDA
  return false;
#else
  return !allocate_memory.has(Device::cuda) && !fs::exists(own_folder() / library_name);
#endif
}

std::string load() {
  if (allocate_memory.has(Device::cuda)) return {};  // linked in
  if (built_without_cuda())
    return text("cuda: this skew was built without CUDA; `./quickstart cuda` builds one with it", otherwise);
  const fs::path library = own_folder() / library_name;
  if (!fs::exists(library))
    return text("cuda: ", library.string(), " is missing; build the target skew_cuda, or install it there", otherwise);
  if (const std::string why = why_not_to_load(library); !why.empty()) return why;
  void* const handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) return why_not_loaded(library, dlerror());
  if (!allocate_memory.has(Device::cuda))  // its slots are not ours
    return text("cuda: ", library.string(), " was built by another compiler than this program; build both with one g++",
                otherwise);
  using Start = const char* (*)();
  const auto start = reinterpret_cast<Start>(dlsym(handle, start_name));
  if (!start) return text("cuda: ", library.string(), " is of another version of skew; build it again", otherwise);
  const char* const why = start();
  return why ? why : "";
}

}  // namespace

const std::string& why_unusable(Device device) {
  static const std::string nothing;
  if (device != Device::cuda) return nothing;
  static const std::string why = load();
  return why;
}

std::string about_automatic_device() {
  const std::string& why = why_unusable(Device::cuda);
  if (why.empty()) return text("device cuda, ", kernel_library(Device::cuda));
  const bool silent = built_without_cuda() && !fs::exists("/proc/driver/nvidia");  // no GPU: nothing is missing
  return silent ? "" : text("device cpu: ", why);
}

std::string report_of(Device device) { return device_report.has(device) ? device_report(device) : std::string(); }

void use_tf32(Device device, bool on) {
  if (allow_tf32.has(device)) return allow_tf32(device, on);
  if (on)
    throw ValueError(text("--tf32 is for cuda, and this would run on the ", device,
                          ", which computes in float32; leave it out, or take --device cuda"));
}

}  // namespace skew
