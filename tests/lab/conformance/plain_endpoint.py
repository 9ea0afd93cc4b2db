"""An endpoint that echoes (RFC 6455, 5 to 8), each of its decisions in a method of its own.

A faulty endpoint is a subclass that decides one thing otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from tests.lab.conformance.plain_deflate import Deflater, Inflater
from tests.lab.conformance.plain_frames import (
    CLOSE,
    CONTINUATION,
    OPCODES,
    PING,
    PONG,
    RSV1,
    TEXT,
    Header,
    Violation,
    apply_mask,
    shortest,
)
from tests.lab.conformance.plain_http import Refusal
from tests.lab.conformance.plain_judge import Judge, new_decoder
from tests.lab.conformance.plain_stream import Stream

LINGER = 1.0  # seconds for the peer to end TCP


class Endpoint(Judge):
    """One end of a connection, which sends every message back.

    Attributes:
        stream: what comes from the peer.
        writer: of the TCP connection.
        finished: whether the closing handshake is done.
        deflater: compresses what we send; used with an agreement only.
        inflater: restores what comes.

    Args:
        reader: of the TCP connection.
        writer: of the TCP connection.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__()
        self.stream = Stream(reader)
        self.writer = writer
        self.finished = False
        self.deflater = Deflater(15, takeover=True)
        self.inflater = Inflater(takeover=True)

    # The connection.

    async def run(self) -> None:
        """Open the connection, echo until it ends, and end TCP."""
        try:
            with contextlib.suppress(EOFError, OSError, Refusal):
                await self.open()
                await self.echo()
            await self.end_tcp()
        finally:
            self.writer.transport.abort()  # in case we were cancelled, or the peer didn't listen

    async def open(self) -> None:
        """Do the opening handshake.

        Raises:
            Refusal: it failed.
        """
        raise NotImplementedError

    async def echo(self) -> None:
        """Answer frames until there is a reason to stop."""
        try:
            while not self.finished:
                await self.on_frame(await self.read_header())
        except Violation as violation:
            await self.fail(violation.code)

    async def fail(self, code: int) -> None:
        """Say why the connection cannot go on (RFC 6455, 7.1.7)."""
        await self.send_frame(CLOSE, code.to_bytes(2))

    async def end_tcp(self) -> None:
        """Say that nothing more comes, and close when the peer has said so (RFC 6455, 7.1.1).

        A socket closed with unread octets in it is reset, and what was sent may get lost with it.
        """
        with contextlib.suppress(OSError):  # TimeoutError is one
            async with asyncio.timeout(LINGER):
                self.half_close()
                await self.stream.discard()
                self.writer.close()
                await self.writer.wait_closed()

    def half_close(self) -> None:
        """Say that nothing more comes."""
        self.writer.write_eof()

    # Headers, judged as their octets come.

    async def read_header(self) -> Header:
        """Read the header of a frame."""
        header = Header.parse(await self.stream.exactly(2))
        self.check_header(header)
        if header.extended:
            header.length = self.check_length_form(await self.stream.exactly(header.extended))
        self.check_announced(header)
        if header.masked:
            header.key = await self.stream.exactly(4)
        return header

    # Frames.

    async def on_frame(self, header: Header) -> None:
        """Receive the frame of which this is the header."""
        if header.opcode not in OPCODES:
            await self.on_unknown(header)
        elif header.is_control:
            await self.on_control(header)
        else:
            await self.on_data(header)

    async def on_unknown(self, header: Header) -> None:
        """Skip a frame; only an endpoint that allows all opcodes comes here."""
        await self.read_payload(header, bytearray().extend)

    async def on_control(self, header: Header) -> None:
        """Receive a frame that is no part of a message."""
        payload = bytearray()
        await self.read_payload(header, payload.extend)
        if header.opcode == PING:
            await self.on_ping(bytes(payload))
        elif header.opcode == PONG:
            await self.on_pong(bytes(payload))
        else:
            await self.on_close(bytes(payload))

    async def on_data(self, header: Header) -> None:
        """Receive a part of a message, piece by piece."""
        if header.opcode != CONTINUATION:
            self.begin(header)
        await self.read_payload(header, self.receive)
        await self.on_frame_end(header)

    async def read_payload(self, header: Header, receive: Callable[[bytes], None]) -> None:
        """Pass a payload on, unmasked, in the pieces in which it comes."""
        done = 0
        while done < header.length:
            piece = await self.stream.some(header.length - done)
            receive(self.unmask(piece, header, done))
            done += len(piece)

    def unmask(self, piece: bytes, header: Header, offset: int) -> bytes:
        """Unmask the part of a payload that begins at an offset (RFC 6455, 5.3)."""
        return apply_mask(piece, header.key, offset) if header.masked else piece

    # Messages.

    def begin(self, header: Header) -> None:
        """Begin a message."""
        self.opcode = header.opcode
        self.compressed = self.is_compressed(header)
        self.message.clear()
        self.decoder = new_decoder()

    def is_compressed(self, header: Header) -> bool:
        """Tell by its first frame whether a message is compressed (RFC 7692, 6)."""
        return self.agreement is not None and bool(header.reserved & RSV1)

    def receive(self, piece: bytes) -> None:
        """Receive the next part of the message."""
        for part in self.inflater.inflate(piece) if self.compressed else (piece,):
            self.append(part)

    def append(self, part: bytes) -> None:
        """Add what comes next in the message, if it may."""
        self.check_size(len(self.message) + len(part))
        self.message += part
        if self.opcode == TEXT:
            self.check_text(part)

    async def on_frame_end(self, header: Header) -> None:
        """Send the message back if it ends here."""
        if header.fin:
            await self.end_message()

    async def end_message(self) -> None:
        """Send the message back."""
        if self.compressed:
            for part in self.inflater.end():
                self.append(part)
        opcode, self.opcode = self.opcode, None
        if opcode == TEXT:
            self.check_text(b"", final=True)
        if opcode is not None:
            await self.on_message(opcode, bytes(self.message))

    async def on_message(self, opcode: int, data: bytes) -> None:
        """Send a message back."""
        await self.send_message(opcode, data)

    # Control frames.

    async def on_ping(self, payload: bytes) -> None:
        """Answer a ping (RFC 6455, 5.5.2)."""
        await self.send_frame(PONG, payload)

    async def on_pong(self, payload: bytes) -> None:
        """Ignore a pong (RFC 6455, 5.5.3)."""

    async def on_close(self, payload: bytes) -> None:
        """Answer a close frame, after which nothing counts (RFC 6455, 5.5.1)."""
        self.check_close_payload(payload)
        await self.answer_close(payload)
        self.finished = True

    async def answer_close(self, payload: bytes) -> None:
        """Answer with the same code, or none (RFC 6455, 5.5.1)."""
        await self.send_frame(CLOSE, payload[:2])

    # Sending.

    async def send_message(self, opcode: int, data: bytes) -> None:
        """Send a message in one frame, compressed if that was agreed."""
        if self.agreement:
            await self.send_frame(opcode, self.deflater.compress(data), reserved=RSV1)
        else:
            await self.send_frame(opcode, data)

    async def send_frame(
        self, opcode: int, payload: bytes = b"", *, fin: bool = True, reserved: int = 0
    ) -> None:
        """Send a frame (RFC 6455, 5.2)."""
        length = bytearray(self.length_form(len(payload)))
        key = self.new_masking_key()
        if key is not None:
            length[0] |= 0x80
            payload = key + apply_mask(payload, key)
        await self.send(bytes((fin << 7 | reserved | opcode,)) + length + payload)

    def length_form(self, length: int) -> bytes:
        """Write a length."""
        return shortest(length)

    def new_masking_key(self) -> bytes | None:
        """Return the key for the next frame, or None to send it in clear (RFC 6455, 5.1)."""
        raise NotImplementedError

    async def send(self, data: bytes) -> None:
        """Send octets, and wait for the peer if it is slow."""
        self.writer.write(data)
        await self.writer.drain()
