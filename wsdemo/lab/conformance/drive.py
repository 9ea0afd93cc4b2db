"""Drive a client through the suite: start it, wait for it, and say what became of it.

Leaves out the conversation, which is `clients`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import psutil

from wsdemo.lab.conformance.case import Case, Role
from wsdemo.lab.conformance.clients import Fuzzer, Told, serving
from wsdemo.lab.conformance.exchange import PATIENCE
from wsdemo.lab.conformance.report import Report
from wsdemo.lab.conformance.result import Outcome, Result
from wsdemo.lab.conformance.selection import select
from wsdemo.lab.conformance.target import CheckError

__all__ = ["Client", "NotStarted", "check_client"]

Client: TypeAlias = "str | Sequence[str] | Callable[[str], Awaitable[object]]"

IDLE = 30.0  # seconds without a word of the client, after which nobody waits for it any more
LEAVING = 5.0  # seconds that a client has to end, once it has said that it has done
SETTLING = 2.0  # seconds that we have, once a client has ended, to see what it did last
KEPT = 8192  # octets of what a command prints: the end of it tells why it ended


class NotStarted(CheckError):
    """The client did not start, or never came for a case."""

    exit_code = 3


async def check_client(
    client: Client,
    cases: str | Sequence[Case] = "",
    *,
    patience: float = PATIENCE,
    idle: float = IDLE,
    told: Told | None = None,
    name: str = "",
) -> Report:
    """Run the suite against a client.

    Args:
        client: A command, which gets the URL as its last word, or where it says ``{url}``; or an
            asynchronous function, which is called with the URL.
        cases: Which cases: numbers and ranges such as "1,5.3-5.9", or the cases themselves; all
            that are for clients when empty.
        patience: Seconds that a case waits for what it wants.
        idle: Seconds without a connection after which the client is given up.
        told: Called with each result as it comes.
        name: What to call the client in the report.

    Raises:
        CheckError: The client did not start, or never came for a case.
        ValueError: There are no such cases.
    """
    chosen = select(cases, Role.CLIENT) if isinstance(cases, str) else cases
    fuzzer = Fuzzer(chosen, patience, told)
    async with serving(fuzzer) as url:
        fate = await _run(client, url, fuzzer, idle)
        await fuzzer.settle(SETTLING)
    if not fuzzer.results:
        raise NotStarted(f"{_name(client)}: ran no case; {fate}")
    results = [fuzzer.results.get(case.number) or _missed(case, fate) for case in chosen]
    return Report(name or _name(client), Role.CLIENT, tuple(results))


def _missed(case: Case, fate: str) -> Result:
    return Result(case, Outcome.NOT_RUN, f"the client did not come for it: {fate}", server=False)


def _name(client: Client) -> str:
    if isinstance(client, str):
        return client
    if isinstance(client, Sequence):
        return shlex.join(client)
    return str(getattr(client, "__name__", client))


async def _run(client: Client, url: str, fuzzer: Fuzzer, idle: float) -> str:
    """Run a client until it ends, or has done, or is heard of no more; say which."""
    output = bytearray()
    if callable(client):
        running: asyncio.Future[Any] = asyncio.ensure_future(client(url))
        process = None
    else:
        process = await _start(_command(client, url))
        running = asyncio.ensure_future(_follow(process, output))
    try:
        fate = await _wait(running, fuzzer, idle)
        code = process.returncode if process is not None else None  # its own, not of our signal
    finally:
        if process is not None:
            _end(process)
            await asyncio.wait([running], timeout=LEAVING)  # its pipe has to be read to the end
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    if code and not fuzzer.done.is_set():
        fate = f"{fate} with exit code {code}"
    lines = filter(str.strip, output.decode(errors="replace").splitlines())
    return ": ".join([fate, *list(lines)[-1:]])


async def _wait(running: asyncio.Future[Any], fuzzer: Fuzzer, idle: float) -> str:
    done = asyncio.create_task(fuzzer.done.wait())
    try:
        while not (running.done() or done.done()):
            left = fuzzer.heard + idle - time.monotonic()
            if left <= 0:
                return f"it was not heard of for {idle:g} s"
            await asyncio.wait([running, done], timeout=left, return_when="FIRST_COMPLETED")
        await asyncio.wait([running], timeout=LEAVING)
    finally:
        done.cancel()
    if running.done() and not running.cancelled() and (error := running.exception()):
        return f"it ended with {error!r}"
    return "it ended" if running.done() else "it had said that it was done"


def _command(client: str | Sequence[str], url: str) -> list[str]:
    if isinstance(client, str):
        words = shlex.split(client, posix=sys.platform != "win32")
    else:
        words = list(client)
    if any("{url}" in word for word in words):
        return [word.replace("{url}", url) for word in words]
    return [*words, url]


async def _start(command: list[str]) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            process_group=0,
        )
    except OSError as error:
        raise NotStarted(f"cannot start {command[0]!r}: {error.strerror or error}") from error


def _end(process: asyncio.subprocess.Process) -> None:
    """End a command and what it has started, such as the client behind a `make` or a `uv run`.

    What is left of it would go on, and hold the pipe that we wait for the end of.
    """
    if sys.platform == "win32":
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    else:
        # macOS says PermissionError where all that is left waits for being reaped.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


async def _follow(process: asyncio.subprocess.Process, output: bytearray) -> None:
    """Read what a command prints, so that it never waits for us, until it ends."""
    assert process.stdout is not None
    while data := await process.stdout.read(KEPT):
        output += data
        del output[:-KEPT]
    await process.wait()
