#include "worker/script_captures.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "traffic/store/capture_cut.hpp"
#include "worker/merged_captures.hpp"

namespace remora::worker {

namespace {

constexpr mode_t file_mode = 0640;
constexpr mode_t folder_mode = 0750;
constexpr std::string_view unfinished = ".part";

std::string absolute(const std::string& folder) {
  std::error_code failed;
  const auto path = std::filesystem::absolute(folder, failed);
  return failed ? folder : path.lexically_normal().string();
}

script_captures_options with_absolute_folder(script_captures_options how) {
  how.folder = absolute(how.folder);
  while (how.folder.size() > 1 && how.folder.back() == '/')
    how.folder.pop_back();
  return how;
}

tl::unexpected<error> system_failure(const std::string& path) {
  const int failed = errno;
  return fail(errno_code(failed), quoted(path, 200) + ": " + errno_text(failed));
}

tl::unexpected<error> out_of_time() {
  return fail(errc::io_failed, "there is no time left for the rest of the packets");
}

traffic::packet_reader reader_of(const traffic::stream_store& from) {
  return [&from](const auto& places, const auto& take) { return from.read(places, take); };
}

/// Writes stored packets to where an error may come from.
result<std::uint64_t> write_packets(std::vector<traffic::packet_place> places,
                                    const traffic::stream_store& from, const script::byte_taker& to,
                                    const script::go_on& more) {
  result<void> went;
  const auto cut =
      traffic::cut_packets(std::move(places), reader_of(from), [&](traffic::byte_view bytes) -> bool {
        if (more()) {
          // Bytes are bytes. NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
          went = to({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        } else {
          went = out_of_time();
        }
        return went.has_value();
      });
  if (!went) return tl::unexpected<error>{std::move(went).error()};
  if (!cut) return tl::unexpected<error>{cut.error()};
  return cut->bytes;
}

} // namespace

script_captures::script_captures(traffic_store* store, script_captures_options how)
    : store_{store}, how_{with_absolute_folder(std::move(how))} {
  remove_leftovers();
}

void script_captures::remove_leftovers() const {
  namespace fs = std::filesystem;
  std::error_code failed;
  fs::directory_iterator next{how_.folder, failed};
  for (; !failed && next != fs::directory_iterator{}; next.increment(failed)) {
    std::string name = next->path().filename().string();
    if (name.size() > unfinished.size() &&
        name.compare(name.size() - unfinished.size(), name.npos, unfinished) == 0)
      name.resize(name.size() - unfinished.size());
    // What is no file of ours is somebody else's.
    if (!script::read_stream_name(name)) continue;
    std::error_code stays;
    fs::remove(next->path(), stays);
    if (stays) log::warn("old-capture-stays", "file=", next->path().string(), " reason=", stays.message());
  }
}

result<std::string> script_captures::path(const script::stream_file& of, const script::go_on& more) {
  if (store_ != nullptr) {
    store_->settle();
    const std::lock_guard lock{making_};
    if (auto done = make(of, more); !done) return tl::unexpected<error>{std::move(done).error()};
  }
  return how_.folder + '/' + of.name;
}

result<void> script_captures::make(const script::stream_file& of, const script::go_on& more) {
  const timestamp now = how_.clock();
  remove_old(now, 0);
  auto places = store_->streams().find({of.number}, how_.packets);
  if (!places) return tl::unexpected<error>{std::move(places).error()};
  // What was made while packets were there stays for its time.
  if (places->empty()) return {};
  if (::mkdir(how_.folder.c_str(), folder_mode) != 0 && errno != EEXIST) return system_failure(how_.folder);
  const std::string final_path = how_.folder + '/' + of.name;
  const std::string path = final_path + std::string{unfinished};
  const file_descriptor file{
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, file_mode)};
  if (!file) return system_failure(path);
  std::uint64_t bytes = 0;
  const auto put = [&](std::string_view piece) -> result<void> {
    bytes += piece.size();
    if (bytes > how_.most.bytes)
      return fail(errc::store_full, "the packets of this stream would need more than " +
                                        format_size(how_.most) + ", an eighth of worker.streams.size");
    return script::write_all(file.number(), piece);
  };
  auto written = write_packets(std::move(*places), store_->streams(), put, more);
  if (!written) {
    ::unlink(path.c_str());
    return tl::unexpected<error>{std::move(written).error()};
  }
  forget(of.name); // it is replaced
  bytes += script::file_quota::entry_bytes;
  remove_old(now, bytes);
  if (::rename(path.c_str(), final_path.c_str()) != 0) {
    auto failed = system_failure(final_path);
    ::unlink(path.c_str());
    ::unlink(final_path.c_str()); // nobody counts it any more
    return failed;
  }
  note(of.name, bytes, now);
  return {};
}

void script_captures::note(const std::string& name, std::uint64_t bytes, timestamp now) {
  by_age_.push_back({name, bytes, now});
  by_name_[name] = std::prev(by_age_.end());
  bytes_ += bytes;
}

void script_captures::forget(const std::string& name) {
  const auto known = by_name_.find(name);
  if (known == by_name_.end()) return;
  bytes_ -= known->second->bytes;
  by_age_.erase(known->second);
  by_name_.erase(known);
}

/// Also so many that there is room for as many bytes more.
void script_captures::remove_old(timestamp now, std::uint64_t room) {
  while (!by_age_.empty() && (bytes_ + room > how_.most.bytes || now - by_age_.front().made > how_.age))
    remove(by_age_.begin());
}

void script_captures::remove(files::iterator which) {
  ::unlink((how_.folder + '/' + which->name).c_str());
  forget(std::string{which->name});
}

result<void> script_captures::write_stored(const std::optional<std::set<std::uint64_t>>& streams,
                                           const script::byte_taker& to, const script::go_on& more) {
  if (store_ == nullptr)
    return fail(errc::not_found,
                "this node stores no packets: its traffic store is off, see worker.streams in its "
                "configuration");
  store_->settle();
  std::set<std::uint64_t> all;
  if (!streams)
    for (const auto& each : store_->streams().streams())
      all.insert(each.number);
  auto places = store_->streams().find(streams ? *streams : all, how_.packets);
  if (!places) return tl::unexpected<error>{std::move(places).error()};
  auto written = write_packets(std::move(*places), store_->streams(), to, more);
  if (!written) return tl::unexpected<error>{std::move(written).error()};
  return {};
}

std::shared_ptr<const script::known_names> script_captures::names() {
  return how_.names ? how_.names->current() : std::make_shared<const script::known_names>();
}

std::unique_ptr<script::capture_merge> script_captures::begin_merge(script::new_file scratch) {
  return std::make_unique<merged_captures>(std::move(scratch), how_.packets);
}

} // namespace remora::worker
