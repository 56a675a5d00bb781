// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/git.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/transport/local/process.h"

namespace assay::cli {

namespace {

constexpr std::size_t longest_subject = 500;

struct Answer {
  bool started = false;
  bool ok = false;  ///< it ended well, or said as many lines as were asked for
  std::vector<std::string> lines;
  std::string log;  ///< its standard error
};

/// The first lines that git prints in that directory.
Answer ask(const std::string& directory, const std::vector<std::string>& words, std::size_t most_lines) {
  Command command;
  command.argv = {"git", "-c", "core.fsmonitor=false", "-C", directory};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.environment = {{"GIT_OPTIONAL_LOCKS", "0"}, {"LC_ALL", "C"}};
  Answer answer;
  try {
    transport::Process process(command, {});
    answer.started = true;
    try {
      const auto end = Channel::Clock::now() + std::chrono::seconds(5);
      while (answer.lines.size() < most_lines) answer.lines.push_back(process.receive(end));
    } catch (const Error& error) {
      if (error.code == ErrorCode::timeout) return answer;  // else: it ended
    }
    const auto exit = process.finish(std::chrono::milliseconds(1000));
    answer.ok = exit.status == 0 || answer.lines.size() == most_lines;
    answer.log = process.log();
  } catch (const Error&) {  // no git
  }
  return answer;
}

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  Number value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_object_id(const std::string& id) {
  return (id.size() == 40 || id.size() == 64) &&
         id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// "Name <address> SECONDS ZONE".
void read_person(std::string_view text, std::string* name, std::int64_t* utc_ms) {
  const std::size_t address = text.rfind('<');
  if (name != nullptr) {
    *name = text.substr(0, std::min(address, text.size()));
    while (!name->empty() && name->back() == ' ') name->pop_back();
  }
  const std::size_t behind = text.rfind("> ");
  if (utc_ms == nullptr || behind == std::string_view::npos) return;
  const std::string_view when = text.substr(behind + 2);
  const auto seconds = number_in<std::int64_t>(when.substr(0, when.find(' ')));
  constexpr std::int64_t farthest = std::int64_t{1} << 42;  // 140,000 years
  if (seconds && *seconds > -farthest && *seconds < farthest) *utc_ms = *seconds * 1000;
}

/// Is a repository there that git does not answer for?
Probe why_not(const std::string& directory, const Answer& answer) {
  std::error_code ignored;
  bool inside = false;
  auto folder = std::filesystem::absolute(directory, ignored);
  for (; !inside && !folder.empty(); folder = folder.parent_path()) {
    inside = std::filesystem::exists(folder / ".git", ignored);
    if (folder == folder.root_path()) break;
  }
  if (!inside) return Probe::present();
  if (!answer.started)
    return Probe::absent("the commit is not known: git cannot be started", "apt-get install git");
  const std::string said = answer.log.substr(0, answer.log.find('\n'));
  return Probe::absent("the commit is not known: git says '" + printable(said, 300) + "'", "git -C . log -1");
}

std::string suffix_of_changes(const std::string& directory) {
  const Answer status = ask(directory, {"status", "--porcelain", "--untracked-files=no"}, 1);
  return !status.ok ? "-unknown" : status.lines.empty() ? "" : "-dirty";
}

}  // namespace

Commit parse_commit_object(const std::string& id, const std::vector<std::string>& lines) {
  Commit commit;
  commit.id = id;
  std::size_t i = 0;
  for (; i < lines.size() && !lines[i].empty(); ++i) {
    const std::string_view line = lines[i];
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || space == 0) continue;  // a signature goes on
    const std::string_view key = line.substr(0, space);
    const std::string_view value = line.substr(space + 1);
    if (key == "parent" && is_object_id(std::string(value))) commit.parents.emplace_back(value);
    if (key == "author") read_person(value, &commit.author, nullptr);
    if (key == "committer") read_person(value, nullptr, &commit.committed_utc_ms);
  }
  while (i < lines.size() && lines[i].empty()) ++i;
  if (i < lines.size()) commit.subject = lines[i].substr(0, std::min(lines[i].find('\0'), longest_subject));
  return commit;
}

namespace {

/// The commit in full, but for what changed since; `why` is what could not be asked where it is empty.
std::optional<Commit> read_commit(const std::string& directory, const std::string& id, bool shallow,
                                  Answer& why) {
  constexpr std::size_t most_lines = 1000;  // headers can be many (a merge of 100 branches, a signature)
  const Answer object = ask(directory, {"cat-file", "commit", id}, most_lines);
  const Answer line =
      ask(directory,
          {"rev-list", "--first-parent", "--max-count=" + std::to_string(Commit::longest_line + 1), id},
          Commit::longest_line + 1);
  if (object.lines.empty() || !line.ok) {
    why = line.ok ? object : line;
    return std::nullopt;
  }
  Commit commit = parse_commit_object(id, object.lines);
  for (std::size_t i = 1; i < line.lines.size(); ++i) {
    if (is_object_id(line.lines[i])) commit.line.push_back(line.lines[i]);
  }
  if (shallow) return commit;  // a shallow clone does not know where its line began
  const Answer count = ask(directory, {"rev-list", "--first-parent", "--count", id}, 1);
  if (count.ok && !count.lines.empty()) commit.place = number_in<std::int64_t>(count.lines[0]);
  return commit;
}

}  // namespace

GitFacts git_facts(const std::string& directory) {
  GitFacts facts;
  const Answer head = ask(directory, {"rev-parse", "HEAD", "--is-shallow-repository"}, 2);
  if (!head.ok || head.lines.size() != 2 || !is_object_id(head.lines[0])) {
    facts.probe = why_not(directory, head);
    return facts;
  }
  const std::string& id = head.lines[0];
  const std::string suffix = suffix_of_changes(directory);
  facts.revision = id + suffix;
  Answer why;
  facts.commit = read_commit(directory, id, head.lines[1] != "false", why);
  if (facts.commit) {
    facts.commit->changed = !suffix.empty();
  } else {
    facts.probe = why_not(directory, why);
  }
  return facts;
}

std::optional<Commit> commit_named(const std::string& directory, const std::string& revision) {
  if (revision.empty() || revision.front() == '-') return std::nullopt;
  const Answer found = ask(directory, {"rev-parse", "--verify", "--quiet", revision + "^{commit}"}, 1);
  if (!found.ok || found.lines.size() != 1 || !is_object_id(found.lines[0])) return std::nullopt;
  const Answer shallow = ask(directory, {"rev-parse", "--is-shallow-repository"}, 1);
  const bool whole = shallow.ok && shallow.lines.size() == 1 && shallow.lines[0] == "false";
  Answer why;
  return read_commit(directory, found.lines[0], !whole, why);
}

std::string person_name(const std::string& directory) {
  const Answer name = ask(directory, {"config", "user.name"}, 1);
  if (name.ok && !name.lines.empty() && !name.lines[0].empty()) return name.lines[0];
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr || entry->pw_name == nullptr ? "" : entry->pw_name;
}

}  // namespace assay::cli
