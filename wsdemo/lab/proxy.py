"""The part of a wire that accepts connections and makes a link of each.

Leaves out threads: everything here belongs to one event loop, and `wire` calls it from others.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import replace
from random import Random
from typing import Any

from wsdemo.lab.chunks import Direction
from wsdemo.lab.link import Link
from wsdemo.lab.recording import Recording
from wsdemo.lab.shaping import Shape, Shaper
from wsdemo.lab.sockets import Address, bind, resolve

__all__ = ["Proxy"]

READ_SIZE = 64 * 2**10

BACKLOG = 1024
"""Connections that may wait to be accepted: reconnect storms are part of the course. Where the
system allows fewer, it takes fewer."""

TURNS = 10
"""Turns of a loop in which it surely accepts a connection, reads from it, and sees it end."""

GRACE = 1.0
"""Seconds that connections which are about to end get for it, when the wire is closed."""


class Proxy:
    """Listens, and links each client with the server.

    Args:
        target: Host and port of the server.
        recording: What to write into.
        seed: Makes jitter repeatable: connection n of every run with this seed is treated alike.
    """

    def __init__(self, target: tuple[str, int], recording: Recording, seed: int) -> None:
        self._target = target
        self._recording = recording
        self._seed = seed
        self._buffer = memoryview(bytearray(READ_SIZE))
        self._server: asyncio.Server | None = None
        self._closed_door: socket.socket | None = None
        self._address: Address | None = None
        self._connecting: set[asyncio.Task[None]] = set()
        self._arrival = asyncio.Event()  # set when the next client comes
        self.links: dict[int, Link] = {}
        self.shapes = {direction: Shape() for direction in Direction}
        """How new connections begin."""
        self.failures: list[BaseException] = []
        """What went wrong inside."""

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port.

        Raises:
            OSError: The address is taken, or is none of ours.
        """
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._fail)
        family, address = (await resolve(host, port))[0]
        door = bind((family, address))
        self._address = family, door.getsockname()
        await self._listen(door)
        listening: int = self._address[1][1]
        return listening

    async def accept(self) -> None:
        """Accept connections again."""
        if self._closed_door is not None:
            door, self._closed_door = self._closed_door, None
            await self._listen(door)

    async def refuse(self) -> None:
        """Accept no more: clients get "connection refused" from the system, as without a server."""
        if self._server is not None and self._address is not None:
            server, self._server = self._server, None
            await _close(server)
            # Bound without listening, a socket keeps the port from everybody else.
            self._closed_door = bind(self._address)

    async def wait_ended(self, number: int | None) -> None:
        """Wait until a connection has come and ended, or until all there are have ended."""
        await _catch_up()
        if number is None:
            for link in [*self.links.values()]:
                await link.finished.wait()
            return
        while number not in self.links:
            await self._arrival.wait()
        await self.links[number].finished.wait()

    async def close(self) -> None:
        """Close everything; connections that are about to end may do so first."""
        await self._shut()
        await _catch_up()
        ending = [asyncio.ensure_future(link.finished.wait()) for link in self._ending()]
        if ending:
            await asyncio.wait(ending, timeout=GRACE)
        await self._abort()

    def _ending(self) -> list[Link]:
        return [link for link in self.links.values() if link.ending and not link.finished.is_set()]

    async def _abort(self) -> None:
        for task in self._connecting:
            task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        for link in self.links.values():
            link.abort()
        # connection_lost() comes with the next turn, and closes the sockets.
        await asyncio.sleep(0)

    async def _shut(self) -> None:
        if self._server is not None:
            await _close(self._server)
        if self._closed_door is not None:
            self._closed_door.close()

    async def _listen(self, door: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._link, sock=door, backlog=BACKLOG)

    def _link(self) -> asyncio.BaseProtocol:
        number = len(self.links) + 1
        shapers = {direction: self._shaper(number, direction) for direction in Direction}
        link = Link(number, self._recording, shapers, self._buffer)
        self.links[number] = link
        self._arrival.set()
        self._arrival = asyncio.Event()
        task = asyncio.get_running_loop().create_task(link.connect(*self._target))
        self._connecting.add(task)
        task.add_done_callback(self._connected)
        return link.client

    def _shaper(self, number: int, direction: Direction) -> Shaper:
        # A generator for each, so that what happens on one connection changes nothing on others.
        random = Random(f"{self._seed}/{number}/{direction}").random
        return Shaper(replace(self.shapes[direction]), random)

    def _connected(self, task: asyncio.Task[None]) -> None:
        self._connecting.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failures.append(error)

    def _fail(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.failures.append(context.get("exception") or RuntimeError(context["message"]))


async def _close(server: asyncio.Server) -> None:
    """Listen no more, and lose nobody who is just being accepted.

    asyncio accepts in one turn of the loop and makes the transport in the next. Is the server
    closed in between, then that fails without a word, and the client has a connection to nobody.
    """
    loop = asyncio.get_running_loop()
    # A loop without readers, that of Windows, accepts and makes the transport in one turn.
    with contextlib.suppress(NotImplementedError):
        for door in server.sockets:
            loop.remove_reader(door)
        await _catch_up()
    server.close()


async def _catch_up() -> None:
    """Take in what clients did until now: the system has it, the loop not yet."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
