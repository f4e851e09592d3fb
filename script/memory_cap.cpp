#include "script/memory_cap.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace remora::script {

namespace {

/// In front of every block, so that its size is known when it goes; sized to keep the block aligned.
struct alignas(std::max_align_t) block_header {
  std::size_t bytes;
};

block_header* header_of(void* block) noexcept {
  return reinterpret_cast<block_header*>(static_cast<char*>(block) - sizeof(block_header));
}

} // namespace

bool memory_cap::admit(std::size_t bytes) noexcept {
  if (bytes > limit_ || in_use_ > limit_ - bytes) {
    ++refused_;
    return false;
  }
  return true;
}

void* memory_cap::allocate(std::size_t bytes) noexcept {
  if (bytes == 0) return nullptr;
  const std::size_t total = bytes + sizeof(block_header);
  if (total < bytes || !admit(total)) return nullptr;
  auto* header = static_cast<block_header*>(std::malloc(total));
  if (header == nullptr) return nullptr;
  header->bytes = total;
  in_use_ += total;
  peak_ = std::max(peak_, in_use_);
  return header + 1;
}

void* memory_cap::reallocate(void* block, std::size_t bytes) noexcept {
  if (block == nullptr) return allocate(bytes);
  if (bytes == 0) {
    release(block);
    return nullptr;
  }
  block_header* header = header_of(block);
  const std::size_t before = header->bytes;
  const std::size_t total = bytes + sizeof(block_header);
  if (total < bytes || (total > before && !admit(total - before))) return nullptr;
  header = static_cast<block_header*>(std::realloc(header, total));
  if (header == nullptr) return nullptr;
  header->bytes = total;
  in_use_ += total - before;
  peak_ = std::max(peak_, in_use_);
  return header + 1;
}

void memory_cap::release(void* block) noexcept {
  if (block == nullptr) return;
  block_header* header = header_of(block);
  in_use_ -= header->bytes;
  std::free(header);
}

} // namespace remora::script
