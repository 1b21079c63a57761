"""The parent: imports the libraries once, then forks a kernel for each request.

It has one thread, so that a fork copies no lock that another thread holds; waits in one selector for
requests, for the ends of kernels and of its owners, and for no client in particular: one that is slow,
silent or speaks nonsense is sent away while others are served. It ends when it is no longer of use.
"""

import atexit
import contextlib
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path

from warm_kernels import client, wire

STALLED = 10.0  # seconds that a request may take to arrive
MOST_WAITING = 64  # clients whose requests have not arrived; where there are more, the first is sent away
STREAMS = 3  # open files that come with the request for a kernel
LARGEST_PID = 2**31 - 1
OF_A_KERNEL = [
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "sqlite3",
    "tornado.platform.asyncio",
    "tornado.queues",
    "IPython.extensions.storemagic",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "multiprocessing.util",
    "encodings.idna",
]


class Parent:
    """The loop that forks kernels, tells clients how they ended, and knows when to stop."""

    def __init__(self, listener: socket.socket, address: Path, idle: float):
        self.listener, self.address, self.idle = listener, address, idle
        self.selector = selectors.DefaultSelector()
        self.inode = address.stat().st_ino
        self.incoming: dict[socket.socket, wire.Incoming] = {}
        self.waiting: dict[socket.socket, float] = {}  # until when a request has to be there
        self.kernels: dict[socket.socket, int] = {}
        self.owners: dict[int, int] = {}  # process id: descriptor that tells its end
        self.owned = False
        self.failure = ""
        self.last = time.monotonic()
        self.selector.register(listener, selectors.EVENT_READ, self._accept)

    def serve(self) -> None:
        """Answer until there is no kernel, and no owner or, without owners, nothing to do for long."""
        while not self._over():
            for ready, _ in self.selector.select(self._patience()):
                if (
                    self.selector.get_map().get(ready.fd) is ready
                ):  # what was ready before it may have closed it
                    ready.data(ready.fileobj)
            self._send_away()

    def _patience(self) -> float | None:
        """Seconds until there is something to do even if nobody asks for anything."""
        if not self.waiting:
            return None if self.kernels else max(0.0, self._idle_left())
        return max(0.0, min(self.waiting.values()) - time.monotonic())

    def _idle_left(self) -> float:
        return self.last + self.idle - time.monotonic()

    def _send_away(self) -> None:
        """Let go of clients whose requests are overdue, and of the first where too many wait."""
        surplus = max(0, len(self.waiting) - MOST_WAITING)
        for number, (connection, end) in enumerate([*self.waiting.items()]):
            if number < surplus or end <= time.monotonic():
                self._let_go(connection)

    def _over(self) -> bool:
        if self.kernels or self.waiting:
            return False
        left_alone = self.owned and not self.owners
        if not left_alone and self._idle_left() > 0:
            return False
        if not self._reachable():  # there is nothing to tidy up
            return True
        with client.locked(self.address.parent):  # nobody can come in between
            waiting = selectors.DefaultSelector()
            waiting.register(self.listener, selectors.EVENT_READ)
            if waiting.select(0):
                return False
            self.listener.close()
            self.address.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # other parents still have sockets there
                self.address.parent.rmdir()
        return True

    def _reachable(self) -> bool:
        """Whether the address still leads here: its folder may be gone, or another parent listen there."""
        try:
            return self.address.stat().st_ino == self.inode
        except OSError:
            return False

    def _accept(self, listener: socket.socket) -> None:
        """Let a client in, to be heard when it speaks."""
        try:
            connection, _ = listener.accept()
        except OSError:  # no more files can be open
            if self.waiting:
                self._let_go(next(iter(self.waiting)))
            else:
                time.sleep(0.05)
            return
        connection.setblocking(False)
        self.incoming[connection] = wire.Incoming(connection, STREAMS)
        self.waiting[connection] = time.monotonic() + STALLED
        self.selector.register(connection, selectors.EVENT_READ, self._request)

    def _request(self, connection: socket.socket) -> None:
        """Read on, and once it is known what is asked for do it; what cannot be done is not answered."""
        incoming = self.incoming[connection]
        try:
            wire.check_peer(connection)
            if not (messages := incoming.messages()):
                return
            request = checked(messages[0], len(incoming.descriptors))
            self.last = time.monotonic()
            self._watch_owner(request["owner"])
            if "arguments" in request:
                self._launch(connection, request)
        except (OSError, EOFError):
            pass
        if connection in self.waiting:  # who only has us made ready waits for no answer
            self._let_go(connection)

    def _let_go(self, connection: socket.socket) -> None:
        self.waiting.pop(connection, None)
        self.incoming.pop(connection).close_files()
        if connection in self.selector.get_map():
            self.selector.unregister(connection)
        connection.close()

    def _watch_owner(self, pid: int) -> None:
        if not pid or pid in self.owners:
            return
        self.owned = True
        with contextlib.suppress(ProcessLookupError):
            self.owners[pid] = os.pidfd_open(pid)
            self.selector.register(
                self.owners[pid], selectors.EVENT_READ, lambda descriptor: self._owner_gone(pid, descriptor)
            )

    def _owner_gone(self, pid: int, descriptor: int) -> None:
        del self.owners[pid]
        self.selector.unregister(descriptor)
        os.close(descriptor)

    def _launch(self, connection: socket.socket, request: dict) -> None:
        threads = len(os.listdir("/proc/self/task"))
        if threads > 1:
            self.failure = f"the libraries keep {threads - 1} thread(s) running, a fork would not be safe"
        if self.failure:
            wire.send(connection, {"error": self.failure})
            return
        pid = os.fork()
        if not pid:
            files = self._leave_to_parent(connection)
            run_kernel(request, files, connection)
        try:
            ended = os.pidfd_open(pid)
        except OSError:  # a kernel whose end nobody would see
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        del self.waiting[connection]
        self.incoming[connection].close_files()
        self.kernels[connection] = pid
        self.selector.modify(connection, selectors.EVENT_READ, self._command)
        self.selector.register(
            ended, selectors.EVENT_READ, lambda descriptor: self._reap(connection, pid, descriptor)
        )

    def _leave_to_parent(self, own: socket.socket) -> list[int]:
        """Close, in a new kernel, all that only its parent needs: a client must see when that one ends.

        What is left are the kernel's connection and the open files that came with its request.
        """
        for watched in [entry.fileobj for entry in self.selector.get_map().values()]:
            if watched is not own:
                watched.close() if isinstance(watched, socket.socket) else os.close(watched)
        self.selector.close()
        files = self.incoming.pop(own).descriptors
        for incoming in self.incoming.values():
            incoming.close_files()
        return files

    def _command(self, connection: socket.socket) -> None:
        """A client asks for a signal; one that is gone, or speaks nonsense, has its kernel ended."""
        try:
            numbers = [checked_signal(message) for message in self.incoming[connection].messages()]
        except (OSError, EOFError):
            numbers = [signal.SIGKILL]
            self.selector.unregister(connection)
        for number in numbers:
            try:
                os.killpg(self.kernels[connection], number)
            except ProcessLookupError:  # it has just been forked and does not lead a group yet
                os.kill(self.kernels[connection], number)

    def _reap(self, connection: socket.socket, pid: int, ended: int) -> None:
        self.selector.unregister(ended)
        os.close(ended)
        _, status = os.waitpid(pid, 0)
        with contextlib.suppress(OSError):
            wire.send(connection, {"exit": os.waitstatus_to_exitcode(status)})
        self._let_go(connection)
        del self.kernels[connection]
        self.last = time.monotonic()


