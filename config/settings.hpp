#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/units.hpp"
#include "base/value.hpp"

namespace remora::config {

// The checked settings, as the programs use them. What a member's initializer says is the built-in default:
// the schema and the documentation take it from here. What each means is in schema.cpp, once.

using duration = std::chrono::nanoseconds;
using text_list = std::vector<std::string>;

enum class role : std::uint8_t { viewer, editor, admin };

/// "viewer", "editor", "admin".
std::string_view to_string(role r) noexcept;

/// Somebody who may use the hub's HTTP API.
struct api_token {
  std::string name; ///< For logs; may be empty.
  role grants = role::viewer;
  std::string token; ///< Secret.
};

inline bool operator==(const api_token& a, const api_token& b) {
  return a.name == b.name && a.grants == b.grants && a.token == b.token;
}

struct tls_settings {
  std::string certificate; ///< Path of a PEM file; empty: no TLS.
  std::string key;         ///< Path of a PEM file.
};

struct http_settings {
  std::string listen = "127.0.0.1:8899";
  bool insecure = false;
  text_list names;
  tls_settings tls;
  std::vector<api_token> tokens;
};

struct hub_curve_settings {
  std::string secret_key; ///< Z85, 40 characters; empty: no CURVE. Secret.
  text_list workers;      ///< Public keys, Z85.
};

struct hub_link_settings {
  std::string listen = "127.0.0.1:8891";
  std::string publish = "127.0.0.1:8892";
  hub_curve_settings curve;
  bool insecure = false;
};

struct retention_settings {
  duration runs = std::chrono::hours{7 * 24};
  duration console = std::chrono::hours{24};
};

struct hub_settings {
  std::string data = "/var/lib/remora";
  http_settings http;
  hub_link_settings link;
  retention_settings retention;
};

struct metrics_settings {
  std::string listen = "127.0.0.1:49100";
  text_list names;
};

struct capture_settings {
  text_list interfaces{"any"};
  std::string filter; ///< BPF, as tcpdump takes it; compiled by the capture, not here.
  std::int64_t snaplen = 262'144;
  byte_size buffer = mib(64);
  bool promiscuous = false;
};

/// How much of something is kept: whichever of the two is reached first.
struct store_settings {
  byte_size size;
  duration age = std::chrono::minutes{10};
};

struct traffic_limits {
  std::int64_t flows = 200'000;
  byte_size reassembly = mib(256);
};

struct worker_curve_settings {
  std::string hub_key;    ///< Public, Z85.
  std::string secret_key; ///< Z85. Secret.
};

struct worker_settings {
  std::string name; ///< Empty: the host's name.
  std::string hub = "127.0.0.1:8891";
  std::string data = "/var/lib/remora";
  metrics_settings metrics;
  capture_settings capture;
  store_settings streams{gib(1)};
  store_settings items{mib(256)};
  traffic_limits limits;
  worker_curve_settings curve;
};

struct script_limits {
  duration turn = std::chrono::seconds{5};
  duration load = std::chrono::seconds{10};
  duration job = std::chrono::minutes{5};
  byte_size memory = mib(64);
  std::int64_t queue = 65'536;
  byte_size file_quota = gib(2);
};

/// A script that stands in the configuration itself.
struct inline_script {
  std::string title;
  std::string code;
};

inline bool operator==(const inline_script& a, const inline_script& b) {
  return a.title == b.title && a.code == b.code;
}

struct egress_settings {
  text_list allow{"*"};
};

struct llm_settings {
  std::string base_url = "https://api.openai.com/v1";
  std::string model;
};

// In the order of the documentation, which costs a few bytes of padding.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
struct scripting_settings {
  bool enabled = true;
  std::string source;
  text_list sources;
  std::vector<inline_script> scripts; ///< In the order written; titles are unique.
  text_list active;
  bool watch_scripts = true;
  value env = value::map{}; ///< Always a map. Secret.
  script_limits limits;
  bool console = true;
  std::int64_t console_log_lines = 1'000;
  egress_settings egress;
  llm_settings llm;
  bool allow_block_pod = false;
  bool redaction_fail_closed = false;
  std::string archive_prefix = "kubeshark";
  bool compat_labels = true;
};

/// Words of the filter language that the operator makes: name to KFL1 text. Whether a text compiles the
/// filter language says, not the configuration.
using filter_macros = std::map<std::string, std::string>;

struct filter_settings {
  filter_macros macros;
};

struct jobs_settings {
  std::string timezone = "UTC";
};

struct log_settings {
  log::level level = log::level::info;
  log::format format = log::format::text;
};

/// Everything that can be configured. Each program reads the sections that concern it; one file may hold all.
struct settings {
  hub_settings hub;
  worker_settings worker;
  scripting_settings scripting;
  filter_settings filter;
  jobs_settings jobs;
  log_settings log;
  bool internet_connectivity = true;
  std::string timezone;
};

} // namespace remora::config
