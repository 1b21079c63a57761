"""Warm kernels behave as ordinary ones, leave nothing behind, and give way where they cannot serve."""

import ast
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel

from warm_kernels import client, provisioner, spec, wire

pytestmark = [
    pytest.mark.kernels,
    pytest.mark.skipif(
        sys.platform != "linux", reason="only Linux can fork a process with libraries loaded safely"
    ),
]
IDLE = 2.0


class Place:
    """A private corner for sockets and kernel specs, with the processes that belong to it."""

    def __init__(self, root: Path):
        self.root = root
        self.sockets = root / f"warm-kernels-{os.getuid()}"

    def install(self, *preload: str, name: str = "warm", idle: float = IDLE) -> None:
        spec.install(name, "Warm", list(preload), idle, prefix=str(self.root))

    def processes(self) -> list[int]:
        """Parents and their kernels: their arguments name a socket here."""
        return [pid for pid, words in processes() if f"{self.sockets}/" in words]

    def parents(self) -> list[int]:
        """The processes here that no other process here has forked."""
        here = self.processes()
        return [pid for pid in here if parent_of(pid) not in here]

    def wait_until_empty(self, seconds: float = 10) -> None:
        """No process, no socket, no folder."""
        end = time.monotonic() + seconds
        while (self.processes() or self.sockets.exists()) and time.monotonic() < end:
            time.sleep(0.05)
        assert self.processes() == []
        assert not self.sockets.exists()