def checked(request: dict, files: int) -> dict:
    """The request, with so many open files, if it asks for what a parent can do; else wire.Refused."""
    right = _natural(request.get("owner"), LARGEST_PID)
    if "arguments" in request:
        arguments, environment = request["arguments"], request.get("environment")
        right = (
            right
            and files == STREAMS
            and _natural(request.get("umask"), 0o777)
            and isinstance(request.get("folder"), str)
            and isinstance(arguments, list)
            and isinstance(environment, dict)
            and all(isinstance(word, str) for word in [*arguments, *environment.values()])
        )
    if not right:
        raise wire.Refused("no request")
    return request


def checked_signal(message: dict) -> int:
    """The signal that a client asks for; wire.Refused where there is none of that number."""
    number = message.get("signal")
    if type(number) is not int or number not in signal.valid_signals():
        raise wire.Refused("no signal")
    return number


def _natural(value: object, largest: int) -> bool:
    return type(value) is int and 0 <= value <= largest


def run_kernel(request: dict, files: list[int], connection: socket.socket) -> None:
    """Turn this process, just forked, into the kernel that was asked for; never returns.

    It tells the client itself that it is there, once its sockets are: who connects to one that is not
    there yet has to wait before trying again.
    """
    code = 1
    try:
        _become_fresh(request, files)
        from ipykernel.kernelapp import IPKernelApp

        sys.argv = ["ipykernel_launcher.py", *request["arguments"]]
        # ipykernel ends a kernel whose parent process is gone.
        kernel = IPKernelApp.instance(parent_handle=os.getppid())
        kernel.initialize()
        wire.send(connection, {"pid": os.getpid()})
        connection.close()
        kernel.start()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc(file=sys.__stderr__)
    finally:
        _end(code)


