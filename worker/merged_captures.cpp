#include "worker/merged_captures.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <utility>

#include "traffic/capture/file_source.hpp"
#include "traffic/store/capture_cut.hpp"

namespace remora::worker {

namespace {

constexpr std::size_t piece_bytes = 64u << 10;
constexpr std::size_t frames_at_a_time = 1'000;

/// A regular file that is open already.
class opened_file final : public traffic::byte_source {
 public:
  explicit opened_file(file_descriptor file) : file_{std::move(file)} {}

  result<outcome> read(std::uint8_t* to, std::size_t count, milliseconds) override {
    for (;;) {
      const ssize_t got = ::read(file_.number(), to, count);
      if (got > 0) return outcome{state::data, static_cast<std::size_t>(got)};
      if (got == 0) return outcome{state::end, 0};
      if (errno != EINTR) return fail(errc::io_failed, errno_text(errno));
    }
  }
  bool streaming() const noexcept override { return false; }

 private:
  file_descriptor file_;
};

} // namespace

class merged_captures::collector final : public traffic::frame_handler {
 public:
  explicit collector(merged_captures& into) : into_{into} {}
  void on_frame(const traffic::frame& packet) override {
    if (went) went = into_.take(packet);
  }
  result<void> went;

 private:
  merged_captures& into_;
};

result<void> merged_captures::take(const traffic::frame& packet) {
  if (places_.size() == most_)
    return fail(errc::too_large, "there are more than " + std::to_string(most_) + " packets");
  traffic::packet_place at;
  at.time = packet.time;
  at.link = packet.link;
  at.captured = static_cast<std::uint32_t>(packet.bytes.size());
  at.begin = end_;
  at.end = end_ += sizeof packet.wire_length + packet.bytes.size();
  places_.push_back(at);
  char length[sizeof packet.wire_length];
  std::memcpy(length, &packet.wire_length, sizeof length);
  waiting_.append(length, sizeof length);
  waiting_.append(packet.bytes.begin(), packet.bytes.end());
  return waiting_.size() < piece_bytes ? result<void>{} : flush();
}

result<void> merged_captures::flush() {
  auto done = scratch_.write(waiting_);
  waiting_.clear();
  return done;
}

result<void> merged_captures::add(const std::string& name, file_descriptor content,
                                  const script::go_on& more) {
  std::vector<traffic::named_bytes> files;
  files.push_back({name, std::make_unique<opened_file>(std::move(content))});
  auto source = traffic::open_byte_sources(std::move(files), "", piece_bytes);
  if (!source) return tl::unexpected<error>{std::move(source).error()};
  collector to{*this};
  for (;;) {
    if (!more()) return fail(errc::io_failed, "there is no time left for the rest of the packets");
    const auto status = (*source)->read(to, frames_at_a_time, milliseconds{0});
    if (!to.went) return to.went;
    if (!status) return tl::unexpected<error>{status.error()};
    if (*status != traffic::read_status::more) return {};
  }
}

result<std::uint64_t> merged_captures::read(const std::vector<traffic::packet_place>& places,
                                            const std::function<bool(const traffic::frame&)>& take) const {
  std::vector<std::uint8_t> record;
  for (const auto& at : places) {
    record.resize(at.end - at.begin);
    std::size_t got = 0;
    while (got < record.size()) {
      const ssize_t some = ::pread(scratch_.number(), record.data() + got, record.size() - got,
                                   static_cast<off_t>(at.begin + got));
      if (some < 0 && errno == EINTR) continue;
      if (some <= 0)
        return fail(errc::io_failed, some < 0 ? errno_text(errno) : "a scratch file was cut off");
      got += static_cast<std::size_t>(some);
    }
    traffic::frame packet;
    std::memcpy(&packet.wire_length, record.data(), sizeof packet.wire_length);
    packet.time = at.time;
    packet.link = at.link;
    packet.bytes = {record.data() + sizeof packet.wire_length, record.size() - sizeof packet.wire_length};
    if (!take(packet)) break;
  }
  return 0;
}

result<void> merged_captures::write(const script::byte_taker& to, const script::go_on& more) {
  if (auto done = flush(); !done) return done;
  std::stable_sort(places_.begin(), places_.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  result<void> went;
  const auto put = [&](traffic::byte_view bytes) {
    if (more()) {
      // Bytes are bytes. NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
      went = to({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    } else {
      went = fail(errc::io_failed, "there is no time left for the rest of the packets");
    }
    return went.has_value();
  };
  const auto reader = [this](const auto& places, const auto& take) { return read(places, take); };
  const auto cut = traffic::cut_packets(std::exchange(places_, {}), reader, put);
  if (!went) return went;
  if (!cut) return tl::unexpected<error>{cut.error()};
  return {};
}

} // namespace remora::worker
