// Between the queue of a stream (streams.cpp) and the blocks that it runs (blocks.cpp).
#pragma once
#include <cuda_runtime_api.h>

#include <functional>
#include <random>

namespace emu {

void run_grid(dim3 grid, dim3 threads, const std::function<void()>& body);

// Runs all that is queued, on every stream.
void drain_all();

// The error that cudaGetLastError gives; returns it.
cudaError_t fail(cudaError_t error);

std::mt19937& chance();  // begins anew where control.seed was changed

// What a call has to answer that a test wants to fail; cudaSuccess: nothing was planted. A planted single failure
// answers `once`.
cudaError_t planted(cudaError_t once);
bool finds_no_memory();   // counts a call that may need memory for itself
float as_input(float v);  // as a library takes it that rounds its inputs
bool breaks_here();       // counts a call of which only break_at may be meant

}  // namespace emu
