"""A desk on which a peer is examined: without a network it does the same every time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

from tests.lab.conformance.plain_client import PlainClient
from tests.lab.conformance.plain_endpoint import Endpoint
from tests.lab.conformance.plain_frames import Header, apply_mask
from tests.lab.conformance.plain_server import PlainServer

SECONDS = 10.0  # after which something hangs
URI = "ws://example/chat"


@dataclass(frozen=True)
class Sent:
    """A frame that a peer has sent.

    Attributes:
        first: octet, with FIN, the reserved bits and the opcode.
        payload: in clear.
        form: octets of its length field.
        masked: whether it was masked.
        key: with which, which is nobody's business.
    """

    first: int
    payload: bytes = b""
    form: int = 1
    masked: bool = False
    key: bytes = field(default=b"", compare=False)


@dataclass(frozen=True)
class Outcome:
    """What a peer did before the other end of the connection ended TCP.

    Attributes:
        head: of the request or response.
        frames: if there was a connection; else what came after the head.
        ended: whether it has ended TCP.
    """

    head: str
    frames: list[Sent] | bytes
    ended: bool


class Desk:
    """Both streams of a TCP connection, seen from its other end.

    Attributes:
        sent: what the peer has written.
        ended: whether it said that nothing more comes.
        transport: which may be aborted.
    """

    def __init__(self) -> None:
        self.sent = bytearray()
        self.ended = False
        self.transport = SimpleNamespace(abort=self.write_eof)
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue()
        self._taken = False
        self._over = False

    @property
    def streams(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """What a peer is made with."""
        return cast(asyncio.StreamReader, self), cast(asyncio.StreamWriter, self)

    async def read(self, _most: int) -> bytes:
        """Return the next piece; whoever comes back for more has dealt with the last one."""
        if self._taken:
            self._pieces.task_done()
        self._taken = False
        if self._over:
            return b""
        piece = await self._pieces.get()
        self._taken, self._over = True, not piece
        return piece

    def write(self, data: bytes) -> None:
        """Keep what is sent."""
        self.sent += data

    async def drain(self) -> None:
        """Wait for nothing."""

    def write_eof(self) -> None:
        """Keep in mind that nothing more comes."""
        self.ended = True

    def close(self) -> None:
        """Keep in mind that nothing more comes."""
        self.ended = True

    async def wait_closed(self) -> None:
        """Wait for nothing."""

    async def examine(self, peer: Endpoint, pieces: Iterable[bytes]) -> Outcome:
        """Give pieces to a peer, one after the other, and see what it does; then end TCP."""
        running = asyncio.create_task(peer.run())
        async with asyncio.timeout(SECONDS):
            for piece in pieces:
                self._pieces.put_nowait(piece)
                digesting = asyncio.create_task(self._pieces.join())
                await asyncio.wait((running, digesting), return_when=asyncio.FIRST_COMPLETED)
                digesting.cancel()
            outcome = read_outcome(bytes(self.sent), ended=self.ended)
            self._pieces.put_nowait(b"")
            await running
        return outcome


async def examine_server(server_class: type[PlainServer], pieces: Iterable[bytes]) -> Outcome:
    """See what a server does."""
    desk = Desk()
    return await desk.examine(server_class(*desk.streams), pieces)


def new_client(
    client_class: type[PlainClient], *, compression: bool = False
) -> tuple[Desk, PlainClient]:
    """Put a client on a desk, whose key is then known."""
    desk = Desk()
    return desk, client_class(*desk.streams, URI, compression=compression)


def read_outcome(sent: bytes, *, ended: bool) -> Outcome:
    """Read what was sent: a head, and frames or something else."""
    head, end, rest = sent.partition(b"\r\n\r\n")
    refused = head.startswith(b"HTTP") and b" 101 " not in head
    return Outcome((head + end).decode("latin-1"), rest if refused else read_frames(rest), ended)


def read_frames(data: bytes) -> list[Sent]:
    """Cut octets into frames, in whatever form they are."""
    frames = []
    while data:
        header = Header.parse(data[:2])
        form = 1 + header.extended
        length = int.from_bytes(data[2 : 1 + form]) if header.extended else header.length
        start = 1 + form + 4 * header.masked
        key = data[1 + form : start]
        payload = data[start : start + length]
        clear = apply_mask(payload, key) if header.masked else payload
        frames.append(Sent(data[0], clear, form, header.masked, key))
        data = data[start + length :]
    return frames
