#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "actors/scripts/instant_record.hpp"
#include "base/error.hpp"
#include "base/file_descriptor.hpp"

namespace remora::worker {

/// Remembers in a file which planned instants of jobs have begun.
///
/// One write() for each run, of a line with a checksum: what was stored before the process was killed is
/// found by the next one. A line that is damaged, such as the last one after a power cut, is passed over. The
/// file is written anew when it is opened and when it has grown. Power cuts may take the last seconds:
/// nothing is forced to the disk. One process at a time.
class instant_file final : public actors::instant_record {
 public:
  /// Jobs that are remembered; beyond that the one whose last run is the longest ago is forgotten.
  static constexpr std::size_t max_jobs = 20'000;
  static constexpr std::size_t max_title_bytes = 1'024;
  static constexpr std::uint64_t smallest_to_rewrite = 1u << 20; ///< Bytes.

  /// Opens or creates it. Errors: not_found (the folder), permission_denied, io_failed, store_damaged (a file
  /// that is none of ours).
  static result<std::unique_ptr<instant_file>> open(std::filesystem::path path);

  std::map<std::string, jobs::done_instants> load(std::string_view script) const override;
  /// A title or a tag that is too long is not remembered. When writing fails the log says so, and the instant
  /// is remembered for as long as the process lives.
  void store(std::string_view script, std::string_view tag, timestamp planned) override;

  /// Lines that were damaged when the file was opened.
  std::size_t damaged_lines() const noexcept { return damaged_lines_; }
  /// Instants that could not be written.
  std::uint64_t failed_writes() const;

 private:
  using jobs_of_script = std::map<std::string, jobs::done_instants, std::less<>>;

  explicit instant_file(std::filesystem::path path) : path_{std::move(path)} {}

  result<void> read();
  void read_line(std::string_view line);
  void remember(std::string_view script, std::string_view tag, timestamp planned);
  void forget_oldest();
  result<void> rewrite();
  void note_failure(const std::string& why);

  const std::filesystem::path path_;
  mutable std::mutex mutex_; ///< Guards all below; held for a write() of some 100 bytes.
  std::map<std::string, jobs_of_script, std::less<>> scripts_;
  std::size_t jobs_ = 0;
  file_descriptor file_;
  std::uint64_t bytes_ = 0;      ///< Of the file.
  std::uint64_t rewrite_at_ = 0; ///< Bytes.
  bool torn_ = false;            ///< The last line may not have got its end.
  std::size_t damaged_lines_ = 0;
  std::uint64_t failed_writes_ = 0;
};

} // namespace remora::worker
