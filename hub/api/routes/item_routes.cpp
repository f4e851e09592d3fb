#include "base/utf8.hpp"
#include "http/problem.hpp"
#include "hub/api/routes/areas.hpp"
#include "hub/api/routes/declare.hpp"
#include "hub/api/routes/query_reader.hpp"
#include "hub/api/routes/schemas.hpp"
#include "hub/api/routes/shapes.hpp"

namespace remora::hub {

namespace {

using http::request;
using http::responder;

/// Longer than the hub waits for a slow node, and than a search may take.
constexpr std::chrono::milliseconds search_time{25'000};
constexpr std::chrono::milliseconds capture_time{60'000};
constexpr std::int64_t most_items = 1'000;
constexpr std::size_t longest_header = 2'048;

std::string to_document(const item_answer& answer) {
  json_writer out;
  out.object([&] {
    out.member("items").list_of(answer.items, [&](const std::string& one) { out.foreign(one); });
    if (answer.next.empty())
      out.null("next");
    else
      out.text("next", answer.next);
    out.member("missing").list_of(answer.missing, [&](const silent_node& one) { write(out, one); });
  });
  return out.take();
}

result<void> find_items(service& hub, const request& asked, const responder& to) {
  query_reader query{asked, wall_now()};
  item_question what;
  what.query = query.text("query");
  what.from = query.instant("since");
  what.until = query.instant("until");
  what.limit = static_cast<std::size_t>(query.number("limit", 1, most_items).value_or(100));
  what.cursor = query.text("cursor");
  if (query.failed()) return tl::unexpected<error>(*query.failed());
  hub.find_items(std::move(what), [asked, to](result<item_answer> found) {
    to.answer(found ? http::json_response(to_document(*found)) : http::problem_from(found.error(), asked));
  });
  return {};
}

std::string no_such_item(const std::string& id, const std::vector<silent_node>& missing) {
  std::string text = "there is no item " + quoted(id) + ", or not any more";
  for (const auto& one : missing)
    text +=
        (&one == &missing.front() ? "; not all nodes answered: " : ", ") + one.node + " (" + one.why + ')';
  return text;
}

result<void> find_item(service& hub, const request& asked, const responder& to) {
  item_question what;
  what.item = std::string{asked.parameter("id")};
  what.limit = 1;
  hub.find_items(what, [asked, to, id = what.item](result<item_answer> found) {
    if (!found) {
      to.answer(http::problem_from(found.error(), asked));
    } else if (found->items.empty()) {
      to.answer(http::problem_from(error{errc::not_found, no_such_item(id, found->missing)}, asked));
    } else {
      json_writer out;
      out.foreign(found->items.front());
      to.answer(http::json_response(out.take()));
    }
  });
  return {};
}

/// A download as the body of an answer.
class capture_body final : public http::body_source {
 public:
  explicit capture_body(std::shared_ptr<capture_download> file) : file_{std::move(file)} {}
  result<std::string> next() override { return file_->next(); }

 private:
  std::shared_ptr<capture_download> file_;
};

http::response to_response(opened_capture opened) {
  http::response answer;
  answer.content_type = "application/x-pcapng";
  answer.headers.emplace_back("Content-Disposition", "attachment; filename=\"remora.pcapng\"");
  std::string missing;
  for (const auto& one : opened.missing) {
    if (missing.size() + one.node.size() > longest_header) {
      missing += ", ...";
      break;
    }
    missing += (missing.empty() ? "" : ", ") + one.node;
  }
  if (!missing.empty()) answer.headers.emplace_back("Remora-Missing", missing);
  answer.stream = std::make_shared<capture_body>(std::move(opened.file));
  return answer;
}

result<void> open_capture(service& hub, const request& asked, const responder& to) {
  query_reader query{asked, wall_now()};
  capture_question what;
  what.query = query.text("query");
  what.from = query.instant("since");
  what.until = query.instant("until");
  if (query.failed()) return tl::unexpected<error>(*query.failed());
  hub.open_capture(std::move(what), [asked, to](result<opened_capture> opened) {
    to.answer(opened ? to_response(std::move(*opened)) : http::problem_from(opened.error(), asked));
  });
  return {};
}

std::vector<http::query_parameter> question_parameters() {
  return {takes("query", "A filter (docs/filter-language.md); all when it is missing", schema::text),
          takes("since", "At or after: a time, or that long ago", schema::text),
          takes("until", "Before: a time, or that long ago", schema::text)};
}

} // namespace

void add_item_routes(http::router& into, service& hub) {
  add_later_route(
      into, "/items",
      "Stored items of all nodes, newest first; `missing` has the nodes that did not answer in time",
      [&hub](const request& asked, const responder& to) { return find_items(hub, asked, to); },
      [](http::route& one) {
        one.query = question_parameters();
        for (auto& each : http::page_parameters())
          one.query.push_back(std::move(each));
        one.timeout = search_time;
        one.answer_schema = schema::items();
      });
  add_later_route(
      into, "/items/{id}", "One stored item, whichever node has it; a slash in its id may stand as it is",
      [&hub](const request& asked, const responder& to) { return find_item(hub, asked, to); },
      [](http::route& one) {
        one.also_at = {std::string{api_root} + "/items/{id*}"};
        one.timeout = search_time;
        one.answer_schema = schema::some_object;
      });
  add_later_route(
      into, "/pcap",
      "The packets of all streams with a matching item, of all nodes, as a pcapng file with a section for "
      "each node; the header Remora-Missing has the nodes that did not answer",
      [&hub](const request& asked, const responder& to) { return open_capture(hub, asked, to); },
      [](http::route& one) {
        one.query = question_parameters();
        one.timeout = capture_time;
        one.answer_type = "application/x-pcapng";
      });
}

} // namespace remora::hub
