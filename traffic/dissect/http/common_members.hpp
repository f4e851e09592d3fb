#pragma once

#include <string>
#include <string_view>

#include "protocol/item/value_writer.hpp"
#include "traffic/dissect/content_coding.hpp"
#include "traffic/dissect/http/fields.hpp"
#include "traffic/dissect/http/message.hpp"

// What requests and responses say of themselves in the same way. Source: items, section 8.1.
namespace remora::traffic::http {

inline void write_version(const message& of, value_writer& to) {
  const char text[] = {'H', 'T',
                       'T', 'P',
                       '/', static_cast<char>('0' + of.line().major),
                       '.', static_cast<char>('0' + of.line().minor)};
  to.text({text, sizeof text});
}

inline void write_headers_size(const message& of, value_writer& to) {
  to.integer(static_cast<std::int64_t>(of.head().size()));
}

inline void write_body_size(const message& of, value_writer& to) {
  to.integer(static_cast<std::int64_t>(of.body_size()));
}

/// A body without its content codings. When they cannot be undone, the body as it came.
struct plain_body {
  std::string decoded;
  std::string_view bytes;
  std::uint64_t size = 0; ///< More than there are bytes when it is truncated and nobody decoded it.
  bool is_truncated = false;
};

inline void set_plain_body(const message& of, plain_body& out) {
  out.bytes = of.body();
  out.size = of.body_size();
  out.is_truncated = of.is_truncated();
  if (out.bytes.empty()) return;
  const std::string codings = field_value(of, "content-encoding");
  if (codings.empty()) return;
  auto plain = decode_content(of.body(), codings, default_body_limit);
  if (!plain) return;
  out.decoded = std::move(plain->bytes);
  out.bytes = out.decoded;
  out.size = out.decoded.size();
  out.is_truncated = out.is_truncated || plain->is_cut;
}

} // namespace remora::traffic::http
