"""One run of a case: say what it says, hear what comes, until there is enough to judge.

Reading and writing go on at the same time, as they do between real endpoints: neither waits for the
other, and no time is spent where nothing is awaited. Pings of the endpoint are answered.

Leaves out who dials and who accepts (`servers`, `clients`) and the opening handshake.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator

from wsdemo.lab.conformance.case import FRAMES, Case
from wsdemo.lab.conformance.frames import CLOSE, CONTINUATION, PING, Frame, close, pong
from wsdemo.lab.conformance.moves import Await, HalfClose, Listen, Message, Move, Part, Raw
from wsdemo.lab.conformance.stream import Gone, Stream
from wsdemo.lab.conformance.transcript import Ended, Piece, Transcript, ends_message

__all__ = ["PATIENCE", "Exchange"]

_PAUSES = (Listen, Await, HalfClose)  # moves that write nothing

PATIENCE = 5.0  # seconds: what takes a millisecond on loopback is given this much on a busy machine
POLITE = 0.5  # seconds to wait for a farewell that no verdict depends on


class Exchange:
    """A connection on which a case is run.

    Args:
        stream: The connection.
        case: What to run.
        server: Whether the endpoint under test is the server.
        patience: Seconds to wait for what the case wants.

    Attributes:
        seen: What has come and gone so far.
        ahead: What goes out in the same write as the first frames.
    """

    def __init__(self, stream: Stream, case: Case, *, server: bool, patience: float) -> None:
        self.case = case
        self.seen = Transcript(case.moves, server)
        self.ahead = b""
        self._stream = stream
        self._patience = patience
        self._came = asyncio.Event()
        self._start = time.monotonic()
        self._position = 0
        self._closing = False
        self._answered = 0  # pings
        self._pinged = asyncio.Event()
        self._turn = asyncio.Lock()  # a pong of ours must not fall into the middle of a frame
        self._amid = False  # a frame, which a pause may interrupt, or an end of our patience

    def began(self, data: bytes) -> None:
        """Take in what was read before it was clear which case it is for."""
        self.seen.pieces.append(Piece(self._now(), False, data))
        self.seen.take(data)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Read for the length of a block, and close the connection at its end."""
        tasks = [asyncio.create_task(each) for each in (self._read(), self._answer_pings())]
        try:
            yield
        finally:
            try:
                await _stop(*tasks)
            finally:
                self._stream.close()

    async def _read(self) -> None:
        ended = None
        while ended is None:
            try:
                data = await self._stream.receive()
                ended = None if data else Ended.FIN
            except Gone:
                data, ended = b"", Ended.RST
            self.seen.pieces.append(Piece(self._now(), False, data, ended))
            self.seen.take(data)
            self.seen.ended = ended
            self._came.set()
            self._pinged.set()

    async def _answer_pings(self) -> None:
        """Answer pings as they come.

        The reader does not: while it waited for its turn to write, an endpoint that takes nothing
        in before it has got rid of its own would wait for the reader.
        """
        while True:
            await self._pinged.wait()
            self._pinged.clear()
            pings = [frame for frame in self.seen.frames if frame.opcode == PING]
            for frame in pings[self._answered :]:
                self._answered += 1
                async with self._turn:
                    if not self._closing:
                        await self._send(self._octets(pong(frame.payload)))

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is true, or nothing more can come, or the time is up.

        Returns:
            Whether it is true, or nothing more can come.
        """
        try:
            async with asyncio.timeout(seconds):
                while not (condition() or self.seen.over):
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            return False
        return True

    async def wait(self, condition: Callable[[], bool]) -> None:
        """Wait for what a verdict depends on, and note it if the time was up."""
        self.seen.late = not await self.until(condition, self._patience)

    async def send(self, data: bytes, piece: int | None = None) -> None:
        """Send octets, in pieces if asked to."""
        for part in _cut(data, piece):
            await self._send(part)
            if piece:
                await asyncio.sleep(0)  # an endpoint in this very loop reads in between

    async def _send(self, data: bytes) -> None:
        """Send octets; that nobody takes them any more is seen by the reader."""
        self._position += len(data)
        self.seen.pieces.append(Piece(self._now(), True, data))
        with contextlib.suppress(Gone):
            await self._stream.send(data)

    async def play(self) -> None:
        """Make the moves of the case, wait for what it wants, and say goodbye."""
        seen, want = self.seen, self.case.want
        self._pinged.set()  # perhaps together with the head
        playing = asyncio.create_task(self._play())
        try:
            await self.wait(lambda: want.complete(seen) and (playing.done() or bool(seen.close)))
        finally:
            await _stop(playing)
        await self.farewell()

    async def _play(self) -> None:
        """Make the moves: what can go in one write does."""
        for pause, moves in itertools.groupby(
            self.case.moves, lambda move: isinstance(move, _PAUSES)
        ):
            if pause:
                for move in moves:
                    await self._pause(move)
            else:
                await self._write(list(moves))
        self._came.set()

    async def _write(self, moves: list[Move]) -> None:
        """Write moves, and keep the turn if the last of them leaves a frame unfinished."""
        if not self._amid:
            await self._turn.acquire()
        self._amid = True
        await self._put(moves)
        last = moves[-1]
        self._amid = isinstance(last, Part) and last.stop < len(last.frame.payload)
        if not self._amid:
            self._turn.release()

    async def _put(self, moves: list[Move]) -> None:
        batch = [b"".join(map(self._octets, self._frames(move))) for move in moves]
        ahead, self.ahead = self.ahead, b""
        at = self._position + len(ahead)
        for move, octets in zip(moves, batch, strict=True):
            at += len(octets)
            self.seen.sent.append((move, at))
            self._closing = self._closing or (isinstance(move, Frame) and move.opcode == CLOSE)
        if self.case.piece != FRAMES:
            await self.send(ahead + b"".join(batch), self.case.piece)
            return
        batch[0] = ahead + batch[0]
        for octets in batch:
            await self.send(octets, len(octets))

    async def _pause(self, move: Move) -> None:
        if isinstance(move, HalfClose):
            await self.end()
        elif isinstance(move, Listen):
            closed = await self.until(lambda: self.seen.close is not None, move.seconds)
            self.seen.silent = not closed
        else:
            due = sum(1 for each, _ in self.seen.sent if ends_message(each))
            await self.until(lambda: len(self.seen.got) >= due, self._patience)

    async def end(self) -> None:
        """End our direction of TCP."""
        self._closing = True
        self.seen.pieces.append(Piece(self._now(), True, b"", Ended.FIN))
        with contextlib.suppress(Gone):
            await self._stream.end()

    def _frames(self, move: Move) -> Iterator[Frame | Part | Raw]:
        if isinstance(move, Message):
            yield from self._fragments(move)
        elif isinstance(move, Frame | Part | Raw):
            yield move

    def _fragments(self, message: Message) -> Iterator[Frame]:
        packed = message.packed and self.seen.packer is not None
        data = message.payload
        if message.coded is not None:
            data = message.coded
        elif packed and self.seen.packer is not None:
            data = self.seen.packer.pack(data, message.blocks)
        step = message.part or len(data) or 1
        parts = [data[at : at + step] for at in range(0, len(data), step)] or [b""]
        for at, part in enumerate(parts):
            opcode = CONTINUATION if at else message.opcode
            rsv = 4 if packed and not at else 0
            yield Frame(opcode, part, fin=at == len(parts) - 1, rsv=rsv)

    def _octets(self, what: Frame | Part | Raw) -> bytes:
        return what.data if isinstance(what, Raw) else what.serialize(masked=self.seen.server)

    async def farewell(self) -> None:
        """Close as one does, so that no endpoint is left waiting; no verdict depends on it."""
        seen = self.seen
        with contextlib.suppress(TimeoutError):  # an endpoint that takes nothing in gets nothing
            if not (self._closing or self._amid or seen.over):
                async with asyncio.timeout(POLITE), self._turn:
                    await self._say_goodbye()
            if not await self.until(lambda: seen.close is not None, POLITE):
                return
            if seen.server:
                await self.until(lambda: False, POLITE)  # a server ends TCP first: RFC 6455, 7.1.1
            async with asyncio.timeout(POLITE):
                await self.end()
            await self.until(lambda: False, POLITE)

    async def _say_goodbye(self) -> None:
        seen = self.seen
        self._closing = True
        reply = close(seen.close_code) if 1000 <= seen.close_code != 1005 else close()
        await self._send(self._octets(close(1000) if seen.close is None else reply))

    def _now(self) -> float:
        return time.monotonic() - self._start


def _cut(data: bytes, piece: int | None) -> Iterator[bytes]:
    step = piece or len(data) or 1
    yield from (data[at : at + step] for at in range(0, len(data), step))


async def _stop(*tasks: asyncio.Task[None]) -> None:
    """Cancel tasks and wait for their end; what one of them has failed with is a fault of ours.

    To let it pass would make an endpoint look slow.
    """
    for task in tasks:
        task.cancel()
    for end in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(end, Exception):
            raise end
