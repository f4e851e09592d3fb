#include "hub/queries/search_cursor.hpp"

#include <random>

#include "http/base64url.hpp"
#include "protocol/content_hash.hpp"

namespace remora::hub {

namespace {

// version 1 | check 12 | left + 1, or 0 | for each node: mark 8, position + 1, or 0; numbers as LEB128
constexpr char version = '1';
constexpr std::size_t check_bytes = 12;
/// Headers of a request have 8 KiB together.
constexpr std::size_t most_letters = 6'000;

void put_number(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U)
    out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

std::optional<std::uint64_t> take_number(std::string_view& from) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(from.front());
    from.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

tl::unexpected<error> refused() {
  return fail(errc::invalid_usage,
              "the query parameter \"cursor\" is not one that this hub gave for this question since it "
              "started: begin without it");
}

} // namespace

std::uint64_t node_mark(const std::string& node) {
  const auto hash = content_hash(node);
  std::uint64_t mark = 0;
  for (std::size_t i = 0; i < sizeof mark; ++i)
    mark = mark << 8U | hash.bytes.at(i);
  return mark;
}

cursor_seal::cursor_seal() {
  std::random_device source;
  for (char& c : key_)
    c = static_cast<char>(source());
}

/// What only this hub can compute.
std::string cursor_seal::check_of(std::string_view body, std::string_view question) const {
  std::string all{key_.begin(), key_.end()};
  all += std::to_string(question.size()) + ':';
  all += question;
  all += body;
  const auto hash = content_hash(all);
  return std::string{hash.bytes.begin(), hash.bytes.begin() + check_bytes};
}

result<std::string> cursor_seal::close(const search_cursor& where, std::string_view question) const {
  std::string body;
  put_number(body, where.left ? static_cast<std::uint64_t>(*where.left) + 1 : 0);
  for (const auto& [node, position] : where.nodes) {
    const auto mark = node_mark(node);
    for (unsigned shift = 64; shift > 0; shift -= 8)
      body += static_cast<char>(mark >> (shift - 8U) & 0xFFU);
    put_number(body, position ? *position + 1 : 0);
  }
  auto text = http::encode_base64url(version + check_of(body, question) + body);
  if (text.size() > most_letters)
    return fail(errc::too_large, "a list over " + std::to_string(where.nodes.size()) +
                                     " nodes cannot be given in pages: ask for a span of time, with since "
                                     "and until, that fits into one page");
  return text;
}

result<opened_cursor> cursor_seal::open(const std::string& text, std::string_view question) const {
  if (text.size() > most_letters) return refused();
  const auto read = http::decode_base64url(text);
  if (!read || read->size() <= 1 + check_bytes || read->front() != version) return refused();
  std::string_view body = std::string_view{*read}.substr(1 + check_bytes);
  if (read->compare(1, check_bytes, check_of(body, question)) != 0) return refused();
  opened_cursor out;
  const auto left = take_number(body);
  if (!left) return refused();
  if (*left > 0) out.left = static_cast<std::int64_t>(*left - 1);
  while (!body.empty()) {
    if (body.size() < 8) return refused();
    std::uint64_t mark = 0;
    for (const char c : body.substr(0, 8))
      mark = mark << 8U | static_cast<std::uint8_t>(c);
    body.remove_prefix(8);
    const auto position = take_number(body);
    if (!position) return refused();
    out.nodes[mark] = *position > 0 ? std::optional{*position - 1} : std::nullopt;
  }
  return out;
}

} // namespace remora::hub
