#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/support/composed_script.hpp"

// Input: a script. Source text that begins with a comment is taken as it is; from other bytes a script is
// made, so that most inputs load. Whatever it does, it ends within its limits; and it does the same when the
// packet object is made the careful way.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace remora::script;
  if (size == 0 || size > 4'096) return 0;
  const std::string code =
      data[0] == '/' ? std::string{reinterpret_cast<const char*>(data), size} : composed_script(data, size);
  const observed_run trusted = observe(code);
  if (trusted.loaded && !alike(trusted, observe_distrusted(code))) std::abort();
  return 0;
}