def _become_fresh(request: dict, files: list[int]) -> None:
    """What a new process would have and a forked one has not."""
    os.setsid()
    for number, descriptor in enumerate(files):
        os.dup2(descriptor, number)
    for descriptor in files:
        os.close(descriptor)
    os.umask(request["umask"])
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    _forget_ends_of_parent()
    if "numpy" in sys.modules:  # `random` seeds itself after a fork, numpy does not
        sys.modules["numpy"].random.seed()
    gc.enable()


def _forget_ends_of_parent() -> None:
    """What was registered for the parent's end is not the kernel's to do: it might delete shared files."""
    import logging
    import multiprocessing.util
    import weakref

    atexit._clear()
    for finalizer in list(weakref.finalize._registry):
        finalizer.atexit = False
    for end in (logging.shutdown, weakref.finalize._exitfunc, multiprocessing.util._exit_function):
        atexit.register(end)


def _end(code: int) -> None:
    """End as an interpreter does, but for taking down the modules, which the parent still has."""
    import threading

    try:
        threading._shutdown()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def preload(modules: list[str]) -> str:
    """Import what kernels will need; the reason where that fails, "" where it does not."""
    try:
        for module in [*OF_A_KERNEL, *modules]:
            importlib.import_module(module)
    except (Exception, SystemExit) as error:
        return f"the parent cannot import its modules: {type(error).__name__}: {error}"
    # Numerical libraries start threads when they are loaded and stop them before a fork, so after one
    # fork there is none; what cannot be freed is moved out of the collector's sight, so that looking
    # for garbage does not copy shared memory.
    if not (pid := os.fork()):
        os._exit(0)
    os.waitpid(pid, 0)
    gc.collect()
    gc.freeze()
    return ""


def _become_nobodys() -> None:
    """Put back what was inherited from the process that happened to start the parent.

    Its environment and limits are those of all who will ask (see client.key), its folder is the root. Here
    are the rest: files that imports leave behind, caches, can be written by nobody else; no signal is
    ignored or held back, as it is in a process started in the background of a script.
    """
    os.umask(0o022)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:  # Python ignores these two
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def main(address: Path, idle: float, modules: list[str]) -> None:
    """Listen, let the caller go on, import, serve."""
    _become_nobodys()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(address))
    listener.listen(128)
    if os.fork():
        os._exit(0)
    gc.disable()
    os.dup2(0, 2)
    if sys.path[0] in ("", os.getcwd()):
        del sys.path[0]  # as ipykernel_launcher does
    parent = Parent(listener, address, idle)
    parent.failure = preload(modules)
    parent.serve()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
