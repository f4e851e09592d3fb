/* Additions to the engine that need its insides: an object whose properties are written in place.

   A record is a plain object with a fixed list of data properties. As long as a script neither kept it nor
   changed its shape, it can be filled again for the next event instead of making a new one: that is the
   difference between 460 and 150 nanoseconds for a call of onPacketCaptured. */
#ifndef REMORA_SCRIPT_DUKTAPE_FAST_PATHS_H
#define REMORA_SCRIPT_DUKTAPE_FAST_PATHS_H

#include <duktape.h>

enum { remora_record_max_fields = 8 };

struct remora_record {
  void* object; /* borrowed: the caller keeps the object reachable */
  void* prototype;
  void* keys[remora_record_max_fields]; /* borrowed from the object */
  unsigned fields;
  unsigned references; /* how many there are while no script holds one */
};

/* Describes the object on top of the stack, made by the caller with exactly `fields` data properties that are
   writable, enumerable and configurable. Call when all of the caller's own references exist. */
void remora_record_describe(duk_context* context, unsigned fields, remora_record* out);

/* 1: only the caller refers to the object, and it has the shape it was described with. */
int remora_record_untouched(duk_context* context, const remora_record* record);

/* Write property number `field`, counted in the order in which the properties were made. The record must be
   untouched. The last one takes the value from the top of the stack and pops it. */
void remora_record_put_number(duk_context* context, const remora_record* record, unsigned field,
                              double value);
void remora_record_put_boolean(duk_context* context, const remora_record* record, unsigned field, int value);
void remora_record_put_top(duk_context* context, const remora_record* record, unsigned field);

/* Calls the function at stack index `first` with the two values after it as `this` and as its only argument,
   and drops the result. The same as three times duk_dup(), duk_call_method() and duk_pop(), without their
   checks. The stack must have room for three values. */
void remora_call_in_place(duk_context* context, duk_idx_t first);

/* The running script asks for its budget before its next instruction, not only after some thousand. */
void remora_ask_budget_now(duk_context* context);

#endif
