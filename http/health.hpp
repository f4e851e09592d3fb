#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "http/live_counters.hpp"
#include "http/router.hpp"

namespace remora::http {

// What every daemon of remora serves to machines that watch it. None of it needs a token. "Text" is
// text/plain; a refusal is a problem document.

/// Why a process is not as it should be, in words that tell strangers no secrets. Empty: it is.
using reasons_giver = std::function<std::vector<std::string>()>;

/// GET /livez: 200 "ok", or 503 with the reasons why starting the process again would help.
/// @param reasons Called on the thread that serves connections: must not block. Null: there are none, so that
///                it is alive as long as it answers.
route livez_route(reasons_giver reasons = {});

/// GET /readyz: 200 "ok", or 503 with the reasons.
/// @param reasons May block. Called on the pool, because a pool that is not to be had is a process that is
/// not
///                ready.
route readyz_route(reasons_giver reasons);

/// GET /metrics: the page that `page` makes, then what the server itself has counted.
/// @param page The text format of Prometheus, see metrics_text. May block; called on the pool.
/// @param count Of the server that serves this, as remora_http_...; null: not shown.
route metrics_route(std::function<result<std::string>()> page, std::shared_ptr<const live_counters> count);

} // namespace remora::http
