// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/local/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "harness/core/error.h"
#include "harness/core/text.h"
#include "harness/transport/local/spawn.h"
#include "harness/transport/local/tree.h"

namespace assay::transport {

namespace {

using Clock = Channel::Clock;
using std::chrono::milliseconds;

constexpr std::size_t max_line_bytes = std::size_t{1} << 20;
constexpr std::size_t max_log_bytes = std::size_t{64} << 10;
constexpr milliseconds send_patience{10'000};
constexpr double kill_patience_s = 10;

std::atomic<int> interrupt_fd{-1};
std::atomic<bool> interrupted{false};

std::string new_mark() {
  static std::atomic<int> counter{0};
  // Always as long: the size of the environment moves the stack, and with it the timings.
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%08d.%08d.%020lld", static_cast<int>(::getpid()), ++counter,
                static_cast<long long>(Clock::now().time_since_epoch().count()));
  return text.data();
}

void become_subreaper() {
  static const bool done = [] {
    interrupt_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (interrupted) interrupt_now();
    return ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
  }();
  static_cast<void>(done);
}

/// write() that never raises SIGPIPE, whatever the program does with that signal.
ssize_t write_quietly(int fd, const char* data, std::size_t size) {
  sigset_t pipe_signal;
  sigset_t before;
  sigset_t pending;
  ::sigemptyset(&pipe_signal);
  ::sigaddset(&pipe_signal, SIGPIPE);
  ::sigpending(&pending);
  const bool was_pending = ::sigismember(&pending, SIGPIPE) == 1;
  ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const ssize_t written = ::write(fd, data, size);
  const int error = errno;
  if (written < 0 && error == EPIPE && !was_pending) {
    const timespec now{0, 0};
    while (::sigtimedwait(&pipe_signal, nullptr, &now) < 0 && errno == EINTR) {
    }
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return written;
}

bool have_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 || errno != ECHILD;
}

std::string megabytes(std::int64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

}  // namespace

std::string Exit::describe() const {
  if (signal) return "signal " + std::to_string(*signal) + " (" + ::strsignal(*signal) + ")";
  if (status) return "exit status " + std::to_string(*status);
  return "unknown end";
}

struct Process::State {
  State(const Limits& given, std::string mark) : limits(given), tree(std::move(mark)) {}

  Limits limits;
  std::string folder;  ///< the worker's TMPDIR
  Tree tree;
  Child child;
  Fd pidfd;                 ///< not open where the kernel has none
  std::string input;        ///< received, not yet handed out
  std::size_t scanned = 0;  ///< of `input`: known to hold no newline
  bool out_ended = false;
  std::array<char, 65536> chunk;  ///< one read of output; here, since a stack may be as small as that
  std::string log;
  std::optional<Exit> exit;
  std::int64_t peak_rss = 0;
  bool peak_is_exact = false;
  bool forced = false;
  Clock::time_point next_rss_check = Clock::now() + milliseconds(50);  ///< a short life holds little
  std::optional<Error> failure;  ///< once broken, every call says the same

  void drain_log() {
    std::array<char, 16384> buffer;  // not zeroed: this runs at every wait
    for (int i = 0; child.error.is_open() && i < 64; ++i) {
      const ssize_t n = ::read(child.error.get(), buffer.data(), buffer.size());
      if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) child.error.close();
      if (n <= 0) return;
      log.append(buffer.data(), static_cast<std::size_t>(n));
      if (log.size() > 2 * max_log_bytes) log.erase(0, log.size() - max_log_bytes);
    }
  }

  /// Reads until there is a line, nothing more to read, or too much.
  void fill_input() {
    while (!out_ended && !has_line() && input.size() <= max_line_bytes) {
      const ssize_t n = ::read(child.out.get(), chunk.data(), chunk.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) return;
      if (n <= 0) {
        out_ended = true;
        return;
      }
      input.append(chunk.data(), static_cast<std::size_t>(n));
    }
  }

  bool has_line() {
    const auto found = input.find('\n', scanned);
    scanned = found == std::string::npos ? input.size() : found;
    return found != std::string::npos;
  }

  std::string take_line() {
    std::string line = input.substr(0, scanned);
    input.erase(0, scanned + 1);
    scanned = 0;
    return line;
  }

