#include "script/items/lazy_objects.hpp"

#include <duktape.h>

#include "script/heap.hpp"
#include "script/items/js_writer.hpp"
#include "script/items/plain_json.hpp"
#include "script/text.hpp"

namespace remora::script {

namespace {

/// Objects beyond this in one call are made as a whole: a list of thousands is read from end to end.
constexpr std::size_t max_live = 256;
/// How many objects of a kind wait to be used again.
constexpr std::size_t max_idle = 16;
/// A buffer that grew beyond this is not kept.
constexpr std::size_t max_json_kept = 256u << 10;

} // namespace

void lazy_objects::push_member(duk_hthread* context, const remora_lazy_source* source, void*,
                               unsigned number) {
  const auto& one = *static_cast<const lazy_object*>(source);
  js_writer writer{context, *one.owner};
  one.kind->members[number]->write(one.part, writer);
}

int lazy_objects::append_json(duk_hthread* context, const remora_lazy_source* source, unsigned number,
                              void (*append)(void* to, const char* text, std::size_t size), void* to) {
  const auto& one = *static_cast<const lazy_object*>(source);
  std::string& json = one.owner->json_;
  json.clear();
  plain_json writer{json, heap::of(context)};
  one.kind->members[number]->write(one.part, writer);
  if (!writer.done()) return 0;
  if (needs_surrogates(json)) json = with_surrogates(json);
  append(to, json.data(), json.size());
  if (json.capacity() > max_json_kept) std::string{}.swap(json);
  return 1;
}

void lazy_objects::push(duk_hthread* context, shaped what) {
  duk_require_stack(context, 8);
  object_kind* kind = live_.size() < max_live ? kinds_.find(context, what) : nullptr;
  if (kind == nullptr) return push_whole(context, what);
  if (kind->idle.empty()) return make(context, *kind, what.at);
  live_.push_back(std::move(kind->idle.back()));
  kind->idle.pop_back();
  live_.back()->part = what.at;
  duk_push_heapptr(context, live_.back()->object);
}

void lazy_objects::make(duk_hthread* context, object_kind& kind, const void* part) {
  auto made = std::make_unique<lazy_object>();
  made->push_member = push_member;
  made->append_json = append_json;
  made->owner = this;
  made->kind = &kind;
  made->part = part;
  made->object = remora_lazy_push(context, kind.pattern, made.get());
  made->place = shelf_.keep(context);
  live_.push_back(std::move(made));
}

void lazy_objects::push_whole(duk_hthread* context, shaped what) {
  js_writer writer{context, *this};
  writer.begin_object();
  write_members(what, writer);
  writer.end_object();
  kinds_.push_prototype(context, *what.of);
  duk_set_prototype(context, -2);
}

void lazy_objects::release(duk_hthread* context) {
  // A parent comes before its children, so these lose their parent's reference before they are looked at.
  // What is worked out may have parts of its own, which are kept as well and follow at the end of the list.
  for (std::size_t i = 0; i < live_.size(); ++i) {
    lazy_object* one = live_[i].get();
    if (one == nullptr) continue; // an earlier attempt came this far
    const bool kept = remora_references(one->object) > 1;
    if (kept) remora_lazy_read_all(context, one->object);
    if (!kept && one->kind->idle.size() < max_idle &&
        remora_lazy_renew(context, one->object, one->kind->pattern, one) != 0) {
      one->kind->idle.push_back(std::move(live_[i]));
    } else {
      shelf_.drop(context, one->place);
      live_[i].reset();
    }
  }
  live_.clear();
}

void lazy_objects::abandon(duk_hthread* context) {
  for (const auto& one : live_) {
    if (one) remora_lazy_abandon(context, one->object);
  }
  for (const auto& one : live_) {
    if (one) shelf_.drop(context, one->place);
  }
  live_.clear();
}

} // namespace remora::script
