#include "worker/name_history.hpp"

#include <unordered_map>
#include <utility>
#include <vector>

#include "base/value.hpp"

namespace remora::worker {

namespace {

/// One name for each address: what a file says, else what was told last.
std::string table_of(const std::vector<traffic::name_record>& known, std::size_t most) {
  std::unordered_map<ip_address, const traffic::name_record*, traffic::address_hash> chosen;
  std::vector<ip_address> order;
  for (const auto& record : known) {
    const auto [at, is_new] = chosen.try_emplace(record.ip, &record);
    if (is_new) {
      order.push_back(record.ip);
    } else if (at->second->mechanism == name_mechanism::dns && record.last_seen > at->second->last_seen) {
      at->second = &record;
    }
  }
  if (order.size() > most) order.resize(most);
  std::string json = "{";
  for (const ip_address& ip : order) {
    if (json.size() > 1) json += ',';
    json += to_json_string(to_string(ip)) + R"(:{"FullAddress":)" + to_json_string(chosen[ip]->name) +
            R"(,"Namespace":""})";
  }
  return json += '}';
}

} // namespace

void name_history::look(const traffic::name_book& book, timestamp now) {
  if (book.changes() == seen_changes_) return;
  // A clock may be set back.
  if (looked_ && now >= *looked_ && now - *looked_ < limits_.between) return;
  looked_ = now;
  seen_changes_ = book.changes();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  add({seconds, table_of(book.history(), limits_.addresses)});
}

void name_history::add(table made) {
  const std::lock_guard lock{mutex_};
  if (!tables_.empty() && tables_.back().json == made.json) return;
  // One key for each second, and keys that grow.
  while (!tables_.empty() && tables_.back().unix_seconds >= made.unix_seconds) {
    bytes_ -= tables_.back().json.size();
    tables_.pop_back();
  }
  bytes_ += made.json.size();
  tables_.push_back(std::move(made));
  while (tables_.size() > 1 && bytes_ > limits_.bytes) {
    bytes_ -= tables_.front().json.size();
    tables_.pop_front();
  }
  ++version_;
}

std::shared_ptr<const script::known_names> name_history::current() const {
  const std::lock_guard lock{mutex_};
  if (shown_->version == version_) return shown_;
  script::known_names made;
  made.version = version_;
  made.json = "{";
  for (const table& one : tables_) {
    if (made.json.size() > 1) made.json += ',';
    made.json += '"' + std::to_string(one.unix_seconds) + "\":" + one.json;
  }
  made.json += '}';
  shown_ = std::make_shared<const script::known_names>(std::move(made));
  return shown_;
}

} // namespace remora::worker
