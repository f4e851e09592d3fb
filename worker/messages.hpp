#pragma once

#include "actors/messages.hpp"
#include "worker/capture_report.hpp"
#include "worker/deployed_jobs.hpp"
#include "worker/deployment.hpp"
#include "worker/script_change.hpp"

// What the actors of a node say to each other beyond actors/messages.hpp. Local to the process.

CAF_BEGIN_TYPE_ID_BLOCK(remora_worker, caf::id_block::remora_actors::end)
CAF_ADD_TYPE_ID(remora_worker, (remora::worker::capture_report_ptr))
CAF_ADD_TYPE_ID(remora_worker, (remora::worker::script_change_ptr))
CAF_ADD_TYPE_ID(remora_worker, (remora::worker::script_left_ptr))
CAF_ADD_TYPE_ID(remora_worker, (remora::worker::wanted_scripts_ptr))
CAF_ADD_TYPE_ID(remora_worker, (remora::worker::script_news_ptr))
CAF_END_TYPE_ID_BLOCK(remora_worker)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::worker::capture_report_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::worker::script_change_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::worker::script_left_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::worker::wanted_scripts_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(remora::worker::script_news_ptr)
