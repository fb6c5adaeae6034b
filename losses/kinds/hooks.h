// How a loss says which of its kind's hooks it has. Each kind lists them, with their defaults, in one struct
// (pointwise/formula.h: PointwiseHooks); a loss announces its own by a designated initialiser,
//   static constexpr PointwiseHooks hooks{.logit_scale = true};
// and defines what it announces. A misspelt name there does not compile, nor does a hook that is announced and not
// defined (a misspelt function), or defined and not announced: as `override` guards virtual functions.
#pragma once
#include <concepts>
#include <string_view>
#include <type_traits>

namespace skew {

// What a loss of any kind says of itself.
template <class L, class Hooks>
concept Described = requires {
  { L::name } -> std::convertible_to<std::string_view>;
  { L::summary } -> std::convertible_to<std::string_view>;
  { L::formula } -> std::convertible_to<std::string_view>;
  { L::paper } -> std::convertible_to<std::string_view>;
  { L::hooks } -> std::same_as<const Hooks&>;
};

// Stops the compilation; the compiler's message shows this call with the hook's name.
consteval void announced_and_defined(const char* hook, bool announced, bool defined) {
  if (announced != defined) throw hook;
}

// What a kernel is handed of a loss: numbers alone, so that it can be copied to any device. The loss itself or, with
// hooks.kernel_part, its `struct KernelPart`, made by kernel_part(): for losses that hold a list, a number of each
// class.
template <class L, bool of_its_own = L::hooks.kernel_part> struct KernelOfLoss { using type = L; };
template <class L> struct KernelOfLoss<L, true> { using type = typename L::KernelPart; };
template <class L> using KernelOf = typename KernelOfLoss<L>::type;

template <class L> KernelOf<L> kernel_of(const L& loss) {
  static_assert(std::is_trivially_copyable_v<KernelOf<L>>, "a kernel's parameters are numbers: see KernelOf");
  if constexpr (L::hooks.kernel_part) return loss.kernel_part();
  else return loss;
}

}  // namespace skew
