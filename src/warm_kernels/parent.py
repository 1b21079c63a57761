"""The parent: imports the libraries once, then forks a kernel for each request.

It has one thread, so that a fork copies no lock that another thread holds; waits in one selector for
requests, for the ends of kernels and of its owners; and ends when it is no longer of use.
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
                ready.data(ready.fileobj)

    def _patience(self) -> float | None:
        return None if self.kernels else max(0.0, self.last + self.idle - time.monotonic())

    def _over(self) -> bool:
        if self.kernels:
            return False
        left_alone = self.owned and not self.owners
        if not left_alone and self._patience() > 0:
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
        connection, _ = listener.accept()
        self.last = time.monotonic()
        files: list[int] = []
        try:
            connection.settimeout(STALLED)
            wire.check_peer(connection)
            request, files = wire.receive(connection, 3)
            self._watch_owner(request["owner"])
            if "arguments" in request:
                self._launch(connection, request, files)
            else:  # who only has us made ready waits for no answer
                connection.close()
        except (OSError, EOFError, ValueError, KeyError):
            connection.close()
        finally:
            for descriptor in files:
                os.close(descriptor)

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

    def _launch(self, connection: socket.socket, request: dict, files: list[int]) -> None:
        threads = len(os.listdir("/proc/self/task"))
        if threads > 1:
            self.failure = f"the libraries keep {threads - 1} thread(s) running, a fork would not be safe"
        if self.failure:
            wire.send(connection, {"error": self.failure})
            connection.close()
            return
        pid = os.fork()
        if not pid:
            self._leave_to_parent()
            run_kernel(request, files, connection)
        ended = os.pidfd_open(pid)
        self.kernels[connection] = pid
        self.selector.register(connection, selectors.EVENT_READ, self._command)
        self.selector.register(
            ended, selectors.EVENT_READ, lambda descriptor: self._reap(connection, pid, descriptor)
        )

    def _leave_to_parent(self) -> None:
        """Close, in a new kernel, all that only its parent needs: a client must see when that one ends."""
        for watched in [entry.fileobj for entry in self.selector.get_map().values()]:
            watched.close() if isinstance(watched, socket.socket) else os.close(watched)
        self.selector.close()

    def _command(self, connection: socket.socket) -> None:
        """A client asks for a signal; one that is gone wants its kernel ended."""
        try:
            number = wire.receive(connection)[0]["signal"]
        except (OSError, EOFError, ValueError, KeyError):
            number = signal.SIGKILL
            self.selector.unregister(connection)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.kernels[connection], number)

    def _reap(self, connection: socket.socket, pid: int, ended: int) -> None:
        self.selector.unregister(ended)
        os.close(ended)
        _, status = os.waitpid(pid, 0)
        if connection in self.selector.get_map():
            self.selector.unregister(connection)
        with contextlib.suppress(OSError):
            wire.send(connection, {"exit": os.waitstatus_to_exitcode(status)})
        connection.close()
        del self.kernels[connection]
        self.last = time.monotonic()


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
    except Exception as error:
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


def main(address: Path, idle: float, modules: list[str]) -> None:
    """Listen, let the caller go on, import, serve."""
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
