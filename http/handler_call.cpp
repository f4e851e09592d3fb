#include "http/handler_call.hpp"

#include <exception>

#include "http/problem.hpp"

namespace remora::http {

namespace {

response failed(const request& asked, const char* what, live_counters& count) {
  ++count.handler_failures;
  return problem_from({errc::io_failed, what}, asked); // a 500: the text goes to the log alone
}

} // namespace

response call_prompt(const route& to, const request& asked, live_counters& count) {
  try {
    return std::get<blocking_handler>(to.handler)(asked);
  } catch (const std::exception& thrown) {
    return failed(asked, thrown.what(), count);
  }
}

void call_handler(const route& to, const request& asked, const responder& answer_to, live_counters& count) {
  try {
    if (const auto* blocking = std::get_if<blocking_handler>(&to.handler))
      answer_to.answer((*blocking)(asked));
    else
      std::get<later_handler>(to.handler)(asked, answer_to);
  } catch (const std::exception& thrown) {
    answer_to.answer(failed(asked, thrown.what(), count));
  }
}

result<std::string> next_piece(body_source& source) {
  try {
    return source.next();
  } catch (const std::exception& thrown) {
    return fail(errc::io_failed, thrown.what());
  }
}

} // namespace remora::http
