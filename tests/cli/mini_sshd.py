# SPDX-License-Identifier: Apache-2.0
"""An OpenSSH server on a high port of this machine, with keys and settings of its own in a folder."""
import ctypes
import getpass
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

SSHD = shutil.which("sshd") or ("/usr/sbin/sshd" if os.path.exists("/usr/sbin/sshd") else "")
REASON = "no sshd (apt install openssh-server)" if not SSHD else "" if shutil.which("ssh") else "no ssh (apt install openssh-client)"


LIBC = ctypes.CDLL(None)


def end_with_parent():
    """For a child, before it becomes another program: it goes with this test, however that ends."""
    pr_set_pdeathsig = 1
    LIBC.prctl(pr_set_pdeathsig, signal.SIGTERM)


class MiniSshd:
    """`command`: what reaches it, before a host's name. Far commands have HOME and TMPDIR in `far`: no profile of
    this user's is read (some take seconds, or wait for locks that a killed login left). `more`: lines of sshd's settings."""

    def __init__(self, folder, more=""):
        self.folder = pathlib.Path(folder)
        self.far = self.folder / "far"
        self.far.mkdir(parents=True)
        self.folder.chmod(0o700)
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True)
        shutil.copy(self.folder / "user.pub", self.folder / "authorized")
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        (self.folder / "config").write_text(f"""Port {self.port}
ListenAddress 127.0.0.1
HostKey {self.folder}/host
AuthorizedKeysFile {self.folder}/authorized
PidFile {self.folder}/pid
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PermitRootLogin prohibit-password
MaxStartups 100
SetEnv HOME={self.far} TMPDIR={self.far} ASSAY_LOCK={self.far}/lock ASSAY_CACHE={self.far}/cache XDG_CONFIG_HOME={self.far} XDG_DATA_HOME={self.far}
{more}
""")
        public = (self.folder / "host.pub").read_text().split()[:2]
        (self.folder / "known").write_text("".join(f"[{name}]:{self.port} {' '.join(public)}\n" for name in ("127.0.0.1", "localhost", "::1")))
        self.command = (f"ssh -F none -p {self.port} -i {self.folder}/user -o BatchMode=yes -o IdentitiesOnly=yes"
                        f" -o UserKnownHostsFile={self.folder}/known -o ConnectTimeout=10")
        self.user = getpass.getuser()
        self.daemon = None

    def start(self):
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)  # Debian's sshd wants it, whatever its settings
        with open(self.folder / "log", "wb") as log:
            self.daemon = subprocess.Popen([SSHD, "-D", "-e", "-f", self.folder / "config"], stdin=subprocess.DEVNULL, stdout=log,
                                           stderr=log, start_new_session=True, preexec_fn=end_with_parent)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f"sshd does not answer:\n{self.log()}")

    def log(self):
        return (self.folder / "log").read_text(errors="replace")[-3000:]

    def stop(self):
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait()
