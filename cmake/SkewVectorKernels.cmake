# Compiles the hot loops once per instruction set; the fastest that the machine has is chosen at start (backends/cpu/isa.h).
# Each file wraps its code in `namespace SKEW_ISA`, so the three copies never share a symbol.
function(skew_vector_kernels target)
  set(flags_baseline "")
  set(flags_avx2 -mavx2 -mfma -mf16c -mbmi2)
  set(flags_avx512 -march=x86-64-v4 -mprefer-vector-width=512)
  foreach(isa baseline avx2 avx512)
    add_library(${target}_${isa} OBJECT ${ARGN})
    set_target_properties(${target}_${isa} PROPERTIES UNITY_BUILD OFF)  # what is inlined depends on the size of a file
    target_include_directories(${target}_${isa} PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_definitions(${target}_${isa} PRIVATE SKEW_ISA=isa_${isa})
    target_compile_options(${target}_${isa} PRIVATE ${flags_${isa}})
    target_link_libraries(${target}_${isa} PRIVATE OpenMP::OpenMP_CXX)
    skew_compile_options(${target}_${isa})
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_${isa}>)
  endforeach()
endfunction()