def processes() -> list[tuple[int, str]]:
    """Process id and arguments of all processes."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                found.append((int(folder.name), (folder / "cmdline").read_text().replace("\0", " ")))
            except OSError:  # it has ended meanwhile
                continue
    return found


def parent_of(pid: int) -> int:
    """Id of the process that a process comes from; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone(pid: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(pid)


@pytest.fixture
def place(monkeypatch):
    root = Path(tempfile.mkdtemp(prefix="warm-"))  # short: the address of a socket has little room
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(root))
    monkeypatch.setenv("JUPYTER_PATH", str(root / "share" / "jupyter"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.delenv(client.OFF, raising=False)
    monkeypatch.delenv(client.OWNER, raising=False)
    monkeypatch.setattr(provisioner, "_told", set())
    place = Place(root)
    place.install("numpy")
    yield place
    for pid in place.processes():
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(root)


@contextmanager
def kernel(name: str = "warm", **options):
    manager, talk = start_new_kernel(kernel_name=name, **options)
    try:
        yield manager, talk
    finally:
        talk.stop_channels()
        manager.shutdown_kernel(now=True)


def said(talk, code: str, timeout: float = 60) -> str:
    """What `code` prints, or the name of the error it raises."""
    parts = []

    def listen(message):
        content = message["content"]
        parts.append({"stream": content.get("text"), "error": content.get("ename")}.get(message["msg_type"]))

    talk.execute_interactive(code, output_hook=listen, timeout=timeout)
    return "".join(filter(None, parts)).strip()


def is_warm(manager) -> bool:
    return isinstance(manager.provisioner.process, client.WarmProcess)


def test_a_kernel_is_forked_with_the_libraries_loaded(place):
    with kernel() as (manager, talk):
        assert is_warm(manager)
        assert said(talk, "import sys; print('numpy' in sys.modules)") == "True"
        assert int(said(talk, "import os; print(os.getppid())")) in place.parents()
    place.wait_until_empty()


def test_no_state_passes_from_one_kernel_to_the_next(place):
    with kernel() as (_, talk):
        said(talk, "import numpy, os; numpy.leak = 1; os.environ['LEAK'] = '1'; leak = 1")
        with kernel() as (_, other):
            question = (
                "import numpy, os; print(hasattr(numpy, 'leak'), 'LEAK' in os.environ, 'leak' in dir())"
            )
            assert said(other, question) == "False False False"
    assert len(place.parents()) == 1, "both were forked from one parent"


def test_random_numbers_are_not_shared(place):
    question = "import random, numpy, uuid; print(random.random(), numpy.random.random(), uuid.uuid4())"
    with kernel() as (_, first), kernel() as (_, second):
        for one, other in zip(said(first, question).split(), said(second, question).split()):
            assert one != other


def test_a_seed_gives_what_it_gives_in_an_ordinary_kernel(place):
    question = "import random, numpy; random.seed(1); numpy.random.seed(1); print(random.random(), numpy.random.random())"
    with kernel() as (warm, first), kernel("python3") as (ordinary, second):
        assert is_warm(warm)
        assert not is_warm(ordinary)
        assert said(first, question) == said(second, question)


def test_a_kernel_starts_as_an_ordinary_one_does(place, tmp_path):
    question = (
        "import os, sys, signal, threading, gc\n"
        "mask = os.umask(0); os.umask(mask)\n"
        "print(os.getcwd(), mask, os.environ['MARK'], sys.path, sys.flags, sys.executable, gc.isenabled(), "
        "os.getpgid(0) == os.getpid(), os.getsid(0) == os.getpid(), signal.getsignal(signal.SIGTERM), "
        "sorted(t.name.split('-')[0] for t in threading.enumerate()))"
    )
    environment = {**os.environ, "MARK": "here"}
    with (
        kernel(cwd=str(tmp_path), env=environment) as (manager, first),
        kernel("python3", cwd=str(tmp_path), env=environment) as (_, second),
    ):
        assert is_warm(manager)
        assert said(first, question) == said(second, question)


def test_what_a_process_of_the_kernel_writes_goes_where_an_ordinary_ones_goes(place, tmp_path):
    with (tmp_path / "err").open("wb") as errors, kernel(stderr=errors) as (manager, talk):
        assert is_warm(manager)
        said(talk, "import sys; sys.__stderr__.write('from below'); sys.__stderr__.flush()")
    assert "from below" in (tmp_path / "err").read_text()


def test_an_interrupt_reaches_the_cell(place):
    with kernel() as (manager, talk):
        threading.Timer(1, manager.interrupt_kernel).start()
        assert said(talk, "import time; time.sleep(60)") == "KeyboardInterrupt"
        assert said(talk, "print('goes on')") == "goes on"


def test_a_restart_gives_a_fresh_kernel(place):
    with kernel() as (manager, talk):
        said(talk, "mark = 1")
        before = manager.provisioner.process.pid
        manager.restart_kernel()
        talk.wait_for_ready(timeout=60)
        assert said(talk, "print('mark' in dir())") == "False"
        assert manager.provisioner.process.pid != before
        assert is_warm(manager)
        assert gone(before)


def test_a_kernel_that_dies_is_seen_to_be_dead(place):
    with kernel() as (manager, talk):
        talk.execute("import os; os._exit(3)")
        end = time.monotonic() + 10
        while manager.is_alive() and time.monotonic() < end:
            time.sleep(0.05)
        assert not manager.is_alive()
        assert manager.provisioner.process is None or manager.provisioner.process.returncode == 3


def test_nbclient_sees_death_and_time_out(place):
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    def run(code: str, **options):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        NotebookClient(notebook, kernel_name="warm", **options).execute()
        return notebook.cells[0].outputs[0].text

    assert run("print('well')") == "well\n"
    with pytest.raises(DeadKernelError):
        run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(CellTimeoutError):
        run("import time; time.sleep(60)", timeout=1)
    place.wait_until_empty()


def test_papermill_needs_nothing_but_the_name_of_the_kernel(place, tmp_path):
    import papermill

    cell = nbformat.v4.new_code_cell("import os; print(os.getppid())")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "in.ipynb")
    done = papermill.execute_notebook(
        str(tmp_path / "in.ipynb"), None, kernel_name="warm", progress_bar=False
    )
    assert int(done.cells[-1].outputs[0].text) in place.parents()


def test_one_parent_serves_all_who_ask_at_once(place):
    found = []

    def ask():
        with kernel() as (manager, talk):
            found.append((is_warm(manager), said(talk, "import os; print(os.getppid())")))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1 and found[0][0]
    place.wait_until_empty()


def test_the_parent_has_one_thread_and_refuses_with_more(place, capfd, monkeypatch):
    (place.root / "busy.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(30,), daemon=True).start()\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{place.root}:{os.environ.get('PYTHONPATH', '')}")
    with kernel():
        (parent,) = place.parents()
        assert len(os.listdir(f"/proc/{parent}/task")) == 1
    place.install("busy", name="busy")
    with kernel("busy") as (manager, talk):
        assert not is_warm(manager)
        assert said(talk, "print(1)") == "1"
    assert "keep 1 thread(s) running" in capfd.readouterr().err


def test_a_parent_is_known_by_all_that_a_kernel_takes_from_it(tmp_path, monkeypatch):
    environment = {"PYTHONHASHSEED": "0", "COLOUR": "red"}
    first = client.key([], ["numpy"], environment)
    assert client.key([], ["numpy"], environment) == first
    assert client.key([], ["numpy"], environment | {"COLOUR": "blue"}) == first
    assert client.key([], ["numpy"], environment | {"PYTHONHASHSEED": "1"}) != first
    assert client.key([], ["pandas"], environment) != first
    assert client.key(["-O"], ["numpy"], environment) != first
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "thing-1.0.dist-info").mkdir()
    upgraded = client.key([], ["numpy"], environment)
    (tmp_path / "thing-1.0.dist-info").rename(tmp_path / "thing-1.1.dist-info")
    assert len({first, upgraded, client.key([], ["numpy"], environment)}) == 3


