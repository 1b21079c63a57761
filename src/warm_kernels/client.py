"""What a client does: find the parent that fits, start one where there is none, ask it for a kernel."""

import errno
import fcntl
import hashlib
import json
import os
import re
import select
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from warm_kernels import wire

OFF = "WARM_KERNELS"  # set to "off": ordinary kernels
OWNER = "WARM_KERNELS_OWNER"  # process that the parent shall not outlive: its id, or id@machine
JOB = "SLURM_JOB_ID"
LONGEST_ADDRESS = 103  # bytes that a socket's address has room for on every system
SHORT = "/tmp"  # where sockets lie if nothing else is short enough; every system has it
PATIENCE = 120.0  # seconds until a parent must have imported its modules

# What Python and its libraries read from the environment while they are imported. A parent that was
# started under other values than a kernel asks for cannot serve it; and a parent is started with these
# alone, so that it keeps nothing else of whoever happened to start it: no token, no password. Among them
# are PATH (libraries look for programs) and TMPDIR (tempfile remembers its folder), but no user's name
# (the system knows it) and no proxies or certificates (they are read when a connection is made). Families
# of names end where another begins: LANG is not LANGCHAIN_API_KEY, and a JUPYTER_TOKEN is nobody else's.
READ_AT_IMPORT = re.compile(
    r"PATH|HOME|TMPDIR|TEMP|TMP|TZ|TZDIR|LANG|LANGUAGE|GLIBC_TUNABLES"
    r"|PYTHON[A-Z0-9]+|PYTHON_(CPU_COUNT|GIL|JIT|FROZEN_MODULES)"
    r"|IPYTHONDIR|JUPYTER_(\w+_)?(DIR|DIRS|PATH|CONFIG|WRITES)"
    r"|MPLBACKEND|MPLCONFIGDIR|MATPLOTLIBRC"
    r"|XDG_\w+_(HOME|DIRS?)"
    r"|(LC|LD|DYLD|MALLOC|OMP|GOMP|KMP|GOTO|OPENBLAS|VECLIB|MKL|BLIS|NUMEXPR|NPY|NUMPY|SCIPY|PANDAS|NUMBA)_\w+"
)
# What else a process takes from the one that starts it, as the system tells it.
INHERITED = re.compile(r"Gid|Groups|Cap\w+|NoNewPrivs|Seccomp")


class Unavailable(Exception):
    """No warm kernel can be had; the message says why."""


class WarmProcess:
    """A kernel that a parent forked, in so far as jupyter_client needs of a subprocess.Popen."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int):
        self.connection = connection
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code (negative: the signal that ended it), None while the process runs."""
        if self.returncode is None and select.select([self.connection], [], [], 0)[0]:
            try:
                self.returncode = wire.receive(self.connection)["exit"]
            except (EOFError, OSError):
                self.returncode = -9  # a parent that is gone has taken its kernels along
            self.connection.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once the process has ended; subprocess.TimeoutExpired after `timeout` seconds."""
        if self.returncode is None and not select.select([self.connection], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout)
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Have a signal sent to the kernel and the processes it started.

        The parent sends it, as it alone knows for sure that the process id still is the kernel's.
        """
        if number not in signal.valid_signals():
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        if self.poll() is None:
            try:
                wire.send(self.connection, {"signal": int(number)})
            except OSError:
                self.poll()

    def kill(self) -> None:
        self.send_signal(9)

    def terminate(self) -> None:
        self.send_signal(15)


def launch(command: list[str], environment: dict, folder: str, files: tuple, preload: list, idle: float):
    """A kernel for `command` as a WarmProcess; raises Unavailable where only an ordinary one will do."""
    options, arguments = _understood(command)
    request = {
        "arguments": arguments,
        "environment": environment,
        "folder": folder,
        "umask": _umask(),
        "owner": _owner(environment),
    }
    for _ in range(5):  # a parent may end, idle, at the very moment it is asked
        try:
            connection = _connected(options, preload, idle, environment)
        except OSError as error:
            raise Unavailable(f"no parent could be asked: {error}") from None
        try:
            wire.check_peer(connection)
            wire.send(connection, request, files)
            connection.settimeout(PATIENCE)
            reply = wire.receive(connection)
        except (EOFError, ConnectionError):
            connection.close()
            continue
        except TimeoutError:
            connection.close()
            raise Unavailable(f"the parent did not answer within {PATIENCE:.0f} s") from None
        except OSError as error:
            connection.close()
            raise Unavailable(str(error)) from None
        if "pid" not in reply:
            connection.close()
            raise Unavailable(reply.get("error") or f"the kernel ended at once, with code {reply['exit']}")
        connection.settimeout(None)
        return WarmProcess(connection, reply["pid"])
    raise Unavailable("the parent ends before it answers")


def prepare(preload: list, idle: float, environment: dict | None = None) -> None:
    """Start the parent, unless it is there, and do not wait for it; nothing where none can be had."""
    environment = dict(environment or os.environ)
    try:
        check_possible()
        with _connected([], preload, idle, environment) as connection:
            wire.send(connection, {"owner": _owner(environment)})
    except (Unavailable, OSError):
        pass  # who asks for a kernel will be told


def check_possible() -> None:
    """Raise Unavailable where warm kernels are switched off or the system has no safe fork."""
    if os.environ.get(OFF, "").lower() in ("off", "0", "no"):
        raise Unavailable(f"{OFF} says so")
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        raise Unavailable("forking a process with libraries loaded is safe on Linux only")


