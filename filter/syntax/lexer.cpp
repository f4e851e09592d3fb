#include <algorithm>
#include <re2/re2.h>

#include "base/utf8.hpp"
#include "filter/syntax/token.hpp"

namespace remora::filter {

namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_ascii_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

class lexer {
 public:
  explicit lexer(std::string_view query) noexcept : text_{query} {}

  compiled<token_list> run() {
    if (const auto bad = find_invalid_utf8(text_))
      return tl::unexpected(error_at(text_, *bad, "unexpected token \"\xEF\xBF\xBD\""));
    while (at_ < text_.size() && !failure_)
      next();
    if (failure_) return tl::unexpected(*std::move(failure_));
    tokens_.push_back({token_kind::end, text_.size(), {}, {}, {}, 0});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  /// The length of the character at an offset. The text is well-formed.
  std::size_t character_length(std::size_t at) const noexcept {
    std::size_t end = at + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80)
      ++end;
    return end - at;
  }
  void fail(std::size_t offset, const char* message) { failure_ = error_at(text_, offset, message); }
  void add(token_kind kind, std::size_t from) {
    tokens_.push_back({kind, from, text_.substr(from, at_ - from), {}, {}, 0});
  }

  void next() {
    const char c = peek();
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++at_;
    } else if (c == '/' && peek(1) == '/') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '/' && peek(1) == '*') {
      block_comment();
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      number();
    } else if (const std::size_t prefix = prefix_length(); peek(prefix) != '\0' && is_quote(prefix)) {
      quoted_text(prefix);
    } else if (starts_identifier()) {
      identifier();
    } else {
      const std::size_t from = at_;
      at_ += character_length(at_);
      add(token_kind::symbol, from);
    }
  }

  void block_comment() {
    const auto end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) return fail(text_.size(), "comment not terminated");
    at_ = end + 2;
  }

  void digits() {
    while (is_digit(peek()))
      ++at_;
  }
  void number() {
    const std::size_t from = at_;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && is_hex_digit(peek(2))) {
      at_ += 2;
      while (is_hex_digit(peek()))
        ++at_;
    } else {
      digits();
      // 1..name is a number and two steps, not "1." and a step.
      if (peek() == '.' && peek(1) != '.') {
        ++at_;
        digits();
      }
      const bool sign = peek(1) == '+' || peek(1) == '-';
      if ((peek() == 'e' || peek() == 'E') && is_digit(peek(sign ? 2 : 1))) {
        at_ += sign ? 2 : 1;
        digits();
      }
    }
    if ((peek() == 'u' || peek() == 'U') && !is_ascii_letter(peek(1)) && !is_digit(peek(1))) ++at_;
    add(token_kind::number, from);
  }

  /// Letters before a quote: how many belong to it.
  std::size_t prefix_length() const noexcept {
    const auto is_one_of = [&](std::size_t ahead, char a, char b) {
      return peek(ahead) == a || peek(ahead) == b;
    };
    if (is_one_of(0, 'r', 'R')) return is_one_of(1, 'b', 'B') && is_quote(2) ? 2 : 1;
    if (is_one_of(0, 'b', 'B')) return is_one_of(1, 'r', 'R') && is_quote(2) ? 2 : 1;
    return 0;
  }
  bool is_quote(std::size_t ahead) const noexcept {
    const char c = peek(ahead);
    if (c == '`') return ahead == 0; // back-quotes take no prefix
    return c == '"' || c == '\'';
  }

  void quoted_text(std::size_t prefix) {
    const std::size_t from = at_;
    at_ += prefix;
    const char quote = peek();
    const bool triple = quote != '`' && peek(1) == quote && peek(2) == quote;
    const std::size_t quote_length = triple ? 3 : 1;
    at_ += quote_length;
    const std::size_t body = at_;
    while (at_ < text_.size()) {
      const char c = peek();
      if (c == quote && (!triple || (peek(1) == quote && peek(2) == quote))) {
        const std::size_t end = at_;
        at_ += quote_length;
        tokens_.push_back({token_kind::text, from, text_.substr(from, at_ - from),
                           text_.substr(body, end - body), text_.substr(from, prefix), quote});
        return;
      }
      if (c == '\n' && !triple && quote != '`') return fail(at_, "literal not terminated");
      const bool pair = c == '\\' && at_ + 1 < text_.size() && peek(1) != '\n';
      at_ += pair ? 2 : 1;
    }
    fail(text_.size(), "literal not terminated");
  }

  bool is_letter_or_digit(std::size_t at, bool first) const {
    const char c = text_[at];
    if (is_ascii(c)) return is_ascii_letter(c) || (!first && is_digit(c));
    static const re2::RE2 letter{"\\p{L}"};
    static const re2::RE2 either{"[\\p{L}\\p{Nd}]"};
    const std::string_view character = text_.substr(at, character_length(at));
    return re2::RE2::FullMatch({character.data(), character.size()}, first ? letter : either);
  }
  bool starts_identifier() const { return is_letter_or_digit(at_, true); }
  void identifier() {
    const std::size_t from = at_;
    while (at_ < text_.size() && is_letter_or_digit(at_, false))
      at_ += character_length(at_);
    add(token_kind::identifier, from);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  token_list tokens_;
  std::optional<compile_error> failure_;
};

} // namespace

compiled<token_list> lex(std::string_view query) { return lexer{query}.run(); }

compile_error unexpected(std::string_view query, const token& t) {
  if (t.kind == token_kind::end) return error_at(query, t.offset, "unexpected token \"<EOF>\"");
  return error_at(query, t.offset, "unexpected token " + quoted(t.kind == token_kind::text ? t.body : t.raw));
}

} // namespace remora::filter
