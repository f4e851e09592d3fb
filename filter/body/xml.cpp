#include "filter/body/xml.hpp"

#include <algorithm>
#include <expat.h>
#include <limits>
#include <map>
#include <memory>

namespace remora::filter {

using nlohmann::json;

namespace {

constexpr std::size_t max_levels = 200;
constexpr std::size_t max_source_bytes = std::size_t{64} << 20;

struct parser_closer {
  void operator()(XML_Parser p) const noexcept { XML_ParserFree(p); }
};
using parser_ptr = std::unique_ptr<XML_ParserStruct, parser_closer>;

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace

/// Hears what expat finds and builds the elements from it.
class xml_reader {
 public:
  explicit xml_reader(const std::string& source) : source_{source}, parser_{XML_ParserCreate(nullptr)} {}

  std::optional<xml_document::element> run() {
    if (parser_ == nullptr || source_.size() > max_source_bytes) return std::nullopt;
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), on_start, on_end);
    XML_SetCharacterDataHandler(parser_.get(), on_text);
    XML_SetEntityDeclHandler(parser_.get(), on_entity_declaration);
    const int length = static_cast<int>(source_.size());
    if (XML_Parse(parser_.get(), source_.data(), length, XML_TRUE) != XML_STATUS_OK) return std::nullopt;
    if (top_.children.size() != 1) return std::nullopt;
    return std::move(top_.children.front());
  }

 private:
  using element = xml_document::element;
  using range = xml_document::range;

  static xml_reader& self(void* data) { return *static_cast<xml_reader*>(data); }

  static void XMLCALL on_start(void* data, const XML_Char* name, const XML_Char** attributes) {
    xml_reader& r = self(data);
    if (r.open_.size() > max_levels) return r.stop();
    auto& e = r.open_.back()->children.emplace_back();
    e.name = name;
    for (; *attributes != nullptr; attributes += 2)
      e.attributes.emplace_back(attributes[0], attributes[1]);
    e.start_tag = r.here();
    r.open_.push_back(&e); // its parent gets no further child while it is open, so it stays where it is
  }
  static void XMLCALL on_end(void* data, const XML_Char*) {
    xml_reader& r = self(data);
    element& e = *r.open_.back();
    e.end_tag = r.here();
    // After <a/> expat reports the tag itself, or nothing at its end.
    if (e.end_tag.begin < e.start_tag.end) e.end_tag = {e.start_tag.end, e.start_tag.end};
    r.open_.pop_back();
  }
  static void XMLCALL on_text(void* data, const XML_Char* text, int length) {
    xml_reader& r = self(data);
    element& e = *r.open_.back();
    e.text.append(text, static_cast<std::size_t>(length));
    const range at = r.here();
    if (!e.texts.empty() && e.texts.back().end == at.begin) {
      e.texts.back().end = at.end;
    } else {
      e.texts.push_back(at);
    }
  }
  static void XMLCALL on_entity_declaration(void* data, const XML_Char*, int, const XML_Char*, int,
                                            const XML_Char*, const XML_Char*, const XML_Char*,
                                            const XML_Char*) {
    self(data).stop();
  }

  void stop() { XML_StopParser(parser_.get(), XML_FALSE); }
  range here() const {
    const auto begin = static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_.get()));
    return {begin, begin + static_cast<std::size_t>(XML_GetCurrentByteCount(parser_.get()))};
  }

  const std::string& source_;
  parser_ptr parser_;
  element top_;
  std::vector<element*> open_{&top_};
};

/// Collects what is to be replaced where, in the order of the source, and puts it together.
class xml_rewriter {
 public:
  using element = xml_document::element;
  using range = xml_document::range;

  xml_rewriter(const std::string& source, std::string_view replacement)
      : source_{source}, replacement_{replacement} {}

  void rewrite(const element& e, const json& changed) {
    if (is_replacement(changed)) return replace_element(e);
    if (!changed.is_object()) return;
    replace_attributes(e, changed);
    const auto text = changed.find("#text");
    const bool replace_text = text != changed.end() && is_replacement(*text);
    if (replace_text && e.children.empty())
      return put({e.start_tag.end, e.end_tag.begin}, std::string{replacement_});
    if (replace_text) {
      for (const range& at : e.texts)
        put(at, &at == &e.texts.front() ? std::string{replacement_} : "");
    }
    rewrite_children(e, changed);
  }

