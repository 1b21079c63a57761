"""A client that is ready when the kernel is; optional, as the provisioner works with any client."""

import time
from queue import Empty

from jupyter_client.asynchronous import AsyncKernelClient


class PromptClient(AsyncKernelClient):
    """Waits until the kernel has answered on both channels, not for a fifth of a second of silence.

    An answer that comes back on iopub proves that its subscription is in place, which is what the
    silence is waited for in jupyter_client. Later leftovers carry the id of the question asked here,
    so nobody takes them for outputs of a cell.
    """

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        end = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < end:
            question = self.kernel_info()
            try:
                reply = await self._async_recv_reply(question, timeout=1)
                if await self._heard_idle(question):
                    self._handle_kernel_info_reply(reply)
                    return
            except TimeoutError:
                if not await self._async_is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    wait_for_ready = _async_wait_for_ready

    async def _heard_idle(self, question: str) -> bool:
        """Whether iopub told that the question was dealt with."""
        while True:
            try:
                message = await self._async_get_iopub_msg(timeout=0.2)
            except Empty:
                return False
            if (
                message["parent_header"].get("msg_id") == question
                and message["content"].get("execution_state") == "idle"
            ):
                return True
