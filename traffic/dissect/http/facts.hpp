#pragma once

#include "protocol/item/protocol_facts.hpp"

namespace remora::traffic::http {

/// HTTP/1.0 and, as nothing else stands for them, what is older.
extern const protocol_facts http_1_0_facts;
/// HTTP/1.1 and what is newer of HTTP/1.
extern const protocol_facts http_1_1_facts;

} // namespace remora::traffic::http
