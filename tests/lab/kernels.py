"""A real kernel, to be spoken to as JupyterLab does it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

PATIENCE = 60.0


class Kernel:
    """A kernel and its client; cells are run one at a time, or started and waited for."""

    def __init__(self, manager: Any, client: Any) -> None:
        self.manager = manager
        self.client = client

    def run(self, code: str) -> str:
        """Run a cell and return what it printed or showed; an error is raised as its text."""
        return self.finish(self.begin(code))

    def begin(self, code: str) -> str:
        """Start a cell and return its id."""
        # Or else what is asked right after an error may be aborted, unrun and without an error.
        message: str = self.client.execute(code, stop_on_error=False)
        return message

    def wait_for_output(self, text: str) -> None:
        """Wait until a cell has printed this."""
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if text in message["content"].get("text", ""):
                return

    def finish(self, cell: str) -> str:
        """Wait for the end of a cell and return its output."""
        texts = []
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            content = message["content"]
            if message["parent_header"].get("msg_id") != cell:
                continue
            if content.get("execution_state") == "idle":
                break
            texts.append(content.get("text") or content.get("data", {}).get("text/plain", ""))
        self.check(cell)
        return "".join(texts)

    def check(self, cell: str, error: str | None = None) -> float:
        """Wait for the reply to a cell, hold its error against this one, and return the seconds."""
        began = time.monotonic()
        while (reply := self.client.get_shell_msg(timeout=PATIENCE))["parent_header"][
            "msg_id"
        ] != cell:
            pass
        content = reply["content"]
        traceback = "\n".join(content.get("traceback", []))
        assert content["status"] == ("error" if error else "ok"), traceback
        assert content.get("ename") == error, traceback
        return time.monotonic() - began


@contextmanager
def a_kernel(folder: Path) -> Iterator[Kernel]:
    """Start a kernel in a folder, and end it."""
    manager: Any = KernelManager(kernel_name="python3", connection_file=str(folder / "kernel.json"))
    manager.start_kernel(cwd=str(folder))
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=PATIENCE)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.context.destroy(linger=0)
