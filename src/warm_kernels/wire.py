"""Messages between clients and the parent: a length, then JSON; file descriptors go with the length."""

import json
import os
import socket
import struct

LENGTH = struct.Struct("!I")
PEER = struct.Struct("3i")  # pid, uid and gid, as the kernel of the system knows them
LARGEST = 4 << 20  # bytes of a message: twice what Linux usually lets an environment have
PIECE = 1 << 16


class Refused(OSError):
    """The other side is not who it must be, or did not speak as agreed."""


def check_peer(connection: socket.socket) -> None:
    """Raise Refused unless the other side runs as the same user."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size)
    _, user, _ = PEER.unpack(credentials)
    if user != os.getuid():
        raise Refused(f"the other side belongs to user {user}")


def send(connection: socket.socket, message: dict, descriptors: tuple[int, ...] = ()) -> None:
    """Send one message, and open files with it."""
    content = json.dumps(message).encode()
    if len(content) > LARGEST:
        raise Refused(f"a message of {len(content)} bytes is larger than any that is read")
    socket.send_fds(connection, [LENGTH.pack(len(content))], descriptors)
    connection.sendall(content)


def receive(connection: socket.socket) -> dict:
    """One message, waited for; EOFError where the other side is gone."""
    (size,) = LENGTH.unpack(_exactly(connection, LENGTH.size))
    if size > LARGEST:
        raise Refused(f"a message of {size} bytes")
    return _parsed(_exactly(connection, size))


class Incoming:
    """What has arrived on a connection that nobody waits for: bytes until they are messages, open files."""

    def __init__(self, connection: socket.socket, most: int = 0):
        self.connection, self.most = connection, most
        self.content = bytearray()
        self.descriptors: list[int] = []

    def messages(self) -> list[dict]:
        """The messages that are whole by now, once; EOFError where the other side is gone."""
        try:
            room = self.most - len(self.descriptors)
            part, descriptors, flags, _ = socket.recv_fds(self.connection, PIECE, room)
        except BlockingIOError:
            return []
        self.descriptors += descriptors
        if flags & socket.MSG_CTRUNC:
            raise Refused("more open files than agreed")
        if not part:
            raise EOFError
        self.content += part
        found = []
        while len(self.content) >= LENGTH.size:
            (size,) = LENGTH.unpack_from(self.content)
            if size > LARGEST:
                raise Refused(f"a message of {size} bytes")
            if len(self.content) < LENGTH.size + size:
                break
            found.append(_parsed(self.content[LENGTH.size : LENGTH.size + size]))
            del self.content[: LENGTH.size + size]
        return found

    def close_files(self) -> None:
        """Close the open files that came along."""
        while self.descriptors:
            os.close(self.descriptors.pop())


def _parsed(content: bytes | bytearray) -> dict:
    try:
        message = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Refused(f"no message: {error}") from None
    if not isinstance(message, dict):
        raise Refused(f"no message but {type(message).__name__}")
    return message


def _exactly(connection: socket.socket, size: int) -> bytes:
    content = bytearray()
    while len(content) < size:
        part = connection.recv(size - len(content))
        if not part:
            raise EOFError
        content += part
    return bytes(content)