  std::string result() {
    std::sort(splices_.begin(), splices_.end(),
              [](const splice& a, const splice& b) { return a.at.begin < b.at.begin; });
    std::string out;
    std::size_t done = 0;
    for (const splice& s : splices_) {
      out.append(source_, done, s.at.begin - done);
      out += s.text;
      done = s.at.end;
    }
    return out.append(source_, done, std::string::npos);
  }

 private:
  struct splice {
    range at;
    std::string text;
  };

  bool is_replacement(const json& value) const {
    const auto* text = value.get_ptr<const json::string_t*>();
    return text != nullptr && *text == replacement_;
  }
  void put(range at, std::string text) { splices_.push_back({at, std::move(text)}); }
  /// The name as the source has it, in the encoding of the source.
  std::string raw_name(const element& e) const {
    const std::size_t from = e.start_tag.begin + 1;
    return source_.substr(from, source_.find_first_of(" \t\r\n/>", from) - from);
  }

  void replace_element(const element& e) {
    const std::string name = raw_name(e);
    put({e.start_tag.begin, e.end_tag.end}, '<' + name + '>' + std::string{replacement_} + "</" + name + '>');
  }

  void replace_attributes(const element& e, const json& changed) {
    const auto redacted = [&](const std::string& name) {
      const auto found = changed.find('-' + name);
      return found != changed.end() && is_replacement(*found);
    };
    if (std::none_of(e.attributes.begin(), e.attributes.end(),
                     [&](const auto& a) { return redacted(a.first); }))
      return;
    // The values lie between quotes, in the order of the attributes.
    std::size_t at = e.start_tag.begin;
    for (const auto& [name, value] : e.attributes) {
      const std::size_t open = source_.find_first_of("\"'", at);
      if (open >= e.start_tag.end) return; // a default of the document type, written nowhere
      const std::size_t close = source_.find(source_[open], open + 1);
      if (close >= e.start_tag.end) return;
      if (redacted(name)) put({open + 1, close}, std::string{replacement_});
      at = close + 1;
    }
  }

  void rewrite_children(const element& e, const json& changed) {
    std::map<std::string_view, std::size_t> count;
    for (const element& child : e.children)
      ++count[child.name];
    std::map<std::string_view, std::size_t> seen;
    for (const element& child : e.children) {
      const std::size_t index = seen[child.name]++;
      const auto found = changed.find(child.name);
      if (found == changed.end()) continue;
      const bool listed = count[child.name] > 1 && found->is_array();
      if (listed && index >= found->size()) continue;
      rewrite(child, listed ? (*found)[index] : *found);
    }
  }

  const std::string& source_;
  std::string_view replacement_;
  std::vector<splice> splices_;
};

std::optional<xml_document> xml_document::parse(std::string source) {
  xml_document made;
  made.source_ = std::move(source);
  auto root = xml_reader{made.source_}.run();
  if (!root) return std::nullopt;
  made.root_ = *std::move(root);
  return made;
}

json xml_document::to_json(const element& e) {
  if (e.attributes.empty() && e.children.empty()) return e.text;
  json object = json::object();
  for (const element& child : e.children) {
    const auto [place, first] = object.emplace(child.name, nullptr);
    if (first) {
      *place = json::array();
    }
    place->push_back(to_json(child));
  }
  for (auto& member : object)
    if (member.size() == 1) member = json(std::move(member[0]));
  for (const auto& [name, value] : e.attributes)
    object['-' + name] = value;
  if (!is_blank(e.text)) object["#text"] = e.text;
  return object;
}

json xml_document::tree() const {
  json object = json::object();
  object[root_.name] = to_json(root_);
  return object;
}

std::optional<std::string> xml_document::rewritten(const json& changed, std::string_view replacement) const {
  if (source_.find('\0') != std::string::npos) return std::nullopt;
  xml_rewriter rewriter{source_, replacement};
  const auto root = changed.find(root_.name);
  if (root != changed.end()) rewriter.rewrite(root_, *root);
  return rewriter.result();
}

} // namespace remora::filter
