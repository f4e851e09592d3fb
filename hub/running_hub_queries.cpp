#include <atomic>
#include <utility>

#include "hub/inside.hpp"
#include "hub/queries/query_desk.hpp"
#include "hub/running_hub.hpp"

// What the outside asks of the traffic that the nodes have stored.
namespace remora::hub {

namespace {

class download final : public capture_download {
 public:
  download(std::shared_ptr<capture_pipe> pipe, std::function<void()> taken)
      : pipe_{std::move(pipe)}, taken_{std::move(taken)} {}
  ~download() override { pipe_->abandon(); } // the core notices at its next tick
  result<std::string> next() override { return pipe_->next(taken_); }

 private:
  std::shared_ptr<capture_pipe> pipe_;
  std::function<void()> taken_;
};

std::uint64_t next_follower() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

} // namespace

void running_hub::find_items(item_question asked, item_taker done) {
  in_->post([asked = std::move(asked), done = std::move(done)](hub_core& core) {
    core.queries().find(asked, done);
  });
}

result<std::shared_ptr<void>> running_hub::follow_items(const std::string& query,
                                                        std::shared_ptr<item_follower> to) {
  const auto id = next_follower();
  auto begun = in_->in_core(
      [id, query, to = std::move(to)](hub_core& core) { return core.queries().follow(id, query, to); });
  if (!begun) return pass_on(std::move(begun));
  if (!*begun) return pass_on(std::move(*begun));
  return std::shared_ptr<void>{nullptr, [id, in = way_in_](void*) {
                                 const std::lock_guard held{in->mutex};
                                 if (in->to == nullptr) return;
                                 in->to->post([id](hub_core& core) { core.queries().unfollow(id); });
                               }};
}

void running_hub::open_capture(capture_question asked, capture_taker done) {
  const auto make = [in = way_in_](std::uint64_t id, std::shared_ptr<capture_pipe> pipe) {
    return std::make_shared<download>(std::move(pipe), [id, in] {
      const std::lock_guard held{in->mutex};
      if (in->to != nullptr) in->to->post([id](hub_core& core) { core.queries().taken(id); });
    });
  };
  in_->post([asked = std::move(asked), done = std::move(done), make](hub_core& core) {
    core.queries().capture(asked, done, make);
  });
}

} // namespace remora::hub