def test_sockets_lie_where_nobody_else_can_enter(place, capfd):
    with kernel():
        assert place.sockets.stat().st_mode & 0o777 == 0o700
    place.wait_until_empty()
    place.sockets.mkdir()
    place.sockets.chmod(0o755)
    with kernel() as (manager, _):
        assert not is_warm(manager)
    assert "is not a directory of this user alone" in capfd.readouterr().err


def test_a_stranger_is_refused(monkeypatch):
    one, other = socket.socketpair()
    with one, other:
        wire.check_peer(one)
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        with pytest.raises(wire.Refused):
            wire.check_peer(one)


@pytest.fixture
def parent(place):
    """The address of a parent that serves nobody yet, and its process."""
    client.prepare(["numpy"], IDLE)
    (address,) = place.sockets.iterdir()
    (pid,) = place.parents()
    return address, pid


def message(content, size: int | None = None) -> bytes:
    """What is sent for a message; `size` is what its length says, where it lies."""
    written = content if isinstance(content, bytes) else json.dumps(content).encode()
    return wire.LENGTH.pack(len(written) if size is None else size) + written


def tell(address: Path, content: bytes, files: int = 0) -> socket.socket:
    """A connection on which something was said, with so many open files."""
    stranger = socket.socket(socket.AF_UNIX)
    stranger.connect(str(address))  # waits where many wait to be let in
    stranger.settimeout(30)
    if content:
        with open(os.devnull) as nothing:
            socket.send_fds(stranger, [content], [nothing.fileno()] * files)
    return stranger


def closed(stranger: socket.socket) -> bool:
    """Whether the other side closes the connection, without an answer."""
    try:
        return stranger.recv(1) == b""
    except ConnectionResetError:
        return True


def seconds_to_be_heard(address: Path) -> float:
    """How long a request takes that asks for no kernel."""
    began = time.monotonic()
    with tell(address, message({"owner": 0})) as client_of_none:
        assert closed(client_of_none)
    return time.monotonic() - began


WELL = {"arguments": [], "environment": {}, "folder": "/", "umask": 0, "owner": 0}


def no_requests():
    """What a client may not say, and with how many open files."""
    yield from ((content, 0) for content in (b"\0\0\0\5hello", b"\xff" * 100, message(b"", 2**32 - 1)))
    for wrong in (b"\xff\xfe", b"[" * 100_000, b"9" * 10_000, {}, [], None, 1, "text", {"arguments": []}):
        yield message(wrong), 0
    for owner in (None, "1", -1, 2**80, 1.5, True, [1]):
        yield message({"owner": owner}), 0
    yield from ((message(WELL), files) for files in (0, 1, 4, 50))
    for name in WELL:
        for wrong in (None, 1.5, {"a": 1}, [1]):
            yield message({**WELL, name: wrong}), 3
        if name != "arguments":  # without them it asks for no kernel
            yield message({n: WELL[n] for n in WELL if n != name}), 3
    yield message({**WELL, "umask": 0o1000}), 3


def test_what_is_no_request_is_sent_away_and_the_parent_lives(place, parent):
    address, pid = parent
    for content, files in no_requests():
        with tell(address, content, files) as stranger:
            assert closed(stranger), (content[:200], files)
        assert place.parents() == [pid], (content[:200], files)
    assert len(os.listdir(f"/proc/{pid}/fd")) < 12, "no file stays open"


