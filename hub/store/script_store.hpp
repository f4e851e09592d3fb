#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/store/database.hpp"
#include "protocol/script_hash.hpp"
#include "protocol/script_source.hpp"

namespace remora::hub {

/// Who put a script into the set. The numbers are stored: append, never renumber.
enum class script_origin : std::uint8_t {
  file = 0,     ///< From a folder or file of `scripting.source` and `scripting.sources`.
  api = 1,      ///< From the HTTP API, the dashboard or the command line.
  in_config = 2 ///< From `scripting.scripts`, inline.
};

/// "file", "api", "config".
std::string_view to_string(script_origin origin) noexcept;

/// A script as it is to be.
struct script_change {
  std::string title;
  std::string code;
  std::string file;           ///< The path it came from; "" when there is none.
  std::optional<bool> active; ///< Nothing: as it was; a new script is active.
};

/// A script as it is stored.
struct stored_script {
  std::size_t index = 0; ///< Order in the set; kept for as long as the title is there.
  std::string title;
  std::string code;
  script_hash hash; ///< content_hash() of the code.
  bool active = true;
  script_origin origin = script_origin::file;
  std::string file;
  std::uint64_t version = 0; ///< The generation of its last change: it rises, and never comes again.
  timestamp created;
  timestamp changed;
};

/// What replacing the scripts of one origin changed, by title.
struct script_set_change {
  std::uint64_t generation = 0; ///< As before when nothing changed.
  std::vector<std::string> added;
  std::vector<std::string> changed; ///< Code, file or active mark; also those taken over.
  std::vector<std::string> removed;
  std::vector<std::string> taken_over; ///< They were of another origin.
  bool empty() const noexcept { return added.empty() && changed.empty() && removed.empty(); }
};

/// The set of scripts. Every change is one transaction and raises the generation; what changes nothing does
/// not. `env` is not stored, not even as a hash: it holds secrets. Who sees it change calls
/// raise_generation().
///
/// An `expected` version is that of the caller's copy (ETag, If-Match); 0: there must be none; nothing:
/// whatever there is. Errors of all: conflict (with the version that is there), not_found, invalid_script,
/// and the database's.
class script_store {
 public:
  explicit script_store(database& in) noexcept : in_{in} {}

  /// All scripts in their order. Those whose rows are damaged are left out, counted in database::damaged().
  result<std::vector<stored_script>> list();
  result<std::optional<stored_script>> find(std::string_view title);
  /// The code of that hash, for a worker that asks for it; nothing when no script has it any more.
  result<std::optional<std::string>> code_of(const script_hash& hash);

  result<stored_script> put(const script_change& script, script_origin origin,
                            std::optional<std::uint64_t> expected, timestamp now);
  result<stored_script> set_active(std::string_view title, bool active, std::optional<std::uint64_t> expected,
                                   timestamp now);
  result<void> remove(std::string_view title, std::optional<std::uint64_t> expected);

  /// Makes `scripts` the whole set of one origin: all of it or, on error, nothing. A title of another origin
  /// is taken over: what was said last counts. Errors: also invalid_script when a title stands twice.
  result<script_set_change> replace_origin(script_origin origin, const std::vector<script_change>& scripts,
                                           timestamp now);

  /// The number of the present set; 0 before the first change.
  result<std::uint64_t> generation();
  /// A new generation of the same scripts: `env` changed, or may have while the hub was down.
  result<std::uint64_t> raise_generation();

 private:
  result<std::optional<stored_script>> read_one(std::string_view title);
  result<std::uint64_t> next_generation();
  result<stored_script> write(const script_change& script, script_origin origin,
                              const std::optional<stored_script>& before, std::uint64_t version,
                              timestamp now);
  result<void> insert(const stored_script& script);

  database& in_;
};

} // namespace remora::hub
