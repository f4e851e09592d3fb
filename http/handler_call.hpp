#pragma once

#include "http/live_counters.hpp"
#include "http/router.hpp"

namespace remora::http {

/// Calls the handler of a prompt route, on the caller's thread. What it throws becomes a 500 and is counted.
response call_prompt(const route& to, const request& asked, live_counters& count);

/// Calls a blocking or later handler and sees that what it returns or throws is answered. On a thread of the
/// pool.
void call_handler(const route& to, const request& asked, const responder& answer_to, live_counters& count);

/// The next piece of a body; what the source throws is an error.
result<std::string> next_piece(body_source& source);

} // namespace remora::http
