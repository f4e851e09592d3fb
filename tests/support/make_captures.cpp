#include <cstdio>
#include <string>

#include "tests/support/capture_writer.hpp"
#include "tests/support/decode_seeds.hpp"
#include "tests/support/shipped_captures.hpp"

/// Writes the captures of tests/data/captures and the seeds of the fuzz targets that read packets:
/// make_captures TESTS_FOLDER
int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_captures TESTS_FOLDER\n", stderr);
    return 2;
  }
  const std::string tests = argv[1];
  for (const auto& capture : remora::test::shipped_captures()) {
    remora::test::write_file(tests + "/data/captures/" + capture.name, capture.content);
    remora::test::write_file(tests + "/fuzz/seeds/capture_file/" + capture.name, capture.content);
  }
  int number = 0;
  for (const auto& seed : remora::test::decode_seeds()) {
    remora::test::write_file(tests + "/fuzz/seeds/decode/made-" + std::to_string(number++), seed);
  }
  return 0;
}
