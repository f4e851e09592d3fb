/* Additions to the engine that need its insides: objects whose members are worked out when they are first read.

   Such an object is a plain one in every respect but this: the value of a property that nobody has read yet is
   a marker that names who knows it, and the engine asks there before a script can see it. What an item says of
   itself is some 150 values; a script reads three of them. */
#ifndef REMORA_SCRIPT_DUKTAPE_LAZY_MEMBERS_H
#define REMORA_SCRIPT_DUKTAPE_LAZY_MEMBERS_H

#include <duktape.h>

/* Who knows the members of one object. Lives as long as a property of the object is unread. */
struct remora_lazy_source {
  /* Pushes the value of the object's property number `member`, counted in the order of the pattern. May throw.
     Must not run any script. */
  void (*push_member)(duk_context* context, const remora_lazy_source* source, void* object, unsigned member);

  /* Appends the value as JSON text of the engine's encoding, by one call of `append` with `to`, and returns 1; or
     returns 0 and appends nothing. May be NULL. For JSON.stringify, which then needs no value. */
  int (*append_json)(duk_context* context, const remora_lazy_source* source, unsigned member,
                     void (*append)(void* to, const char* text, duk_size_t size), void* to);
};

/* Makes a pattern of the object on top of the stack, made by the caller with data properties only (writable,
   enumerable, configurable): what objects of this kind look like. The caller keeps it reachable, and out of the
   sight of scripts. Returns it. */
void* remora_lazy_make_pattern(duk_context* context);

/* Pushes a new object like the pattern, with every member unread. Returns it. */
void* remora_lazy_push(duk_context* context, void* pattern, const remora_lazy_source* source);

/* How many references to the object there are. */
unsigned remora_references(void* object);

/* Makes every member unread again, unless the object's members or attributes are not those of the pattern any
   more: then returns 0 and leaves the object alone. Runs no script and does not throw. */
int remora_lazy_renew(duk_context* context, void* object, void* pattern, const remora_lazy_source* source);

/* Works out every member that is unread. May throw. */
void remora_lazy_read_all(duk_context* context, void* object);

/* Every member that is unread becomes undefined. Does not throw. */
void remora_lazy_abandon(duk_context* context, void* object);

/* Makes the value on top of the stack an own property of the object below it, whatever the object inherits, and
   pops it: of the name below the value, which goes too, or of the array index. An array's length is set at the
   end, with duk_set_length(). */
void remora_put_own(duk_context* context);
void remora_put_own_index(duk_context* context, duk_uarridx_t index);

#endif
