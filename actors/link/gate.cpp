#include "actors/link/gate.hpp"

#include <array>
#include <vector>

#include "actors/link/zmq_socket.hpp"

namespace remora::link {

namespace {

constexpr std::size_t binary_key = 32;

// The frames of a question, RFC 27.
enum part : std::size_t { version, request_id, domain, address, identity, mechanism, credentials };

std::string key_text(const std::vector<zmq::message_t>& asked) {
  if (asked.size() != credentials + 1 || asked[mechanism].to_string_view() != "CURVE") return {};
  if (asked[credentials].size() != binary_key) return {};
  std::array<char, 41> text{};
  zmq_z85_encode(text.data(), asked[credentials].data<std::uint8_t>(), binary_key);
  return std::string{text.data()};
}

} // namespace

gate::gate(zmq::context_t& context) : questions_{context, zmq::socket_type::rep} {
  questions_.set(zmq::sockopt::linger, 0);
  questions_.bind("inproc://zeromq.zap.01");
}

bool gate::has_input() { return link::has_input(questions_); }

bool gate::answer(const decision& let_in) {
  bool any = false;
  zmq::message_t frame;
  while (receive(questions_, frame)) {
    any = true;
    std::vector<zmq::message_t> asked;
    asked.push_back(std::move(frame));
    while (asked.back().more() && receive(questions_, frame)) {
      asked.push_back(std::move(frame));
    }
    // The question comes from libzmq in this process, so it has its form; what is missing reads as no key.
    const auto text = [&asked](part which) {
      return asked.size() > which ? asked[which].to_string() : std::string{};
    };
    const question one{text(address), key_text(asked)};
    const bool in = !one.key.empty() && let_in(one);
    const std::array<std::string, 6> reply{
        "1.0", text(request_id), in ? "200" : "400", in ? "OK" : "key refused", in ? one.key : std::string{},
        {}};
    for (std::size_t i = 0; i < reply.size(); ++i) {
      const auto flags = i + 1 < reply.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
      questions_.send(zmq::buffer(reply.at(i)), flags | zmq::send_flags::dontwait);
    }
  }
  return any;
}

} // namespace remora::link
