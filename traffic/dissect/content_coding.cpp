#include "traffic/dissect/content_coding.hpp"

#include <algorithm>
#include <array>
#include <brotli/decode.h>
#include <memory>
#include <utility>
#include <vector>
#include <zlib.h>
#include <zstd.h>

#include "traffic/dissect/http/text.hpp"

namespace remora::traffic {

namespace {

constexpr std::size_t most_codings = 3;
constexpr std::size_t step_bytes = 16 * 1024;
/// Source: RFC 8878, section 3.1.1.1.2: windows of 8 MiB are what a decoder should bear.
constexpr int zstd_window_log_max = 23;

const unsigned char* unsigned_of(const char* at) noexcept {
  return reinterpret_cast<const unsigned char*>(at);
}

/// Collects output up to a limit.
class output {
 public:
  explicit output(std::size_t limit) noexcept : limit_{limit} {}

  unsigned char* room() noexcept { return reinterpret_cast<unsigned char*>(step_.data()); }
  static constexpr std::size_t room_size() noexcept { return step_bytes; }
  /// False when the limit is reached.
  bool took(std::size_t count) {
    const std::size_t kept = std::min(count, limit_ - bytes_.size());
    bytes_.append(step_.data(), kept);
    return kept == count;
  }
  bool empty() const noexcept { return bytes_.empty(); }
  std::string take() noexcept { return std::move(bytes_); }

 private:
  std::array<char, step_bytes> step_;
  std::string bytes_;
  std::size_t limit_;
};

enum class outcome { complete, cut };

class inflater {
 public:
  explicit inflater(int window_bits) noexcept { ready_ = inflateInit2(&stream_, window_bits) == Z_OK; }
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
  ~inflater() {
    if (ready_) inflateEnd(&stream_);
  }

  outcome run(std::string_view bytes, output& to) {
    if (!ready_) return outcome::cut;
    stream_.next_in = const_cast<Bytef*>(unsigned_of(bytes.data())); // zlib does not write there
    stream_.avail_in = static_cast<uInt>(bytes.size());
    for (;;) {
      stream_.next_out = to.room();
      stream_.avail_out = static_cast<uInt>(output::room_size());
      const int state = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t got = output::room_size() - stream_.avail_out;
      if (!to.took(got)) return outcome::cut;
      if (state == Z_STREAM_END) {
        if (!next_member()) return outcome::complete;
      } else if (state != Z_OK || (got == 0 && stream_.avail_in == 0)) {
        return outcome::cut;
      }
    }
  }

 private:
  /// gzip files may follow each other (RFC 1952, section 2.2).
  bool next_member() noexcept {
    return stream_.avail_in >= 2 && stream_.next_in[0] == 0x1F && stream_.next_in[1] == 0x8B &&
           inflateReset(&stream_) == Z_OK;
  }

  z_stream stream_{};
  bool ready_ = false;
};

/// Some senders of "deflate" leave the zlib wrapper (RFC 1950) out.
bool has_zlib_wrapper(std::string_view bytes) noexcept {
  if (bytes.size() < 2) return false;
  const unsigned first = unsigned_of(bytes.data())[0];
  const unsigned second = unsigned_of(bytes.data())[1];
  return (first & 0x0F) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
}

outcome run_brotli(std::string_view bytes, output& to) {
  const std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> state{
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), &BrotliDecoderDestroyInstance};
  if (!state) return outcome::cut;
  std::size_t in_size = bytes.size();
  const std::uint8_t* in = unsigned_of(bytes.data());
  for (;;) {
    std::size_t out_size = output::room_size();
    std::uint8_t* out = to.room();
    const auto result = BrotliDecoderDecompressStream(state.get(), &in_size, &in, &out_size, &out, nullptr);
    if (!to.took(output::room_size() - out_size)) return outcome::cut;
    if (result == BROTLI_DECODER_RESULT_SUCCESS) return outcome::complete;
    if (result != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) return outcome::cut;
  }
}

outcome run_zstd(std::string_view bytes, output& to) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> state{ZSTD_createDCtx(), &ZSTD_freeDCtx};
  if (!state) return outcome::cut;
  ZSTD_DCtx_setParameter(state.get(), ZSTD_d_windowLogMax, zstd_window_log_max);
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  for (;;) {
    ZSTD_outBuffer out{to.room(), output::room_size(), 0};
    const std::size_t left = ZSTD_decompressStream(state.get(), &out, &in);
    if (!to.took(out.pos)) return outcome::cut;
    if (ZSTD_isError(left) != 0) return outcome::cut;
    if (in.pos == in.size && out.pos < out.size) return left == 0 ? outcome::complete : outcome::cut;
  }
}

std::optional<decoded_content> decode_one(std::string_view bytes, std::string_view coding,
                                          std::size_t limit) {
  using http::equal_ignoring_case;
  output to{limit};
  outcome how = outcome::cut;
  if (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip")) {
    how = inflater{15 + 32}.run(bytes, to); // 32: finds out by itself whether it is gzip or zlib
  } else if (equal_ignoring_case(coding, "deflate")) {
    how = inflater{has_zlib_wrapper(bytes) ? 15 : -15}.run(bytes, to);
  } else if (equal_ignoring_case(coding, "br")) {
    how = run_brotli(bytes, to);
  } else if (equal_ignoring_case(coding, "zstd")) {
    how = run_zstd(bytes, to);
  } else {
    return {};
  }
  if (how == outcome::cut && to.empty()) return {};
  return decoded_content{to.take(), how == outcome::cut};
}

} // namespace

std::optional<decoded_content> decode_content(std::string_view bytes, std::string_view codings,
                                              std::size_t limit) {
  std::vector<std::string_view> order;
  http::list_cursor pieces{codings};
  std::string_view piece;
  while (pieces.next(piece)) {
    if (piece.empty() || http::equal_ignoring_case(piece, "identity")) continue;
    if (order.size() == most_codings) return {};
    order.push_back(piece);
  }
  if (order.empty()) return decoded_content{std::string{bytes.substr(0, limit)}, bytes.size() > limit};
  decoded_content now;
  bool is_cut = false;
  for (auto coding = order.rbegin(); coding != order.rend(); ++coding) { // the last one was applied last
    auto next = decode_one(bytes, *coding, limit);
    if (!next) return {};
    is_cut = is_cut || next->is_cut;
    now = std::move(*next);
    bytes = now.bytes;
  }
  now.is_cut = is_cut;
  return now;
}

} // namespace remora::traffic
