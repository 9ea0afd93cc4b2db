"""The other opinion: what ``websockets`` does with the same bytes.

``Oracle`` wraps its sans-I/O protocol so that it can be compared with an ``Endpoint``: messages
instead of frames, and the close code with which it answers. Its sans-I/O layer leaves the
decoding of text to the layer above, so that is done here, as that layer does it.
"""

import codecs
from collections.abc import Callable

from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame as TheirFrame
from websockets.frames import Opcode as TheirOpcode
from websockets.protocol import Protocol, Side, State

from wsdemo.protocol import Binary, Closed, Endpoint, Event, Failed, Ping, Pong, Role, Text

# A verdict is comparable: each message and control frame, and the close code that was sent.
Verdict = tuple[list[tuple[str, object]], int | None]

CONTROL = {TheirOpcode.PING: "ping", TheirOpcode.PONG: "pong", TheirOpcode.CLOSE: "close"}


class Oracle:
    """``websockets`` at one end of a connection that is open.

    Attributes:
        protocol: its protocol.
        seen: what it has received.

    Args:
        role: which end.
        max_size: its limit on a message.
        deflate: whether permessage-deflate was negotiated.
        protocol: one that is open, instead of a new one.
    """

    def __init__(
        self,
        role: Role,
        max_size: int | None = 2**20,
        *,
        deflate: bool = False,
        protocol: Protocol | None = None,
    ) -> None:
        side = Side.SERVER if role is Role.SERVER else Side.CLIENT
        self.protocol = protocol or Protocol(side, state=State.OPEN, max_size=max_size)
        if deflate:
            self.protocol.extensions = [PerMessageDeflate(False, False, 15, 15)]
        self.seen: list[tuple[str, object]] = []
        self._message: list[str | bytes] = []
        self._decode: Callable[[bytes, bool], str] | None = None

    def receive(self, data: bytes) -> None:
        """Give it bytes."""
        self.protocol.receive_data(data)
        for event in self.protocol.events_received():
            assert isinstance(event, TheirFrame)
            if not self._receive_frame(event):
                break

    def output(self) -> bytes:
        """Fetch what it has to write."""
        return b"".join(self.protocol.data_to_send())

    def verdict(self) -> Verdict:
        """Return what it has received, and the close code that it has sent."""
        sent = self.protocol.close_sent
        return self.seen, None if sent is None else int(sent.code)

    @property
    def reason(self) -> str:
        """Return what its close frame says."""
        sent = self.protocol.close_sent
        return "" if sent is None else sent.reason

    def _receive_frame(self, frame: TheirFrame) -> bool:
        data = bytes(frame.data)
        if (name := CONTROL.get(frame.opcode)) is not None:
            self.seen.append((name, data))
            return True
        if frame.opcode is TheirOpcode.TEXT:
            self._decode = codecs.getincrementaldecoder("utf-8")().decode
        elif frame.opcode is TheirOpcode.BINARY:
            self._decode = None
        try:
            self._message.append(data if self._decode is None else self._decode(data, frame.fin))
        except UnicodeDecodeError as error:
            # The asyncio connection does the same when recv() decodes.
            self.protocol.fail(1007, f"{error.reason} at position {error.start}")
            return False
        if frame.fin:
            self._finish()
        return True

    def _finish(self) -> None:
        if self._decode is None:
            whole: str | bytes = b"".join(p for p in self._message if isinstance(p, bytes))
        else:
            whole = "".join(p for p in self._message if isinstance(p, str))
        self.seen.append(("message", whole))
        self._message = []


def verdict(endpoint: Endpoint, events: list[Event]) -> Verdict:
    """Put what our endpoint has done into the same form."""
    seen: list[tuple[str, object]] = []
    for event in events:
        match event:
            case Text(data) | Binary(data):
                seen.append(("message", data))
            case Ping(data):
                seen.append(("ping", data))
            case Pong(data):
                seen.append(("pong", data))
            case Closed(close):
                seen.append(("close", close.serialize()))
            case Failed():
                pass
            case _:
                raise AssertionError(f"unexpected {event}")
    return seen, None if endpoint.sent is None else endpoint.sent.code
