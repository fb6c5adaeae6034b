// The figures of four devices.
#include "tests/emulation/described_devices.h"

#include <nlohmann/json.hpp>

#include "tests/emulation/control.h"

namespace emu {
namespace {

struct Figures {
  const char* name;
  int version, multiprocessors, shared_memory;  // compute capability ·10; shared memory a block may ask for
  int threads, blocks;                          // of a multiprocessor
  int64_t memory, cache;
  int clock, memory_clock;  // kHz
};
constexpr Figures figures[] = {
    {"A100", 800, 108, 166912, 2048, 32, 42505273344, 41943040, 1410000, 1215000},
    {"H100", 900, 132, 232448, 2048, 32, 84942979072, 52428800, 1980000, 2619000},
    {"B200", 1000, 148, 232448, 2048, 32, 191503007744, 132644864, 1965000, 3996000},
    {"RTX 5090", 1200, 170, 101376, 1536, 24, 34190458880, 100663296, 2407000, 14001000},
};

}  // namespace

std::vector<std::string> described_devices() {
  std::vector<std::string> names;
  for (const Figures& f : figures) names.push_back(f.name);
  return names;
}

std::string described_device(const std::string& name) {
  for (const Figures& f : figures) {
    if (name != f.name) continue;
    const nlohmann::json properties = {{"deviceVer", f.version},
                                       {"multiProcessorCount", f.multiprocessors},
                                       {"warpSize", 32},
                                       {"maxSharedMemoryPerBlock", 49152},
                                       {"maxSharedMemoryPerBlockOptin", f.shared_memory},
                                       {"reservedSharedMemoryPerBlock", 1024},
                                       {"maxRegistersPerSM", 65536},
                                       {"maxCtasPerSM", f.blocks},
                                       {"maxThreadsPerBlock", 1024},
                                       {"maxThreadsPerSM", f.threads},
                                       {"regsPerBlock", 65536},
                                       {"totalGlobalMem", f.memory},
                                       {"smClockRateKHz", f.clock},
                                       {"l2CacheSize", f.cache},
                                       {"maxBlockSize", {1024, 1024, 64}},
                                       {"memClockRateKHz", f.memory_clock},
                                       {"maxGridSize", {2147483647, 65535, 65535}},
                                       {"supportCoopLaunch", 1},
                                       {"pciDeviceId", 0},
                                       {"isTccDriver", 0},
                                       {"cudaDeviceId", 0},
                                       {"driverVer", 13000},
                                       {"deviceName", f.name}};
    return properties.dump();
  }
  throw Fault("no device is described as " + name);
}

}  // namespace emu
