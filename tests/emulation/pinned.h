// Host memory that the device can reach.
#pragma once

namespace emu {
bool is_pinned(const void* p);
}
