"""A real Slurm of one node, started from the system's packages in a folder of its own."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "squeue")
CONFIGURATION = Path("/etc/slurm/slurm.conf")  # steps of a job look nowhere else
WHERE = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def missing() -> list[str]:
    """What of Slurm is not installed here, or cannot be run by this user."""
    lacking = [name for name in NEEDED if shutil.which(name, path=WHERE) is None]
    if not lacking and os.getuid() != 0:
        lacking = ["the rights of root, which slurmd needs"]
    if not lacking and os.path.lexists(CONFIGURATION):
        lacking = [f"a machine without a Slurm of its own, as {CONFIGURATION} tells of one"]
    return lacking


@contextmanager
def slurm():
    """A running cluster, configured where jobs look for it; stopped and taken away at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slurm-")))
        folder.chmod(0o755)
        munge = start_munge(stack, folder)
        CONFIGURATION.write_text(described(folder, munge), "utf-8")
        stack.callback(CONFIGURATION.unlink)
        environment = {**os.environ, "PATH": WHERE}
        for command in (["slurmctld", "-D"], ["slurmd", "-D", "-N", "localhost"]):
            log = stack.enter_context((folder / f"{command[0]}.out").open("wb"))
            started = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            stack.callback(stop, started)
        wait_for(lambda: "idle" in said(["sinfo", "-h", "-o", "%T"], environment), folder)
        yield


def start_munge(stack: ExitStack, folder: Path) -> Path:
    """Start munge, with which Slurm proves who asks, as its own user; the path of its socket."""
    place = folder / "munge"
    place.mkdir()
    (place / "key").write_bytes(secrets.token_bytes(1024))
    (place / "key").chmod(0o600)
    subprocess.run(["chown", "-R", "munge:munge", place], check=True)
    options = {
        "key-file": "key",
        "socket": "socket",
        "pid-file": "pid",
        "log-file": "log",
        "seed-file": "seed",
    }
    command = ["runuser", "-u", "munge", "--", shutil.which("munged", path=WHERE), "--foreground"]
    command += [f"--{option}={place / name}" for option, name in options.items()]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(stop, started)
    wait_for((place / "socket").exists, folder)
    return place / "socket"


def described(folder: Path, munge: Path) -> str:
    """The configuration of a cluster that is this machine."""
    settings = {
        "ClusterName": "one",
        "SlurmctldHost": "localhost",
        "SlurmUser": "root",
        "SlurmdUser": "root",
        "SlurmctldPort": free_port(),
        "SlurmdPort": free_port(),
        "AuthType": "auth/munge",
        "AuthInfo": f"socket={munge}",
        "ProctrackType": "proctrack/pgid",
        "TaskPlugin": "task/none",
        "JobAcctGatherType": "jobacct_gather/none",
        "AccountingStorageType": "accounting_storage/none",
        "SelectType": "select/cons_tres",
        "SelectTypeParameters": "CR_Core",
        "MpiDefault": "none",
        "ReturnToService": 2,
        "StateSaveLocation": folder / "state",
        "SlurmdSpoolDir": folder / "spool",
        "SlurmctldPidFile": folder / "slurmctld.pid",
        "SlurmdPidFile": folder / "slurmd.pid",
        "SlurmctldLogFile": folder / "slurmctld.log",
        "SlurmdLogFile": folder / "slurmd.log",
    }
    cores = os.cpu_count()
    node = f"NodeName=localhost NodeAddr=127.0.0.1 CPUs={cores} RealMemory=4000 State=UNKNOWN"
    partition = "PartitionName=main Nodes=localhost Default=YES MaxTime=INFINITE State=UP"
    return "\n".join([*(f"{name}={value}" for name, value in settings.items()), node, partition, ""])


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def said(command: list[str], environment: dict) -> str:
    """What a command prints."""
    return subprocess.run(command, env=environment, capture_output=True, text=True).stdout


def wait_for(ready, folder: Path, seconds: float = 60) -> None:
    """Wait until `ready()` is true; RuntimeError with the logs where it does not come."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            logs = [path for path in folder.rglob("*") if path.suffix in (".out", ".log")]
            raise RuntimeError("\n".join(f"{path.name}: {path.read_text()[-2000:]}" for path in logs))
        time.sleep(0.2)


def stop(process: subprocess.Popen) -> None:
    """End a process and wait for it."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
