"""What visitors send: messages, the frames that carry them, the chunks in which they travel.

All of it is drawn from the visitor's own generator, so that a visitor can be replayed alone.

Leaves out sockets and judgements.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wsdemo.protocol import Close, CloseCode, Frame, Opcode
from wsdemo.protocol.closing import MAX_REASON, NEVER_SENT
from wsdemo.protocol.deflate import MAX_WINDOW_BITS, NAME, DeflateParams
from wsdemo.protocol.extensions import parse_extensions

# What the subject allows, small enough for a breach to be cheap.
MAX_SIZE = 2**18
MAX_FRAGMENTS = 64

# Where the length of a payload changes its form (RFC 6455, 5.2), and their neighbours.
SHORT = (0, 1, 125, 126, 127)
LONG = (65_535, 65_536)

# Every code that a close frame may carry, and None for an empty one.
CODES = (
    None,
    *(int(code) for code in CloseCode if code not in NEVER_SENT),
    *(3000, 3999, 4000, 4999),
)

ALPHABET = "abc é ω € 𝄞 🌍"  # of one, two, three and four octets
BYTE_BY_BYTE = 300  # octets; each takes a turn of the loop

OFFERS = (
    "",
    "",  # half of the visitors want none
    NAME,
    f"{NAME}; client_max_window_bits",
    f"{NAME}; client_max_window_bits=9; server_max_window_bits=9",
    f"{NAME}; client_no_context_takeover; server_no_context_takeover",
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message.

    Attributes:
        opcode: TEXT or BINARY.
        payload: its octets.
    """

    opcode: Opcode
    payload: bytes

    def __str__(self) -> str:
        return str(Frame(self.opcode, self.payload))


def size(rng: random.Random) -> int:
    """Draw the octets of a message: mostly few, and often where the form changes."""
    kind = rng.random()
    if kind < 0.5:
        return rng.randrange(300)
    if kind < 0.8:
        return rng.choice(SHORT)
    return rng.choice(LONG) if kind < 0.87 else int(2 ** rng.uniform(8, 16.5))


