#include <duktape.h>
#include <iterator>
#include <utility>

#include "script/binding.hpp"
#include "script/files/file_store.hpp"
#include "script/heap.hpp"
#include "script/helpers/helpers.hpp"
#include "script/script_vm.hpp"
#include "script/text.hpp"

// file.*: scripting API §8.10.
namespace remora::script {

namespace {

data_root& root(const helper_call& call) {
  own_files* const own = call.vm().around().files;
  if (own == nullptr) call.fail("scripts have no folder for files here");
  const auto opened = own->root();
  if (!opened) call.fail(opened.error().message);
  return **opened;
}

/// What takes long ends when the script is to be ended.
go_on while_in_budget(const helper_call& call) {
  heap& own = heap::of(call.context());
  return [&own] { return !own.budget().exhausted() && !own.memory().exhausted(); };
}

/// A path that must be given.
std::string path(const helper_call& call, int index, const char* name) {
  std::string text = call.text(index, name);
  if (text.empty()) call.fail_argument(index, name, "a path");
  return text;
}

std::string optional_text(const helper_call& call, int index, const char* name) {
  return call.given(index) ? call.text(index, name) : std::string{};
}

int answer(const helper_call& call, const result<void>& done) {
  if (!done) call.fail(done.error().message);
  return 0;
}

int answer(const helper_call& call, const result<std::string>& made) {
  if (!made) call.fail(made.error().message);
  push_text(call.context(), *made);
  return 1;
}

int write(const helper_call& call) {
  const std::string to = path(call, 0, "path");
  return answer(call, root(call).write(to, call.text(1, "content")));
}

int append(const helper_call& call) {
  const std::string to = path(call, 0, "path");
  return answer(call, root(call).append(to, call.text(1, "content")));
}

int move(const helper_call& call) {
  const std::string from = path(call, 0, "oldPath");
  return answer(call, root(call).move(from, path(call, 1, "newPath"), while_in_budget(call)));
}

int copy(const helper_call& call) {
  const std::string from = path(call, 0, "srcPath");
  return answer(call, root(call).copy(from, path(call, 1, "dstPath"), while_in_budget(call)));
}

int remove(const helper_call& call) {
  return answer(call, root(call).remove(path(call, 0, "path"), while_in_budget(call)));
}

int mkdir(const helper_call& call) { return answer(call, root(call).make_folder(path(call, 0, "path"))); }

int mkdir_temp(const helper_call& call) {
  const std::string name = optional_text(call, 0, "name");
  return answer(call, root(call).make_temporary_folder(name, optional_text(call, 1, "dir")));
}

int temp(const helper_call& call) {
  const std::string name = optional_text(call, 0, "name");
  const std::string in = optional_text(call, 1, "dir");
  return answer(call, root(call).make_temporary_file(name, in, optional_text(call, 2, "extension")));
}

int tar(const helper_call& call) {
  const auto now_s = std::chrono::floor<std::chrono::seconds>(call.vm().clock().now()).time_since_epoch();
  return answer(call, root(call).pack(path(call, 0, "dir"), now_s.count(), while_in_budget(call)));
}

constexpr helper members[] = {
    {"write", "file.write", write},
    {"append", "file.append", append},
    {"move", "file.move", move},
    {"copy", "file.copy", copy},
    {"delete", "file.delete", remove},
    {"mkdir", "file.mkdir", mkdir},
    {"mkdirTemp", "file.mkdirTemp", mkdir_temp},
    {"temp", "file.temp", temp},
    {"tar", "file.tar", tar},
};

} // namespace

void install_file(duk_hthread* context) {
  push_namespace(context, std::begin(members), std::end(members));
  define_global(context, "file");
}

} // namespace remora::script
