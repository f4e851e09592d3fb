#include "worker/instant_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "base/crc32c.hpp"
#include "base/log.hpp"
#include "base/utf8.hpp"

namespace remora::worker {

namespace {

constexpr std::string_view first_line = "remora instants 1\n";
constexpr std::size_t max_file_bytes = 512u << 20;
constexpr std::string_view digits = "0123456789abcdef";

tl::unexpected<error> failed(const char* what, const std::filesystem::path& path) {
  const int why = errno;
  return fail(errno_code(why),
              std::string{what} + ' ' + remora::quoted(path.string()) + ": " + errno_text(why));
}

/// Text as one word: what would end the word or the line stands as %xx.
std::string to_word(std::string_view text) {
  std::string word;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte != '%') {
      word += c;
    } else {
      word += '%';
      word += digits[byte >> 4];
      word += digits[byte & 15];
    }
  }
  return word;
}

std::optional<std::string> from_word(std::string_view word) {
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '%') {
      text += word[i];
      continue;
    }
    if (word.size() - i < 3) return std::nullopt;
    const auto high = digits.find(word[i + 1]);
    const auto low = digits.find(word[i + 2]);
    if (high == digits.npos || low == digits.npos) return std::nullopt;
    text += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return text;
}

std::string checksum(std::string_view text) {
  std::array<char, 9> hex{};
  std::snprintf(hex.data(), hex.size(), "%08x", crc32c(text));
  return {hex.data(), 8};
}

/// "checksum instant title tag\n"
std::string to_line(std::string_view script, std::string_view tag, timestamp planned) {
  const std::string said = std::to_string(to_unix_ns(planned)) + ' ' + to_word(script) + ' ' + to_word(tag);
  return checksum(said) + ' ' + said + '\n';
}

