"""What came back in one run of a case, and what was sent when: all that a verdict is made of.

Leaves out the verdict, and the sockets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from wsdemo.lab.conformance.deflate import Agreement, Corrupt, Packer, Unpacker
from wsdemo.lab.conformance.frames import (
    CLOSE,
    CONTINUATION,
    NAMES,
    PING,
    PONG,
    Frame,
    Reader,
    Seen,
    quoted,
    size_of,
)
from wsdemo.lab.conformance.moves import Message, Move, data_before_fault, messages, pings
from wsdemo.lab.conformance.opening import MAX_HEAD, Head

__all__ = ["BARRIER", "Complaint", "Ended", "Got", "Piece", "Transcript", "ends_message"]

# Sent behind a fault: whoever answers it has gone on as if nothing had happened.
BARRIER = b"are you still there?"


class Ended(Enum):
    """How the endpoint's direction of TCP ended."""

    FIN = "FIN"
    RST = "RST"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong, in words, and where.

    `theirs` is the position in the endpoint's stream of the octet behind what is wrong, `ours` the
    same for what the endpoint should have answered, or refused; None where there is none. `moot`
    says that the case does not apply: the endpoint does not do what it is about.
    """

    words: str
    theirs: int | None = None
    ours: int | None = None
    moot: bool = False


@dataclass(frozen=True, slots=True)
class Got:
    """A message that came from the endpoint, its frames put together and inflated."""

    opcode: int
    payload: bytes
    end: int
    corrupt: str = ""

    def __str__(self) -> str:
        words = NAMES[self.opcode], quoted(self.payload), f"[{size_of(self.payload)}]"
        return " ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class Piece:
    """Octets that crossed the wire in one go; `data` is empty for the end of a stream."""

    time: float
    ours: bool
    data: bytes
    ended: Ended | None = None


@dataclass
class Transcript:
    """One run of a case.

    Attributes:
        moves: What the case sends.
        server: Whether the endpoint under test is the server.
        head: What the endpoint sent to open the connection; None if it never came whole.
        opened: Whether frames are exchanged: the server has said 101, whoever it is.
        frames: The frames that came.
        got: The messages that they make.
        close: The close frame that came.
        ended: How the endpoint ended TCP; None while it has not.
        late: Whether we stopped waiting.
        silent: Whether it had not closed when the time of a `Listen` was up.
        moot: Why the case does not apply to this endpoint; empty when it does.
        sent: What we sent, and where each ends in our stream.
        hasty: How many octets had come when a client's request was answered, if more than that.
        earlier_keys: The Sec-WebSocket-Key of every connection that a client made before.
        pieces: All octets, in both directions, for a picture.
    """

    moves: tuple[Move, ...]
    server: bool
    head: Head | None = None
    opened: bool = False
    frames: list[Seen] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    close: Seen | None = None
    ended: Ended | None = None
    late: bool = False
    silent: bool = False
    moot: str = ""
    hasty: int = 0
    earlier_keys: frozenset[str] = frozenset()
    sent: list[tuple[Move, int]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    packer: Packer | None = None
    _unpacker: Unpacker | None = None
    _reader: Reader | None = None
    _early: bytearray = field(default_factory=bytearray)
    _parts: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wanted = list(messages(self.moves))
        self.pings = pings(self.moves)
        self.before = list(data_before_fault(self.moves))

    # --- what comes in

    def take(self, data: bytes) -> None:
        """Take in octets from the endpoint."""
        if self.opened and self._reader is not None:
            self._read(data)
            return
        self._early += data
        if self.head is None:
            self.head = Head.of(self._early)

    @property
    def headless(self) -> bool:
        """Whether so much has come without the end of a head that none will."""
        return self.head is None and len(self._early) > MAX_HEAD

    def open(self, agreement: Agreement | None) -> None:
        """Read frames from here on, also those that came with the head."""
        assert self.head is not None
        self.opened = True
        ours, theirs = ("client", "server") if self.server else ("server", "client")
        if agreement is not None:
            self.packer = Packer(agreement.bits(ours), forget=agreement.forgets(ours))
            self._unpacker = Unpacker(agreement.bits(theirs), forget=agreement.forgets(theirs))
        self._reader = Reader(self.head.size)
        self._read(bytes(self._early[self.head.size :]))

    def _read(self, data: bytes) -> None:
        assert self._reader is not None
        for frame in self._reader.feed(data):
            self.frames.append(frame)
            if frame.opcode == CLOSE and self.close is None:
                self.close = frame
            elif not frame.control and self.close is None:
                # Data behind a close frame belong to no message: for `Goodbye` they are frames.
                self._assemble(frame)

    def _assemble(self, frame: Seen) -> None:
        if frame.opcode != CONTINUATION:
            self._parts = []
        self._parts.append(frame)
        if frame.fin:
            self.got.append(self._message())
            self._parts = []

    def _message(self) -> Got:
        first, payload = self._parts[0], b"".join(part.payload for part in self._parts)
        end = self._parts[-1].end
        if first.rsv == 4 and self._unpacker is not None:
            try:
                payload = self._unpacker.unpack(payload)
            except Corrupt as error:
                return Got(first.opcode, payload, end, str(error))
        return Got(first.opcode, payload, end)

    # --- what there is to ask

    @property
    def over(self) -> bool:
        """Whether nothing more can come."""
        return self.ended is not None

    @property
    def unread(self) -> bytes:
        """What came behind the head and is no whole frame."""
        return self._reader.rest if self._reader is not None else b""

    @property
    def early(self) -> bytes:
        """What came before frames were read: the head, whole or not, and what follows."""
        return bytes(self._early)

    @property
    def pongs(self) -> list[Seen]:
        """The pongs that came."""
        return [frame for frame in self.frames if frame.opcode == PONG]

    @property
    def theirs(self) -> list[Seen]:
        """The frames that came, without pings: an endpoint may send those whenever it likes."""
        return [frame for frame in self.frames if frame.opcode != PING]

    @property
    def close_code(self) -> int:
        """The code of the close frame that came; 1005 if it has none, 1006 if there is none.

        0 stands for what no close frame may have: half a code, or one of those two in so many
        octets (RFC 6455, 7.4.1).
        """
        if self.close is None:
            return 1006
        if not self.close.payload:
            return 1005
        code = int.from_bytes(self.close.payload[:2], "big")
        return 0 if len(self.close.payload) == 1 or code in (1005, 1006) else code

    @property
    def passed_barrier(self) -> Seen | None:
        """The answer to the barrier, if there is one."""
        return next((pong for pong in self.pongs if pong.payload == BARRIER), None)

    def behind_close(self) -> Iterator[Seen]:
        """Yield the frames that came behind the endpoint's close frame."""
        if self.close is not None:
            yield from self.frames[self.frames.index(self.close) + 1 :]

    def end_of(self, wanted: Frame | None = None, nth: int = 0) -> int | None:
        """Return where something of ours ends in our stream.

        Args:
            wanted: The frame; the n-th message when None.
            nth: Which message, from 0.
        """
        if wanted is not None:
            return next((end for move, end in self.sent if move is wanted), None)
        ends = [end for move, end in self.sent if ends_message(move)]
        return ends[nth] if nth < len(ends) else None

    def manner(self) -> str:
        """Say how the endpoint ended, for a complaint."""
        if self.late:  # what comes now is the answer to our farewell
            return "nothing: it was still silent when the time was up"
        if self.close is not None:
            return str(self.close)
        return f"{self.ended.value} without a close frame" if self.ended is not None else "nothing"


def ends_message(move: Move) -> bool:
    """Whether a message is complete with this move."""
    if isinstance(move, Frame):
        return not move.control and move.fin
    return isinstance(move, Message)
