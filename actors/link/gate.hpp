#pragma once

#include <functional>
#include <optional>
#include <string>
#include <zmq.hpp>

namespace remora::link {

/// Answers libzmq's questions (ZAP, ZeroMQ RFC 27) whether a key may come in. On the hub's thread.
class gate {
 public:
  struct question {
    std::string address; ///< Without a port: the question has none.
    std::string key;     ///< Public key in Z85; empty when the peer has another mechanism than CURVE.
  };
  /// Says whether the key may come in.
  using decision = std::function<bool(const question&)>;

  explicit gate(zmq::context_t& context);

  int descriptor() const { return questions_.get(zmq::sockopt::fd); }
  /// Answers what was asked. The peer's user id is its key in Z85. False when there was no question.
  bool answer(const decision& let_in);
  bool has_input();

 private:
  zmq::socket_t questions_;
};

} // namespace remora::link
