#pragma once

#include "config/settings.hpp"
#include "traffic/item_pipeline.hpp"

namespace remora::traffic {

/// How items are made of live traffic: within the limits of the settings, with the names of /etc/hosts.
item_options item_options_of(const config::worker_settings& settings);

} // namespace remora::traffic
