// SPDX-License-Identifier: Apache-2.0
// assay-hw-gpu: everything that needs a GPU, on trial in one command (README.md of this folder).
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/hw/gpu/judge.h"

namespace {

namespace fs = std::filesystem;
using assay::hw::Json;
using assay::hw::Report;

constexpr int exit_skipped = 77;  // ctest's SKIP_RETURN_CODE

constexpr const char* help =
    R"(Puts every GPU case of this bundle on trial: verification, checks of the measurement itself, a table.

usage: assay-hw-gpu [--out FILE.json] [--db FILE] [--suite NAME|FILE] [--budget SECONDS]
       --out     the result file (for baselines/hw)
       --db      where the run is stored (default: assay-hw-gpu.db in the temporary folder, new each time)
       --suite   what is run (default: gpu)
       --budget  all of it ends after this time and a launch (default: 420 for each GPU). Every case has one launch before any
                 has a second, so a short time costs repeats first; a case that is not reached has failed
Ends with 0 when all that is here passed, 1 when something failed, 77 when there is no GPU to try (nothing passed).
)";

struct Options {
  std::string out;
  std::string db;
  std::string suite = "gpu";
  int budget_s = 0;  ///< 0: by the GPUs here
};

constexpr int of_a_gpu_s = 420;

/// Parts of the budget that CUPTI, PyTorch and a bare cuBLAS have at most; the suite has what they leave.
constexpr int part_of_counts = 6;
constexpr int part_of_peers = 10;
constexpr int part_of_bare = 10;

int seconds(const std::string& text) {
  std::size_t read = 0;
  int value = 0;
  try {
    value = std::stoi(text, &read);
  } catch (const std::exception&) {
    read = 0;
  }
  if (read == 0 || read != text.size() || value < part_of_peers)
    throw std::invalid_argument("--budget takes whole seconds, at least 10, not '" + text + "'");
  return value;
}

/// Standard output of a shell command, and its exit status.
std::pair<std::string, int> output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {"", -1};
  std::string text;
  std::array<char, 65536> part{};
  for (std::size_t n = fread(part.data(), 1, part.size(), pipe); n > 0;
       n = fread(part.data(), 1, part.size(), pipe)) {
    text.append(part.data(), n);
  }
  const int status = pclose(pipe);
  return {text, status < 0 ? status : (status >> 8) & 255};
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--help" || name == "-h") {
      std::cout << help;
      std::exit(0);
    }
    if (i + 1 == argc) throw std::invalid_argument("unknown argument '" + name + "'; see --help");
    const std::string value = argv[++i];
    if (name == "--out") {
      options.out = value;
    } else if (name == "--db") {
      options.db = value;
    } else if (name == "--suite") {
      options.suite = value;
    } else if (name == "--budget") {
      options.budget_s = seconds(value);
    } else {
      throw std::invalid_argument("unknown argument '" + name + "'; see --help");
    }
  }
  return options;
}

std::string today() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

/// PyTorch's times of the same work, where a python3 here has it; else why not.
Json peers(const fs::path& share, int seconds) {
  const auto [text, status] = output_of("timeout " + std::to_string(seconds) + " python3 " +
                                        quoted((share / "hw" / "gpu_peers.py").string()) + " 2>/dev/null");
  const Json parsed = Json::parse(text, nullptr, false);
  if (status == 124) return {{"absent", "it took more than " + std::to_string(seconds) + " s"}};
  if (status != 0 || parsed.is_discarded()) return {{"absent", "no python3 with PyTorch and CUDA here"}};
  return parsed;
}

/// A bare cuBLAS's times of the same work; {"absent": why} where it is not here.
Json bare_cublas(const fs::path& program, int seconds) {
  if (!fs::exists(program)) return {{"absent", "this build has no " + program.filename().string()}};
  const auto [text, status] =
      output_of("timeout " + std::to_string(seconds) + " " + quoted(program.string()));
  if (status == 124) return {{"absent", "it took more than " + std::to_string(seconds) + " s"}};
  const Json parsed = Json::parse(text, nullptr, false);
  if (status != 0 || !parsed.is_object())
    throw std::runtime_error(program.filename().string() + " ended with " + std::to_string(status));
  return parsed;
}

/// What `assay run --suite` is given: the suite's name, or a file of our own where the machine has devices of
/// software, which are not in it.
struct Suite {
  std::string name;
  fs::path own;

  Suite(const std::string& asked, const fs::path& folder, const Json& devices) : name(asked) {
    const fs::path path = asked.ends_with(".toml") ? fs::path(asked) : folder / (asked + ".toml");
    if (std::none_of(devices.begin(), devices.end(), assay::hw::is_software)) return;
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in.good() && text.empty()) throw std::runtime_error(path.string() + " cannot be read");
    const std::string changed = assay::hw::suite_on_hardware(text, devices);
    own = fs::temp_directory_path() / ("assay-hw-gpu-" + std::to_string(getpid()) + ".toml");
    std::ofstream out(own);
    out << changed;
    out.close();
    if (!out.good()) throw std::runtime_error(own.string() + " cannot be written");
    name = own.string();
  }
  Suite(const Suite&) = delete;
  Suite& operator=(const Suite&) = delete;
  ~Suite() {
    std::error_code ignored;
    if (!own.empty()) fs::remove(own, ignored);
  }
};

