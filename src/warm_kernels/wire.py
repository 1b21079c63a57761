"""Messages between clients and the parent: a length, then JSON; file descriptors go with the length."""

import json
import os
import socket
import struct

LENGTH = struct.Struct("!I")
PEER = struct.Struct("3i")  # pid, uid and gid, as the kernel of the system knows them


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
    socket.send_fds(connection, [LENGTH.pack(len(content))], descriptors)
    connection.sendall(content)


def receive(connection: socket.socket, most: int = 0) -> tuple[dict, list[int]]:
    """One message and the (at most `most`) files that came with it; EOFError where the other side is gone."""
    head, descriptors, _, _ = socket.recv_fds(connection, LENGTH.size, most)
    try:
        if not head:
            raise EOFError
        head += _exactly(connection, LENGTH.size - len(head))
        return json.loads(_exactly(connection, *LENGTH.unpack(head))), descriptors
    except BaseException:
        for descriptor in descriptors:
            os.close(descriptor)
        raise


def _exactly(connection: socket.socket, size: int) -> bytes:
    content = bytearray()
    while len(content) < size:
        part = connection.recv(size - len(content))
        if not part:
            raise EOFError
        content += part
    return bytes(content)