def test_who_is_slow_or_silent_holds_nobody_up(place, parent):
    address, pid = parent
    half = message(WELL)
    strangers = [tell(address, b"") for _ in range(200)]
    strangers += [tell(address, half[:size], 3) for size in (1, 3, 4, 5, len(half) - 1)]
    began = time.monotonic()
    assert seconds_to_be_heard(address) < 8, "sooner than strangers are sent away"
    with kernel() as (manager, talk):
        assert is_warm(manager)
        assert said(talk, "import os; print(os.getppid())") == str(pid)
        assert all(closed(stranger) for stranger in strangers), "no request may take as long as it likes"
        assert time.monotonic() - began > 8, "but every one has some time"
        (process,) = (p for p in place.processes() if p != pid)
        assert not [
            name
            for descriptor in Path(f"/proc/{process}/fd").iterdir()
            if (name := os.readlink(descriptor)) == str(address)
        ]
    for stranger in strangers:
        stranger.close()
    place.wait_until_empty()


def test_more_strangers_than_files_can_be_open_do_no_lasting_harm(place):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (48, hard))  # the parent has it from whoever starts it
    try:
        client.prepare(["numpy"], IDLE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    (address,), (pid,) = place.sockets.iterdir(), place.parents()
    strangers = [tell(address, b"") for _ in range(60)]
    assert seconds_to_be_heard(address) < 8, "sooner than strangers are sent away"
    assert place.parents() == [pid]
    for stranger in strangers:
        stranger.close()


@pytest.mark.parametrize("answered", [True, False])
def test_a_client_that_never_reads_its_answer_harms_nobody(place, parent, answered):
    address, pid = parent
    request = {
        **WELL,
        "arguments": ["-f", "none.json"] if answered else ["--nonsense=["],
        "environment": dict(os.environ),
    }
    silent = tell(address, message(request), 3)
    with kernel() as (manager, talk):
        assert is_warm(manager)
        assert said(talk, "print(1)") == "1"
    silent.close()
    place.wait_until_empty()


def test_nonsense_for_a_command_ends_the_kernel_of_who_sent_it_and_no_other(place, parent):
    address, pid = parent
    request = {**WELL, "arguments": ["-f", str(place.root / "k.json")], "environment": dict(os.environ)}
    with kernel() as (other, talk):
        for command in (
            *({"signal": wrong} for wrong in ("9", None, 2.5, True, 999, -1, 2**70)),
            {},
            [],
            b"x",
        ):
            with tell(address, message(request), 3) as client_of_one:
                kernel_of_one = wire.receive(client_of_one)["pid"]
                client_of_one.sendall(message(command))
                assert wire.receive(client_of_one) == {"exit": -9}, command
                assert closed(client_of_one)
            assert gone(kernel_of_one)
        assert other.is_alive() and said(talk, "print(1)") == "1"
        assert place.parents() == [pid]


def test_a_signal_that_does_not_exist_is_refused_as_for_any_process(place):
    with kernel() as (manager, talk):
        with pytest.raises(OSError, match="Invalid argument"):
            manager.provisioner.process.send_signal(999)
        assert said(talk, "print(1)") == "1"


def test_a_half_command_holds_nobody_up(place):
    with kernel() as (manager, talk):
        manager.provisioner.process.connection.sendall(message({"signal": signal.SIGINT})[:5])
        (address,) = place.sockets.iterdir()
        assert seconds_to_be_heard(address) < 8
        assert said(talk, "print(1)") == "1"
        manager.provisioner.process.connection.sendall(
            message({"signal": signal.SIGINT})[5:] + message({"signal": 9})
        )
        assert gone(manager.provisioner.process.pid), "both commands are carried out"


def test_a_client_that_goes_at_once_leaves_no_kernel(place, parent):
    address, pid = parent
    request = {**WELL, "arguments": ["-f", str(place.root / "k.json")], "environment": dict(os.environ)}
    for _ in range(5):
        tell(address, message(request), 3).close()
    place.wait_until_empty(IDLE + 10)


SECRETS = {
    "DATABASE_PASSWORD": "s3cret",
    "LANGCHAIN_API_KEY": "s3cret",
    "HOMEBREW_GITHUB_API_TOKEN": "s3cret",
    "JUPYTER_TOKEN": "s3cret",
    "TZ_TOKEN": "s3cret",
    "XDG_ACTIVATION_TOKEN": "s3cret",
}


def test_the_parent_keeps_nothing_of_who_started_it(place, tmp_path):
    """No secret, folder, mask or ignored signal; each kernel has those of whoever asks for it."""
    first = (
        "import os, signal\n"
        "from warm_kernels import client\n"
        "os.umask(0)\n"
        "for number in (signal.SIGINT, signal.SIGHUP, signal.SIGCHLD): signal.signal(number, signal.SIG_IGN)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGUSR1])\n"
        "client.prepare(['numpy'], 600)\n"
    )
    owner = {client.OWNER: str(os.getpid())}
    subprocess.run(
        [sys.executable, "-c", first, "s3cret"],
        env={**os.environ, **SECRETS, **owner},
        cwd=tmp_path,
        check=True,
    )
    (pid,) = place.parents()
    kept = Path(f"/proc/{pid}")
    held = (kept / "environ").read_bytes() + (kept / "cmdline").read_bytes()
    assert b"s3cret" not in held
    assert not [name for name in SECRETS if name.encode() in held]
    status = dict(line.split(":\t") for line in (kept / "status").read_text().splitlines() if ":\t" in line)
    usual = {signal.SIGPIPE, signal.SIGXFSZ}  # Python ignores these
    assert status["Umask"] == "0022"
    assert os.readlink(kept / "cwd") == "/"
    assert int(status["SigBlk"], 16) == 0
    # The C library keeps a few signals for itself; nobody can set them, so they are as they were found.
    settable = sum(1 << (number - 1) for number in signal.valid_signals())
    assert int(status["SigIgn"], 16) & settable == sum(1 << (number - 1) for number in usual)
    question = (
        "import json, os, subprocess\n"
        "print(json.dumps([dict(os.environ), subprocess.run(['env', '-0'], capture_output=True, text=True).stdout]))"
    )
    second = {**os.environ, "MINE": "here", "JUPYTER_TOKEN": "mine"}
    with kernel(env=second) as (manager, talk), kernel("python3", env=second) as (_, ordinary):
        assert is_warm(manager) and place.parents() == [pid], "one parent serves both"
        environment, inherited = json.loads(said(talk, question))
        expected, passed = json.loads(said(ordinary, question))
        of_an_ordinary_start = {"JPY_PARENT_PID", "PYDEVD_USE_FRAME_EVAL"}
        assert environment == {n: v for n, v in expected.items() if n not in of_an_ordinary_start}
        assert (environment["MINE"], environment["JUPYTER_TOKEN"]) == ("here", "mine")
        lines = {line for line in passed.split("\0") if line.split("=")[0] not in of_an_ordinary_start}
        assert set(inherited.split("\0")) == lines
        assert "s3cret" not in inherited


def test_an_unused_parent_ends(place):
    with kernel():
        pass
    assert place.parents(), "it waits for more"
    place.wait_until_empty(IDLE + 5)


def test_a_parent_ends_with_its_owner(place, monkeypatch):
    place.install("numpy", name="patient", idle=600)
    owner = subprocess.Popen(["sleep", "600"])
    monkeypatch.setenv(client.OWNER, str(owner.pid))
    with kernel("patient") as (manager, talk):
        owner.kill()
        owner.wait()
        assert said(talk, "print(1)") == "1", "a kernel in use is not taken away"
    place.wait_until_empty(5)


def test_a_parent_whose_folder_was_taken_away_ends(place):
    with kernel() as (_, talk):
        shutil.rmtree(place.sockets)
        assert said(talk, "print(1)") == "1"
    place.wait_until_empty(IDLE + 5)


def test_without_a_place_for_sockets_an_ordinary_kernel_serves(place, capfd, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place.root / "missing"))
    with kernel() as (manager, _):
        assert not is_warm(manager)
    assert "cannot be made" in capfd.readouterr().err


