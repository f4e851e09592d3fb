// Does on purpose what a sanitizer must find: a test that the sanitizers of a build are awake and not
// suppressed.
#include <cstdio>
#include <cstring>
#include <thread>

#include <climits>

namespace {

int shared = 0;

int address() {
  const volatile int* dangling = nullptr;
  {
    int* mortal = new int{1};
    dangling = mortal;
    delete mortal;
  }
  return *dangling;
}

int undefined(int argc) {
  volatile int big = INT_MAX;
  return big + argc;
}

int null_pointer() {
  int* const volatile nowhere = nullptr;
  int& bound = *nowhere; // the check that cmake/sanitizers/ubsan.supp silences, for one file only
  return &bound == &shared ? 1 : 0;
}

int leak() {
  void* volatile lost = new char[1000];
  lost = nullptr;
  return lost == nullptr ? 0 : 1;
}

int race() {
  std::thread first{[] { shared = shared + 1; }};
  std::thread second{[] { shared = shared + 2; }};
  first.join();
  second.join();
  return shared == 3 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  const char* what = argc > 1 ? argv[1] : "";
  int result = 2;
  if (std::strcmp(what, "address") == 0) result = address();
  if (std::strcmp(what, "undefined") == 0) result = undefined(argc);
  if (std::strcmp(what, "null") == 0) result = null_pointer();
  if (std::strcmp(what, "leak") == 0) result = leak();
  if (std::strcmp(what, "race") == 0) result = race();
  std::printf("not noticed: %s\n", what);
  return result == 2 ? 2 : 0;
}
