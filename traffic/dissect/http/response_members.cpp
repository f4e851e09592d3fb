#include "traffic/dissect/http/common_members.hpp"
#include "traffic/dissect/http/status_text.hpp"

namespace remora::traffic::http {

namespace {

void write_status(const message& of, value_writer& to) { to.integer(of.line().status); }
void write_status_text(const message& of, value_writer& to) { to.text(status_text(of.line().status)); }

void write_redirect_url(const message& of, value_writer& to) {
  const bool redirects = 300 <= of.line().status && of.line().status <= 399;
  to.text(redirects ? field_value(of, "location") : std::string{});
}

void write_content(const message& of, value_writer& to) {
  plain_body body;
  set_plain_body(of, body);
  to.begin_object();
  to.key("size");
  to.integer(static_cast<std::int64_t>(body.size));
  to.key("mimeType");
  to.text(field_value(of, "content-type"));
  to.key("encoding");
  to.text("base64");
  if (!body.bytes.empty()) {
    to.key("text");
    to.base64(body.bytes);
  }
  if (body.is_truncated) {
    to.key("truncated");
    to.boolean(true);
  }
  to.end_object();
}

constexpr member members[] = {
    member_of<write_status>("status"),       member_of<write_status_text>("statusText"),
    member_of<write_version>("httpVersion"), member_of<write_headers>("headers"),
    member_of<write_cookies>("cookies"),     member_of<write_headers_size>("headersSize"),
    member_of<write_body_size>("bodySize"),  member_of<write_redirect_url>("redirectURL"),
    member_of<write_content>("content"),
};

} // namespace

const shape response_shape = shape_of(members);

} // namespace remora::traffic::http
