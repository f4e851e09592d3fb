#include "traffic/dissect/http/head_scanner.hpp"

#include <cstring>
#include <optional>

#include "traffic/dissect/http/text.hpp"

namespace remora::traffic::http {

namespace {

constexpr std::string_view content_length_name = "content-length";
constexpr std::string_view transfer_encoding_name = "transfer-encoding";

/// What the Content-Length fields say together.
struct length_claim {
  std::optional<std::uint64_t> value;
  const char* fault = nullptr;
};

/// Adds a field's value: a number, or the same number several times (RFC 9110, section 8.6).
void add_length(length_claim& claim, std::string_view value) noexcept {
  list_cursor pieces{value};
  std::string_view piece;
  bool any = false;
  while (pieces.next(piece)) {
    any = true;
    std::uint64_t number = 0;
    if (piece.empty() || piece.size() > 18) {
      claim.fault = "Content-Length is no length";
      return;
    }
    for (const char c : piece) {
      if (c < '0' || c > '9') {
        claim.fault = "Content-Length is no length";
        return;
      }
      number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (claim.value && *claim.value != number) {
      claim.fault = "Content-Length has values that differ";
      return;
    }
    claim.value = number;
  }
  if (!any) claim.fault = "Content-Length is no length";
}

/// What the Transfer-Encoding fields say together.
struct coding_claim {
  bool any = false;          ///< Something other than "identity".
  bool chunked_last = false; ///< And it ends with "chunked".
  bool twice = false;        ///< "chunked" is not the last, or comes twice.
};

void add_codings(coding_claim& claim, std::string_view value) noexcept {
  list_cursor pieces{value};
  std::string_view piece;
  while (pieces.next(piece)) {
    const std::string_view name = trimmed(piece.substr(0, piece.find(';')));
    if (name.empty() || equal_ignoring_case(name, "identity")) continue;
    claim.any = true;
    if (claim.chunked_last) claim.twice = true;
    claim.chunked_last = equal_ignoring_case(name, "chunked");
  }
}

} // namespace

void head_scanner::begin(std::size_t from) noexcept {
  line_ = searched_ = from;
  size_ = 0;
  count_ = 0;
  too_many_ = may_fold_ = false;
}

bool head_scanner::scan(std::string_view text) noexcept {
  for (;;) {
    const void* found = searched_ < text.size()
                            ? std::memchr(text.data() + searched_, '\n', text.size() - searched_)
                            : nullptr;
    if (found == nullptr) {
      searched_ = text.size();
      return false;
    }
    const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    const bool has_cr = end > line_ && text[end - 1] == '\r';
    if (end - (has_cr ? 1 : 0) == line_) {
      size_ = end + 1;
      return true;
    }
    note(text.substr(line_, end - line_));
    line_ = searched_ = end + 1;
  }
}

void head_scanner::note(std::string_view line) noexcept {
  const char first = line.front();
  if (first == ' ' || first == '\t') { // obs-fold: the value goes on
    if (may_fold_) fields_[count_ - 1u].end = static_cast<std::uint32_t>(line_ + line.size());
    return;
  }
  may_fold_ = false;
  if ((first | 0x20) == 'c' && starts_ignoring_case(line, content_length_name))
    note_value(field_kind::content_length, line, content_length_name.size());
  else if ((first | 0x20) == 't' && starts_ignoring_case(line, transfer_encoding_name))
    note_value(field_kind::transfer_encoding, line, transfer_encoding_name.size());
}

void head_scanner::note_value(field_kind kind, std::string_view line, std::size_t name_size) noexcept {
  std::size_t colon = name_size;
  while (colon < line.size() && (line[colon] == ' ' || line[colon] == '\t'))
    ++colon; // RFC 9112, section 5.1, wants none; what a lenient server takes for the field is the field
  if (colon == line.size() || line[colon] != ':') return;
  if (count_ == fields_.size()) {
    too_many_ = true;
    return;
  }
  fields_[count_++] = {kind, static_cast<std::uint32_t>(line_ + colon + 1),
                       static_cast<std::uint32_t>(line_ + line.size())};
  may_fold_ = true;
}

body_framing head_scanner::framing(std::string_view text, bool is_request) const noexcept {
  using kind = body_framing::kind;
  const kind without_fields = is_request ? kind::none : kind::until_close;
  if (count_ == 0) return {without_fields, 0, nullptr, false};
  if (too_many_) return {without_fields, 0, "too many fields that delimit the body", true};
  length_claim length;
  coding_claim coding;
  bool has_length = false;
  for (std::size_t i = 0; i < count_; ++i) {
    const std::string_view value = text.substr(fields_[i].begin, fields_[i].end - fields_[i].begin);
    if (fields_[i].kind == field_kind::transfer_encoding) {
      add_codings(coding, value);
    } else {
      has_length = true;
      if (length.fault == nullptr) add_length(length, value);
    }
  }
  if (coding.any) {
    const char* both = has_length ? "both Transfer-Encoding and Content-Length" : nullptr;
    if (coding.chunked_last && !coding.twice) return {kind::chunked, 0, both, false};
    // A response may end with its connection; for a request, nothing says where it ends.
    const bool fault = is_request || coding.twice;
    return {without_fields, 0, fault ? "Transfer-Encoding does not end with chunked" : both, is_request};
  }
  if (!has_length) return {without_fields, 0, nullptr, false};
  if (length.fault != nullptr) return {without_fields, 0, length.fault, true};
  return {*length.value == 0 ? kind::none : kind::length, *length.value, nullptr, false};
}

} // namespace remora::traffic::http
