#include "tests/e2e/servers/dns_text.hpp"

#include <array>
#include <sstream>

#include <gtest/gtest.h>

namespace remora::test {
namespace {

std::string without_dot(std::string name) {
  if (!name.empty() && name.back() == '.') name.pop_back();
  return name;
}

std::string word_of(const std::string& text, int number) {
  std::istringstream words{text};
  std::string word;
  for (int i = 0; i <= number; ++i)
    words >> word;
  return word;
}

/// `"a" "b"` as `a, b`.
std::string joined(const std::string& strings) {
  std::string out;
  bool inside = false;
  for (const char c : strings) {
    if (c == '"') {
      inside = !inside;
      if (inside && !out.empty()) out += ", ";
    } else if (inside) {
      out += c;
    }
  }
  return out;
}

/// What an item keeps of the data that dig prints.
std::string kept_of(const std::string& type, const std::string& data) {
  if (type == "A" || type == "AAAA") return data;
  if (type == "NS" || type == "CNAME" || type == "PTR") return without_dot(data);
  if (type == "MX" || type == "SOA") return without_dot(word_of(data, 1));
  if (type == "SRV") return without_dot(word_of(data, 3));
  if (type == "TXT") return joined(data);
  return {};
}

/// The one member with the data of a record.
std::string kept_in(const nlohmann::json& record) {
  std::string all;
  for (const char* member : {"ip", "ns", "cname", "ptr", "txts", "soa", "srv", "mx", "uri"})
    all += record.at(member).get<std::string>();
  return all;
}

std::string line_of_dig(const std::string& section, const std::string& line) {
  std::istringstream words{line};
  std::string name;
  std::string ttl;
  std::string klass;
  std::string type;
  std::string data;
  words >> name >> ttl >> klass >> type >> std::ws;
  std::getline(words, data);
  return section + ' ' + without_dot(name) + ' ' + ttl + ' ' + klass + ' ' + plain_type(type) + ' ' +
         kept_of(type, data);
}

std::string text_after(const std::string& text, const std::string& mark) {
  const auto at = text.find(mark);
  if (at == std::string::npos) return {};
  const auto begin = at + mark.size();
  return text.substr(begin, text.find_first_of(",\n", begin) - begin);
}

} // namespace

std::string plain_type(const std::string& type) {
  for (const std::string prefix : {"TYPE", "type=", "QUERY-"})
    if (type.rfind(prefix, 0) == 0) return type.substr(prefix.size());
  return type;
}

std::string code_name(int code) {
  constexpr std::array names{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};
  return code >= 0 && static_cast<std::size_t>(code) < names.size() ? names.at(static_cast<std::size_t>(code))
                                                                    : std::to_string(code);
}

std::vector<std::string> answer_printed(const std::string& by_dig) {
  std::vector<std::string> all{text_after(by_dig, ", id: ") + ' ' + text_after(by_dig, ", status: ")};
  std::string section;
  std::istringstream lines{by_dig};
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(";; ", 0) == 0) {
      const auto end = line.find(" SECTION:");
      section = end == std::string::npos ? "" : line.substr(3, end - 3);
    } else if (!line.empty() && line.front() != ';' && !section.empty()) {
      all.push_back(line_of_dig(section, line));
    }
  }
  return all;
}

std::vector<std::string> answer_in(const nlohmann::json& item) {
  const auto& response = item.at("response");
  const int number = item.at("request").at("transactionId");
  std::vector<std::string> all{std::to_string(number) + ' ' + code_name(response.at("rcode"))};
  const std::array<std::array<const char*, 2>, 3> sections{
      {{"ANSWER", "answers"}, {"AUTHORITY", "authorities"}, {"ADDITIONAL", "additionals"}}};
  for (const auto& [shown, member] : sections)
    for (const auto& record : response.at(member))
      if (record.at("type") != "OPT")
        all.push_back(std::string{shown} + ' ' + record.at("name").get<std::string>() + ' ' +
                      std::to_string(record.at("ttl").get<int>()) + ' ' +
                      record.at("class").get<std::string>() + ' ' + plain_type(record.at("type")) + ' ' +
                      kept_in(record));
  return all;
}

std::string question_in(const nlohmann::json& item) {
  if (item.at("protocol").at("name") != "dns" || item.at("request").is_null() ||
      item.at("response").is_null() || !item.at("error").is_null()) {
    ADD_FAILURE() << "not a query with its answer: " << item.at("stream") << ' ' << item.at("error") << ' '
                  << item.at("request") << ' ' << item.at("response");
    return {};
  }
  const auto& question = item.at("request").at("questions").at(0);
  return question.at("name").get<std::string>() + ' ' + plain_type(question.at("type"));
}

} // namespace remora::test
