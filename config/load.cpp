#include "config/load.hpp"

#include <algorithm>
#include <utility>

#include "config/files.hpp"
#include "config/legacy.hpp"
#include "config/overrides.hpp"
#include "config/token_files.hpp"
#include "config/yaml_reader.hpp"

namespace remora::config {

namespace {

/// Collects the layers, each checked on its own, so that a mistake is reported even where a later layer hides
/// it.
class loader {
 public:
  loader(const environment_map& environment, const file_reader& read_file)
      : environment_(environment), expansions_(environment, [this, read_file](const std::string& path) {
          note_file(path);
          return read_file(path);
        }) {
    merged_.kind = node_kind::map;
  }
  loader(const loader&) = delete; // the expansions know where it is
  loader& operator=(const loader&) = delete;

  /// Once for each file that the settings depend on.
  void note_file(const std::string& path) {
    if (std::find(files_.begin(), files_.end(), path) == files_.end()) files_.push_back(path);
  }

  void add_failure(error failed) { problems_.add(failed.code, std::move(failed.message)); }

  void add_text(const source_text& source) {
    node tree = read_yaml(source.text, source.name, problems_);
    if (tree.kind != node_kind::map)
      return problems_.add(tree.at, "expected a map such as `hub:` with keys below it, this is " +
                                        std::string{to_string(tree.kind)});
    rename_legacy_keys(tree, problems_);
    expansions_.expand(tree, {}, problems_);
    read_token_files(tree, expansions_, problems_);
    settings scratch;
    origin_map ignored;
    apply(tree, scratch, ignored, problems_);
    merge(merged_, std::move(tree));
  }

  load_outcome finish(const std::vector<std::string>& set) {
    apply_environment(merged_, environment_, expansions_, problems_);
    apply_set(merged_, set, expansions_, problems_);
    read_token_files(merged_, expansions_, problems_);
    load_outcome out;
    apply(merged_, out.value, out.set_at, problems_);
    if (problems_.ok()) check_together(out.value, out.set_at, problems_);
    out.errors = problems_.errors();
    out.warnings = problems_.warnings();
    out.files = std::move(files_);
    return out;
  }

 private:
  const environment_map& environment_;
  expander expansions_;
  report problems_;
  node merged_;
  std::vector<std::string> files_;
};

} // namespace

load_outcome load_settings(const load_request& request) {
  loader all{request.environment, read_value_file};
  for (const std::string& path : request.files) {
    all.note_file(path);
    auto text = read_config_file(path);
    if (text)
      all.add_text({path, *std::move(text)});
    else
      all.add_failure(std::move(text).error());
  }
  return all.finish(request.set);
}

load_outcome load_texts(const std::vector<source_text>& texts, const std::vector<std::string>& set,
                        const environment_map& environment, const file_reader& read_file) {
  loader all{environment, read_file};
  for (const source_text& text : texts)
    all.add_text(text);
  return all.finish(set);
}

} // namespace remora::config
