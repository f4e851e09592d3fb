// A link that loses, repeats and delays: a program that carries frames between two interfaces of its machine.
//
//   rough_link INTERFACE INTERFACE LOST DOUBLED DELAYED SEED
//
// The numbers are of a thousand packets of TCP; what is delayed comes up to three milliseconds later, so that
// others overtake it. All else passes as it is. Says "ready" when it begins and, at SIGTERM, what it did.

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <linux/if_packet.h>
#include <map>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <random>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;
using std::chrono::microseconds;

/// In front of each frame the kernel says what is left to do for its checksum: struct virtio_net_hdr.
constexpr std::size_t kernel_header = 10;
constexpr std::size_t most_waiting = 10'000;
volatile std::sig_atomic_t stopped = 0;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

int open_interface(const char* name) {
  const int fd = ::socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_ALL));
  const int on = 1;
  if (fd < 0 || ::setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) != 0 ||
      ::setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) != 0)
    give_up("rough_link: socket");
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(::if_nametoindex(name));
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    give_up(name); // NOLINT: the API's
  return fd;
}

using frame = std::vector<char>;

bool is_tcp(const frame& bytes) {
  constexpr std::size_t type_at = kernel_header + 12;
  constexpr std::size_t protocol_at = kernel_header + 14 + 9;
  return bytes.size() > protocol_at && bytes[type_at] == 8 && bytes[type_at + 1] == 0 &&
         bytes[protocol_at] == 6;
}

struct odds {
  unsigned lost;
  unsigned doubled;
  unsigned delayed;
};

class rough_link {
 public:
  rough_link(const char* one, const char* other, odds of, std::uint64_t seed)
      : ends_{open_interface(one), open_interface(other)}, odds_{of}, random_{seed} {}

  void carry() {
    while (stopped == 0) {
      std::array<pollfd, 2> ready{{{ends_[0], POLLIN, 0}, {ends_[1], POLLIN, 0}}};
      if (::poll(ready.data(), ready.size(), waiting_.empty() ? 100 : 1) < 0 && errno != EINTR)
        give_up("poll");
      for (std::size_t from : {0u, 1u})
        receive(from);
      send_what_is_due();
    }
    std::printf("%llu lost, %llu doubled, %llu delayed\n", lost_, doubled_, delayed_);
  }

 private:
  struct parcel {
    std::size_t to;
    frame bytes;
  };

  bool chance(unsigned of_a_thousand) { return random_() % 1'000 < of_a_thousand; }

  void receive(std::size_t from) {
    frame bytes(65'536 + 64);
    for (;;) {
      const ssize_t got = ::recv(ends_.at(from), bytes.data(), bytes.size(), 0);
      if (got <= 0) return;
      take({bytes.begin(), bytes.begin() + got}, 1 - from);
    }
  }

  void take(const frame& bytes, std::size_t to) {
    if (!is_tcp(bytes)) return send({to, bytes});
    if (chance(odds_.lost) || waiting_.size() > most_waiting) {
      ++lost_;
      return;
    }
    if (chance(odds_.doubled)) {
      ++doubled_;
      later({to, bytes});
    }
    if (!chance(odds_.delayed)) return send({to, bytes});
    ++delayed_;
    later({to, bytes});
  }

  void later(parcel one) {
    waiting_.emplace(clock_type::now() + microseconds{random_() % 3'000}, std::move(one));
  }

  void send(const parcel& one) const {
    // A buffer that is full loses it, as cables do.
    if (::send(ends_.at(one.to), one.bytes.data(), one.bytes.size(), 0) < 0 && errno != EAGAIN &&
        errno != ENOBUFS)
      std::perror("rough_link: send");
  }

  void send_what_is_due() {
    while (!waiting_.empty() && waiting_.begin()->first <= clock_type::now()) {
      send(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
    }
  }

  std::array<int, 2> ends_;
  odds odds_;
  std::mt19937_64 random_;
  std::multimap<clock_type::time_point, parcel> waiting_;
  unsigned long long lost_ = 0;
  unsigned long long doubled_ = 0;
  unsigned long long delayed_ = 0;
};

unsigned number(const char* text) { return static_cast<unsigned>(std::strtoul(text, nullptr, 10)); }

} // namespace

int main(int count, char** words) {
  if (count != 7) {
    std::fputs("usage: rough_link INTERFACE INTERFACE LOST DOUBLED DELAYED SEED\n", stderr);
    return 2;
  }
  struct sigaction stop {};
  stop.sa_handler = [](int) { stopped = 1; };
  ::sigaction(SIGTERM, &stop, nullptr); // without SA_RESTART: ends the poll
  rough_link between{
      words[1], words[2], {number(words[3]), number(words[4]), number(words[5])}, number(words[6])};
  std::puts("ready");
  std::fflush(stdout);
  between.carry();
}
