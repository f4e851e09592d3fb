#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "filter/syntax/token.hpp"

namespace remora::filter {

/// A place in a list of tokens that moves on, and stays at the first error.
class token_cursor {
 public:
  token_cursor(std::string_view text, const token_list& tokens) noexcept : text_{text}, tokens_{tokens} {}

  const token& peek(std::size_t ahead = 0) const noexcept {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const token& take() noexcept {
    const token& t = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return t;
  }
  bool skip(char symbol) noexcept {
    if (!peek().is(symbol)) return false;
    take();
    return true;
  }
  /// As skip(), but anything else is an error.
  bool expect(char symbol) { return skip(symbol) || fail(peek()); }

  /// Always false. The first error is kept.
  bool fail(const token& t) {
    if (!failure_) failure_ = unexpected(text_, t);
    return false;
  }
  bool fail(const token& t, std::string message) {
    if (!failure_) failure_ = error_at(text_, t.offset, std::move(message));
    return false;
  }
  void fail(compile_error e) {
    if (!failure_) failure_ = std::move(e);
  }
  const std::optional<compile_error>& failure() const noexcept { return failure_; }

 private:
  std::string_view text_;
  const token_list& tokens_;
  std::size_t at_ = 0;
  std::optional<compile_error> failure_;
};

} // namespace remora::filter
