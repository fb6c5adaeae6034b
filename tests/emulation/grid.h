// Between the queue of a stream (streams.cpp) and the blocks that it runs (blocks.cpp).
#pragma once
#include <cuda_runtime_api.h>

#include <functional>

namespace emu {

void run_grid(dim3 grid, dim3 threads, const std::function<void()>& body);

// Runs all that is queued, on every stream.
void drain_all();

// The error that cudaGetLastError gives; returns it.
cudaError_t fail(cudaError_t error);

}  // namespace emu
