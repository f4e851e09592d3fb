#include "base/utf8.hpp"
#include "traffic/dissect/http/common_members.hpp"
#include "traffic/dissect/http/form.hpp"
#include "traffic/dissect/http/named_values.hpp"
#include "traffic/dissect/http/target.hpp"
#include "traffic/dissect/http/text.hpp"

namespace remora::traffic::http {

namespace {

void write_method(const message& of, value_writer& to) { to.text(of.method()); }
void write_target(const message& of, value_writer& to) { to.text(of.target()); }
void write_path(const message& of, value_writer& to) { to.text(path_of(of.target())); }

void write_path_segments(const message& of, value_writer& to) {
  const std::string path = path_of(of.target());
  std::string_view rest = path;
  if (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
  to.begin_list();
  for (std::size_t end = rest.find('/'); end != std::string_view::npos; end = rest.find('/')) {
    to.text(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  to.text(rest);
  to.end_list();
}

void write_query_string(const message& of, value_writer& to) {
  named_values values;
  std::string_view rest = split_target(of.target()).query;
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    std::string value;
    if (equals != std::string_view::npos) value = percent_decoded(pair.substr(equals + 1), true);
    values.add(percent_decoded(pair.substr(0, equals), true), std::move(value));
  }
  values.write_lists(to);
}

void write_params(const std::vector<form_field>& form, value_writer& to) {
  to.key("params");
  to.begin_list();
  for (const form_field& one : form) {
    to.begin_object();
    to.key("name");
    to.text(one.name);
    to.key("value");
    to.text(one.value);
    if (!one.file_name.empty()) {
      to.key("fileName");
      to.text(one.file_name);
    }
    if (!one.content_type.empty()) {
      to.key("contentType");
      to.text(one.content_type);
    }
    to.end_object();
  }
  to.end_list();
}

/// Whether the media type is that of a form; then `form` has its fields.
bool read_form(std::string_view media_type, const std::string& content_type, std::string_view body,
               std::vector<form_field>& form) {
  if (equal_ignoring_case(media_type, "application/x-www-form-urlencoded")) {
    form = parse_urlencoded(body);
    return true;
  }
  if (!equal_ignoring_case(media_type, "multipart/form-data")) return false;
  const std::string boundary = parameter(content_type, "boundary");
  form = parse_multipart(body, boundary);
  return !boundary.empty();
}

/// Of a body that was cut in the middle of a character, what is before that.
std::string_view without_cut_character(std::string_view bytes) noexcept {
  const auto invalid = find_invalid_utf8(bytes);
  return invalid && bytes.size() - *invalid < 4 ? bytes.substr(0, *invalid) : bytes;
}

bool has_post_data(const message& of) { return of.body_size() != 0; }

void write_post_data(const message& of, value_writer& to) {
  plain_body body;
  set_plain_body(of, body);
  if (body.is_truncated) body.bytes = without_cut_character(body.bytes);
  const std::string content_type = field_value(of, "content-type");
  const std::string_view media_type =
      trimmed(std::string_view{content_type}.substr(0, content_type.find(';')));
  std::vector<form_field> form;
  const bool is_form = read_form(media_type, content_type, body.bytes, form);
  to.begin_object();
  to.key("mimeType");
  to.text(media_type);
  write_params(form, to);
  to.key("text");
  const bool is_text = is_form || !find_invalid_utf8(body.bytes);
  if (is_text) {
    to.text(is_form ? std::string_view{} : body.bytes);
  } else {
    to.base64(body.bytes);
    to.key("encoding");
    to.text("base64");
  }
  if (body.is_truncated) {
    to.key("truncated");
    to.boolean(true);
  }
  to.end_object();
}

constexpr member members[] = {
    member_of<write_method>("method"),
    member_of<write_target>("url"),
    member_of<write_target>("targetUri"),
    member_of<write_path>("path"),
    member_of<write_path_segments>("pathSegments"),
    member_of<write_query_string>("queryString"),
    member_of<write_headers>("headers"),
    member_of<write_cookies>("cookies"),
    member_of<write_version>("httpVersion"),
    member_of<write_headers_size>("headersSize"),
    member_of<write_body_size>("bodySize"),
    member_of<write_post_data, has_post_data>("postData"),
};

} // namespace

const shape request_shape = shape_of(members);

} // namespace remora::traffic::http
