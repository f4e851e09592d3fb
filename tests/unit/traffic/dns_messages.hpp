#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/byte_writer.hpp"

namespace remora::traffic::dns_test {

using test::byte_writer;
using test::bytes;

inline bytes as_bytes(const std::string& text) { return {text.begin(), text.end()}; }

/// "www.example.org" as labels; "" is the root.
inline bytes name(const std::string& text) {
  byte_writer out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t dot = std::min(text.find('.', at), text.size());
    out.u8(dot - at).raw(as_bytes(text.substr(at, dot - at)));
    at = dot + 1;
  }
  return out.u8(0).content();
}

inline bytes join(const std::vector<bytes>& all) {
  byte_writer out;
  for (const bytes& one : all)
    out.raw(one);
  return out.content();
}

/// A name that begins at that offset.
inline bytes pointer(unsigned offset) { return byte_writer{}.u16(0xC000u | offset).content(); }

inline bytes question(const bytes& of, unsigned type = 1, unsigned klass = 1) {
  return byte_writer{}.raw(of).u16(type).u16(klass).content();
}

inline bytes record(const bytes& of, unsigned type, const bytes& data, unsigned ttl = 60,
                    unsigned klass = 1) {
  return byte_writer{}.raw(of).u16(type).u16(klass).u32(ttl).u16(data.size()).raw(data).content();
}

struct message_style {
  unsigned id = 7;
  unsigned flags = 0x0100; ///< A query that desires recursion.
  std::vector<bytes> questions = {};
  std::vector<bytes> answers = {};
  std::vector<bytes> authorities = {};
  std::vector<bytes> additionals = {};
};

inline bytes message(const message_style& style) {
  byte_writer out;
  out.u16(style.id).u16(style.flags).u16(style.questions.size()).u16(style.answers.size());
  out.u16(style.authorities.size()).u16(style.additionals.size());
  for (const auto* section : {&style.questions, &style.answers, &style.authorities, &style.additionals}) {
    for (const bytes& one : *section)
      out.raw(one);
  }
  return out.content();
}

inline bytes query(unsigned id, const std::string& of, unsigned type = 1) {
  message_style style;
  style.id = id;
  style.questions = {question(name(of), type)};
  return message(style);
}

inline bytes address(unsigned a, unsigned b, unsigned c, unsigned d) {
  return byte_writer{}.u8(a).u8(b).u8(c).u8(d).content();
}

/// An answer with one record, whose name points at the question.
inline bytes answer(unsigned id, const std::string& of, unsigned type, const bytes& data) {
  message_style style;
  style.id = id;
  style.flags = 0x8180;
  style.questions = {question(name(of), type)};
  style.answers = {record(pointer(12), type, data)};
  return message(style);
}
inline bytes answer(unsigned id, const std::string& of) { return answer(id, of, 1, address(192, 0, 2, 80)); }

/// As it is sent over TCP.
inline bytes framed(const bytes& content) { return byte_writer{}.u16(content.size()).raw(content).content(); }

} // namespace remora::traffic::dns_test
