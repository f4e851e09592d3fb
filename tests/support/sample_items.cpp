#include "tests/support/sample_items.hpp"

#include <atomic>

#include "protocol/item/value_writer.hpp"

namespace remora {

namespace {

constexpr protocol_facts sample_protocol{"sample", "7",       "SAMPLE", "Sample Protocol",
                                         "sample", "#123456", 12,       "https://example.org/",
                                         "7 77",   "tcp",     3,        "_SAMPLE"};

std::atomic<std::uint64_t> statuses_written{0};

using message = sample_message;

// --- content: a part of a message

void write_size(const message& of, value_writer& to) {
  to.integer(static_cast<std::int64_t>(of.body.size()));
}
void write_mime_type(const message&, value_writer& to) { to.text("text/plain"); }
void write_body(const message& of, value_writer& to) { to.text(of.body); }
void write_encoded(const message& of, value_writer& to) { to.base64(of.body); }
constexpr member content_members[] = {
    member_of<write_size>("size"),
    member_of<write_mime_type>("mimeType"),
    member_of<write_body>("text"),
    member_of<write_encoded>("encoded"),
};
constexpr shape content_shape = shape_of(content_members);

// --- a line: one of many parts

void write_line_text(const std::string& of, value_writer& to) { to.text(of); }
void write_line_length(const std::string& of, value_writer& to) {
  to.integer(static_cast<std::int64_t>(of.size()));
}
constexpr member line_members[] = {
    member_of<write_line_text>("text"),
    member_of<write_line_length>("length"),
};
constexpr shape line_shape = shape_of(line_members);

// --- the message

void write_path(const message& of, value_writer& to) { to.text(of.path); }
void write_url(const message& of, value_writer& to) { to.text("http://shop.example" + of.path); }
void write_status(const message& of, value_writer& to) {
  ++statuses_written;
  to.integer(of.status);
}
void write_offset(const message& of, value_writer& to) { to.integer(of.offset); }
void write_success(const message& of, value_writer& to) { to.boolean(of.status < 400); }
void write_nothing(const message&, value_writer& to) { to.null(); }
void write_attempt(const message& of, value_writer& to) { to.integer(of.attempt.value_or(0)); }
bool has_attempt(const message& of) { return of.attempt.has_value(); }
void write_trace(const message& of, value_writer& to) { to.text(of.trace.value_or("")); }
bool has_trace(const message& of) { return of.trace.has_value(); }
void write_headers(const message& of, value_writer& to) {
  to.begin_object();
  for (const auto& [name, content] : of.headers) {
    to.key(name);
    to.text(content);
  }
  to.end_object();
}
void write_tags(const message& of, value_writer& to) {
  to.begin_list();
  for (const std::string& tag : of.tags)
    to.text(tag);
  to.end_list();
}
void write_lines(const message& of, value_writer& to) {
  to.begin_list();
  for (const std::string& line : of.lines)
    to.part({&line_shape, &line});
  to.end_list();
}
void write_content(const message& of, value_writer& to) { to.part({&content_shape, &of}); }

constexpr member message_members[] = {
    member_of<write_path>("path"),       member_of<write_url>("url"),
    member_of<write_status>("status"),   member_of<write_attempt, has_attempt>("attempt"),
    member_of<write_offset>("offset"),   member_of<write_success>("success"),
    member_of<write_nothing>("nothing"), member_of<write_headers>("headers"),
    member_of<write_tags>("tags"),       member_of<write_lines>("lines"),
    member_of<write_content>("content"), member_of<write_trace, has_trace>("trace"),
};
constexpr shape message_shape = shape_of(message_members);

class message_part final : public item_part {
 public:
  explicit message_part(message what) : what_{std::move(what)} {}
  shaped members() const noexcept override { return {&message_shape, &what_}; }
  std::size_t footprint() const noexcept override { return sizeof *this + what_.body.capacity(); }

 private:
  message what_;
};

const std::shared_ptr<const item_origin>& sample_origin() {
  static const std::shared_ptr<const item_origin> origin = [] {
    auto made = std::make_shared<item_origin>();
    made->node_name = "node-a";
    made->node_ip = "10.1.0.7";
    made->worker = "10.1.0.7:30001";
    made->origin = capture_origin::af_packet;
    return made;
  }();
  return origin;
}

} // namespace

item sample_half_item(sample_message request) {
  item made;
  made.origin = sample_origin();
  made.protocol = &sample_protocol;
  made.seq = 7;
  made.stream = 42;
  made.index = 3;
  made.source.address = {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 3, 20}}, 41730};
  made.destination.address = {{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}, 7};
  made.time = from_unix_ns(1'700'000'000'250'118'000);
  made.completed = made.time;
  made.request_size = 142;
  made.match_number = 4;
  made.trouble = item_trouble::pair_not_found;
  made.trouble_text = "no response";
  made.request = std::make_unique<message_part>(std::move(request));
  return made;
}

item sample_item(sample_message request, sample_message response) {
  item made = sample_half_item(std::move(request));
  made.trouble = item_trouble::none;
  made.trouble_text.clear();
  made.elapsed_us = 12500;
  made.completed = made.time + std::chrono::microseconds{made.elapsed_us};
  made.response_size = 137;
  made.response = std::make_unique<message_part>(std::move(response));
  return made;
}

std::uint64_t sample_statuses_written() noexcept { return statuses_written; }

} // namespace remora