@pytest.mark.parametrize("setting", ["XDG_RUNTIME_DIR", "TMPDIR"])
def test_where_a_folder_is_too_long_for_sockets_a_short_one_serves_as_private(
    place, capfd, monkeypatch, setting
):
    long = place.root / ("long" * 24)
    long.mkdir()
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv(setting, str(long))
    assert client.directory() == Path("/tmp", place.sockets.name)
    monkeypatch.setattr(client, "SHORT", str(place.root))
    with kernel() as (manager, _):
        assert is_warm(manager)
        assert place.sockets.stat().st_mode & 0o777 == 0o700
        assert len(place.parents()) == 1
    place.wait_until_empty()
    place.sockets.mkdir()
    place.sockets.chmod(0o755)
    with kernel() as (manager, _):
        assert not is_warm(manager)
    assert "is not a directory of this user alone" in capfd.readouterr().err
    assert not list(long.iterdir())


@pytest.mark.parametrize("base", ["file", "missing", "closed", "nowhere"])
def test_where_sockets_can_lie_nowhere_one_line_says_so(place, monkeypatch, base):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied", base)

    (place.root / "file").touch()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place.root / base))
    with monkeypatch.context() as only_here:
        if base == "closed":  # another user's
            only_here.setattr(Path, "exists", refuse)
            only_here.setattr(Path, "mkdir", refuse)
        if base == "nowhere":
            only_here.delenv("XDG_RUNTIME_DIR")
            only_here.setattr(tempfile, "tempdir", None)
            only_here.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(place.root / "missing")])
        with pytest.raises(client.Unavailable, match="cannot be made|No usable temporary directory"):
            client._connected([], ["numpy"], IDLE, dict(os.environ))


