#include "script/analysis/embedded.hpp"

#include <cstddef>

// The assembler copies the files in: no generated source, no file to find at run time. The build defines the
// paths.
#define REMORA_EMBED(name, path)                              \
  asm(".pushsection .rodata\n"                                \
      ".global remora_" #name "_begin\n.global remora_" #name \
      "_end\n"                                                \
      "remora_" #name "_begin:\n.incbin \"" path              \
      "\"\n"                                                  \
      "remora_" #name "_end:\n.byte 0\n.popsection\n");       \
  extern "C" const char remora_##name##_begin[];              \
  extern "C" const char remora_##name##_end[];

REMORA_EMBED(acorn, REMORA_ACORN_PATH)
REMORA_EMBED(outline, REMORA_OUTLINE_PATH)

namespace remora::script {

namespace {

std::string_view between(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

} // namespace

std::string_view acorn_source() noexcept { return between(remora_acorn_begin, remora_acorn_end); }
std::string_view outline_source() noexcept { return between(remora_outline_begin, remora_outline_end); }

} // namespace remora::script