def text(rng: random.Random, octets: int) -> bytes:
    """Draw text of exactly so many octets; a random phrase, again and again."""
    phrase = "".join(rng.choices(ALPHABET, k=rng.randrange(20, 60))).encode()
    whole = (phrase * (octets // len(phrase) + 1))[:octets].decode(errors="ignore").encode()
    return whole + b"." * (octets - len(whole))


def message(rng: random.Random) -> Message:
    """Draw a message."""
    octets = size(rng)
    if rng.random() < 0.5:
        return Message(Opcode.TEXT, text(rng, octets))
    return Message(Opcode.BINARY, rng.randbytes(octets))


def command(words: str) -> Message:
    """Return the message that tells the subject to end the connection; see ``handlers``."""
    return Message(Opcode.TEXT, f"soak: {words}".encode())


def close(rng: random.Random, codes: Sequence[int | None] = CODES) -> Close:
    """Draw a close code that may be sent, and a reason of up to 123 octets."""
    code = rng.choice(codes)
    if code is None:
        return Close(CloseCode.NO_STATUS_RCVD)
    octets = rng.choice((0, rng.randrange(MAX_REASON), MAX_REASON))
    return Close(code, text(rng, octets).decode())


def chunks(rng: random.Random, data: bytes) -> list[bytes]:
    """Cut octets as a network might: not at all, anywhere, or everywhere."""
    if len(data) <= BYTE_BY_BYTE and rng.random() < 0.3:
        return [data[at : at + 1] for at in range(len(data))]
    cuts = rng.choice((0, 1, 5, 20))
    places = sorted(rng.randrange(len(data) + 1) for _ in range(cuts))
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


class Squeezer:
    """permessage-deflate, the client's side, on zlib alone: the subject's must not judge itself.

    Args:
        agreed: the parameters in the server's answer.
    """

    def __init__(self, agreed: DeflateParams) -> None:
        self._agreed = agreed
        self._begin()

    def _begin(self) -> None:
        bits = self._agreed.client_max_window_bits or MAX_WINDOW_BITS
        self._compressor = zlib.compressobj(wbits=-bits)
        self._decompressor = zlib.decompressobj(wbits=-MAX_WINDOW_BITS)

    def compress(self, payload: bytes) -> bytes:
        """Return the payload of a compressed message (RFC 7692, 7.2.1)."""
        data = self._compressor.compress(payload) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
        if self._agreed.client_no_context_takeover:
            bits = self._agreed.client_max_window_bits or MAX_WINDOW_BITS
            self._compressor = zlib.compressobj(wbits=-bits)
        return data.removesuffix(b"\x00\x00\xff\xff")

    def decompress(self, payload: bytes) -> bytes:
        """Return the message that a payload stands for (RFC 7692, 7.2.2)."""
        data = self._decompressor.decompress(payload + b"\x00\x00\xff\xff")
        if self._agreed.server_no_context_takeover:
            self._decompressor = zlib.decompressobj(wbits=-MAX_WINDOW_BITS)
        return data


def squeezer(answer: str | None) -> Squeezer | None:
    """Return what does the compression that a server has agreed to.

    Args:
        answer: the value of ``Sec-WebSocket-Extensions``, if there is one.
    """
    if answer is None:
        return None
    ((_, parameters),) = parse_extensions(answer)
    return Squeezer(DeflateParams.parse(parameters, offer=False))


class Pen:
    """Writes messages as frames: fragmented or not, compressed or not, with pings between.

    Args:
        rng: where the randomness comes from.
        squeezer: compresses, if that was agreed.

    Attributes:
        pings: the payloads of the pings written so far.
    """

    def __init__(self, rng: random.Random, squeezer: Squeezer | None = None) -> None:
        self._rng = rng
        self._squeezer = squeezer
        self.pings: list[bytes] = []

    def frame(
        self, opcode: Opcode, payload: bytes = b"", *, fin: bool = True, rsv1: bool = False
    ) -> bytes:
        """Write one frame, masked."""
        key = self._rng.randbytes(4)
        return Frame(opcode, payload, fin, rsv1, masking_key=key).serialize()

    def close(self, close: Close) -> bytes:
        """Write a close frame."""
        return self.frame(Opcode.CLOSE, close.serialize())

    def ping(self) -> bytes:
        """Write a ping, with up to 125 octets, that wants its pong."""
        payload = self._rng.randbytes(self._rng.choice((0, 4, 125)))
        self.pings.append(payload)
        return self.frame(Opcode.PING, payload)

    def message(self, message: Message) -> bytes:
        """Write a message."""
        payload, rsv1 = message.payload, False
        if self._squeezer is not None and self._rng.random() < 0.8:
            payload, rsv1 = self._squeezer.compress(payload), True
        pieces = self._pieces(payload)
        frames = [
            self.frame(
                Opcode.CONTINUATION if at else message.opcode,
                piece,
                fin=at == len(pieces) - 1,
                rsv1=rsv1 and at == 0,
            )
            for at, piece in enumerate(pieces)
        ]
        return b"".join(self._with_control_frames(frames))

    def _pieces(self, payload: bytes) -> list[bytes]:
        if self._rng.random() < 0.7:
            return [payload]
        cuts = self._rng.randrange(1, 9)
        places = sorted(self._rng.randrange(len(payload) + 1) for _ in range(cuts))
        ends = zip([0, *places], [*places, len(payload)], strict=True)
        return [payload[start:end] for start, end in ends]

    def _with_control_frames(self, frames: Sequence[bytes]) -> Iterator[bytes]:
        # RFC 6455, 5.4: "Control frames (see Section 5.5) MAY be injected in the middle of a
        # fragmented message."
        for frame in frames:
            yield frame
            kind = self._rng.random()
            if kind < 0.15:
                yield self.ping()
            elif kind < 0.2:
                yield self.frame(Opcode.PONG, b"nobody asked")
