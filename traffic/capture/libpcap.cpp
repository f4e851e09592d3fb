#include "traffic/capture/libpcap.hpp"

#include <algorithm>
#include <exception>
#include <net/if.h>
#include <utility>
#include <vector>

#include <pcap.h>

#include "traffic/capture/interfaces.hpp"
#include "traffic/capture/packet_source.hpp"

namespace remora::traffic::libpcap {
namespace {

// The timeout is how long the kernel collects packets before it wakes us. Waking for each one (immediate
// mode) costs six times the processor time.
constexpr int collect_ms = 10;

struct pcap_closer {
  void operator()(pcap_t* handle) const noexcept { pcap_close(handle); }
};
using pcap_ptr = std::unique_ptr<pcap_t, pcap_closer>;

/// libpcap's own number for a link type; files use another one for raw IP.
int to_dlt(link_type link) noexcept { return link == link_type::raw_ip ? DLT_RAW : static_cast<int>(link); }

constexpr std::size_t max_filter_shown = 200;

tl::unexpected<error> filter_error(std::string_view text, const std::string& reason) {
  std::string shown{text.substr(0, max_filter_shown)};
  if (text.size() > max_filter_shown) shown += "...";
  return fail(errc::invalid_filter, "capture filter \"" + shown + "\": " + reason);
}

struct owned_program {
  ::bpf_program code{};
  owned_program() = default;
  owned_program(const owned_program&) = delete;
  owned_program& operator=(const owned_program&) = delete;
  ~owned_program() { pcap_freecode(&code); }
};

/// Compiles for a handle that knows its link type.
result<void> compile_into(::bpf_program& program, pcap_t* handle, std::string_view text) {
  if (text.size() > max_filter_bytes) {
    return filter_error(text, "is longer than " + std::to_string(max_filter_bytes) + " bytes");
  }
  if (text.find('\0') != std::string_view::npos) return filter_error(text, "contains a NUL character");
  const std::string terminated{text};
  if (pcap_compile(handle, &program, terminated.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    return filter_error(text, pcap_geterr(handle));
  }
  return {};
}

} // namespace

struct filter_program::program : owned_program {};

filter_program::filter_program(std::unique_ptr<program> compiled) : program_{std::move(compiled)} {}
filter_program::filter_program(filter_program&&) noexcept = default;
filter_program& filter_program::operator=(filter_program&&) noexcept = default;
filter_program::~filter_program() = default;

result<filter_program> filter_program::compile(std::string_view text, link_type link) {
  const pcap_ptr handle{pcap_open_dead(to_dlt(link), static_cast<int>(default_snaplen))};
  if (!handle) return filter_error(text, "out of memory");
  auto compiled = std::make_unique<program>();
  if (auto done = compile_into(compiled->code, handle.get(), text); !done) return pass_on(std::move(done));
  return filter_program{std::move(compiled)};
}

bool filter_program::matches(const frame& packet) const noexcept {
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(packet.bytes.size());
  header.len = packet.wire_length;
  return pcap_offline_filter(&program_->code, &header, packet.bytes.data()) != 0;
}

struct live_handle::capture {
  pcap_ptr handle;
  std::string interface;
  link_type link = link_type::unsupported;
  int descriptor = -1;
  raw_counters last;
};

namespace {

error permission_error(const std::string& interface) {
  return {errc::permission_denied,
          interface +
              ": no permission to capture: CAP_NET_RAW is missing. Grant it with "
              "`sudo setcap cap_net_raw+ep $(command -v remora)`, run as root, or start the container with "
              "--cap-add NET_RAW"};
}

error activation_error(pcap_t* handle, int status, const std::string& interface) {
  const std::string detail = pcap_geterr(handle);
  switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return unknown_interface_error(interface, interface_names());
    case PCAP_ERROR_PERM_DENIED:
      return permission_error(interface);
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return {errc::permission_denied,
              interface + ": no permission for promiscuous mode; capture without it"};
    case PCAP_ERROR_IFACE_NOT_UP:
      return {errc::io_failed, interface + ": the interface is down; bring it up with `sudo ip link set " +
                                   interface + " up`"};
    default:
      return {errc::io_failed, interface + ": cannot be captured: " +
                                   (detail.empty() ? std::string{pcap_statustostr(status)} : detail)};
  }
}

/// Every option before the activation; they cannot fail on a handle that is not active.
void configure(pcap_t* handle, const live_settings& settings) {
  pcap_set_snaplen(handle, static_cast<int>(std::clamp(settings.snaplen, 1u, default_snaplen)));
  pcap_set_promisc(handle, settings.promiscuous ? 1 : 0);
  pcap_set_timeout(handle, collect_ms);
  constexpr std::size_t least = 64u << 10;
  constexpr std::size_t most = 1u << 30;
  pcap_set_buffer_size(handle, static_cast<int>(std::clamp(settings.buffer_bytes, least, most)));
  pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
}

result<void> set_filter(pcap_t* handle, const live_settings& settings) {
  if (settings.filter.empty()) return {};
  owned_program program;
  if (auto done = compile_into(program.code, handle, settings.filter); !done) return done;
  if (pcap_setfilter(handle, &program.code) != 0) {
    return fail(errc::io_failed,
                settings.interface + ": the capture filter cannot be set: " + pcap_geterr(handle));
  }
  return {};
}

/// What travels through libpcap to the callback.
struct delivery {
  frame_handler& handler;
  pcap_t* handle;
  link_type link;
  std::exception_ptr thrown;
};

void deliver(u_char* user, const pcap_pkthdr* header, const u_char* bytes) {
  auto& to = *reinterpret_cast<delivery*>(user);
  if (to.thrown) return;
  try {
    frame packet;
    // With nanosecond precision tv_usec holds nanoseconds.
    packet.time = from_unix_ns(std::int64_t{header->ts.tv_sec} * 1'000'000'000 + header->ts.tv_usec);
    packet.wire_length = std::max(header->len, header->caplen);
    packet.link = to.link;
    packet.bytes = byte_view{bytes, header->caplen};
    to.handler.on_frame(packet);
  } catch (...) { // must not unwind through C; dispatch() throws it again
    to.thrown = std::current_exception();
    pcap_breakloop(to.handle);
  }
}

bool exists(const std::string& interface) noexcept {
  return interface == "any" || ::if_nametoindex(interface.c_str()) != 0;
}

} // namespace

live_handle::live_handle(std::unique_ptr<capture> running) : capture_{std::move(running)} {}
live_handle::live_handle(live_handle&&) noexcept = default;
live_handle& live_handle::operator=(live_handle&&) noexcept = default;
live_handle::~live_handle() = default;

result<live_handle> live_handle::open(const live_settings& settings) {
  // Asked first: without permission libpcap reports only that, also for a misspelt name.
  if (!exists(settings.interface)) {
    return tl::unexpected<error>(unknown_interface_error(settings.interface, interface_names()));
  }
  char reason[PCAP_ERRBUF_SIZE] = "";
  auto running = std::make_unique<capture>();
  running->interface = settings.interface;
  running->handle.reset(pcap_create(settings.interface.c_str(), reason));
  pcap_t* const handle = running->handle.get();
  if (handle == nullptr) return fail(errc::io_failed, settings.interface + ": cannot be captured: " + reason);
  configure(handle, settings);
  if (const int status = pcap_activate(handle); status < 0) { // above 0: a warning, such as "not promiscuous"
    return tl::unexpected<error>(activation_error(handle, status, settings.interface));
  }
  const int number = pcap_datalink(handle);
  running->link = link_type_from_number(static_cast<std::uint32_t>(number));
  if (running->link == link_type::unsupported) {
    return fail(errc::unknown_link_type, settings.interface + ": link type " + std::to_string(number) +
                                             " is not supported; supported are " +
                                             std::string{supported_link_types()});
  }
  if (auto done = set_filter(handle, settings); !done) return pass_on(std::move(done));
  if (pcap_setnonblock(handle, 1, reason) != 0) {
    return fail(errc::io_failed, settings.interface + ": cannot be read without blocking: " + reason);
  }
  running->descriptor = pcap_get_selectable_fd(handle);
  if (running->descriptor < 0) return fail(errc::io_failed, settings.interface + ": cannot be waited for");
  return live_handle{std::move(running)};
}

int live_handle::descriptor() const noexcept { return capture_->descriptor; }

result<std::size_t> live_handle::dispatch(frame_handler& handler, std::size_t max_frames) {
  pcap_t* const handle = capture_->handle.get();
  delivery to{handler, handle, capture_->link, nullptr};
  const int count = static_cast<int>(std::clamp<std::size_t>(max_frames, 1, 1u << 20));
  const int got = pcap_dispatch(handle, count, deliver, reinterpret_cast<u_char*>(&to));
  if (to.thrown) std::rethrow_exception(to.thrown);
  if (got >= 0) return static_cast<std::size_t>(got);
  if (got == PCAP_ERROR_BREAK) return std::size_t{0};
  if (!exists(capture_->interface)) {
    return fail(errc::unknown_interface,
                capture_->interface + ": the interface disappeared while it was captured");
  }
  return fail(errc::io_failed, capture_->interface + ": capture failed: " + pcap_geterr(handle));
}

raw_counters live_handle::counters() {
  pcap_stat now{};
  if (pcap_stats(capture_->handle.get(), &now) == 0) capture_->last = {now.ps_drop, now.ps_ifdrop};
  return capture_->last;
}

} // namespace remora::traffic::libpcap
