#include "traffic/capture/byte_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace remora::traffic {
namespace {

class memory_source final : public byte_source {
 public:
  memory_source(byte_view content, std::size_t piece)
      : left_{content}, piece_{std::max<std::size_t>(piece, 1)} {}

  result<outcome> read(std::uint8_t* to, std::size_t count, milliseconds) override {
    const byte_view part = left_.first(std::min(count, piece_));
    if (part.empty()) return outcome{state::end, 0};
    std::memcpy(to, part.data(), part.size());
    left_ = left_.skip(part.size());
    return outcome{state::data, part.size()};
  }

  bool streaming() const noexcept override { return false; }

 private:
  byte_view left_;
  std::size_t piece_;
};

class descriptor_source final : public byte_source {
 public:
  descriptor_source(int descriptor, bool owned, bool streaming) noexcept
      : descriptor_{descriptor}, owned_{owned}, streaming_{streaming} {}
  ~descriptor_source() override {
    if (owned_) ::close(descriptor_);
  }

  result<outcome> read(std::uint8_t* to, std::size_t count, milliseconds wait) override {
    if (streaming_ && !readable(wait)) return outcome{state::idle, 0};
    for (;;) {
      const ssize_t got = ::read(descriptor_, to, count);
      if (got > 0) return outcome{state::data, static_cast<std::size_t>(got)};
      if (got == 0) return outcome{state::end, 0};
      if (errno == EINTR) continue;
      // Standard input may be a descriptor that its owner made non-blocking.
      if (errno == EAGAIN || errno == EWOULDBLOCK) return outcome{state::idle, 0};
      return fail(errc::io_failed, "cannot be read: " + errno_text(errno));
    }
  }

  bool streaming() const noexcept override { return streaming_; }

 private:
  /// False when nothing came in time, or a signal came first.
  bool readable(milliseconds wait) const noexcept {
    pollfd entry{descriptor_, POLLIN, 0};
    const auto limit = std::clamp<std::int64_t>(wait.count(), 0, 60'000);
    return ::poll(&entry, 1, static_cast<int>(limit)) > 0; // errors too: read() names them
  }

  int descriptor_;
  bool owned_;
  bool streaming_;
};

tl::unexpected<error> open_error(const std::string& path, int number) {
  return fail(errno_code(number), path + ": cannot be opened: " + errno_text(number));
}

} // namespace

std::unique_ptr<byte_source> make_memory_source(byte_view content, std::size_t piece) {
  return std::make_unique<memory_source>(content, piece);
}

result<std::unique_ptr<byte_source>> open_byte_source(const std::string& path) {
  const bool standard_input = path == "-";
  int descriptor = STDIN_FILENO;
  if (!standard_input) {
    do {
      descriptor =
          ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY); // NOLINT(*-vararg): the system's interface
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) return open_error(path, errno);
  }
  struct stat about {};
  if (::fstat(descriptor, &about) != 0) about.st_mode = 0;
  const bool regular = S_ISREG(about.st_mode);
  std::unique_ptr<byte_source> source =
      std::make_unique<descriptor_source>(descriptor, !standard_input, !regular);
  if (S_ISDIR(about.st_mode)) {
    return fail(errc::io_failed,
                path + ": is a folder; name the capture files in it, such as " + path + "/*.pcap");
  }
  if (regular) ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL); // only a hint: may fail
  return source;
}

} // namespace remora::traffic
