"""Examine an installation: what is there, in which version, and what each lack costs.

Every finding is one line that can be read out over the telephone. Nothing is mended, nothing is
written, and nothing leaves this machine.

Leaves out the tests: `make test` tells whether the course is right, this whether it can run.
"""

import asyncio
import shutil
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from typing import Any

from packaging.requirements import Requirement

from wsdemo import __version__, engines
from wsdemo.cli import copying
from wsdemo.errors import WsdemoError

__all__ = ["Finding", "examine"]

ROUND_TRIP_TIME = 10.0  # seconds: on loopback it takes a thousandth of one
KERNEL_TIME = 60  # seconds: the first start on a cold disk is slow
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """One line: what was examined, what was found, and whether the course can do without."""

    name: str
    detail: str
    ok: bool = True
    essential: bool = True

    @property
    def fatal(self) -> bool:
        """Whether the course cannot run."""
        return self.essential and not self.ok

    def line(self) -> str:
        """Return the finding with rich's marks."""
        mark = "[green]ok     [/]" if self.ok else "[red]MISSING[/]"
        if not self.ok and not self.essential:
            mark = "[yellow]without[/]"
        return f"{mark} {self.name}: {self.detail.replace('[', chr(92) + '[')}"


def examine() -> Iterator[Finding]:
    """Yield a finding for everything the course needs, in the order in which it needs them."""
    yield Finding("Python", f"{sys.version.split()[0]} ({sys.executable})")
    yield from _packages()
    yield _examined("notebooks", _notebooks)
    yield _examined("free port", _free_port)
    for name in engines.NAMES:
        yield _examined(f"echo with {name}", partial(_echo_time, name))
    yield _examined("kernel", _kernel)
    yield _examined("browser", _browser, essential=False)
    yield _examined("Chromium for the browser tests", _chromium, essential=False)


def _examined(name: str, look: Callable[[], str], *, essential: bool = True) -> Finding:
    """Return a finding of what a function returns, or of what it raises, in one line."""
    try:
        return Finding(name, look(), essential=essential)
    except (LookupError, WsdemoError) as error:  # in words that were written for this line
        return Finding(name, str(error), ok=False, essential=essential)
    except Exception as error:
        words = f"{type(error).__name__}: {error}".splitlines()[0]
        return Finding(name, words, ok=False, essential=essential)


def _packages() -> Iterator[Finding]:
    """Yield wsdemo and what it requires, each with its version."""
    yield Finding("wsdemo", __version__)
    for line in metadata.requires("wsdemo") or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield _package(requirement)


def _package(requirement: Requirement) -> Finding:
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return Finding(requirement.name, f"not installed; {_cure(requirement)}", ok=False)
    if not requirement.specifier.contains(version, prereleases=True):
        detail = f"{version}, but {requirement.specifier} is needed; {_cure(requirement)}"
        return Finding(requirement.name, detail, ok=False)
    return Finding(requirement.name, version)


def _cure(requirement: Requirement) -> str:
    return f'{sys.executable} -m pip install "{requirement.name}{requirement.specifier}"'


def _notebooks() -> str:
    return f"{len(list(copying.course().glob('*.ipynb')))}"


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


def _echo_time(name: str) -> str:
    return asyncio.run(asyncio.wait_for(_echo(engines.get(name)), ROUND_TRIP_TIME))


async def _echo(engine: engines.Engine) -> str:
    async def handler(connection: Any) -> None:
        async for message in connection:
            await connection.send(message)

    async with engine.serve(handler, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with engine.connect(f"ws://127.0.0.1:{port}/") as connection:
            start = time.perf_counter()
            await connection.send("hello")
            answer = await connection.recv()
            took = time.perf_counter() - start
    if answer != "hello":
        raise ValueError(f"sent 'hello', got {answer!r}")
    return f"{took * 1000:.1f} ms"


def _kernel() -> str:
    from jupyter_client.manager import run_kernel

    with run_kernel(stderr=subprocess.DEVNULL) as client:
        # The two methods are put together at run time, which a type checker cannot see.
        execute: Any = getattr(client, "execute_interactive")  # noqa: B009
        reply = execute("import wsdemo", timeout=KERNEL_TIME, output_hook=lambda _: None)["content"]
    if reply["status"] != "ok":
        raise LookupError(f"a notebook cannot import wsdemo: {reply['evalue']}")
    return "starts, and imports wsdemo"


def _browser() -> str:
    try:
        return str(webbrowser.get().name)
    except webbrowser.Error:
        raise LookupError(
            "none that Python can open; copy the address that JupyterLab prints"
        ) from None


def _chromium() -> str:
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise LookupError("none found; they are skipped")
