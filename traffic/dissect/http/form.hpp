#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace remora::traffic::http {

/// One field of a form.
struct form_field {
  std::string name;
  std::string value;
  std::string file_name;    ///< multipart/form-data only; empty for none.
  std::string content_type; ///< Likewise.
};

/// Fields beyond are left out.
constexpr std::size_t most_form_fields = 1024;

/// The fields of application/x-www-form-urlencoded (WHATWG URL, section 5.1).
std::vector<form_field> parse_urlencoded(std::string_view body);

/// The fields of multipart/form-data (RFC 7578); of the last one as much as is there.
std::vector<form_field> parse_multipart(std::string_view body, std::string_view boundary);

} // namespace remora::traffic::http
