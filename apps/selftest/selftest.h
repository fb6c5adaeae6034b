// The self-test of a device: everything the first person with a GPU should see before trusting it, in sections that go
// from copies to whole trainings. What each asks stands at the top of its section_*.cpp. Read next: section.h,
// record.h.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "apps/selftest/record.h"
#include "core/device.h"

namespace skew::selftest {

struct SectionInfo {
  std::string name, doc;  // doc: one line
};
std::vector<SectionInfo> section_list();

struct Plan {
  Device device = Device::cuda;
  std::vector<std::string> only;  // names of sections; none: all
  bool tf32 = false;              // products and convolutions with rounded inputs, too
  double seconds = 0;             // what is not begun by then is left out by name; 0: no limit
};

// Is told of each section when it begins and when it is done, and before each what was found so far.
struct Progress {
  std::function<void(const SectionInfo&)> begin{};
  std::function<void(const SectionRecord&)> end{};
  std::function<void(const Record&)> so_far{};
};

// Runs the sections. An exception in one is a difference of that section; the others run on unless the device does not
// answer any more. Where the device cannot be used: a record of level none, with what was found of machine and library.
// Throws ValueError for an unknown section.
Record run(const Plan& plan, const Progress& progress = {});

// The exit code of a record: 0 all passed, 1 something differs, 77 no usable device.
int exit_code(const Record& record);

}  // namespace skew::selftest
