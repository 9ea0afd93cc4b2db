"""`dry_run()`: a connection without a network, under the profiler of Python.

A server's connection is given reads from a list, and a transport that keeps what is written. So a
run is quick, and what it counts is exact: calls, and writes. It has a thread and a loop of its own,
as a notebook's loop has more to do than serve.

Leaves out everything that a network and a kernel cost: `wsdemo.lab.steps` measures that.
"""

from __future__ import annotations

import asyncio
import contextlib
import cProfile
import gc
import pstats
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import wsdemo
from wsdemo import scratch
from wsdemo.lab.bench.octets import CLOSE, request
from wsdemo.scratch import Server, ServerConnection

__all__ = ["DryRun", "dry_run"]

PACKAGE = str(Path(wsdemo.__file__).parent)

# How often the loop turns until everything is done that a request leads to.
TURNS = 12


@dataclass(frozen=True, slots=True, repr=False)
class DryRun:
    """What a connection did.

    Attributes:
        reads: what it was given after the opening handshake, in so many pieces.
        writes: what it wrote after the opening handshake, a piece for each call of ``write``.
        profile: what Python's profiler saw meanwhile.
    """

    reads: tuple[bytes, ...]
    writes: tuple[bytes, ...]
    profile: pstats.Stats

    def __repr__(self) -> str:
        return f"<dry run: {len(self.reads)} reads, {len(self.writes)} writes>"

    @property
    def calls(self) -> Counter[str]:
        """How often each function of `wsdemo`, or of a cell, was called: by its name.

        Each resumption of a generator counts. What differs from version to version is left out:
        Python's own modules, what is written in C, and comprehensions, which 3.12 writes out.
        """
        counted: Counter[str] = Counter()
        for (file, _line, name), (_, calls, *_rest) in self._functions():
            if _is_ours(file) and not name.startswith("<"):
                counted[f"{_module(file)}{name}"] += calls
        return counted

    @property
    def costly(self) -> list[tuple[str, int, float]]:
        """Name, calls, and seconds spent in it alone, of all functions: the costliest first."""
        rows = [
            (f"{_module(file)}{name}", calls, seconds)
            for (file, _line, name), (_, calls, seconds, *_rest) in self._functions()
            if file != __file__
        ]
        return sorted(rows, key=lambda row: -row[2])

    def _functions(self) -> list[tuple[tuple[str, int, str], Any]]:
        stats: dict[tuple[str, int, str], Any] = vars(self.profile)["stats"]
        return list(stats.items())


def _is_ours(file: str) -> bool:
    # The file of a cell has a name that no module has.
    return (file.startswith(PACKAGE) and file != __file__) or "ipykernel_" in file


def _module(file: str) -> str:
    known = file.startswith(PACKAGE) or Path(file).parent.name == "asyncio"
    return f"{Path(file).stem}." if known else ""


async def dry_run(
    handler: Callable[[Any], Awaitable[None]] | None,
    reads: Sequence[bytes],
    *,
    create_connection: Callable[[Server], ServerConnection] = ServerConnection,
    **options: Any,
) -> DryRun:
    """Let a server's connection take what a client might have sent.

    Args:
        handler: what to serve; None with `on_message`.
        reads: what the network brings after the opening handshake, a piece for each read.
        create_connection: makes the connection, given the server.
        options: for `scratch.serve`.

    Returns:
        What came of it.

    Raises:
        ValueError: the handshake was refused.
    """

    async def serve() -> DryRun:
        async with scratch.serve(handler, "127.0.0.1", 0, **options) as server:
            return await _run(create_connection(server), tuple(reads))

    return await asyncio.to_thread(asyncio.run, serve())


async def _run(connection: ServerConnection, reads: tuple[bytes, ...]) -> DryRun:
    transport = _Transport(connection)
    connection.connection_made(transport)
    try:
        await _bring(transport, [request("localhost", deflate=False)])
        for _ in range(TURNS):
            await asyncio.sleep(0)
        if not transport.written[0].startswith(b"HTTP/1.1 101"):
            raise ValueError(f"the handshake was refused: {transport.written[0].decode()}")
        transport.written.clear()
        profile = cProfile.Profile()
        with _no_collection(), profile:
            await _bring(transport, reads)
        writes = tuple(transport.written)
        await _bring(transport, [CLOSE])
    finally:
        transport.abort()
    return DryRun(reads, writes, pstats.Stats(profile))


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Collect no garbage: to close a generator is a call, and whose it is would be chance."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


async def _bring(transport: _Transport, reads: Iterable[bytes]) -> None:
    """Bring one read in each turn of the loop, and wait for what the last has led to.

    The loop itself brings them, as with a network: were it a task, none could be entered from it.
    """
    loop = asyncio.get_running_loop()
    done, left = loop.create_future(), iter(reads)

    def bring() -> None:
        try:
            for data in left:
                transport.bring(data)
                loop.call_soon(bring)
                return
            done.set_result(None)
        except Exception as error:
            done.set_exception(error)

    loop.call_soon(bring)
    await done


class _Transport(asyncio.Transport):
    """Keeps what is written, and brings what is read as asyncio does.

    Args:
        protocol: what it belongs to.

    Attributes:
        written: a piece for each write.
    """

    def __init__(self, protocol: asyncio.BaseProtocol) -> None:
        super().__init__()
        self._protocol: Any = protocol
        self._ended = False
        self.written: list[bytes] = []

    def bring(self, data: bytes) -> None:
        """Give the protocol data that was read, in the way in which it wants it."""
        if isinstance(self._protocol, asyncio.BufferedProtocol):
            memoryview(self._protocol.get_buffer(-1))[: len(data)] = data
            self._protocol.buffer_updated(len(data))
        else:
            self._protocol.data_received(data)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        protocol: asyncio.BaseProtocol = self._protocol
        return protocol

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self.written.append(bytes(data))

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Have no limits: nothing waits here."""

    def pause_reading(self) -> None:
        """Go on: a dry run brings less than would have to wait."""

    def resume_reading(self) -> None:
        """Go on."""

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        """End nothing: there is no stream that could."""

    def is_closing(self) -> bool:
        return self._ended

    def abort(self) -> None:
        if not self._ended:
            self._ended = True
            self._protocol.connection_lost(None)
