#include "worker/queries/shorten_item.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"

namespace remora::worker {

namespace {

using nlohmann::ordered_json;

/// Texts that are shorter are not worth cutting.
constexpr std::size_t worth_cutting = 256;
/// Writing a large item takes time: so many texts are cut, and then its parts are left out.
constexpr std::size_t most_cuts = 4;
constexpr std::size_t room_for_marks = most_cuts * 24;

struct long_text {
  ordered_json* within; ///< The object it is a member of.
  std::string name;
  std::size_t bytes;
};

/// The long texts of a document, without recursion.
std::vector<long_text> find_long_texts(ordered_json& document) {
  std::vector<long_text> found;
  std::vector<ordered_json*> open{&document};
  while (!open.empty()) {
    ordered_json& here = *open.back();
    open.pop_back();
    for (auto it = here.begin(); it != here.end(); ++it) {
      if (it->is_structured()) open.push_back(&*it);
      if (!here.is_object() || !it->is_string()) continue;
      const auto size = it->get_ref<const std::string&>().size();
      if (size > worth_cutting) found.push_back({&here, it.key(), size});
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
  return found;
}

void cut(const long_text& what, std::size_t to) {
  auto& text = (*what.within)[what.name].get_ref<std::string&>();
  const auto encoding = what.within->find("encoding");
  const bool is_base64 = encoding != what.within->end() && *encoding == "base64";
  text = is_base64 ? text.substr(0, to / 4 * 4) : std::string{cut_utf8(text, to)};
}

std::string written(const ordered_json& document) {
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// Says beside each cut text that it is cut. Inner objects come first: a member more moves those inside.
void mark(ordered_json& document, const std::set<const ordered_json*>& touched) {
  std::vector<ordered_json*> all{&document};
  for (std::size_t at = 0; at < all.size(); ++at)
    for (auto& each : *all[at])
      if (each.is_structured()) all.push_back(&each);
  for (auto it = all.rbegin(); it != all.rend(); ++it)
    if (touched.count(*it) != 0) (**it)["truncated"] = true;
}

} // namespace

std::string shorten_item(std::string json, std::size_t most_bytes) {
  if (json.size() <= most_bytes) return json;
  auto document = ordered_json::parse(json, nullptr, false);
  if (!document.is_object()) return {};
  std::set<const ordered_json*> touched;
  auto texts = find_long_texts(document);
  if (texts.size() > most_cuts) texts.resize(most_cuts);
  auto size = written(document).size();
  for (const auto& longest : texts) {
    if (size + room_for_marks <= most_bytes) break;
    const auto excess = size + room_for_marks - most_bytes;
    cut(longest, std::max(worth_cutting, longest.bytes - std::min(longest.bytes, excess)));
    touched.insert(longest.within);
    size = written(document).size();
  }
  mark(document, touched);
  auto out = written(document);
  if (out.size() <= most_bytes) return out;
  for (const char* part : {"request", "response", "data", "event", "base"})
    if (document.contains(part)) document[part] = nullptr;
  document["truncated"] = true;
  out = written(document);
  return out.size() <= most_bytes ? out : std::string{};
}

} // namespace remora::worker
