// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/local/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/text.h"

namespace assay::transport {

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.fd_;
    other.fd_ = -1;
  }
  return *this;
}

void Fd::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

namespace {

struct Pipe {
  Fd read;
  Fd write;
};

Pipe make_pipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) {
    throw Error(ErrorCode::io, std::string("cannot make a pipe: ") + std::strerror(errno), "raise ulimit -n");
  }
  // Out of the way of 0, 1 and 2, which the child's ends are copied to.
  for (int& fd : fds) {
    if (fd > 2) continue;
    const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
    ::close(fd);
    fd = moved;
  }
  return {Fd(fds[0]), Fd(fds[1])};
}

std::map<std::string, std::string> environment_of(const Command& command, const std::string& mark) {
  std::map<std::string, std::string> environment;
  const auto add = [&](const std::string& variable) {
    const auto equals = variable.find('=');
    if (equals != std::string::npos) environment[variable.substr(0, equals)] = variable.substr(equals + 1);
  };
  for (char** variable = environ; *variable != nullptr; ++variable) add(*variable);
  for (const auto& name : command.unset) environment.erase(name);
  for (const auto& [name, value] : command.environment) environment[name] = value;
  add(mark);
  return environment;
}

/// \throws Error{unavailable}
std::string find_program(const std::string& name, const std::map<std::string, std::string>& environment) {
  if (name.find('/') != std::string::npos) return name;
  const auto path = environment.find("PATH");
  std::istringstream folders(path == environment.end() ? "/usr/local/bin:/usr/bin:/bin" : path->second);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string program = (folder.empty() ? "." : folder) + "/" + name;
    if (::access(program.c_str(), X_OK) == 0) return program;
  }
  throw Error(ErrorCode::unavailable, "cannot start '" + printable(name, 200) + "': not found in PATH",
              "give its path, such as ./" + printable(name, 200));
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// In the child, between vfork and exec: only what is async-signal-safe, on its own data, because its memory
/// is the parent's. Does not return.
[[noreturn]] void become(const char* program, char* const* argv, char* const* envp,
                         const std::array<int, 3>& standard, int failure, pid_t parent) {
  int error = 0;
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the parent ended before the signal was set
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int i = 0; i < 3; ++i) {
    if (::dup2(standard[static_cast<std::size_t>(i)], i) < 0) error = errno;
  }
  ::close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);  // what libraries opened without O_CLOEXEC; best effort
  if (error == 0) {
    ::execve(program, argv, envp);
    error = errno;
  }
  [[maybe_unused]] const ssize_t written = ::write(failure, &error, sizeof error);
  ::_exit(127);
}

}  // namespace

Child spawn(const Command& command, const std::string& mark) {
  if (command.argv.empty()) throw Error(ErrorCode::usage, "the worker's command is empty");
  const auto environment = environment_of(command, mark);
  const std::string program = find_program(command.argv[0], environment);
  std::vector<std::string> arguments = command.argv;
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  const auto argv = pointers(arguments);
  const auto envp = pointers(variables);

  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe error = make_pipe();
  Pipe failure = make_pipe();
  for (const int fd : {in.write.get(), out.read.get(), error.read.get()}) ::fcntl(fd, F_SETFL, O_NONBLOCK);

  const pid_t parent = ::getpid();
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);  // none of our handlers may run in the child
  // Not fork(): that copies the page tables of an orchestrator that holds a run's samples. We stand still
  // until the child has become another program, with its own descriptors and signal handlers all along.
  const pid_t pid = ::vfork();
  if (pid == 0) {
    become(program.c_str(), argv.data(), envp.data(), {in.read.get(), out.write.get(), error.write.get()},
           failure.write.get(), parent);
  }
  const int fork_error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) {
    throw Error(ErrorCode::io, std::string("cannot start a process: ") + std::strerror(fork_error),
                "end other programs or raise ulimit -u");
  }
  ::setpgid(pid, pid);  // whoever comes first
  failure.write.close();
  int exec_error = 0;
  ssize_t got = 0;
  do {
    got = ::read(failure.read.get(), &exec_error, sizeof exec_error);
  } while (got < 0 && errno == EINTR);
  if (got > 0) {
    ::waitpid(pid, nullptr, 0);
    throw Error(ErrorCode::unavailable,
                "cannot start '" + printable(command.argv[0], 200) + "': " + std::strerror(exec_error),
                exec_error == EACCES ? "make it executable (chmod +x), or start it with its interpreter"
                                     : "check the command; a relative path starts at the current directory");
  }
  return {pid, std::move(in.write), std::move(out.read), std::move(error.read)};
}

}  // namespace assay::transport
