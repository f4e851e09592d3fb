#pragma once

#include <functional>
#include <memory>

#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/messages.hpp"
#include "script/files/file_store.hpp"

namespace remora::worker {

/// Has the files of scripts counted when a node starts, so that no script waits for it, and what is temporary
/// and old removed, then and every hour. Spawn it detached: it reads folders. It ends when it is told to
/// exit.
using file_keeper = caf::typed_actor<
    // Looks for what is old. Sent by the actor to itself.
    caf::reacts_to<atom::look>>;

/// @param more Asked while it works; false ends that.
file_keeper::behavior_type keep_files(file_keeper::pointer self,
                                      const std::shared_ptr<script::file_store>& files, script::go_on more);

} // namespace remora::worker
