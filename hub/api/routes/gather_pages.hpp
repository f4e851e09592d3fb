#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "http/paging.hpp"
#include "hub/api/routes/json_writer.hpp"
#include "hub/store/job_records.hpp"

namespace remora::hub {

/// How much one answer with a list may become. It ends early at a record, and `next` says where to go on.
struct page_bounds {
  std::size_t records_a_call = 50;          ///< Asked of the store at once: each may be large.
  std::size_t bytes = std::size_t{8} << 20; ///< Of the answer, give or take a call's records.
  int calls = 40;                           ///< Of the store, which gives short pages where little matches.
};

/// {"items":[...],"next":...} for one request, from as many parts of the store as it takes.
/// @param fetch `result<page<Record>>(limit, cursor)`. @param each Writes one record. Errors: those of fetch.
template <class Fetch, class Each>
result<std::string> gather_pages(const http::page_request& asked, const Fetch& fetch, const Each& each,
                                 const page_bounds& bounds = {}) {
  json_writer out;
  std::optional<error> failed;
  std::string cursor = asked.after;
  const auto take_parts = [&] {
    std::size_t left = asked.limit;
    for (int call = 0; call < bounds.calls && left > 0 && out.size() < bounds.bytes; ++call) {
      auto part = fetch(std::min(left, bounds.records_a_call), cursor);
      if (!part) {
        failed = std::move(part).error();
        return;
      }
      for (const auto& record : part->records)
        each(out, record);
      left -= std::min(left, part->records.size());
      cursor = part->next;
      if (cursor.empty()) return;
    }
  };
  out.object([&] {
    out.member("items").list(take_parts);
    out.member("next");
    cursor.empty() ? out.null() : out.text(http::encode_cursor(cursor));
  });
  if (failed) return tl::unexpected<error>(std::move(*failed));
  return out.take();
}

} // namespace remora::hub
