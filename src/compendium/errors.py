"""What goes wrong by somebody's input, by the disk, or by hand, and not by a mistake of ours: told in one line."""

import errno
import os
import sys
from collections.abc import Callable

ROOM = "there is no room left on the disk; make some and build again, what is done is kept"
RIGHTS = "it may not be read or written here; give yourself the right to, or work in a copy of the project"
KIND = "a file stands where a folder is needed, or a folder where a file is; move it away and build again"
REMEDIES = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EROFS: RIGHTS,
    errno.EACCES: RIGHTS,
    errno.EPERM: RIGHTS,
    errno.ENOTDIR: KIND,
    errno.EISDIR: KIND,
    errno.EEXIST: KIND,
}


class DataError(Exception):
    """Something that was given cannot be used; the message says where it is and what to do."""


def printable(text: str) -> str:
    """Text with nothing that a terminal obeys: what is no sign to be seen is written as its number."""
    return "".join(sign if sign.isprintable() or sign == "\n" else ascii(sign)[1:-1] for sign in text)


def reported(task: Callable[[], int]) -> int:
    """Do a task and give its exit code; where input, disk or Ctrl-C stop it, one line says so."""
    try:
        return task()
    except DataError as error:
        message, code = str(error), 1
    except BrokenPipeError:  # whoever read what is printed has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if not is_of_disk(error) and error.filename is None:
            raise
        message, code = of_disk(error), 1
    except KeyboardInterrupt:
        message, code = "Stopped.", 130
    print(printable(message), file=sys.stderr)
    return code


def is_of_disk(error: object) -> bool:
    """Whether a disk that is full or must not be written to is what went wrong."""
    return isinstance(error, OSError) and error.errno in REMEDIES


def of_disk(error: OSError) -> str:
    """Which file could not be read or written, why, and what to do."""
    given = (error.filename2, error.filename, "a file")  # of a copy, the second is what is written
    place = next(name for name in given if name is not None)
    name = os.path.relpath(place) if isinstance(place, str) and os.path.isabs(place) else place
    name = place if str(name).startswith("..") else name
    return f"{name}: {REMEDIES.get(error.errno, error.strerror or error)}."
