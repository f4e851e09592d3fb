#include "hub/store/open_store.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "base/log.hpp"
#include "hub/store/schema.hpp"
#include "hub/store/set_aside.hpp"

namespace remora::hub {

namespace {

constexpr std::chrono::seconds longest_check{20};

result<void> make_folder(const std::string& folder) {
  std::error_code problem;
  std::filesystem::create_directories(std::filesystem::path{folder}.parent_path(), problem);
  // The folder itself for its owner alone: scripts and what they printed may be confidential.
  if (mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  const int number = errno;
  return fail(errno_code(number), "cannot make the data folder " + folder + ": " + errno_text(number) +
                                      "; make it, or set hub.data to one that may be written");
}

/// Makes an empty store under another name and renames it once it is whole: a file of no bytes under the real
/// name is then always damage, never a start that was interrupted.
result<void> make_store(const std::string& file) {
  const auto unfinished = file + ".new";
  for (const auto* end : {"", "-wal", "-journal"})
    std::remove((unfinished + end).c_str());
  {
    const auto before = umask(0077);
    auto made = database::open(unfinished, mib(64));
    umask(before);
    if (!made) return pass_on(std::move(made));
    if (auto done = migrate(**made, store_migrations()); !done) return pass_on(std::move(done));
    if (auto done = (*made)->run_all("PRAGMA wal_checkpoint(TRUNCATE)"); !done) return done;
  }
  // The file is whole without its log, which SQLite removes when the connection closes.
  std::remove((unfinished + "-wal").c_str());
  if (std::rename(unfinished.c_str(), file.c_str()) != 0) {
    const int number = errno;
    return fail(errno_code(number), "cannot make " + file + ": " + errno_text(number));
  }
  return sync_folder_of(file);
}

/// What the first bytes say is wrong, read before SQLite may write to a file that is not ours; "" when
/// nothing. The identity stands in the file itself, never in its log alone. Source: SQLite, "Database File
/// Format", 1.3.
result<std::string> what_is_wrong_at_the_start(const std::string& file) {
  constexpr std::string_view magic{"SQLite format 3\0", 16};
  constexpr std::size_t id_offset = 68;
  std::array<char, 100> header{};
  std::ifstream in{file, std::ios::binary};
  if (!in) {
    const int number = errno;
    return fail(errno_code(number),
                "cannot open " + file + ": " + errno_text(number) + "; check its owner and mode");
  }
  in.read(header.data(), header.size());
  if (in.gcount() < static_cast<std::streamsize>(header.size())) return "it is cut off";
  if (std::string_view{header.data(), magic.size()} != magic) return "it is no SQLite database";
  std::uint32_t id = 0;
  for (std::size_t i = 0; i < 4; ++i)
    id = id << 8 | static_cast<unsigned char>(header.at(id_offset + i));
  return id == application_id ? "" : "it is no store of a remora hub";
}

/// What is wrong with the file, in a few words; "" when nothing is. Errors: those that are no damage.
result<std::string> what_is_wrong(database& data) {
  if (auto version = data.number("PRAGMA user_version"); version && version->value_or(0) < 1) {
    return "its version is missing";
  }
  auto checked = data.quick_check(longest_check);
  if (!checked || !checked->empty()) return checked;
  if (auto migrated = migrate(data, store_migrations()); !migrated) return pass_on(std::move(migrated));

  auto reference = database::open(":memory:", mib(64));
  if (!reference) return pass_on(std::move(reference));
  if (auto made = migrate(**reference, store_migrations()); !made) return pass_on(std::move(made));
  auto expected = schema_text(**reference);
  if (!expected) return expected;
  auto found = schema_text(data);
  if (!found) return found;
  return *found == *expected ? "" : "its tables are not those of a remora hub";
}

tl::unexpected<error> put_away(const std::string& file, const std::string& why) {
  auto name = set_aside(file, wall_now());
  if (!name) {
    return fail(errc::store_damaged,
                file + " is damaged (" + why + ") and was left as it is: " + name.error().message);
  }
  log::error("store-set-aside", "file=", file, " now=", *name, " why=", why);
  return fail(errc::store_damaged, file + " is damaged (" + why + ") and was set aside as " + *name +
                                       ": put a copy in its place and start again, or move " + *name +
                                       " out of the folder to begin with an empty store");
}

result<void> refuse_to_begin_anew(const std::string& file) {
  auto aside = find_set_aside(file);
  if (!aside) return pass_on(std::move(aside));
  if (aside->empty()) return {};
  return fail(errc::store_damaged, file + " is not there, and an earlier start set " + *aside +
                                       " aside because it was damaged: put a copy in its place, or move " +
                                       *aside + " out of the folder to begin with an empty store");
}

} // namespace

result<opened_store> open_store(const store_options& options) {
  if (auto made = make_folder(options.folder); !made) return pass_on(std::move(made));
  auto lock = folder_lock::take(options.folder, "hub");
  if (!lock) return pass_on(std::move(lock));

  const auto file = options.folder + "/remora-hub.db";
  struct stat found {};
  if (stat(file.c_str(), &found) != 0) {
    // A log without its database would be played back into whatever is put beside it.
    if (access((file + "-wal").c_str(), F_OK) == 0) return put_away(file, "its log is there, but it is not");
    if (auto empty = refuse_to_begin_anew(file); !empty) return pass_on(std::move(empty));
    if (auto made = make_store(file); !made) return pass_on(std::move(made));
  } else {
    auto wrong = what_is_wrong_at_the_start(file);
    if (!wrong) return pass_on(std::move(wrong));
    if (!wrong->empty()) return put_away(file, *wrong);
  }

  auto data = database::open(file, options.max_size);
  std::string wrong;
  if (data) {
    auto checked = what_is_wrong(**data);
    if (!checked && !(checked.error() == errc::store_damaged)) return pass_on(std::move(checked));
    wrong = checked ? *checked : checked.error().message;
  } else if (data.error() == errc::store_damaged) {
    wrong = data.error().message;
  } else {
    return pass_on(std::move(data));
  }
  if (!wrong.empty()) {
    // Closed before it is renamed, and without writing its log back into a file that is evidence now.
    if (data) (*data)->abandon();
    return put_away(file, wrong);
  }
  return opened_store{std::move(*lock), std::move(*data)};
}

} // namespace remora::hub
