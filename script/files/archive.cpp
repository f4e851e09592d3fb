#include "script/files/archive.hpp"

#include <algorithm>
#include <array>
#include <zlib.h>

namespace remora::script {

namespace {

constexpr std::size_t block_bytes = 512;
constexpr std::size_t short_name_bytes = 100;
constexpr std::uint64_t octal_limit = 1ULL << 33; ///< What eleven octal digits hold.

using header = std::array<char, block_bytes>;

void put_text(header& to, std::size_t at, std::size_t room, std::string_view text) {
  std::copy_n(text.begin(), std::min(room, text.size()), to.begin() + static_cast<std::ptrdiff_t>(at));
}

/// `digits` octal digits and a NUL.
void put_octal(header& to, std::size_t at, std::size_t digits, std::uint64_t value) {
  to[at + digits] = '\0';
  for (std::size_t i = digits; i-- > 0; value >>= 3)
    to[at + i] = static_cast<char>('0' + (value & 7));
}

header make_header(std::string_view name, char kind, std::uint64_t size, std::uint64_t modified) {
  header made{};
  put_text(made, 0, short_name_bytes, name);
  put_octal(made, 100, 7, kind == '5' ? 0755 : 0644);
  put_octal(made, 108, 7, 0); // owner
  put_octal(made, 116, 7, 0); // group
  put_octal(made, 124, 11, size < octal_limit ? size : 0);
  put_octal(made, 136, 11, modified);
  put_text(made, 148, 8, "        "); // the sum counts itself as blanks
  made[156] = kind;
  put_text(made, 257, 8, std::string_view{"ustar\00000", 8});
  std::uint64_t sum = 0;
  for (const char c : made)
    sum += static_cast<unsigned char>(c);
  put_octal(made, 148, 6, sum);
  return made;
}

/// One record of a pax header, "LENGTH key=value\n", whose length counts its own digits.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest;
  while (length != rest + std::to_string(length).size())
    length = rest + std::to_string(length).size();
  return std::to_string(length).append(" ").append(key).append("=").append(value).append("\n");
}

std::string_view view(const header& h) { return {h.data(), h.size()}; }

} // namespace

struct archive::packer {
  explicit packer(new_file& out) : to{out} {}
  packer(const packer&) = delete;
  packer& operator=(const packer&) = delete;
  ~packer() {
    if (ready) ::deflateEnd(&stream);
  }

  result<void> pack(std::string_view bytes, int flush) {
    std::array<unsigned char, 32768> out;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream.next_out = out.data();
      stream.avail_out = static_cast<uInt>(out.size());
      ::deflate(&stream, flush); // fails for no input that is given here
      const std::size_t made = out.size() - stream.avail_out;
      if (auto done = to.write({reinterpret_cast<const char*>(out.data()), made}); !done) return done;
    } while (stream.avail_out == 0);
    return {};
  }

  new_file& to;
  z_stream stream{};
  bool ready = false;
};

archive::archive(std::unique_ptr<packer> made) : packer_{std::move(made)} {}
archive::archive(archive&&) noexcept = default;
archive::~archive() = default;

result<archive> archive::begin(new_file& to) {
  auto made = std::make_unique<packer>(to);
  constexpr int gzip_window_bits = 15 + 16;
  constexpr int memory_level = 8;
  if (::deflateInit2(&made->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window_bits, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
    return fail(errc::io_failed, "no memory to compress with");
  }
  made->ready = true;
  return archive{std::move(made)};
}

result<void> archive::put(std::string_view bytes) { return packer_->pack(bytes, Z_NO_FLUSH); }

result<void> archive::fill_block(std::uint64_t size) {
  static constexpr header zeros{};
  const std::size_t over = size % block_bytes;
  return over == 0 ? result<void>{} : put(view(zeros).substr(over));
}

result<void> archive::add_header(const std::string& name, char kind, std::uint64_t size,
                                 const struct stat& about) {
  std::string extended;
  if (name.size() > short_name_bytes) extended += pax_record("path", name);
  if (size >= octal_limit) extended += pax_record("size", std::to_string(size));
  const auto modified =
      static_cast<std::uint64_t>(std::clamp<std::int64_t>(about.st_mtime, 0, octal_limit - 1));
  if (!extended.empty()) {
    if (auto done = put(view(make_header("pax", 'x', extended.size(), modified))); !done) return done;
    if (auto done = put(extended); !done) return done;
    if (auto done = fill_block(extended.size()); !done) return done;
  }
  return put(view(make_header(name, kind, size, modified)));
}

result<void> archive::add_folder(const std::string& name, const struct stat& about) {
  return add_header(name + '/', '5', 0, about);
}

result<void> archive::add_file(const std::string& name, const struct stat& about, int content,
                               const go_on& more) {
  const auto size = static_cast<std::uint64_t>(about.st_size);
  if (auto done = add_header(name, '0', size, about); !done) return done;
  std::vector<char> chunk(std::size_t{64} << 10);
  for (std::uint64_t left = size; left > 0;) {
    if (!more()) return fail(errc::io_failed, "there is no time left for the rest");
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk.size()));
    const auto got = read_some(content, chunk.data(), wanted);
    if (!got) return tl::unexpected<error>{got.error()};
    std::fill(chunk.begin() + static_cast<std::ptrdiff_t>(*got), chunk.end(), '\0');
    if (auto done = put({chunk.data(), wanted}); !done) return done;
    left -= wanted;
  }
  return fill_block(size);
}

result<void> archive::finish() {
  static constexpr header zeros{};
  for (int i = 0; i < 2; ++i)
    if (auto done = put(view(zeros)); !done) return done;
  return packer_->pack({}, Z_FINISH);
}

} // namespace remora::script
