#include <cstdio>

#include "tests/integration/example_captures.hpp"
#include "tests/support/capture_writer.hpp"

/// Writes examples/captures anew: make_example_captures FOLDER
int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_example_captures FOLDER\n", stderr);
    return 2;
  }
  for (const auto& capture : remora::test::example_captures())
    remora::test::write_file(std::string{argv[1]} + '/' + capture.name, capture.content);
  return 0;
}
