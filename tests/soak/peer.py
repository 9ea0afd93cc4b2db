"""A client on a raw socket: it does what it is told, and files whatever comes.

Leaves out judgements, but for octets that are no frames at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence

from tests.scratch.raw import MASK, REQUEST, Raw, narrow
from tests.soak.traffic import Message, Squeezer, squeezer
from tests.soak.verdicts import Fault
from wsdemo.errors import HandshakeError, ProtocolError
from wsdemo.protocol import Close, Frame, Opcode, Response
from wsdemo.protocol.handshake import accept_key

BITE = 65_536  # octets that are read at once, unless told otherwise
ACCEPT = accept_key(REQUEST.partition(b"Sec-WebSocket-Key: ")[2][:24].decode())


def request(offer: str = "") -> bytes:
    """Return a handshake that a server has to accept.

    Args:
        offer: the value of ``Sec-WebSocket-Extensions``; none if empty.
    """
    extra = f"Sec-WebSocket-Extensions: {offer}\r\n\r\n" if offer else "\r\n"
    return REQUEST[:-2] + extra.encode()


class Peer(Raw):
    """One TCP connection to the subject.

    Args:
        sock: connected.

    Attributes:
        bite: octets that are read at once.
        squeezer: compression, once it is agreed.
        answers: whether pings are answered; not when we have stopped in the middle of a frame,
            which the pong would go on with.
        got: the messages that came.
        pongs: the payloads of the pongs that came.
        pings: how many came.
        close: of the close frame that came.
        octets: sent and received.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self.bite = BITE
        self.squeezer: Squeezer | None = None
        self.answers = True
        self.got: list[Message] = []
        self.pongs: list[bytes] = []
        self.pings = 0
        self.close: Close | None = None
        self.octets = 0
        self._parts: list[Frame] = []
        self._busy = False
        self._owed: list[bytes] = []

    @classmethod
    async def call(cls, address: tuple[str, int], *, small_buffers: bool = False) -> Peer:
        """Connect to a server.

        Args:
            address: host and port.
            small_buffers: whether the kernel holds little for us, so that backpressure is soon
                felt.
        """
        sock = socket.socket()
        # Chunks are to travel as they were cut, not to wait for one another.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = cls(narrow(sock) if small_buffers else sock)
        try:
            await peer.loop.sock_connect(sock, address)
        except BaseException:
            sock.close()
            raise
        return peer

    # Out

    async def send_all(self, chunks: Sequence[bytes]) -> None:
        """Send chunk by chunk, with a turn of the loop between; the end of TCP ends it."""
        self._busy = True
        with contextlib.suppress(ConnectionError):
            for chunk in chunks:
                await self.send(chunk)
                self.octets += len(chunk)
                await asyncio.sleep(0)
            while self._owed:
                await self.send(self._owed.pop(0))
        self._busy = False

    @contextlib.asynccontextmanager
    async def sending(self, chunks: Sequence[bytes]) -> AsyncIterator[asyncio.Task[None]]:
        """Send in the background; what is not sent at the end of the block never is."""
        task = asyncio.create_task(self.send_all(chunks))
        try:
            yield task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def finish(self) -> None:
        """Send a FIN: we have said all."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    # In

    async def more(self) -> bool:
        """Read what has come, or will come next; False at the end, whatever it was."""
        try:
            data = await self.loop.sock_recv(self.sock, self.bite)
        except ConnectionError:
            data = b""
        self.buffer += data
        self.octets += len(data)
        return bool(data)

    async def answer(self) -> Response:
        """Read the response to the handshake.

        Raises:
            Fault: there is none, or it is none.
        """
        try:
            while (parsed := Response.parse(self.buffer)) is None:
                if not await self.more():
                    raise Fault("wrong ending", f"no response, but {self.buffer[:80]!r}")
        except HandshakeError as error:
            raise Fault("wrong octets", f"{error} in a response") from error
        self.buffer = self.buffer[parsed[1] :]
        return parsed[0]

    async def accepted(self) -> None:
        """Read a response that has to accept us.

        Raises:
            Fault: it doesn't.
        """
        response = await self.answer()
        if response.status != 101 or response.headers.get("Sec-WebSocket-Accept") != ACCEPT:
            words = f"{response.status} for a good handshake: {response.body.decode()!r}"
            raise Fault("wrong ending", words)
        self.squeezer = squeezer(response.headers.get("Sec-WebSocket-Extensions"))

    async def hear(self) -> bool:
        """Read one frame, and file it; False at the end of TCP.

        Raises:
            Fault: what came is no frame that a server may send.
        """
        try:
            while (parsed := Frame.parse(self.buffer)) is None:
                if not await self.more():
                    return False
            self.buffer = self.buffer[parsed[1] :]
            parsed[0].check(from_client=False, rsv1_allowed=self.squeezer is not None)
            await self._file(parsed[0])
        except ProtocolError as error:
            raise Fault("wrong octets", str(error)) from error
        return True

    async def hear_out(self) -> None:
        """Read to the end of TCP."""
        while await self.hear():
            pass

    async def _file(self, frame: Frame) -> None:
        # RFC 6455, 5.5.2: "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in
        # response, unless it already received a Close frame." So pongs may follow its own.
        if self.close is not None and frame.opcode is not Opcode.PONG:
            raise Fault("wrong octets", f"{frame} after the close frame")
        match frame.opcode:
            case Opcode.CLOSE:
                self.close = Close.parse(frame.payload)
            case Opcode.PING:
                self.pings += 1
                await self._pong(frame.payload)
            case Opcode.PONG:
                self.pongs.append(frame.payload)
            case _:
                self._gather(frame)

    async def _pong(self, payload: bytes) -> None:
        if not self.answers:
            return
        pong = Frame(Opcode.PONG, payload, masking_key=MASK).serialize()
        if self._busy:  # and maybe in the middle of a frame
            self._owed.append(pong)
            return
        with contextlib.suppress(ConnectionError):
            await self.send(pong)

    def _gather(self, frame: Frame) -> None:
        """Put a message together from its frames."""
        if (frame.opcode is Opcode.CONTINUATION) != bool(self._parts):
            raise Fault("wrong octets", f"{frame} after {len(self._parts)} fragments")
        self._parts.append(frame)
        if not frame.fin:
            return
        first, parts = self._parts[0], self._parts
        self._parts = []
        payload = b"".join(part.payload for part in parts)
        if first.rsv1 and self.squeezer is not None:
            payload = self.squeezer.decompress(payload)
        if first.opcode is Opcode.TEXT:
            check_text(payload)
        self.got.append(Message(first.opcode, payload))


def check_text(payload: bytes) -> None:
    """Check the octets of a text message.

    Raises:
        Fault: they are not UTF-8.
    """
    try:
        payload.decode()
    except UnicodeDecodeError as error:
        raise Fault("wrong octets", f"text that is not UTF-8: {error.reason}") from error