  /// Waits for `events` on standard input, output of either kind, the end of the process or the user, at most
  /// `timeout`. Reads what there is.
  void wait(milliseconds timeout, bool want_write, bool want_read) {
    std::array<pollfd, 5> fds{};
    nfds_t count = 0;
    const auto watch = [&](int fd, short events) {
      if (fd >= 0) fds[count++] = {fd, events, 0};
    };
    if (want_write) watch(child.in.get(), POLLOUT);
    if (want_read && !out_ended) watch(child.out.get(), POLLIN);
    watch(child.error.get(), POLLIN);
    if (!exit && !root_ended()) watch(pidfd.get(), POLLIN);
    if (!interrupted) watch(interrupt_fd, POLLIN);
    if (!pidfd.is_open()) timeout = std::min(timeout, milliseconds(20));
    if (limits.rss_bytes > 0) timeout = std::min(timeout, milliseconds(50));
    ::poll(fds.data(), count, static_cast<int>(std::clamp<std::int64_t>(timeout.count(), 0, 60'000)));
    drain_log();
    if (want_read) fill_input();
  }

  /// Has the root ended? It stays a zombie, so that its process group cannot be anybody else's.
  bool root_ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid != 0;
  }

  /// \throws Error{worker} when the tree holds more than its limit, after ending it.
  void check_memory() {
    const auto now = Clock::now();
    if (limits.rss_bytes <= 0 || now < next_rss_check || exit) return;
    const std::int64_t rss = tree.rss_bytes();
    const auto cost = Clock::now() - now;
    next_rss_check = now + std::max<Clock::duration>(milliseconds(50), cost * 30);  // at most 3 % of a CPU
    peak_rss = std::max(peak_rss, rss);
    if (rss <= limits.rss_bytes) return;
    end();
    fail({ErrorCode::worker,
          "memory limit: the worker's processes held " + megabytes(rss) + ", the limit is " +
              megabytes(limits.rss_bytes),
          "raise the limit, or choose a smaller case"});
  }

  [[noreturn]] void fail(Error error) {
    failure = error;
    throw error;
  }

  /// Kills whatever is left and reaps the root.
  void end() {
    if (exit) return;
    forced = forced || !root_ended();
    ::kill(-child.pid, SIGKILL);
    const bool root_is_gone = root_ended() || tree.kill_all(kill_patience_s) || root_ended();
    int status = 0;
    rusage usage{};
    const pid_t reaped = root_is_gone ? ::wait4(child.pid, &status, 0, &usage) : -1;
    // Orphans are inherited by us: without children there is nothing left, and no need to walk /proc.
    if (have_children()) tree.kill_all(kill_patience_s);
    Exit result;
    result.forced = forced;
    if (reaped == child.pid) {
      if (WIFEXITED(status)) result.status = WEXITSTATUS(status);
      if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
      // ru_maxrss begins with the memory of this process, which fork() shared: the peak read in life is
      // exact.
      const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
      };
      result.cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
      result.switched_out = usage.ru_nivcsw;
      if (!peak_is_exact) peak_rss = std::max<std::int64_t>(peak_rss, usage.ru_maxrss * 1024);
    }
    result.peak_rss_bytes = peak_rss;
    drain_log();
    exit = result;
  }

  std::string last_words() {
    drain_log();
    std::string_view text = log;
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
      text.remove_suffix(1);
    if (const auto at = text.rfind('\n'); at != std::string_view::npos) text.remove_prefix(at + 1);
    return text.empty() ? "" : "; its log ends: " + printable(text, 300);
  }

  /// The far end is gone, or about to be.
  [[noreturn]] void fail_ended(const std::string& when) {
    const auto patience = Clock::now() + milliseconds(500);
    while (!root_ended() && Clock::now() < patience) wait(milliseconds(10), false, false);
    if (!root_ended()) {
      fail(
          {ErrorCode::worker, "the worker closed its output " + when + ", still running" + last_words(), ""});
    }
    end();
    fail({ErrorCode::worker, "the worker ended " + when + ": " + exit->describe() + last_words(), ""});
  }

  void refuse_interrupted() const {
    if (interrupted) throw Error(ErrorCode::interrupted, "stopped by the user");
  }
};

Process::Process(const Command& command, const Limits& limits) {
  become_subreaper();
  const std::string mark = new_mark();
  state_ = std::make_unique<State>(limits, mark);
  state_->child = spawn(command, std::string(Tree::mark_name) + "=" + mark);
  state_->tree.set_root(state_->child.pid);
  if (const auto folder = command.environment.find("TMPDIR"); folder != command.environment.end()) {
    state_->folder = folder->second;
  }
#ifdef SYS_pidfd_open
  state_->pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, state_->child.pid, 0)));
#endif
}

std::optional<Scheduled> Process::scheduled() const { return scheduled_of(state_->child.pid); }

