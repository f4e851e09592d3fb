#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace remora::filter {

/// An XML document as a tree, and the way back: its text with some values replaced and everything else as it
/// was. Names are as written, with their prefixes. Refused: what is not well-formed, entity declarations
/// (they can make a small text huge, or name files), and more than 200 levels. Nothing outside is ever read.
class xml_document {
 public:
  static std::optional<xml_document> parse(std::string source);

  /// An object with the root element as its one member. An element without attributes and children is its
  /// text. Any other is an object: its children by name, those that share one as a list, `-name` for
  /// attributes, `#text` for its text unless that is white space.
  nlohmann::json tree() const;

  /// The source, with each element, attribute and text replaced whose place in `changed` holds `replacement`.
  /// @param changed A copy of tree() in which values have been replaced, and nothing else was done.
  /// @param replacement ASCII without markup. Nothing for a source in UTF-16, which it does not fit.
  std::optional<std::string> rewritten(const nlohmann::json& changed, std::string_view replacement) const;

 private:
  friend class xml_reader;
  friend class xml_rewriter;

  struct range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  struct element {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<element> children;
    std::string text;         ///< All of it, in a row.
    std::vector<range> texts; ///< Where it stands.
    range start_tag;
    range end_tag; ///< Empty after <a/>.
  };
  static nlohmann::json to_json(const element& e);

  std::string source_;
  element root_;
};

} // namespace remora::filter
