# SPDX-License-Identifier: Apache-2.0
"""A real Slurm of several virtual nodes on this machine, in a folder, without munge: Debian's slurmctld and slurmd."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

from mini_sshd import end_with_parent

MISSING = [name for name in ("slurmctld", "slurmd", "sbatch", "squeue", "scontrol")
           if not (shutil.which(name) or os.path.exists(f"/usr/sbin/{name}"))]
REASON = f"no {', '.join(MISSING)} (apt install slurmctld slurmd slurm-client)" if MISSING else (
    "" if os.geteuid() == 0 else "virtual nodes need root")


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            continue  # it has just ended


class MiniSlurm:
    """Nodes n1 (feature small) and n2 (feature large), partitions all (the default) and one (n1 alone)."""

    def __init__(self, folder, env):
        self.folder = pathlib.Path(folder)
        self.env = {**env, "SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": env["PATH"] + ":/usr/sbin"}
        self.daemons = {}
        self.spools = {}
        for name in ("state", "log", "n1", "n2"):
            (self.folder / name).mkdir(parents=True)
        controller, first, second = free_ports(3)
        cpus = os.cpu_count()
        (self.folder / "slurm.conf").write_text(f"""ClusterName=mini
SlurmctldHost={socket.gethostname()}(127.0.0.1)
SlurmctldPort={controller}
AuthType=auth/none
CredType=cred/none
SlurmUser=root
SlurmdUser=root
StateSaveLocation={self.folder}/state
SlurmdSpoolDir={self.folder}/%n
SlurmctldPidFile={self.folder}/ctld.pid
SlurmdPidFile={self.folder}/%n.pid
SlurmctldLogFile={self.folder}/log/ctld
SlurmdLogFile={self.folder}/log/%n
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
MpiDefault=none
ReturnToService=2
SlurmdTimeout=5
KillWait=2
SchedulerParameters=sched_interval=1,sched_min_interval=0
NodeName=n1 NodeHostname={socket.gethostname()} NodeAddr=127.0.0.1 Port={first} CPUs={cpus} RealMemory=500 Feature=small
NodeName=n2 NodeHostname={socket.gethostname()} NodeAddr=127.0.0.1 Port={second} CPUs={cpus} RealMemory=500 Feature=large
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=60 State=UP
PartitionName=one Nodes=n1 MaxTime=60 State=UP
""")

    def start(self):
        self.begin("slurmctld", ["slurmctld", "-D", "-c"])
        for node in ("n1", "n2"):
            self.start_node(node)

    def begin(self, name, words):
        with open(self.folder / "log" / f"{name}.out", "ab") as log:
            self.daemons[name] = subprocess.Popen(words, env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                  start_new_session=True, preexec_fn=end_with_parent)

    def start_node(self, node):
        self.begin(node, ["slurmd", "-D", "-N", node])

    def tell(self, *words):
        return subprocess.run(words, env=self.env, capture_output=True, text=True, check=False, timeout=30).stdout

    def states(self):
        return dict(line.split("|") for line in self.tell("sinfo", "-h", "-N", "-p", "all", "-o", "%N|%T").split())

    def jobs(self):
        return [tuple(line.split("|")) for line in self.tell("squeue", "-h", "-o", "%i|%T|%r|%n").splitlines()]

    def job_processes(self):
        """Node -> its step daemons and what they run: the environment of a job's processes names the node, and a step
        daemon is the parent of one."""
        found = {"n1": set(), "n2": set()}
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                environment = (entry / "environ").read_bytes()
                parent = int((entry / "stat").read_text().rsplit(") ", 1)[1].split()[1])
                above = pathlib.Path(f"/proc/{parent}/cmdline").read_bytes()
            except OSError:
                continue
            if str(self.folder).encode() not in environment:
                continue
            for node, pids in found.items():
                if f"SLURMD_NODENAME={node}".encode() in environment.split(b"\0"):
                    pids.update([int(entry.name)] + ([parent] if above.startswith(b"slurmstepd") else []))
        return found

    def kill_node(self, node):
        """As if its power had gone; the administrator's monitor tells Slurm (which would see it after SlurmdTimeout)."""
        victims = self.job_processes()[node]
        self.daemons[node].kill()
        self.daemons[node].wait()
        kill(victims)
        self.tell("scontrol", "update", f"nodename={node}", "state=down", "reason=died")

    def stop(self):
        self.tell("scancel", "--user=root")
        for name in ("n1", "n2", "slurmctld"):
            daemon = self.daemons.get(name)
            if daemon is None:
                continue
            if daemon.poll() is None:
                daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        for pids in self.job_processes().values():
            kill(pids)

    def wait_until_idle(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if list(self.states().values()) == ["idle", "idle"]:
                return
            time.sleep(0.1)
        raise AssertionError(f"no idle nodes: {self.states()}\n{self.logs()}")

    def logs(self):
        return "\n".join(f"--- {file.name}\n{file.read_text(errors='replace')[-2000:]}" for file in sorted((self.folder / "log").iterdir()))
