"""The kernel provisioner: an ordinary local one whose process is forked from a warm parent."""

import asyncio
import contextlib
import os
import sys
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Float, List, Unicode

from warm_kernels import client

MOMENT = 1.0  # seconds
_told: set[str] = set()
UNDERSTOOD = {"env", "cwd", "stdin", "stdout", "stderr", "kernel_id", "extra_arguments", "independent"}


class WarmProvisioner(LocalProvisioner):
    """Forks each kernel from a parent that has imported `preload`; falls back to an ordinary kernel."""

    preload = List(Unicode(), help="Modules that the parent imports.").tag(config=True)
    idle = Float(60.0, help="Seconds without a kernel after which the parent ends.").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel; where no warm one can be had, an ordinary one, saying so in a line."""
        try:
            self.process = await asyncio.to_thread(self._warm, cmd, kwargs)
        except client.Unavailable as reason:
            _tell(f"warm kernels: {reason}; an ordinary kernel serves.")
            return await super().launch_kernel(cmd, **kwargs)
        self.pid, self.pgid = self.process.pid, None  # signals go through the parent, by process
        self.cwd = kwargs.get("cwd") or os.getcwd()
        return self.connection_info

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Give a kernel that was asked to end a moment: the manager would ask every tenth of a second."""
        if isinstance(self.process, client.WarmProcess) and self.process.poll() is None:
            loop, told = asyncio.get_running_loop(), asyncio.Event()
            descriptor = self.process.connection.fileno()
            loop.add_reader(descriptor, told.set)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), MOMENT)
            loop.remove_reader(descriptor)

    def _warm(self, cmd: list[str], kwargs: dict[str, Any]) -> client.WarmProcess:
        if unknown := set(kwargs) - UNDERSTOOD:
            raise client.Unavailable(f"{', '.join(sorted(unknown))} cannot be given to a forked kernel")
        with open(os.devnull, "r+b") as nothing:
            streams = (
                _descriptor(kwargs.get(name), number, nothing)
                for number, name in ((1, "stdout"), (2, "stderr"))
            )
            return client.launch(
                cmd,
                dict(kwargs.get("env") or os.environ),
                os.path.abspath(kwargs.get("cwd") or os.getcwd()),
                (nothing.fileno(), *streams),
                self.preload,
                self.idle,
            )


def _descriptor(stream: Any, inherited: int, nothing: Any) -> int:
    """The open file that a stream means, with the words of subprocess."""
    if stream is None:
        return inherited
    if stream == -3:  # subprocess.DEVNULL
        return nothing.fileno()
    if isinstance(stream, int) and stream < 0:
        raise client.Unavailable("a pipe to a forked kernel is not supported")
    return stream if isinstance(stream, int) else stream.fileno()


def _tell(line: str) -> None:
    """Print a line once for each process."""
    if line not in _told:
        _told.add(line)
        print(line, file=sys.stderr, flush=True)