double Process::waited_s() const {
  const auto threads = scheduled();
  return threads ? threads->waited_s : 0;
}

std::string Process::folder() const { return state_->folder; }

Process::~Process() {
  try {
    finish(milliseconds(0));
  } catch (const std::exception&) {  // out of memory: the kernel ends it with us (PDEATHSIG)
  }
}

void Process::send(std::string_view line) {
  State& s = *state_;
  if (s.failure) throw *s.failure;
  s.refuse_interrupted();
  if (!s.child.in.is_open()) throw Error(ErrorCode::internal, "send() after finish()");
  const std::string text = std::string(line) + '\n';
  auto patience = Clock::now() + send_patience;
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = write_quietly(s.child.in.get(), text.data() + at, text.size() - at);
    if (n > 0) {
      at += static_cast<std::size_t>(n);
      patience = Clock::now() + send_patience;
      continue;
    }
    if (errno == EPIPE) s.fail_ended("before it read the request");
    if (errno != EAGAIN && errno != EINTR) {
      s.fail({ErrorCode::worker, std::string("cannot write to the worker: ") + std::strerror(errno), ""});
    }
    s.refuse_interrupted();
    s.check_memory();
    if (Clock::now() > patience) {
      s.fail({ErrorCode::timeout, "timed out: the worker does not read its standard input" + s.last_words(),
              ""});
    }
    s.wait(milliseconds(100), true, s.input.size() <= max_line_bytes);
  }
}

std::string Process::receive(Clock::time_point deadline) {
  State& s = *state_;
  if (s.failure) throw *s.failure;
  for (;;) {
    s.refuse_interrupted();
    s.fill_input();
    if (s.has_line() && s.scanned <= max_line_bytes) return s.take_line();
    if (s.input.size() > max_line_bytes) {
      s.fail({ErrorCode::protocol,
              "the worker sent a line of more than 1 MiB, which begins: " + printable(s.input.substr(0, 60)),
              ""});
    }
    if (s.out_ended) s.fail_ended("before it answered");
    if (s.exit || s.root_ended()) {
      // A child of the worker may hold its output open; what the worker wrote itself is in the pipe by now.
      s.fill_input();
      if (!s.has_line()) s.fail_ended("before it answered");
      continue;
    }
    s.check_memory();
    const auto now = Clock::now();
    if (now >= deadline) {
      throw Error(ErrorCode::timeout, "timed out: the worker did not answer in time" + s.last_words(),
                  "raise the time limit, or choose a smaller case");
    }
    s.wait(std::chrono::ceil<milliseconds>(deadline - now), false, true);
  }
}

Exit Process::finish(milliseconds wait) {
  State& s = *state_;
  if (s.exit) return *s.exit;
  const std::int64_t peak = peak_rss_of(s.child.pid);
  s.peak_is_exact = peak > 0;
  s.peak_rss = std::max(s.peak_rss, peak);
  s.child.in.close();
  const auto wait_until = [&](Clock::time_point end, auto done) {
    while (!done() && Clock::now() < end) {
      s.input.clear();  // nobody will read it
      s.scanned = 0;
      s.wait(std::min(milliseconds(20), std::chrono::ceil<milliseconds>(end - Clock::now())), false, true);
    }
    return done();
  };
  const bool interrupted_before = interrupted;
  const auto root_gone = [&] { return s.root_ended() || (interrupted && !interrupted_before); };
  if (!wait_until(Clock::now() + wait, root_gone)) {
    s.forced = true;
    ::kill(-s.child.pid, SIGTERM);
    s.tree.signal_all(SIGTERM);
    wait_until(Clock::now() + s.limits.grace, [&] { return s.root_ended() && s.tree.members().empty(); });
  }
  s.end();
  return *s.exit;
}

std::string Process::log() const {
  state_->drain_log();
  const std::string& log = state_->log;
  return log.size() > max_log_bytes ? log.substr(log.size() - max_log_bytes) : log;
}

void interrupt_now() {
  interrupted = true;
  const int fd = interrupt_fd;
  const std::uint64_t one = 1;
  const int error = errno;
  if (fd >= 0) [[maybe_unused]]
    const ssize_t written = ::write(fd, &one, sizeof one);
  errno = error;
}

void clear_interrupt() {
  interrupted = false;
  std::uint64_t count = 0;
  if (interrupt_fd >= 0) [[maybe_unused]]
    const ssize_t got = ::read(interrupt_fd, &count, sizeof count);
}

}  // namespace assay::transport
