"""One build at a time in one folder.

The system holds the lock for the process, and lets go of it when that ends, however it ends: a build that
was killed stands in nobody's way.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from compendium import paths

try:
    import fcntl
except ImportError:  # no such locks on Windows
    fcntl = None

LOCK = paths.BUILD / "lock"  # who builds here, in words
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
_held = False


@contextmanager
def alone() -> Iterator[bool]:
    """Hold the lock of this folder; gives whether another build had to be waited for, and says so.

    A process that holds it already goes on. On a file system without locks, as some networks have, a
    build must be possible all the same: a line says that nobody else may build there meanwhile.
    """
    global _held
    if _held:
        yield False
        return
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("a+", encoding="utf-8") as file:
        waited = _lock(file)
        _sign(file)
        _held = True
        try:
            yield waited
        finally:
            _held = False


def _lock(file) -> bool:
    """Lock an open file, after all others; whether there was another."""
    try:
        if fcntl is None:
            raise OSError(errno.ENOSYS, "no locks")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        except BlockingIOError:
            file.seek(0)
            who = file.read().strip() or "unknown"
            print(f"Another build is running in this folder (process {who}); waiting.", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
            return True
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        print("This file system has no locks: let no other build run here meanwhile.", file=sys.stderr)
        return False


def _sign(file) -> None:
    """Say who holds the lock: the process, and the machine, as others may share the folder."""
    file.seek(0)
    file.truncate()
    file.write(f"{os.getpid()} on {os.uname().nodename}\n" if hasattr(os, "uname") else f"{os.getpid()}\n")
    file.flush()
