#include "tests/support/filter_items.hpp"

#include <fstream>

namespace remora::test {

nlohmann::json filter_data(const std::string& name) {
  std::ifstream file(REMORA_TEST_DATA "/filter/" + name + ".json");
  return nlohmann::json::parse(file);
}

} // namespace remora::test
