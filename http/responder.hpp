#pragma once

#include <memory>

#include "http/response.hpp"

namespace remora::http {

/// Where the answer to one request goes. Copies answer the same request; any thread may use them, also after
/// the server has stopped.
class responder {
 public:
  /// Takes the answer to the connection; made by the server and by tests.
  class sink {
   public:
    sink() = default;
    sink(const sink&) = delete;
    sink& operator=(const sink&) = delete;
    virtual ~sink() = default;
    /// Called once at most, on whatever thread answers. Must not block.
    virtual void deliver(response&& answer) = 0;
    /// Called before deliver() when nobody answered and nobody will: the answer says so.
    virtual void lost() {}
  };

  explicit responder(std::unique_ptr<sink> to);

  /// Answers. The first call counts; false for later ones, which are dropped. When all copies are gone and
  /// nobody has answered, the client is told 500 at once, so a lost promise is no silence. An answer after
  /// the time-out of the route is taken and dropped: the client was told 504.
  bool answer(response with) const;

  bool answered() const noexcept;

 private:
  class state;
  std::shared_ptr<state> state_;
};

} // namespace remora::http
