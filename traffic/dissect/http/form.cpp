#include "traffic/dissect/http/form.hpp"

#include <utility>

#include "traffic/dissect/http/fields.hpp"
#include "traffic/dissect/http/target.hpp"
#include "traffic/dissect/http/text.hpp"

namespace remora::traffic::http {

namespace {

/// Bytes through the empty line of a part's header block; all of them when there is none.
std::size_t head_size(std::string_view part) noexcept {
  std::size_t line = 0;
  for (std::size_t end = part.find('\n'); end != std::string_view::npos; end = part.find('\n', line)) {
    const std::string_view text = part.substr(line, end - line);
    line = end + 1;
    if (text.empty() || text == "\r") return line;
  }
  return part.size();
}

form_field read_part(std::string_view part) {
  form_field out;
  const std::size_t head = head_size(part);
  field_cursor fields{part.substr(0, head)};
  field one;
  while (fields.next(one)) {
    if (equal_ignoring_case(one.name, "content-disposition")) {
      const std::string value = unfolded(one.value);
      out.name = parameter(value, "name");
      out.file_name = parameter(value, "filename");
    } else if (equal_ignoring_case(one.name, "content-type")) {
      out.content_type = unfolded(one.value);
    }
  }
  out.value = part.substr(head);
  return out;
}

/// What follows a delimiter on its line is white space, or "--" for the last one.
bool ends_parts(std::string_view behind) noexcept { return behind.substr(0, 2) == "--"; }

} // namespace

std::vector<form_field> parse_urlencoded(std::string_view body) {
  std::vector<form_field> out;
  while (!body.empty() && out.size() < most_form_fields) {
    const std::size_t end = body.find('&');
    const std::string_view pair = body.substr(0, end);
    body = end == std::string_view::npos ? std::string_view{} : body.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    form_field one;
    one.name = percent_decoded(pair.substr(0, equals), true);
    if (equals != std::string_view::npos) one.value = percent_decoded(pair.substr(equals + 1), true);
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<form_field> parse_multipart(std::string_view body, std::string_view boundary) {
  std::vector<form_field> out;
  if (boundary.empty()) return out;
  const std::string delimiter = "\n--" + std::string{boundary};
  // The first delimiter has no line end of its own before it when nothing precedes it.
  std::size_t at = body.substr(0, delimiter.size() - 1) == std::string_view{delimiter}.substr(1)
                       ? delimiter.size() - 1
                       : body.find(delimiter);
  if (at == std::string_view::npos) return out;
  if (at != delimiter.size() - 1) at += delimiter.size();
  while (out.size() < most_form_fields && !ends_parts(body.substr(at))) {
    const std::size_t line_end = body.find('\n', at);
    if (line_end == std::string_view::npos) break;
    // The line end of the delimiter may be the one that the next delimiter begins with.
    const std::size_t next = body.find(delimiter, line_end);
    const std::size_t begin = line_end + 1;
    std::string_view part = body.substr(begin);
    if (next != std::string_view::npos) part = body.substr(begin, next > begin ? next - begin : 0);
    if (next != std::string_view::npos && !part.empty() && part.back() == '\r') part.remove_suffix(1);
    out.push_back(read_part(part));
    if (next == std::string_view::npos) break;
    at = next + delimiter.size();
  }
  return out;
}

} // namespace remora::traffic::http
