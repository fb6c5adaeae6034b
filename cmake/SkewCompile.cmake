# Warnings, language level and hardening of every target (docs: gcc's -fhardened is this list, spelled out for g++ 12).
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
include(CheckPIESupported)
check_pie_supported()
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)  # unless told otherwise, ccache keeps nothing that was compiled with them
endif()
add_compile_definitions(SKEW_VERSION="${PROJECT_VERSION}")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

# Headers that are parsed once a target instead of once a file. Every file still includes what it uses: the preset
# no-onednn compiles without them. gcc wants the same -O in all files that share them.
set(SKEW_PRECOMPILED <algorithm> <any> <array> <cmath> <filesystem> <functional> <map> <memory> <optional> <set> <span> <sstream>
  <string> <unordered_map> <variant> <vector>)

# Where no time is spent when skew runs (shape rules, registration, reports, the command line): half the time to compile.
function(skew_compile_fast target)
  target_compile_options(${target} PRIVATE $<IF:$<BOOL:${SKEW_SANITIZE}>,-O0,$<$<CONFIG:Release>:-O1>>)
endfunction()

# What SKEW_SANITIZE means. Tests pass `address` alone: what they test is instrumented, and they have no arithmetic of
# their own.
set(SKEW_SANITIZERS address,undefined)
function(skew_sanitize target sanitizers)
  if(SKEW_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PRIVATE -fsanitize=${SKEW_SANITIZERS})
  endif()
endfunction()

function(skew_compile_options target)
  # -Wno-restrict: g++ 12 reports every "literal" + std::string (its bug 105651)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> -fno-math-errno -fno-trapping-math
    -fstack-protector-strong -D_GLIBCXX_ASSERTIONS)
  target_link_options(${target} PRIVATE -Wl,-z,relro,-z,now)
  if(CMAKE_BUILD_TYPE STREQUAL Release)
    target_compile_options(${target} PRIVATE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  endif()
  skew_sanitize(${target} ${SKEW_SANITIZERS})
  if(SKEW_SANITIZE STREQUAL lean)  # a look at each pointer is a third of the time to compile; a null stops the other one, too
    target_compile_options(${target} PRIVATE -fno-sanitize=null,alignment)
  endif()
endfunction()
