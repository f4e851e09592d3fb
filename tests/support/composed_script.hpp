#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Scripts made from bytes, to try what nobody writes by hand: a fuzzer or a random generator gives the
/// bytes.
namespace remora::script {

/// A script that loads, uses most of what scripts can do, and reads, keeps and changes what its packet hook
/// gets. Equal bytes make equal scripts.
std::string composed_script(const std::uint8_t* data, std::size_t size);

/// What a script did, as somebody outside can see it.
struct observed_run {
  bool loaded = false;
  bool ended_early = false; ///< By a limit; how far it came is a matter of chance.
  std::vector<std::string> lines;
  std::string job; ///< What the job "j" returned.
};

/// Loads a script, delivers some packets, runs timers and the job "j".
observed_run observe(const std::string& code);

/// The same with the analysis trusting nothing: the packet object is made the careful way.
observed_run observe_distrusted(const std::string& code);

/// True when both did the same, as far as that can be said.
bool alike(const observed_run& a, const observed_run& b);

} // namespace remora::script
