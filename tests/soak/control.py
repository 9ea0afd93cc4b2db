"""The subject as its parent sees it: a process that can be asked what it holds.

Leaves out everything that goes over its port.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.soak.verdicts import Census, Fault

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60.0  # seconds; an answer takes a fraction of one, and a busy machine is slow
POLL = 0.05  # seconds between two looks at a server that is about to be quiet


class Control:
    """Starts and ends a subject.

    Args:
        handler: "coroutine" or "callback".
        fault: which fault to implant in it.
        times: its timeouts, in seconds, where it has no patience.

    Attributes:
        addresses: where it has patience, and where it hasn't.
        errors: what it has logged as errors, exceptions that nobody has seen among them.
    """

    def __init__(self, handler: str, fault: str, times: dict[str, Any]) -> None:
        self._options = {"handler": handler, "fault": fault, "times": times}
        self.addresses: list[tuple[str, int]] = []
        self.errors: list[str] = []

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.soak.subject",
            json.dumps(self._options),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            self.addresses = [("127.0.0.1", port) for port in (await self._heard())["ports"]]
        except BaseException:
            await self._kill()
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._kill()

    async def ask(self, word: str) -> dict[str, Any]:
        """Ask for something.

        Raises:
            Fault: the subject has died, or says nothing.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())
        return await self._heard()

    async def census(self) -> Census:
        """Ask what the subject holds, and what it has logged meanwhile."""
        values = await self.ask("census")
        self.errors += values.pop("errors")
        return Census(**values)

    async def quiet(self, before: Census, seconds: float) -> Census:
        """Wait until everything is back to where it was, but no longer than that.

        Args:
            before: where it was.
            seconds: for the server to notice that everybody has left.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            census = await self.census()
            if census.is_as_quiet_as(before) or loop.time() > deadline:
                return census
            await asyncio.sleep(POLL)

    async def close(self) -> None:
        """Let the subject close, with nobody there.

        Raises:
            Fault: it doesn't, or not in peace.
        """
        assert self._process.stdin is not None
        self._process.stdin.close()
        self.errors += (await self._heard())["errors"]
        await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def _heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE)
        except TimeoutError:
            raise Fault("server hangs", f"it says nothing for {PATIENCE:.0f} s") from None
        if not line:
            raise Fault("server died", f"with status {await self._process.wait()}")
        values: dict[str, Any] = json.loads(line)
        return values

    async def _kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
