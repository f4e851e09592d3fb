#include "traffic/dissect/http/http_dissector.hpp"

#include "traffic/dissect/http/exchange.hpp"
#include "traffic/dissect/http/facts.hpp"
#include "traffic/dissect/http/message_reader.hpp"
#include "traffic/dissect/http/start_line.hpp"

namespace remora::traffic {

namespace {

class http_dissector final : public stream_dissector {
 public:
  explicit http_dissector(conversation& about) : exchange_{about} {}

  interest on_bytes(direction way, byte_view bytes, timestamp time) override {
    std::string_view rest{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    http::message_reader& from = reader(way);
    while (!rest.empty() && !exchange_.is_over()) {
      from.read(rest, time);
      release(time);
    }
    return answer();
  }

  interest on_gap(direction way, std::uint64_t missing_bytes, timestamp time) override {
    reader(way).on_gap(missing_bytes, time, reader(opposite(way)).is_inside());
    release(time);
    return answer();
  }

  void on_end(direction way, stream_end end, timestamp time) override {
    reader(way).on_end(end, time);
    release(time);
  }

 private:
  http::message_reader& reader(direction way) noexcept {
    return way == direction::from_client ? requests_ : responses_;
  }

  /// What waited behind a CONNECT is read as soon as the refusal is complete, whatever else has come by then.
  void release(timestamp time) {
    if (!requests_.is_held() || exchange_.connect_waits() || responses_.is_inside()) return;
    if (!exchange_.is_over()) requests_.resume(time);
  }

  interest answer() const noexcept { return exchange_.is_over() ? interest::nothing : interest::bytes; }

  http::exchange exchange_;
  http::message_reader requests_{direction::from_client, exchange_};
  http::message_reader responses_{direction::from_server, exchange_};
};

/// A request line is looked for in so many bytes; a longer one must begin like those of browsers.
constexpr std::size_t looked_at = 1024;

bool has_usual_beginning(std::string_view text) noexcept {
  for (const std::string_view method : {"GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "OPTIONS ", "PATCH "}) {
    if (text.substr(0, method.size()) != method) continue;
    text.remove_prefix(method.size());
    return !text.empty() && (text.front() == '/' || text.substr(0, 4) == "http");
  }
  return false;
}

/// Source: items, section 8.1, "Identification".
likeness looks_like_http(byte_view start, const flow_info& /*flow*/) {
  std::string_view text{reinterpret_cast<const char*>(start.data()), start.size()};
  const std::size_t begin = text.find_first_not_of("\r\n");
  if (begin == std::string_view::npos) return text.size() < looked_at ? likeness::unsure : likeness::no;
  text.remove_prefix(begin);
  text = text.substr(0, looked_at);
  const std::size_t end = text.find('\n');
  const std::string_view line = http::without_cr(text.substr(0, end));
  if (http::may_become_status_line(text)) {
    if (http::parse_status_line(line)) return likeness::of_a_server;
    if (end == std::string_view::npos && text.size() < looked_at) return likeness::unsure;
  }
  if (!http::may_become_request_line(text)) return likeness::no;
  if (end != std::string_view::npos)
    return http::parse_request_line(line) ? likeness::of_a_client : likeness::no;
  if (text.size() < looked_at) return likeness::unsure;
  return has_usual_beginning(text) ? likeness::of_a_client : likeness::no;
}

std::unique_ptr<stream_dissector> make_http(conversation& about) {
  return std::make_unique<http_dissector>(about);
}

} // namespace

const stream_protocol http_stream_protocol{&http::http_1_1_facts, looks_like_http, make_http};

} // namespace remora::traffic
