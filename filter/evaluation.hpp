#pragma once

#include <cstddef>
#include <forward_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "filter/record.hpp"

namespace remora::filter {

/// What redact() puts in place of a value.
constexpr std::string_view redacted_text = "[REDACTED]";

/// Several values that a path found, in the order of the record.
struct selection {
  std::vector<const nlohmann::json*> items;
  bool from_xml = false;
};

/// One run of a query on one record: where names are looked up, what is made on the way and lives until the
/// end, and how much work is left. Both dialects use it. Costs no allocation unless something is kept.
class evaluation {
 public:
  evaluation(record& on, timestamp now) noexcept : record_{on}, now_{now} {}
  evaluation(const evaluation&) = delete;
  evaluation& operator=(const evaluation&) = delete;

  /// The time base.
  timestamp now() const noexcept { return now_; }
  double now_ms() const noexcept;

  /// A member of the record, or of its altered copy once something was redacted.
  field at(const path& p) { return altered_ ? at_altered(p) : record_.at(p); }
  /// The text there; empty when it is anything else.
  std::string_view text_at(const path& p);

  /// Work that grows with the record takes its steps from a common budget: about a million, so that no query
  /// runs for more than some tens of milliseconds. False, and failed(), once it is used up.
  bool spend(std::size_t steps) noexcept;
  /// A run-time error that nothing absorbs: the record does not match. The first one counts.
  void fail(const char* why) noexcept;
  const char* failure() const noexcept { return failure_; }

  /// Keeps what an evaluation made until it ends; the address stays.
  std::string_view keep(std::string text) { return texts_.emplace_front(std::move(text)); }
  const nlohmann::json& keep(nlohmann::json tree) { return trees_.emplace_front(std::move(tree)); }
  const selection& keep(selection several) { return selections_.emplace_front(std::move(several)); }

  /// The tree inside a JSON or XML body, read once for each text; null when it is none. `text` is the
  /// record's or kept.
  const nlohmann::json* json_inside(std::string_view text) { return inside(text, body_kind::json); }
  const nlohmann::json* xml_inside(std::string_view text) { return inside(text, body_kind::xml); }

  /// The copy that may be altered, made on the first call; null, and failed(), when it cannot be copied.
  nlohmann::json* alterable();
  /// Puts the redacted text in place of a node of the copy. What lay there is kept, since values may point
  /// into it.
  void redact(nlohmann::json& node) { replace(node, std::string{redacted_text}); }
  void replace(nlohmann::json& node, std::string text);
  bool is_altered() const noexcept { return changed_; }
  nlohmann::json take_altered() { return std::move(*altered_); }

 private:
  enum class body_kind : unsigned char { json, xml };
  struct body_inside {
    std::string_view text;
    body_kind kind;
    const nlohmann::json* tree;
  };

  field at_altered(const path& p);
  const nlohmann::json* inside(std::string_view text, body_kind kind);

  record& record_;
  timestamp now_;
  std::size_t budget_ = 1'000'000;
  const char* failure_ = nullptr;
  bool changed_ = false;
  std::unique_ptr<nlohmann::json> altered_;
  std::forward_list<std::string> texts_;
  std::forward_list<nlohmann::json> trees_;
  std::forward_list<selection> selections_;
  std::forward_list<body_inside> bodies_;
};

} // namespace remora::filter
