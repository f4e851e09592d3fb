#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/client/hub_client.hpp"
#include "cli/context.hpp"
#include "config/settings.hpp"

/// The checks of `remora doctor`. Each says what it found; none changes anything.
namespace remora::cli {

enum class verdict_level : std::uint8_t { ok, warning, problem };
/// "ok", "warning", "problem".
std::string_view to_string(verdict_level level) noexcept;

/// What one check found.
struct finding {
  verdict_level level = verdict_level::ok;
  std::string check;  ///< What was looked at: "capture", "nodes".
  std::string text;   ///< What is so.
  std::string advice; ///< What to do; empty when there is nothing to do.
};
using findings = std::vector<finding>;

/// May this process capture, and are there the interfaces that the settings name?
/// @param interfaces Those of this machine.
/// @param capture_error 0, or errno of opening a packet socket.
findings judge_machine(const config::settings& settings, const std::vector<std::string>& interfaces,
                       int capture_error);

/// errno of opening a packet socket; 0 when that is allowed. Source: packet(7).
int try_to_capture() noexcept;

/// The nodes: away, behind, with wrong clocks, seeing nothing, dropping. `later` is the same list a moment
/// after `nodes`.
findings judge_nodes(const client::json& nodes, const client::json& later);
/// The scripts, and how they fare on the nodes.
findings judge_scripts(const client::json& scripts, const client::json& status);
findings judge_jobs(const client::json& jobs);

/// Everything about a hub: is it there, is it ready, what may our token do, and the three above.
/// @param between How long to wait to see whether drops grow.
findings examine_hub(const client::hub_client& hub, const std::string& own_version,
                     std::chrono::milliseconds between);

} // namespace remora::cli
