#include <fcntl.h>
#include <unistd.h>

#include "base/utf8.hpp"
#include "cli/remote/commands.hpp"
#include "cli/remote/hub_options.hpp"
#include "cli/remote/words.hpp"

namespace remora::cli {

namespace {

/// Until the first nodes have found their streams, and then between two parts.
constexpr std::chrono::milliseconds answer_time{75'000};

struct pcap_arguments {
  hub_options hub;
  std::vector<std::string> operands;
  std::optional<std::string> file;
  std::optional<std::string> since;
  std::optional<std::string> until;
};

void declare(arguments& args, pcap_arguments& asked) {
  args.operands(asked.operands);
  args.group("Options");
  args.text("-w,--write", "FILE", asked.file,
            "Where to write to; - is standard output, which must not be a terminal. A file that is there is "
            "overwritten.");
  args.text("--since", "TIME", asked.since,
            "Streams with an item from this time on: 90s, 5m, 2h ago, or 2026-01-31T12:00:00Z. [all that are "
            "kept]");
  args.text("--until", "TIME", asked.until, "Up to this time. [now]");
  declare(args, asked.hub);
  args.section("Examples",
               "  remora pcap 'http and response.status >= 500' -w errors.pcapng\n"
               "  remora pcap dns --since 1m -w - | tshark -r -\n");
}

/// The file that packets go to.
class capture_file {
 public:
  capture_file() = default;
  ~capture_file() {
    if (owned_) ::close(fd_);
  }
  capture_file(const capture_file&) = delete;
  capture_file& operator=(const capture_file&) = delete;

  /// Errors: invalid_usage (a terminal); those of opening a file.
  result<void> open(const context& where, const std::string& name) {
    name_ = name;
    if (name == "-") {
      if (::isatty(where.out) != 0)
        return fail(errc::invalid_usage, "packets are not for a terminal: -w FILE, or a pipe behind -w -");
      fd_ = where.out;
      return {};
    }
    fd_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    owned_ = fd_ >= 0;
    if (!owned_) return fail(errno_code(errno), name + " cannot be written: " + errno_text(errno));
    return {};
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        failure_ = error{errno_code(errno), name_ + " cannot be written: " + errno_text(errno)};
        return false;
      }
      sum_ += static_cast<std::size_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  const std::optional<error>& failure() const noexcept { return failure_; }
  std::size_t bytes() const noexcept { return sum_; }

 private:
  std::string name_;
  int fd_ = -1;
  bool owned_ = false;
  std::size_t sum_ = 0;
  std::optional<error> failure_;
};

outcome fetch(const context& where, const client::hub_client& hub, client::fields query,
              const std::string& name) {
  capture_file file;
  bool opened = false;
  std::optional<error> trouble;
  // Not before there is something to write: a question that is refused must not cost an old file.
  const auto take = [&](std::string_view bytes) {
    if (!opened) {
      if (auto done = file.open(where, name); !done) {
        trouble = done.error();
        return false;
      }
      opened = true;
    }
    return file.write(bytes);
  };
  const auto said = hub.download({"GET", "/pcap", std::move(query), {}, {}, false, answer_time}, take);
  if (!trouble) trouble = file.failure();
  if (trouble) return end_with(where, *trouble);
  if (!said) {
    if (file.bytes() > 0) complain(where, name + " is not whole: only what came before the end is in it");
    return end_with(where, said.error());
  }
  if (!said->missing.empty())
    complain(where, "packets are missing of nodes that did not answer: " + said->missing);
  if (name != "-") complain(where, name + ": " + bytes_text(static_cast<double>(file.bytes())));
  return {};
}

} // namespace

outcome pcap_command(const context& where, const argument_list& given) {
  pcap_arguments asked;
  arguments args{
      "pcap", "[options] [FILTER] -w FILE",
      "Writes the packets of all streams that have an item which a filter lets through, of all nodes, "
      "into a pcapng file: a section for each node, with the names of its addresses."};
  declare(args, asked);
  return with_hub(where, args, given, asked.hub, [&](const client::hub_client& hub) -> outcome {
    if (asked.operands.size() > 1)
      return refuse(where, "one FILTER at a time: " + remora::quoted(asked.operands[1]) +
                               " is one too many; one with blanks takes quotes");
    if (!asked.file) return refuse(where, "-w FILE is missing: where shall the packets go?");
    if (*asked.file == "-" && ::isatty(where.out) != 0)
      return refuse(where, "packets are not for a terminal: -w FILE, or a pipe behind -w -");
    const auto since = time_option(asked.since, "--since");
    if (!since) return refuse(where, since.error().message);
    const auto until = time_option(asked.until, "--until");
    if (!until) return refuse(where, until.error().message);
    return fetch(where, hub,
                 {{"query", asked.operands.empty() ? "" : asked.operands.front()},
                  {"since", *since},
                  {"until", *until}},
                 *asked.file);
  });
}

} // namespace remora::cli
