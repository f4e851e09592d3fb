#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace remora::config {

/// What a text has to look like. `check` gives the complaint, or nothing when the text is fine; it never
/// repeats the text, because that may be secret.
struct text_rule {
  std::string_view type; ///< For the documentation: "address".
  std::optional<std::string> (*check)(std::string_view text);
};

extern const text_rule any_text;       ///< No control characters.
extern const text_rule path_text;      ///< A path, or nothing.
extern const text_rule data_folder;    ///< A path.
extern const text_rule listen_address; ///< host:port; `*` and port 0 are fine.
extern const text_rule remote_address; ///< host:port of somebody else: a host and a port that can be called.
extern const text_rule curve_key;      ///< 40 characters of Z85 (ZeroMQ RFC 32), or nothing.
extern const text_rule time_zone; ///< The form of an IANA name; whether it exists is for the clock to say.
extern const text_rule optional_zone;  ///< The same, or nothing.
extern const text_rule http_url;       ///< http:// or https://, without a user or password in it.
extern const text_rule file_prefix;    ///< The beginning of a file name.
extern const text_rule host_pattern;   ///< A host name or address in which `*` stands for anything.
extern const text_rule interface_name; ///< A network interface.
extern const text_rule node_name;      ///< A name for a worker, or nothing.
extern const text_rule script_title;   ///< A title, not empty.
extern const text_rule token_text;     ///< A bearer token (RFC 6750, section 2.1) of at least 16 characters.

} // namespace remora::config
