"""What all tests share, also those that nbval makes of notebooks: no settings of the user, and an eye on kernels."""

import math
import time
from queue import Empty

import nbval.plugin
import pytest
from nbval.kernel import RunningKernel

from compendium import isolation

isolation.isolate()


class KernelDied(Exception):
    """A kernel has ended while its answer was waited for."""


class WatchedKernel(RunningKernel):
    """nbval's kernel. It would wait for the answer of a dead one until the time of a cell is over, for long."""

    def get_message(self, stream, timeout=None):
        """The next message; KernelDied within a second where there is none and the kernel has ended."""
        end = time.monotonic() + (math.inf if timeout is None else timeout)
        while True:
            try:
                return super().get_message(stream, timeout=max(0, min(1, end - time.monotonic())))
            except Empty:
                if not self.is_alive():
                    raise KernelDied from None
                if time.monotonic() >= end:
                    raise


nbval.plugin.RunningKernel = WatchedKernel


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Say of which cell a kernel has died; the cells after it fail at once, as nbval asks before each."""
    try:
        return (yield)
    except KernelDied:
        item.parent.kernel.stop()
        item.raise_cell_error(f"the kernel died while it ran this cell of {item.path.name}.")
