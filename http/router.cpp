#include "http/router.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

namespace remora::http {

namespace {

[[noreturn]] void reject(const route& one, const std::string& why) {
  throw std::logic_error{"route " + std::string{to_string(one.verb)} + " " + one.path + ": " + why};
}

void check_schema(const route& one, const std::string& schema, const char* of_what) {
  if (!schema.empty() && !nlohmann::json::accept(schema)) reject(one, std::string{of_what} + " is no JSON");
}

bool has_no_handler(const route& one) {
  if (const auto* call = std::get_if<blocking_handler>(&one.handler)) return *call == nullptr;
  if (const auto* call = std::get_if<later_handler>(&one.handler)) return *call == nullptr;
  if (const auto* call = std::get_if<websocket_handler>(&one.handler)) return *call == nullptr;
  return true;
}

void check(const route& one) {
  if (has_no_handler(one)) reject(one, "has no handler");
  if (one.verb == method::head || one.verb == method::options)
    reject(one, "is answered by the server itself: declare GET");
  if (one.body.max_bytes > 0 && !is_mutating(one.verb))
    reject(one, "takes a body, which a GET does not have");
  if (is_websocket(one) && one.verb != method::get) reject(one, "is a WebSocket, which begins with GET");
  if (one.prompt && !std::holds_alternative<blocking_handler>(one.handler))
    reject(one, "is prompt without a handler that answers at once");
  check_schema(one, one.body.schema, "the schema of its body");
  check_schema(one, one.answer_schema, "the schema of its answer");
  for (const auto& parameter : one.query) {
    check_schema(one, parameter.schema, "the schema of a query parameter");
  }
}

void add_once(std::vector<method>& to, method verb) {
  if (std::find(to.begin(), to.end(), verb) == to.end()) to.push_back(verb);
}

route declare(method verb, std::string path, access needs, std::string summary) {
  route out;
  out.verb = verb;
  out.path = std::move(path);
  out.needs = needs;
  out.summary = std::move(summary);
  return out;
}

} // namespace

route blocking_route(method verb, std::string path, access needs, std::string summary,
                     blocking_handler handler) {
  route out = declare(verb, std::move(path), needs, std::move(summary));
  out.handler = std::move(handler);
  return out;
}

route later_route(method verb, std::string path, access needs, std::string summary, later_handler handler) {
  route out = declare(verb, std::move(path), needs, std::move(summary));
  out.handler = std::move(handler);
  return out;
}

route prompt_route(method verb, std::string path, access needs, std::string summary, prompt_handler handler) {
  route out = blocking_route(verb, std::move(path), needs, std::move(summary), std::move(handler));
  out.prompt = true;
  return out;
}

route websocket_route(std::string path, access needs, std::string summary, websocket_handler handler) {
  route out = declare(method::get, std::move(path), needs, std::move(summary));
  out.handler = std::move(handler);
  out.success = 101;
  return out;
}

bool is_websocket(const route& one) noexcept {
  return std::holds_alternative<websocket_handler>(one.handler);
}

std::vector<router::segment> router::parse_pattern(const std::string& path) {
  std::vector<segment> out;
  if (path.empty() || path.front() != '/') throw std::logic_error{"must begin with \"/\""};
  if (path == "/") return out;
  std::set<std::string> names;
  for (std::size_t begin = 1; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    segment one{path.substr(begin, end - begin), segment::kind::literal};
    begin = end + 1;
    if (one.text.empty()) throw std::logic_error{"has an empty segment"};
    if (one.text.front() == '{') {
      if (one.text.back() != '}')
        throw std::logic_error{"has a \"{\" without \"}\" at the end of the segment"};
      one.text = one.text.substr(1, one.text.size() - 2);
      one.is = segment::kind::parameter;
      if (!one.text.empty() && one.text.back() == '*') {
        one.text.pop_back();
        one.is = segment::kind::rest;
        if (end != path.size()) throw std::logic_error{"has a {rest*} that is not the last segment"};
      }
      if (one.text.empty()) throw std::logic_error{"has a parameter without a name"};
      if (!names.insert(one.text).second)
        throw std::logic_error{"names the parameter " + one.text + " twice"};
    }
    if (one.text.find_first_of("{}*") != std::string::npos)
      throw std::logic_error{"has a brace or star within a segment"};
    out.push_back(std::move(one));
  }
  return out;
}

void router::add(route one) {
  check(one);
  std::vector<std::string> paths{one.path};
  paths.insert(paths.end(), one.also_at.begin(), one.also_at.end());
  std::vector<pattern> fresh;
  const auto same_shape = [](const pattern& a, const pattern& b) {
    return std::equal(a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
                      [](const segment& x, const segment& y) {
                        return x.is == y.is && (x.is != segment::kind::literal || x.text == y.text);
                      });
  };
  for (const auto& path : paths) {
    try {
      fresh.push_back({parse_pattern(path), routes_.size()});
    } catch (const std::logic_error& wrong) {
      reject(one, "\"" + path + "\" " + wrong.what());
    }
    for (const auto& other : patterns_) {
      const route& taken = routes_[other.route_index];
      if (taken.verb == one.verb && is_websocket(taken) == is_websocket(one) &&
          same_shape(other, fresh.back()))
        reject(one, "\"" + path + "\" is taken by " + taken.path);
    }
  }
  patterns_.insert(patterns_.end(), fresh.begin(), fresh.end());
  std::stable_sort(patterns_.begin(), patterns_.end(), more_specific);
  routes_.push_back(std::move(one));
}

/// Literals before parameters before {rest*}, decided by the first segment that differs; then the longer
/// pattern.
bool router::more_specific(const pattern& a, const pattern& b) {
  const auto shorter = std::min(a.segments.size(), b.segments.size());
  for (std::size_t i = 0; i < shorter; ++i)
    if (a.segments[i].is != b.segments[i].is) return a.segments[i].is < b.segments[i].is;
  return a.segments.size() > b.segments.size();
}

bool router::matches(const pattern& one, const std::vector<std::string>& segments) {
  for (std::size_t i = 0; i < one.segments.size(); ++i) {
    if (i >= segments.size()) return false;
    const segment& wanted = one.segments[i];
    switch (wanted.is) {
      case segment::kind::literal:
        if (segments[i] != wanted.text) return false;
        break;
      case segment::kind::parameter:
        if (segments[i].empty()) return false;
        break;
      case segment::kind::rest:
        return std::all_of(segments.begin() + static_cast<std::ptrdiff_t>(i), segments.end(),
                           [](const std::string& part) {
                             return !part.empty() && part.find_first_of("/\\") == std::string::npos;
                           });
    }
  }
  return one.segments.size() == segments.size();
}

router::found router::find(method verb, const std::vector<std::string>& segments, bool upgrade) const {
  found out;
  const method wanted = verb == method::head ? method::get : verb;
  const pattern* by = nullptr;
  bool socket_is_there = false;
  for (const auto& one : patterns_) { // the most specific first
    if (!matches(one, segments)) continue;
    const route& candidate = routes_[one.route_index];
    add_once(out.allowed, candidate.verb);
    if (candidate.verb != wanted) continue;
    if (is_websocket(candidate) != (upgrade && verb == method::get)) {
      socket_is_there = socket_is_there || is_websocket(candidate);
      continue;
    }
    if (by == nullptr) by = &one;
  }
  if (out.allowed.empty()) return out;
  if (std::find(out.allowed.begin(), out.allowed.end(), method::get) != out.allowed.end())
    add_once(out.allowed, method::head);
  add_once(out.allowed, method::options);
  out.needs_upgrade = by == nullptr && socket_is_there;
  if (by == nullptr) return out;
  out.matched = &routes_[by->route_index];
  for (std::size_t i = 0; i < by->segments.size(); ++i) {
    const segment& one = by->segments[i];
    if (one.is == segment::kind::parameter) out.parameters.emplace_back(one.text, segments[i]);
    if (one.is != segment::kind::rest) continue;
    std::string rest = segments[i];
    for (auto j = i + 1; j < segments.size(); ++j) {
      rest.append(1, '/').append(segments[j]);
    }
    out.parameters.emplace_back(one.text, std::move(rest));
  }
  return out;
}

} // namespace remora::http
