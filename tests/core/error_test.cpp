#include "core/error.h"

#include <catch2/catch.hpp>

TEST_CASE("an unknown word is answered with the nearest known one") {
  const std::string m = skew::unknown_word("loss", "focall", {"bce", "focal", "ral"});
  CHECK(m == "unknown loss 'focall'; did you mean 'focal'? (known: bce, focal, ral)");
  CHECK(skew::unknown_word("command", "trian", {"train", "eval"}) ==
        "unknown command 'trian'; did you mean 'train'? (known: train, eval)");
  CHECK(skew::unknown_word("loss", "zzzzzz", {"bce"}) == "unknown loss 'zzzzzz' (known: bce)");
}