def _understood(command: list[str]) -> tuple[list[str], list[str]]:
    """The interpreter's options and the kernel's arguments of a command that starts ipykernel."""
    check_possible()
    if "-m" not in command or command[command.index("-m") + 1 :][:1] != ["ipykernel_launcher"]:
        raise Unavailable("the kernel spec does not start ipykernel_launcher")
    if os.path.abspath(command[0]) != os.path.abspath(sys.executable):
        raise Unavailable("the kernel's interpreter is not the one of this program")
    position = command.index("-m")
    return command[1:position], command[position + 2 :]


def _umask() -> int:
    """This process's mask for new files, read without changing it."""
    masks = [int(line.split()[1], 8) for line in _status() if line.startswith("Umask:")]
    return masks[0] if masks else 0o022


def _status() -> list[str]:
    return Path("/proc/self/status").read_text().splitlines()


def _owner(environment: dict) -> int:
    """The process that the environment names as owner; 0 for none, one that is gone or on another machine.

    In a job of a cluster it is this process itself: nothing may outlive the job.
    """
    if JOB in environment:
        return os.getpid()
    named, _, machine = environment.get(OWNER, "").partition("@")
    here = machine in ("", os.uname().nodename)
    return int(named) if here and named.isdecimal() and os.path.exists(f"/proc/{named}") else 0


def read_at_import(environment: dict) -> dict:
    """The part of an environment that a parent is started with and known by."""
    return {
        name: value
        for name, value in environment.items()
        if READ_AT_IMPORT.fullmatch(name) and name != "PYTHONEXECUTABLE"
    }


def key(options: list[str], preload: list[str], environment: dict) -> str:
    """Digest of all that must be equal for a parent to serve a kernel."""
    import resource

    interpreter = os.stat(sys.executable)
    own = sorted(Path(__file__).parent.glob("*.py"))
    facts = {
        "interpreter": [sys.executable, sys.version, interpreter.st_ino, interpreter.st_mtime_ns, options],
        "preload": preload,
        "installed": _installed(),
        "own": [hashlib.sha256(path.read_bytes()).hexdigest() for path in own],
        "environment": read_at_import(environment),
        # A kernel inherits these from the parent; in a cluster's job they are the job's own.
        "limits": [
            resource.getrlimit(getattr(resource, n)) for n in dir(resource) if n.startswith("RLIMIT_")
        ],
        "place": [Path("/proc/self/cgroup").read_text(), sorted(os.sched_getaffinity(0)), os.nice(0)],
        "rights": [line for line in _status() if INHERITED.match(line)],
        "job": environment.get(JOB, ""),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def _installed() -> list:
    """Each installed distribution: its folder's name has the version, its time tells a new install."""
    found = []
    for folder in sys.path:
        if os.path.isdir(folder):
            with os.scandir(folder) as entries:
                found += [
                    [entry.path, entry.stat().st_mtime_ns]
                    for entry in entries
                    if entry.name.endswith((".dist-info", ".egg-info", ".pth"))
                ]
    return sorted(found)


def directory() -> Path:
    """Where sockets lie: a directory that nobody but this user can enter."""
    own = f"warm-kernels-{os.getuid()}"
    try:
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    except FileNotFoundError as error:
        raise Unavailable(error.strerror) from None
    return Path(with_room(os.path.abspath(base), f"{own}/{'0' * 32}.sock"), own)


def with_room(folder: str, longest: str) -> str:
    """The folder, where the address of a socket `longest` below it is short enough, else one that is short."""
    return folder if len(os.fsencode(f"{folder}/{longest}")) <= LONGEST_ADDRESS else SHORT


def check_private(folder: Path) -> None:
    """Raise Unavailable unless `folder` is a directory of this user that no other can enter."""
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise Unavailable(f"{folder} is not a directory of this user alone")


@contextmanager
def locked(folder: Path):
    """Hold the directory: no other client starts a parent meanwhile, and no parent takes it away."""
    while True:
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"{folder} cannot be made: {error.strerror}") from None
        try:
            check_private(folder)
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except FileNotFoundError:  # a parent has ended at this moment and taken the folder along
            continue
        except OSError as error:
            raise Unavailable(f"{folder} cannot be opened: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if folder.exists() and os.path.samestat(os.fstat(descriptor), os.stat(folder)):
                yield
                return
        finally:
            os.close(descriptor)


def _connected(options: list, preload: list, idle: float, environment: dict) -> socket.socket:
    """A connection to the parent that fits, which is started where nobody listens."""
    address = directory() / f"{key(options, preload, environment)}.sock"
    try:
        if address.exists():
            check_private(address.parent)
            return _connect(address)
    except OSError:  # it is not there, or cannot be: who holds its folder will see
        pass
    with locked(address.parent):
        try:
            return _connect(address)
        except (FileNotFoundError, ConnectionError):
            address.unlink(missing_ok=True)  # what a parent left that was killed
        started = subprocess.run(  # ends as soon as the parent, now on its own, listens
            [sys.executable, *options, "-m", "warm_kernels.parent", str(address), str(idle), *preload],
            env=read_at_import(environment),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        if started.returncode:
            reason = started.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
            raise Unavailable(f"no parent could be started: {reason[0]}")
        return _connect(address)


def _connect(address: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(address))
    except BaseException:
        connection.close()
        raise
    return connection
