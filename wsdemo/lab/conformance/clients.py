"""The suite against a client: serve, and let the client come for one case after the other.

The client under test is driven as Autobahn drives one, so that what was written for that can be
tested with this. It asks ``/getCaseCount`` for a text message with the number of cases, goes
through ``/runCase?case=N&agent=NAME`` from 1 on and sends back every message it gets, and says with
``/updateReports?agent=NAME`` that it has done. A case may end in any way, a refused handshake
included: the client then goes on to the next.

Leaves out servers, which are checked in `servers`.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from urllib.parse import SplitResult, parse_qs, urlsplit

from wsdemo.lab.conformance.case import Case, Why
from wsdemo.lab.conformance.deflate import NAME, Agreement, parse
from wsdemo.lab.conformance.exchange import Exchange
from wsdemo.lab.conformance.frames import close, text
from wsdemo.lab.conformance.opening import MAX_HEAD, Head
from wsdemo.lab.conformance.result import Result, judge
from wsdemo.lab.conformance.stream import Gone, Stream
from wsdemo.lab.conformance.wants import Goodbye

__all__ = ["COUNT", "DONE", "RUN", "Fuzzer", "Told", "serving"]

COUNT, RUN, DONE = "/getCaseCount", "/runCase", "/updateReports"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Told = Callable[[Result], object]


class Fuzzer:
    """A server with a case for every connection.

    Args:
        cases: What clients are put through, in this order.
        patience: Seconds that a case waits for what it wants.
        told: Called with each result as it comes.

    Attributes:
        results: What came of the cases, by number.
        done: Set when a client says that it has done.
        heard: When a client was last heard of, by `time.monotonic`.
    """

    def __init__(self, cases: Sequence[Case], patience: float, told: Told | None) -> None:
        self.cases = list(cases)
        self.results: dict[str, Result] = {}
        self.done = asyncio.Event()
        self.heard = time.monotonic()
        self._patience = patience
        self._told = told
        self._keys: set[str] = set()
        self._present = 0
        self._alone = asyncio.Event()
        self._alone.set()

    async def attend(self, sock: socket.socket) -> None:
        """See to a connection, from its first octet to its last."""
        stream = Stream(sock)
        self.heard = time.monotonic()
        self._present += 1
        self._alone.clear()
        try:
            data = await self._head(stream)
            head = Head.of(data)
            if head is None:
                return
            await self._route(stream, head, data)
        finally:
            self.heard = time.monotonic()
            stream.close()
            self._present -= 1
            if not self._present:
                self._alone.set()

    async def settle(self, seconds: float) -> None:
        """Let conversations come to their end: who has just left has a result to come."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._alone.wait()

    async def _head(self, stream: Stream) -> bytes:
        data = b""
        with contextlib.suppress(Gone, TimeoutError):
            async with asyncio.timeout(self._patience):
                while Head.of(data) is None and len(data) < MAX_HEAD:
                    more = await stream.receive()
                    if not more:
                        break
                    data += more
        return data

    async def _route(self, stream: Stream, head: Head, data: bytes) -> None:
        url = _split(head.target)
        case = self._case(url.path, url.query)
        if case is None:
            with contextlib.suppress(Gone):
                await stream.send(NOT_FOUND)
                await stream.end()
            return
        start = time.monotonic()
        exchange = Exchange(stream, case, server=False, patience=self._patience)
        exchange.began(data)
        exchange.seen.earlier_keys = frozenset(self._keys)
        self._keys.add(head.get("Sec-WebSocket-Key"))
        await converse(exchange)
        if url.path == RUN:
            self._keep(judge(case, exchange.seen, time.monotonic() - start))
        elif url.path == DONE:
            self.done.set()

    def _case(self, path: str, query: str) -> Case | None:
        bye = close(1000)
        if path == COUNT:
            return _errand(text(str(len(self.cases))), bye)
        if path == DONE:
            return _errand(bye)
        number = parse_qs(query).get("case", [""])[0]
        cases = {str(at): case for at, case in enumerate(self.cases, 1)}
        return cases.get(number) if path == RUN else None

    def _keep(self, result: Result) -> None:
        if result.case.number not in self.results:
            self.results[result.case.number] = result
            if self._told is not None:
                self._told(result)


def _split(target: str) -> SplitResult:
    try:
        return urlsplit(target)
    except ValueError:  # such as an address with half of its brackets
        return urlsplit("")


def _errand(*moves: object) -> Case:
    return Case("0", "an errand", moves, Goodbye(), Why("RFC 6455, 1.2", ""))  # type: ignore[arg-type]


async def converse(exchange: Exchange) -> None:
    """Answer a client's request as the case wants it, and run the case."""
    case, seen = exchange.case, exchange.seen
    assert seen.head is not None
    if len(seen.early) > seen.head.size:
        seen.hasty = len(seen.early)
    offer = dict(parse(seen.head.get("Sec-WebSocket-Extensions"))).get(NAME)
    agreement: Agreement | None = None
    lines: tuple[str, ...] = ()
    if case.deflate is not None:
        lacking = [name for name in case.deflate.offered if name not in (offer or {})]
        if offer is None:
            seen.moot = f"the client does not offer {NAME}"
        elif lacking:
            seen.moot = f"the client does not offer {lacking[0]}"
        else:
            lines = (f"Sec-WebSocket-Extensions: {case.deflate.answer}",)
            agreement = Agreement(dict(parse(case.deflate.answer))[NAME])
    head = case.response.serialize(seen.head.get("Sec-WebSocket-Key"), lines)
    async with exchange.reading():
        seen.open(agreement)
        if case.response.joined:
            exchange.ahead = head
        else:
            await exchange.send(head, case.response.piece)
        await (exchange.farewell() if seen.moot else exchange.play())


@contextlib.asynccontextmanager
async def serving(fuzzer: Fuzzer, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Listen for clients for the length of a block.

    Args:
        fuzzer: What sees to them.
        host: An address of this machine.
        port: The port; 0 for a free one.

    Yields:
        The URL for a client, without a path.
    """
    loop = asyncio.get_running_loop()
    with contextlib.ExitStack() as sockets:
        listener = sockets.enter_context(socket.create_server((host, port)))
        listener.setblocking(False)

        async def accept() -> None:
            while True:
                sock, _ = await loop.sock_accept(listener)
                sockets.enter_context(sock)  # nobody closes it if its task is never begun
                tasks.append(asyncio.create_task(fuzzer.attend(sock)))

        tasks = [asyncio.create_task(accept())]
        try:
            yield f"ws://{host}:{listener.getsockname()[1]}"
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        # Not in a task group, which would wrap what the block itself raises.
        for end in ends:
            if isinstance(end, Exception):
                raise end
