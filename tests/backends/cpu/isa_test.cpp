// Which instruction sets SKEW_ISA may name, and what it says of others.
#include "backends/cpu/isa.h"

#include <catch2/catch.hpp>

#include "core/error.h"

using namespace skew;

TEST_CASE("SKEW_ISA names an instruction set that the machine has") {
  CHECK(isa_from("baseline") == Isa::baseline);
  CHECK(isa_from(nullptr) == isa_from(""));
  CHECK_THROWS_WITH(isa_from("avx1"), Catch::Contains("unknown SKEW_ISA 'avx1'; did you mean 'avx2'?"));
  for (const char* word : {"avx2", "avx512"}) {
    try {
      const Isa isa = isa_from(word);
      CHECK(isa <= isa_from(nullptr));
    } catch (const ValueError& e) {
      CHECK(std::string(e.what()).find("this machine has no") != std::string::npos);
    }
  }
  CHECK_FALSE(isa_name().empty());
}