def test_a_parent_that_was_only_prepared_ends_with_its_owner(place):
    owner = subprocess.Popen(["sleep", "600"])
    client.prepare(["numpy"], 600, {**os.environ, client.OWNER: str(owner.pid)})
    assert len(place.parents()) == 1
    owner.kill()
    owner.wait()
    place.wait_until_empty()


def test_a_client_that_is_killed_takes_its_kernel_along(place):
    program = (
        "from jupyter_client.manager import start_new_kernel\n"
        "import time\n"
        "manager, talk = start_new_kernel(kernel_name='warm')\n"
        "print(manager.provisioner.process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as started:
        pid = int(started.stdout.readline())
        assert alive(pid)
        started.kill()
    assert gone(pid)
    place.wait_until_empty()


def test_a_parent_that_is_killed_takes_its_kernels_along_and_is_replaced(place):
    with kernel() as (manager, talk):
        pid = int(said(talk, "import os; print(os.getpid())"))
        (parent,) = place.parents()
        os.kill(parent, signal.SIGKILL)
        assert gone(pid)
        assert not manager.is_alive()
    assert list(place.sockets.iterdir()), "its socket lies about"
    with kernel() as (manager, _):
        assert is_warm(manager)
    place.wait_until_empty()


@pytest.mark.parametrize(
    ("preload", "setting", "reason"),
    [
        (["numpy"], "off", "WARM_KERNELS says so"),
        (["no_such_module"], "", "No module named 'no_such_module'"),
    ],
)
def test_an_ordinary_kernel_serves_where_a_warm_one_cannot(
    place, capfd, monkeypatch, preload, setting, reason
):
    monkeypatch.setenv(client.OFF, setting)
    place.install(*preload, name="cannot")
    for _ in range(2):
        with kernel("cannot") as (manager, talk):
            assert not is_warm(manager)
            assert said(talk, "print(1)") == "1"
    lines = [line for line in capfd.readouterr().err.splitlines() if line.startswith("warm kernels:")]
    assert len(lines) == 1, "once, not for every kernel"
    assert reason in lines[0]


def test_elsewhere_than_on_linux_ordinary_kernels_serve(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(client.Unavailable, match="on Linux only"):
        client.launch([sys.executable, "-m", "ipykernel_launcher"], {}, "/", (), [], 1)


def test_files_that_the_parent_made_for_its_own_end_are_not_removed_by_a_kernel(place, monkeypatch):
    (place.root / "keeper.py").write_text(
        "import atexit, os, tempfile\n"
        f"path = {str(place.root / 'kept')!r}\n"
        "os.makedirs(path)\n"
        "atexit.register(os.rmdir, path)\n"
        "folder = tempfile.TemporaryDirectory()\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{place.root}:{os.environ.get('PYTHONPATH', '')}")
    place.install("keeper", name="keeper")
    with kernel("keeper") as (manager, talk):
        assert is_warm(manager)
        temporary = said(talk, "import keeper; print(keeper.folder.name)")
        manager.shutdown_kernel()
    assert (place.root / "kept").exists()
    assert Path(temporary).exists()


def test_a_further_kernel_needs_little_memory_of_its_own(place):
    question = (
        "import numpy, re; text = open('/proc/self/smaps_rollup').read()\n"
        "print(sum(int(n) for n in re.findall(r'Private_(?:Clean|Dirty): +([0-9]+)', text)))"
    )
    with kernel() as (_, warm), kernel("python3") as (_, ordinary):
        assert int(said(warm, question)) < int(said(ordinary, question))


def test_the_package_stands_alone():
    """Nothing of the project it came with is imported."""
    for path in Path(client.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.startswith("compendium")]
