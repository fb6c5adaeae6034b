// Exceptions in a WebAssembly module, whose compiler has none: `throw` hands the words to the page, which throws them
// as an error of JavaScript. That unwinds the module's frames; the page puts the stack pointer back.
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <typeinfo>

#include "apps/module/thrown.h"

extern "C" {

__attribute__((import_module("page"), import_name("fail"), noreturn)) void page_fail(const char* words, size_t bytes);

void* __cxa_allocate_exception(size_t bytes) { return std::malloc(bytes); }
void __cxa_free_exception(void* object) { std::free(object); }

void __cxa_throw(void* object, std::type_info* type, void (*)(void*)) {
  using skew::thrown;
  thrown = {static_cast<std::exception*>(object)->what(), type, object};
  page_fail(thrown.words.data(), thrown.words.size());
}

int __cxa_thread_atexit(void (*)(void*), void*, void*) { return 0; }

}  // extern "C"