/// Takes the text up to the next blank off the front.
std::string_view take_word(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

/// Errors: io_failed.
result<void> write_all(int file, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("cannot write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

result<std::string> read_all(int file, const std::filesystem::path& path) {
  std::string all;
  std::vector<char> block(1u << 16);
  for (;;) {
    const ssize_t got = ::read(file, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("cannot read", path);
    if (got == 0) return all;
    all.append(block.data(), static_cast<std::size_t>(got));
    if (all.size() > max_file_bytes) {
      return fail(errc::store_damaged, remora::quoted(path.string()) +
                                           " is larger than a record of instants gets; "
                                           "move it away and start again");
    }
  }
}

} // namespace

result<std::unique_ptr<instant_file>> instant_file::open(std::filesystem::path path) {
  std::unique_ptr<instant_file> made{new instant_file{std::move(path)}};
  if (auto done = made->read(); !done) return pass_on(std::move(done));
  if (auto done = made->rewrite(); !done) return pass_on(std::move(done));
  return made;
}

result<void> instant_file::read() {
  const file_descriptor file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return errno == ENOENT ? result<void>{} : failed("cannot open", path_);
  const auto all = read_all(file.number(), path_);
  if (!all) return tl::unexpected<error>(all.error());
  std::string_view rest = *all;
  if (rest.empty()) return {};
  if (rest.substr(0, first_line.size()) != first_line) {
    return fail(errc::store_damaged,
                remora::quoted(path_.string()) +
                    " is no record of the instants of jobs; move it away and start again");
  }
  rest.remove_prefix(first_line.size());
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == rest.npos) ++damaged_lines_; // it did not get its end
    if (end == rest.npos) break;
    if (end > 0) read_line(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  if (damaged_lines_ > 0) {
    log::warn("instants-damaged", "file=", path_.string(), " lines=", damaged_lines_,
              " they are passed over; a job may run an instant again if the clock was set back");
  }
  return {};
}

void instant_file::read_line(std::string_view line) {
  std::string_view rest = line;
  const std::string_view sum = take_word(rest);
  const bool whole = sum == checksum(rest);
  const std::string_view number = take_word(rest);
  std::int64_t planned = 0;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), planned);
  const auto script = from_word(take_word(rest));
  const auto tag = from_word(take_word(rest));
  if (!whole || parsed.ec != std::errc{} || !script || !tag) {
    ++damaged_lines_;
    return;
  }
  remember(*script, *tag, from_unix_ns(planned));
}

void instant_file::remember(std::string_view script, std::string_view tag, timestamp planned) {
  auto known = scripts_.find(script);
  if (known == scripts_.end()) known = scripts_.emplace(script, jobs_of_script{}).first;
  auto job = known->second.find(tag);
  if (job == known->second.end()) {
    job = known->second.emplace(tag, jobs::done_instants{}).first;
    ++jobs_;
  }
  job->second.add(planned);
  if (jobs_ > max_jobs) forget_oldest();
}

/// Half of all, so that it does not happen often.
void instant_file::forget_oldest() {
  std::vector<std::tuple<timestamp, std::string, std::string>> by_age;
  by_age.reserve(jobs_);
  for (const auto& [script, jobs] : scripts_)
    for (const auto& [tag, done] : jobs)
      by_age.emplace_back(done.latest(), script, tag);
  const auto middle = by_age.begin() + static_cast<std::ptrdiff_t>(by_age.size() / 2);
  std::nth_element(by_age.begin(), middle, by_age.end());
  for (auto old = by_age.begin(); old != middle; ++old) {
    const auto script = scripts_.find(std::get<1>(*old));
    script->second.erase(std::get<2>(*old));
    if (script->second.empty()) scripts_.erase(script);
    --jobs_;
  }
}

/// Beside the old file, and then in its place: whoever is killed meanwhile finds one of them.
result<void> instant_file::rewrite() {
  std::string all{first_line};
  for (const auto& [script, jobs] : scripts_)
    for (const auto& [tag, done] : jobs)
      for (const timestamp instant : done)
        all += to_line(script, tag, instant);
  std::filesystem::path beside = path_;
  beside += ".new";
  file_descriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600)};
  if (!file) return failed("cannot create", beside);
  if (auto done = write_all(file.number(), all, beside); !done) return done;
  if (::fdatasync(file.number()) != 0) return failed("cannot write", beside);
  if (std::rename(beside.c_str(), path_.c_str()) != 0) return failed("cannot replace", path_);
  file_ = std::move(file);
  bytes_ = all.size();
  rewrite_at_ = std::max(smallest_to_rewrite, 4 * bytes_);
  torn_ = false;
  return {};
}

std::map<std::string, jobs::done_instants> instant_file::load(std::string_view script) const {
  const std::lock_guard lock{mutex_};
  const auto found = scripts_.find(script);
  if (found == scripts_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

void instant_file::store(std::string_view script, std::string_view tag, timestamp planned) {
  if (script.size() > max_title_bytes || tag.size() > max_title_bytes) return;
  const std::lock_guard lock{mutex_};
  remember(script, tag, planned);
  // A line that did not get its end must not spoil this one.
  const std::string line = (torn_ ? "\n" : "") + to_line(script, tag, planned);
  torn_ = true;
  if (auto written = write_all(file_.number(), line, path_); !written)
    return note_failure(written.error().message);
  torn_ = false;
  bytes_ += line.size();
  if (bytes_ < rewrite_at_) return;
  rewrite_at_ = 2 * bytes_; // when it fails: not again with the next line
  if (auto done = rewrite(); !done) note_failure(done.error().message);
}

void instant_file::note_failure(const std::string& why) {
  // The first, and then ever more seldom: a full disk fails with every run.
  if ((failed_writes_ & (failed_writes_ + 1)) == 0) {
    log::error("instants-not-written", why, " failures=", failed_writes_ + 1,
               " after a restart with a clock that was set back, jobs may run an instant again");
  }
  ++failed_writes_;
}

std::uint64_t instant_file::failed_writes() const {
  const std::lock_guard lock{mutex_};
  return failed_writes_;
}

} // namespace remora::worker
