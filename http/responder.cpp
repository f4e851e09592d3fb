#include "http/responder.hpp"

#include <atomic>
#include <utility>

#include "http/problem.hpp"

namespace remora::http {

class responder::state {
 public:
  explicit state(std::unique_ptr<sink> to) : to_{std::move(to)} {}
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() {
    if (answered()) return;
    to_->lost();
    answer(problem(500, "the server lost track of this request; its outcome is not known"));
  }

  bool answer(response with) {
    if (answered_.exchange(true)) return false;
    to_->deliver(std::move(with));
    return true;
  }
  bool answered() const noexcept { return answered_.load(); }

 private:
  std::unique_ptr<sink> to_;
  std::atomic<bool> answered_{false};
};

responder::responder(std::unique_ptr<sink> to) : state_{std::make_shared<state>(std::move(to))} {}

bool responder::answer(response with) const { return state_->answer(std::move(with)); }

bool responder::answered() const noexcept { return state_->answered(); }

} // namespace remora::http
