#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "filter/query.hpp"

namespace remora::filter {

/// Compiled queries by their text and the macros they were compiled with, errors included; the one that was
/// not used for longest goes first. Any thread.
class query_cache {
 public:
  /// @param entries The most that are kept. Fewer when their texts together pass 4 MiB.
  explicit query_cache(std::size_t entries = 512) noexcept : max_entries_{entries} {}

  /// As filter::compile(), which it calls for what it does not know, without holding others up.
  compiled<query_ptr> compile(std::string_view text, const macro_table& macros);

  std::size_t size() const;

 private:
  struct entry {
    std::uint64_t macros;
    std::string text;
    compiled<query_ptr> content;
  };
  struct key {
    std::uint64_t macros;
    std::string_view text; ///< That of the entry.
    bool operator==(const key& other) const noexcept { return macros == other.macros && text == other.text; }
  };
  struct key_hash {
    std::size_t operator()(const key& k) const noexcept {
      return std::hash<std::string_view>{}(k.text) ^ static_cast<std::size_t>(k.macros * 0x9E3779B97F4A7C15U);
    }
  };

  void make_room();

  std::size_t max_entries_;
  mutable std::mutex guard_;
  std::list<entry> entries_; ///< The one used last comes first.
  std::unordered_map<key, std::list<entry>::iterator, key_hash> by_key_;
  std::size_t text_bytes_ = 0;
};

} // namespace remora::filter
