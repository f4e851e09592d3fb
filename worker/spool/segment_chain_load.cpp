#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/log.hpp"
#include "worker/spool/segment_chain.hpp"

// Opening: how what a killed process, a full disk or a damaged one left becomes a chain again.
namespace remora::worker {

namespace {

/// No file of ours comes near it: settings allow segments of 16 MiB.
constexpr std::uint64_t largest_file = 64u << 20;

/// All frames of some content behind each other.
std::string readable_part(std::string_view content, std::uint32_t marker) {
  std::string kept{file_magic};
  std::size_t at = 0;
  while (const auto found = find_frame(content, at, marker)) {
    kept += content.substr(found->begin, found->end - found->begin);
    at = found->end;
  }
  return kept;
}

} // namespace

result<chain_findings> segment_chain::load(std::uint64_t gone, timestamp now) {
  opened_ = now;
  gone_ = gone;
  last_number_ = 0;
  auto found = list_segments(folder_, kind_);
  if (!found) return pass_on(std::move(found));
  chain_findings findings;
  for (std::size_t i = 0; i < found->size(); ++i) {
    next_index_ = (*found)[i].index + 1;
    if (auto done = load_one(std::move((*found)[i]), i + 1 == found->size(), findings); !done)
      return pass_on(std::move(done));
  }
  while (!segments_.empty() && segments_.front().last <= gone_)
    discard_front();
  rewind();
  return findings;
}

/// Counts the records of a file. @returns where the last one ends.
std::size_t segment_chain::scan(held& into, std::string_view content, chain_findings& findings) {
  auto end = std::min(file_magic.size(), content.size());
  if (content.substr(0, end) != file_magic.substr(0, end)) {
    ++findings.damaged;
    into.is_damaged = true;
  }
  while (const auto found = find_frame(content, end, into.marker)) {
    if (found->begin != end) {
      ++findings.damaged;
      into.is_damaged = true;
    }
    end = found->end;
    const auto size = found->end - found->begin;
    if (into.records++ == 0) into.first = found->number;
    into.frame_bytes += size;
    if (found->number > std::max(gone_, last_number_)) {
      ++into.waiting;
      into.waiting_bytes += size;
    }
    last_number_ = std::max(last_number_, found->number);
    into.last = last_number_;
  }
  return end;
}

result<void> segment_chain::load_one(segment from, bool is_last, chain_findings& findings) {
  held one{std::move(from)};
  std::error_code problem;
  const auto size = std::filesystem::file_size(one.path, problem);
  result<std::string> content = problem || size > largest_file
                                    ? fail(errc::io_failed, "no file of a spool is like " + one.path)
                                    : read_part(one.path, 0, size);
  if (!content) {
    if (content.error() == errc::permission_denied) return pass_on(std::move(content));
    ++findings.damaged;
    log::error("spool-unreadable", content.error().message);
    return replace_damaged(one, {});
  }
  const auto end = scan(one, *content, findings);
  const auto tail = std::string_view{*content}.substr(end);
  one.bytes = content->size();
  if (!tail.empty()) {
    if (is_last && is_torn(tail, one.marker) && truncate(one.path.c_str(), static_cast<off_t>(end)) == 0) {
      findings.torn_bytes += tail.size();
      one.bytes = end;
    } else {
      ++findings.damaged;
      one.is_damaged = true;
    }
  }
  if (one.is_damaged) {
    if (auto done = replace_damaged(one, *content); !done) return done;
  } else if (one.records == 0) {
    std::remove(one.path.c_str());
  }
  if (one.records > 0) segments_.push_back(std::move(one));
  return {};
}

/// Sets a damaged file aside and puts what can be read of it into its place. When there is no room for that,
/// the file is read where it is, and the next start tries again.
result<void> segment_chain::replace_damaged(held& one, std::string_view content) {
  const auto readable = one.records > 0 ? readable_part(content, one.marker) : std::string{};
  const auto name = set_aside(one.path, readable, opened_);
  if (!name) {
    log::error("spool-cannot-set-aside", name.error().message);
    if (one.records == 0) return tl::unexpected<error>(name.error());
    return {};
  }
  log::warn("spool-damaged", "file=", one.path, " kept_as=", *name, " readable_records=", one.records,
            " records that cannot be read are lost; check that disk");
  one.is_damaged = false;
  one.bytes = readable.size();
  folder_unsynced_ = true;
  return {};
}

} // namespace remora::worker
