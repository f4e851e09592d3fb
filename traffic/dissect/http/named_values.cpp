#include "traffic/dissect/http/named_values.hpp"

#include <utility>

#include "base/utf8.hpp"

namespace remora::traffic::http {

namespace {
/// So many names are compared one by one.
constexpr std::size_t few = 24;
} // namespace

named_values::entry* named_values::find(const std::string& name) {
  if (entries_.size() < few) {
    for (entry& one : entries_)
      if (one.name == name) return &one;
    return nullptr;
  }
  if (index_.empty())
    for (std::size_t i = 0; i < entries_.size(); ++i)
      index_.emplace(entries_[i].name, i);
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &entries_[found->second];
}

void named_values::add(std::string name, std::string value) {
  if (find_invalid_utf8(name)) name = to_well_formed_utf8(name);
  if (entry* known = find(name)) {
    known->values.push_back(std::move(value));
    return;
  }
  if (!index_.empty()) index_.emplace(name, entries_.size());
  entries_.push_back({std::move(name), {}});
  entries_.back().values.push_back(std::move(value));
}

void named_values::write_joined(value_writer& to) const {
  to.begin_object();
  for (const entry& one : entries_) {
    to.key(one.name);
    if (one.values.size() == 1) {
      to.text(one.values.front());
      continue;
    }
    std::string all;
    for (const std::string& value : one.values) {
      if (&value != &one.values.front()) all += ',';
      all += value;
    }
    to.text(all);
  }
  to.end_object();
}

void named_values::write_lists(value_writer& to) const {
  to.begin_object();
  for (const entry& one : entries_) {
    to.key(one.name);
    if (one.values.size() == 1) {
      to.text(one.values.front());
      continue;
    }
    to.begin_list();
    for (const std::string& value : one.values)
      to.text(value);
    to.end_list();
  }
  to.end_object();
}

} // namespace remora::traffic::http
