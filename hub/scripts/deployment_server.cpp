#include "hub/scripts/deployment_server.hpp"

#include <set>
#include <utility>

#include "base/log.hpp"

namespace remora::hub {

void deployment_server::fetch(const std::string& node, const std::vector<script_hash>& have) {
  if (!newest_) return;
  const auto before = under_way_.find(node);
  if (before != under_way_.end() && before->second.what == newest_) return;
  const std::set<script_hash> known{have.begin(), have.end()};
  delivery next;
  next.what = newest_;
  for (const auto& [hash, code] : newest_->code)
    if (known.count(hash) == 0) next.missing.push_back(hash);
  under_way_[node] = std::move(next);
  go_on(node);
}

void deployment_server::go_on(const std::string& node) {
  const auto found = under_way_.find(node);
  if (found == under_way_.end()) return;
  delivery& now = found->second;
  // False: not now, or, when the node cannot be sent to at all, never: it will ask again.
  const auto sent = [&](const protocol::message& part) {
    auto done = send_(node, part);
    if (!done && !(done.error() == errc::window_full)) {
      log::warn("deployment-not-sent", "node=", node, " generation=", now.what->manifest.generation,
                " why=", done.error().message);
      under_way_.erase(found);
    }
    return done.has_value();
  };
  while (!now.missing.empty()) {
    const auto& hash = now.missing.front();
    if (!sent(protocol::script_code{hash, *now.what->code.at(hash)})) return;
    now.missing.pop_front();
  }
  if (sent(protocol::deployment{now.what->manifest})) under_way_.erase(node);
}

} // namespace remora::hub
