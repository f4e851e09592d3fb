#include "config/yaml_reader.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <istream>
#include <memory>
#include <utility>

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/utf8.hpp"
#include "config/tree_builder.hpp"
#include "config/yaml_hints.hpp"

namespace remora::config {

namespace {

/// Feeds the parser and stops it when it hoards. yaml-cpp keeps every token of a `[` until it has seen the
/// `]`: a megabyte of brackets would take 240 MiB before the first event. So between two events only so many
/// brackets, braces and commas are let through; in a script inside a block scalar there are far fewer.
class pending_budget : public std::streambuf {
 public:
  pending_budget(std::string_view text, const tree_builder& events) : text_(text), events_(events) {}

  bool exceeded() const noexcept { return exceeded_; }

 protected:
  int_type underflow() override {
    const std::size_t length = std::min(window, text_.size() - offset_);
    const std::string_view next = text_.substr(offset_, length);
    if (events_.count() != events_seen_) {
      events_seen_ = events_.count();
      spent_ = 0;
    }
    for (const char c : next) {
      if (c == '[' || c == '{') spent_ += 2;
      if (c == ',') spent_ += 1;
    }
    exceeded_ = exceeded_ || spent_ > yaml_limits::pending;
    if (next.empty() || exceeded_) return traits_type::eof();
    std::copy(next.begin(), next.end(), buffer_.begin());
    offset_ += length;
    setg(buffer_.data(), buffer_.data(), buffer_.data() + length);
    return traits_type::to_int_type(buffer_.front());
  }

 private:
  static constexpr std::size_t window = 2048;

  std::string_view text_;
  const tree_builder& events_;
  std::size_t offset_ = 0;
  std::size_t events_seen_ = 0;
  std::size_t spent_ = 0;
  bool exceeded_ = false;
  std::array<char, window> buffer_{};
};

origin at_offset(std::shared_ptr<const std::string> source, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1; // npos + 1 is 0
  return {std::move(source), static_cast<std::uint32_t>(line),
          static_cast<std::uint32_t>(offset - line_start + 1)};
}

/// Control characters may not stand in YAML, and yaml-cpp takes 0x04 for the end of the file.
bool is_text(std::string_view text, const std::shared_ptr<const std::string>& source, report& problems) {
  if (const auto invalid = find_invalid_utf8(text)) {
    problems.add(at_offset(source, text, *invalid), "this is no UTF-8 text; is it a YAML file?");
    return false;
  }
  const auto bad = std::find_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
  });
  if (bad == text.end()) return true;
  const auto offset = static_cast<std::size_t>(bad - text.begin());
  problems.add(at_offset(source, text, offset), "a control character; is it a YAML file?");
  return false;
}

/// The text with a comment as its last line, when that is empty. yaml-cpp takes a quote that is never closed
/// for a good text when the file ends in a line break: a forgotten quote would swallow the rest of the file
/// unseen. With a character behind the line break it reports it, and outside of quotes the comment changes
/// nothing.
std::string guarded(std::string_view text) {
  const std::size_t last_line = text.rfind('\n') + 1; // npos + 1 is 0
  const bool is_blank = text.find_first_not_of(" \t", last_line) == std::string_view::npos;
  if (last_line == 0 || !is_blank) return std::string{text};
  return std::string{text.substr(0, last_line)} + "#";
}

/// The only place where exceptions of the library arrive.
void parse(std::string_view text, const std::shared_ptr<const std::string>& source, tree_builder& events,
           report& problems) {
  pending_budget buffer{text, events};
  std::istream input{&buffer};
  try {
    YAML::Parser parser{input};
    // The second round only finds out whether there is a second document; the builder refuses it.
    for (int round = 0; round < 2 && parser.HandleNextDocument(events); ++round) {
    }
  } catch (const stop_reading&) {
    // The builder has already reported why.
  } catch (const YAML::Exception& e) {
    if (!buffer.exceeded()) {
      const origin at{source, static_cast<std::uint32_t>(e.mark.line + 1),
                      static_cast<std::uint32_t>(e.mark.column + 1)};
      problems.add(at, explain_yaml_error(e.msg, text, at.line, events.last_line()));
    }
  } catch (const std::exception& e) {
    problems.add({source, 0, 0}, std::string{"cannot be parsed: "} + e.what());
  }
  if (buffer.exceeded()) problems.add({source, 0, 0}, "too many brackets and commas inside one `[` or `{`");
}

} // namespace

node read_yaml(std::string_view text, const std::string& name, report& problems) {
  const auto source = std::make_shared<const std::string>(name);
  node empty;
  empty.kind = node_kind::map;
  empty.at = {source, 1, 1};
  if (text.size() > yaml_limits::bytes) {
    problems.add({source, 0, 0}, "the file is larger than 1 MiB");
    return empty;
  }
  if (!is_text(text, source, problems)) return empty;
  tree_builder events{source, problems};
  parse(guarded(text), source, events, problems);
  node root = events.take_root();
  return root.kind == node_kind::null ? empty : root;
}

} // namespace remora::config