/// Empty when CUPTI can count here, else the reason.
std::string without_cupti(const std::string& assay, const Json& devices) {
  const auto [text, status] = output_of(assay + " list collectors --json");
  if (status != 0) throw std::runtime_error("'assay list collectors' ended with " + std::to_string(status));
  return assay::hw::why_no_cupti(Json::parse(text).at("collectors"), devices);
}

/// What CUPTI counts, of copying, of arithmetic, and of a matrix by a vector. The first two are long enough
/// to hold its times against those of events: 0.85 ms of arithmetic on an H100, and 0.7 ms by its bandwidth.
std::pair<std::string, int> counts(const std::string& assay, const Json& devices, const std::string& db,
                                   int budget_s) {
  const std::string copy = std::to_string(assay::hw::long_copy_bytes(devices));
  return output_of(assay + " run 'roof.mem/cuda?kind=copy&bytes=" + copy +
                   "' 'roof.fma/cuda?rounds=4096&blocks=33792' 'llm.gemv/cuda' --launches 1 " +
                   "--collect cupti --collect cupti_range:MEMORY,COMPUTE --json --db " + quoted(db) +
                   " --budget " + std::to_string(budget_s) + "s");
}

int run(const Options& options) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const fs::path self = fs::read_symlink("/proc/self/exe");
  const fs::path root = self.parent_path().parent_path().parent_path();
  const std::string assay = quoted((root / "bin" / "assay").string());

  const auto [devices_text, listed] = output_of(assay + " list devices --json");
  if (listed != 0) throw std::runtime_error("'assay list devices' ended with " + std::to_string(listed));
  Report report;
  report.devices = Json::parse(devices_text).at("devices");
  const std::string absent = assay::hw::why_no_gpu(report.devices);
  if (!absent.empty()) {
    std::cout << "skipped: " << absent << "\nnothing was tried on a GPU\n";
    return exit_skipped;
  }

  const Suite suite(options.suite, root / "share" / "assay" / "suites", report.devices);
  const bool own_db = options.db.empty();
  const std::string db =
      own_db ? (fs::temp_directory_path() / ("assay-hw-gpu-" + std::to_string(getpid()) + ".db")).string()
             : options.db;
  const std::string no_cupti = without_cupti(assay, report.devices);
  const int budget_s = options.budget_s > 0 ? options.budget_s : of_a_gpu_s * assay::hw::gpus(report.devices);
  const auto [counts_text, counts_status] = no_cupti.empty()
                                                ? counts(assay, report.devices, db, budget_s / part_of_counts)
                                                : std::pair<std::string, int>();
  report.peers = peers(root / "share" / "assay", budget_s / part_of_peers);
  try {
    report.bare = bare_cublas(self.parent_path() / "assay-hw-cublas", budget_s / part_of_bare);
  } catch (const std::runtime_error& error) {
    report.failures.push_back(error.what());
  }
  const auto [plan_text, planned] =
      output_of(assay + " run --dry-run --json --suite " + quoted(suite.name) + " --db " + quoted(db));
  const auto spent = std::chrono::ceil<std::chrono::seconds>(Clock::now() - begin);
  const int left_s = std::max(1, budget_s - static_cast<int>(spent.count()));
  const auto [run_text, status] = output_of(assay + " run --json --suite " + quoted(suite.name) + " --db " +
                                            quoted(db) + " --budget " + std::to_string(left_s) + "s");
  if (own_db) {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(db + end, ignored);
  }
  const Json document = Json::parse(run_text, nullptr, false);
  if (document.is_discarded() || !document.contains("results")) {
    std::cout << "FAILED: 'assay run' ended with " << status << " and no results\n";
    return 1;
  }
  report.date = today();
  report.assay_version = document.value("assay_version", "");
  report.run_status = status;
  if (!document.at("results").empty())
    report.subject = document.at("results").front().value("subject", Json());
  assay::hw::judge(report, document.at("results"));
  if (const Json plan = Json::parse(plan_text, nullptr, false); planned == 0 && plan.is_object())
    assay::hw::add_refused(report, plan);
  else
    report.failures.push_back("'assay run --dry-run' ended with " + std::to_string(planned));
  const Json counted = Json::parse(counts_text, nullptr, false);
  if (!no_cupti.empty()) {
    report.notes.push_back("CUPTI is absent: " + no_cupti);
  } else if (counted.is_object() && counted.contains("results")) {
    assay::hw::judge_counts(report, counted.at("results"));
  } else {
    report.failures.push_back("CUPTI counted nothing: 'assay run' ended with " +
                              std::to_string(counts_status) + " and no results");
  }

  std::cout << assay::hw::text_of(report);
  if (!options.out.empty()) {
    std::ofstream file(options.out);
    file << assay::hw::json_of(report).dump(1) << "\n";
    if (!file.good()) throw std::runtime_error(options.out + " cannot be written");
  }
  return report.failures.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse(argc, argv));
  } catch (const std::invalid_argument& error) {
    std::cerr << "assay-hw-gpu: " << error.what() << "\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "assay-hw-gpu: " << error.what() << "\n";
    return 4;
  }
}
