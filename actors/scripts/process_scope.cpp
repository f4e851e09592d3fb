#include "actors/scripts/process_scope.hpp"

#include <map>
#include <string>

#include "base/log.hpp"

namespace remora::actors {

namespace {

constexpr std::size_t max_names = 10'000;
constexpr std::size_t max_name_bytes = 256;
constexpr std::size_t max_value_bytes = 64u << 10;
constexpr std::size_t max_bytes = 64u << 20;

/// Why a change cannot be made, or "".
std::string refusal(const script::scope_change& change) {
  if (change.name.size() > max_name_bytes)
    return "a shared name has at most " + std::to_string(max_name_bytes) + " bytes";
  if (change.value && change.value->text.size() > max_value_bytes) {
    return "this." + change.name + " cannot be shared: it has more than " + std::to_string(max_value_bytes) +
           " bytes";
  }
  return {};
}

/// The image with the changes made.
script::scope_image_ptr apply(const script::scope_image& image,
                              const std::vector<script::scope_change>& changes) {
  auto next = std::make_shared<script::scope_image>(image);
  for (const script::scope_change& change : changes) {
    if (change.value) {
      next->values[change.name] = *change.value;
    } else {
      next->values.erase(change.name);
    }
  }
  return next;
}

/// Why an image cannot be, or "".
std::string refusal(const script::scope_image& image) {
  if (image.values.size() > max_names)
    return "at most " + std::to_string(max_names) + " names can be shared through this";
  std::size_t bytes = 0;
  for (const auto& [name, value] : image.values)
    bytes += name.size() + value.text.size();
  if (bytes > max_bytes)
    return "at most " + std::to_string(max_bytes >> 20) +
           " MiB can be shared through this, all names together";
  return {};
}

} // namespace

/// What all scripts see. A leaf lock: held for a pointer or a copy of the image, never while a script runs.
class process_scope::state {
 public:
  explicit state(publish when) : when_{when} {}

  bool at_once() const noexcept { return when_ == publish::at_once; }

  script::scope_image_ptr image() const {
    const std::lock_guard lock{mutex_};
    return image_;
  }

  std::string commit(const std::vector<script::scope_change>& changes) {
    const std::lock_guard lock{mutex_};
    auto next = apply(*image_, changes);
    std::string why_not = refusal(*next);
    if (why_not.empty()) image_ = std::move(next);
    return why_not;
  }

 private:
  const publish when_;
  mutable std::mutex mutex_;
  script::scope_image_ptr image_ = std::make_shared<const script::scope_image>();
};

class process_scope::script_view final : public script::shared_scope {
 public:
  explicit script_view(std::shared_ptr<state> all) : all_{std::move(all)} {}

  script::scope_image_ptr image() const override { return own_ ? own_ : all_->image(); }

  std::string commit(const std::vector<script::scope_change>& changes) override {
    for (const script::scope_change& change : changes) {
      if (std::string why_not = refusal(change); !why_not.empty()) return why_not;
    }
    if (all_->at_once()) return all_->commit(changes);
    auto next = apply(*image(), changes);
    if (std::string why_not = refusal(*next); !why_not.empty()) return why_not;
    own_ = std::move(next);
    for (const script::scope_change& change : changes)
      pending_[change.name] = change;
    return {};
  }

  void merge() {
    if (pending_.empty()) return;
    std::vector<script::scope_change> changes;
    for (const auto& [name, change] : pending_)
      changes.push_back(change);
    // Each script kept to the limits, but all together may not.
    if (const std::string why_not = all_->commit(changes); !why_not.empty()) {
      log::warn("shared-scope-full", "names=", changes.size(), " of one script are lost: ", why_not);
    }
    pending_.clear();
    own_.reset();
  }

 private:
  std::shared_ptr<state> all_;
  script::scope_image_ptr own_; ///< What this script committed since the last merge, on top of what all see.
  std::map<std::string, script::scope_change> pending_; ///< The last change to each name since then.
};

process_scope::process_scope(std::size_t scripts, publish when) : state_{std::make_shared<state>(when)} {
  for (std::size_t i = 0; i < scripts; ++i)
    views_.push_back(std::make_shared<script_view>(state_));
}

std::shared_ptr<script::shared_scope> process_scope::view(std::size_t script) const {
  const std::lock_guard lock{mutex_};
  return views_.at(script);
}

std::shared_ptr<script::shared_scope> process_scope::open(std::size_t script) {
  const std::lock_guard lock{mutex_};
  if (views_.size() <= script) views_.resize(script + 1);
  views_[script] = std::make_shared<script_view>(state_);
  return views_[script];
}

void process_scope::merge() {
  if (state_->at_once()) return;
  const std::lock_guard lock{mutex_};
  for (const auto& view : views_) {
    if (view) view->merge();
  }
}

void process_scope::give_up(std::size_t script) {
  const std::lock_guard lock{mutex_};
  views_.at(script).reset();
}

} // namespace remora::actors
