#include "filter/query_cache.hpp"

namespace remora::filter {

namespace {
constexpr std::size_t max_text_bytes = std::size_t{4} << 20;
} // namespace

compiled<query_ptr> query_cache::compile(std::string_view text, const macro_table& macros) {
  {
    const std::lock_guard hold{guard_};
    if (const auto known = by_key_.find({macros.version(), text}); known != by_key_.end()) {
      entries_.splice(entries_.begin(), entries_, known->second);
      return known->second->content;
    }
  }
  auto content = filter::compile(text, macros);
  const std::lock_guard hold{guard_};
  if (by_key_.count({macros.version(), text}) != 0) return content; // another thread was faster
  entries_.push_front({macros.version(), std::string{text}, content});
  by_key_.emplace(key{macros.version(), entries_.front().text}, entries_.begin());
  text_bytes_ += text.size();
  make_room();
  return content;
}

void query_cache::make_room() {
  while (entries_.size() > 1 && (entries_.size() > max_entries_ || text_bytes_ > max_text_bytes)) {
    const entry& oldest = entries_.back();
    text_bytes_ -= oldest.text.size();
    by_key_.erase({oldest.macros, oldest.text});
    entries_.pop_back();
  }
}

std::size_t query_cache::size() const {
  const std::lock_guard hold{guard_};
  return entries_.size();
}

} // namespace remora::filter
