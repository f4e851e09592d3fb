#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sanitizer/allocator_interface.h>
#include <string>
#include <string_view>

#include "base/utf8.hpp"
#include "protocol/messages.hpp"

// Input: what a peer sent. What is refused must be refused with one of four codes, in a few printable words;
// what is accepted must be written and read again as the same message; and neither may take more memory than
// decode() promises.

namespace {

using namespace remora;
using namespace remora::protocol;

void require(bool holds) {
  if (!holds) std::abort();
}

thread_local bool counting = false;
thread_local std::size_t allocated = 0;

void count_allocation(const volatile void*, std::size_t size) {
  if (counting) allocated += size;
}
void ignore_free(const volatile void*) {}

const bool counted = __sanitizer_install_malloc_and_free_hooks(count_allocation, ignore_free) != 0;

void check_error(const error& refused) {
  require(refused.code == errc::malformed_message || refused.code == errc::version_mismatch ||
          refused.code == errc::unknown_message || refused.code == errc::invalid_message);
  require(!refused.message.empty() && refused.message.size() < 2'048 && !find_invalid_utf8(refused.message));
  for (const char c : refused.message)
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  require(counted);
  allocated = 0;
  counting = true;
  const auto first = decode(bytes);
  counting = false;
  // All that was ever allocated, freed or not: no less than what was held at once.
  require(allocated <= 4 * size + (4u << 20));
  if (!first) {
    check_error(first.error());
    return 0;
  }
  const auto written = encode(*first);
  if (!written) { // what it left at its defaults is written too, and may be too much
    require(written.error() == errc::too_large && size > 16'384);
    return 0;
  }
  const auto second = decode(*written);
  require(second.has_value() && same(*first, *second));
  require(*encode(*second) == *written);
  return 0;
}
