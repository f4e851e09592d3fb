#include "tests/e2e/servers/waiting.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <poll.h>

namespace remora::test {

bool eventually(const std::function<bool()>& so) {
  constexpr int between_looks_ms = 5;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (!so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::poll(nullptr, 0, between_looks_ms);
  }
  return true;
}

std::string content_of(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

bool has_text(const std::string& file, const std::string& text) {
  return content_of(file).find(text) != std::string::npos;
}

} // namespace remora::test
