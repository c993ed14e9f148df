// SPDX-License-Identifier: Apache-2.0
// The table of contents of a checkpoint, as JSON.
#include <saddle/apps/manifest.h>

#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include <saddle/apps/file.h>
#include <saddle/apps/version.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 2;

/// Reads members of a JSON object, each of the kind it must be.
class MemberReader {
 public:
  MemberReader(const Json& object, const std::filesystem::path& path)
      : object_(object), path_(path) {}

  [[nodiscard]] const Json& member(const char* name) const {
    const auto found = object_.find(name);
    if (found == object_.end()) refuse(name);
    return *found;
  }
  [[nodiscard]] std::string text(const char* name) const {
    if (!member(name).is_string()) refuse(name);
    return member(name);
  }
  [[nodiscard]] std::uint64_t count(const char* name) const {
    if (!member(name).is_number_unsigned()) refuse(name);
    return member(name);
  }
  [[nodiscard]] double real(const char* name) const {
    if (!member(name).is_number()) refuse(name);
    return member(name);
  }
  [[nodiscard]] const Json& object(const char* name) const {
    if (!member(name).is_object()) refuse(name);
    return member(name);
  }

 private:
  [[noreturn]] void refuse(const char* name) const {
    throw Error(concat("'", path_.string(), "' is not the manifest of a checkpoint: its '", name,
                       "' is missing or of another kind"));
  }

  const Json& object_;
  const std::filesystem::path& path_;
};

/// JSON has no NaN and no infinities; null stands for them.
double number_or_none(const Json& value) {
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::string write_manifest(const Checkpoint& checkpoint, const FileSeals& files) {
  Json json = {{"format", kFormat},
               {"saddle", std::string(saddle_version())},
               {"environment", checkpoint.environment},
               {"options", checkpoint.options},
               {"step", checkpoint.step},
               {"seconds", checkpoint.seconds},
               {"merit", nullptr},
               {"metrics", Json::object()},
               {"files", Json::object()}};
  if (checkpoint.merit) {
    json["merit"] = {{"violation", checkpoint.merit->violation},
                     {"return", checkpoint.merit->mean_return}};
  }
  for (const auto& [name, value] : checkpoint.metrics.values()) json["metrics"][name] = value;
  for (const auto& [name, seal] : files) {
    json["files"][name] = {{"size", seal.size}, {"crc32c", seal.checksum}};
  }
  return json.dump(2) + "\n";
}

FileSeals read_manifest(const std::filesystem::path& path, Checkpoint& checkpoint) {
  const std::vector<std::byte> bytes = read_file(path);
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  const Json json = Json::parse(text, text + bytes.size(), nullptr, false);
  if (!json.is_object()) {
    throw Error(concat("'", path.string(), "' is not the manifest of a checkpoint"));
  }
  const MemberReader manifest(json, path);
  if (const auto format = manifest.count("format"); format != kFormat) {
    throw Error(concat("'", path.string(), "' has format ", format, ", this version reads ",
                       kFormat, "; use Saddle ", manifest.text("saddle")));
  }
  checkpoint.environment = manifest.text("environment");
  for (const auto& [key, value] : manifest.object("options").items()) {
    checkpoint.options[key] = MemberReader(manifest.object("options"), path).text(key.c_str());
  }
  checkpoint.step = static_cast<std::int64_t>(manifest.count("step"));
  checkpoint.seconds = manifest.real("seconds");
  if (!manifest.member("merit").is_null()) {
    const MemberReader merit(manifest.object("merit"), path);
    checkpoint.merit = {merit.real("violation"), merit.real("return")};
  }
  for (const auto& [name, value] : manifest.object("metrics").items()) {
    checkpoint.metrics.set(name, number_or_none(value));
  }
  FileSeals files;
  for (const auto& [name, seal] : manifest.object("files").items()) {
    const MemberReader file(seal, path);
    files[name] = {file.count("size"), static_cast<std::uint32_t>(file.count("crc32c"))};
  }
  return files;
}

}  // namespace saddle
