#include "filter/kfl2/variables.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <unordered_map>
#include <utility>

#include "filter/flags.hpp"
#include "filter/kfl2/variable_table.hpp"

namespace remora::filter::kfl2 {

namespace {

/// Names that records have too, so that they say nothing about the dialect.
constexpr std::string_view shared_names[] = {"id",     "index",    "stream", "timestamp",
                                             "worker", "protocol", "node",   "capture"};

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<places> read_places(std::string_view from) {
  std::vector<places> groups;
  for (const std::string_view group : split(from, ';')) {
    places made;
    for (const std::string_view place : split(group, '|'))
      made.push_back(std::make_unique<const path>(path::split(place)));
    groups.push_back(std::move(made));
  }
  return groups;
}

type type_of(char letter) {
  switch (letter) {
    case 's':
      return type::kind::text;
    case 'i':
      return type::kind::integer;
    case 'b':
      return type::kind::boolean;
    case 't':
      return type::kind::timestamp;
    case 'y':
      return type::kind::bytes;
    case 'l':
      return type::list_of(type::kind::text);
    default:
      return type::map_of(type::kind::text, type::kind::text);
  }
}

value default_of(frame& f, char letter) {
  switch (letter) {
    case 's':
      return std::string_view{};
    case 'i':
      return std::int64_t{0};
    case 'b':
      return false;
    case 't':
      return moment{};
    case 'y':
      return bytes_value{};
    case 'l':
      return f.keep(list_value{});
    default:
      return f.keep(map_value{});
  }
}

/// Whether the record is of a protocol. One that names none may be anything.
bool speaks(frame& f, std::string_view protocol) {
  static const path name_path{path::split("protocol.name")};
  static const path abbreviation_path{path::split("protocol.abbr")};
  if (protocol == "gRPC") return f.e.text_at(abbreviation_path) == protocol;
  const std::string_view name = f.e.text_at(name_path);
  if (name.empty() || name == protocol) return true;
  return (protocol == "conn" && (name == "tcp-conn" || name == "udp-conn")) ||
         (protocol == "flow" && (name == "tcp-flow" || name == "udp-flow"));
}

class variable_node final : public node {
 public:
  explicit variable_node(const variable_row& row) : row_{row}, groups_{read_places(row.from)} {}
  value evaluate(frame& f) const override {
    if (!row_.protocol.empty() && !speaks(f, row_.protocol)) return default_of(f, row_.type);
    return row_.read(f, groups_);
  }

 private:
  const variable_row& row_;
  std::vector<places> groups_;
};

/// The one variable with a default of its own.
class grpc_status_node final : public node {
 public:
  explicit grpc_status_node(const variable_row& row) : of_grpc_{row} {}
  value evaluate(frame& f) const override {
    if (!speaks(f, "gRPC")) return std::int64_t{-1};
    return of_grpc_.evaluate(f);
  }

 private:
  variable_node of_grpc_;
};

/// P.status of HTTP, P.rcode of DNS.
class status_code_node final : public node {
 public:
  value evaluate(frame& f) const override {
    if (speaks(f, "http")) return readers::integer(f, http_);
    return speaks(f, "dns") ? readers::integer(f, dns_) : value{std::int64_t{0}};
  }

 private:
  std::vector<places> http_ = read_places("response.status");
  std::vector<places> dns_ = read_places("response.rcode");
};

class flag_node final : public node {
 public:
  explicit flag_node(flag f) noexcept : flag_{f} {}
  value evaluate(frame& f) const override { return is_set(flag_, f.e); }

 private:
  flag flag_;
};

using table = std::unordered_map<std::string_view, variable>;

table make_table() {
  table made;
  for (const row_range& rows : {general_variables(), protocol_variables()})
    for (std::size_t i = 0; i < rows.count; ++i) {
      const variable_row& row = rows.first[i];
      node_ptr content;
      if (row.name == "grpc_status") {
        content = std::make_unique<grpc_status_node>(row);
      } else {
        content = std::make_unique<variable_node>(row);
      }
      made.emplace(row.name, variable{type_of(row.type), std::move(content)});
    }
  made.emplace("status_code", variable{type::kind::integer, std::make_unique<status_code_node>()});
  for (const std::string_view name : flag_names())
    made.emplace(name, variable{type::kind::boolean, std::make_unique<flag_node>(*find_flag(name))});
  return made;
}

const table& variables() {
  static const table made = make_table();
  return made;
}

} // namespace

const variable* find_variable(std::string_view name) {
  const auto found = variables().find(name);
  return found != variables().end() ? &found->second : nullptr;
}

bool is_kfl2_only(std::string_view name) {
  const bool shared =
      std::find(std::begin(shared_names), std::end(shared_names), name) != std::end(shared_names);
  return !shared && find_variable(name) != nullptr && !find_flag(name);
}

std::vector<std::string_view> variable_names() {
  std::vector<std::string_view> names;
  for (const auto& entry : variables())
    names.push_back(entry.first);
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace remora::filter::kfl2
