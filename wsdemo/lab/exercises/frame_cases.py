"""Frames to try a parser on, legal and illegal, as data.

Each case is the octets of one frame and what RFC 6455 says about them. Where the field's test
suite, Autobahn's, sends the same frame, the case bears its number (there it is masked, because
Autobahn plays the client). The octets are put together by hand here and not by `wsdemo.protocol`,
which is itself tried on them.

Leaves out what only a connection can judge: which side must mask, where a continuation may stand,
whether text is UTF-8, and which close codes may be sent.
"""

from dataclasses import dataclass
from itertools import cycle

Parsed = tuple[bool, int, bytes]  # fin, opcode, payload

KEY = bytes.fromhex("37fa213d")  # of the examples in RFC 6455, 5.7
STAR, FE = b"*", b"\xfe"  # the payloads of Autobahn's text and binary cases


@dataclass(frozen=True, slots=True)
class FrameCase:
    """One frame on the wire.

    `frame` is what a parser must read from `data`, or None when it must refuse; `refused` then says
    why, and `code` is the close code that the sender earns. `number` is Autobahn's, if it has one.
    """

    name: str
    data: bytes
    frame: Parsed | None = None
    refused: str = ""
    number: str = ""
    code: int = 1002

    @property
    def title(self) -> str:
        """The name, with Autobahn's number if there is one."""
        return f"{self.name} (Autobahn {self.number})" if self.number else self.name


def octets(first: int, payload: bytes, key: bytes = b"", size: int | None = None) -> bytes:
    """Put a frame together, also one that no endpoint may send.

    Args:
        first: The first octet: fin, three reserved bits, opcode.
        payload: What it carries, unmasked.
        key: The masking key; none when empty.
        size: The octets of the extended length (0, 2 or 8); the fewest possible when None.

    Returns:
        The frame's octets.
    """
    length = len(payload)
    if size is None:
        size = 0 if length < 126 else 2 if length < 65_536 else 8
    field = {0: length, 2: 126, 8: 127}[size]
    second = (0x80 if key else 0) | field
    masked = bytes(a ^ b for a, b in zip(payload, cycle(key or b"\0"), strict=False))
    return bytes((first, second)) + (length.to_bytes(size, "big") if size else b"") + key + masked


def legal(name: str, first: int, payload: bytes, number: str = "", key: bytes = b"") -> FrameCase:
    """Build a case of a frame that must be read."""
    frame = (first >= 0x80, first & 0x0F, payload)
    return FrameCase(name, octets(first, payload, key), frame, number=number)


def illegal(name: str, data: bytes, refused: str, number: str = "") -> FrameCase:
    """Build a case of a frame that must be refused."""
    return FrameCase(name, data, refused=refused, number=number)


# RFC 6455, 5.7, where the whole frames are printed.
EXAMPLES = (
    FrameCase("text, 'Hello'", bytes.fromhex("810548656c6c6f"), (True, 1, b"Hello")),
    FrameCase(
        "text, 'Hello', masked", bytes.fromhex("818537fa213d7f9f4d5158"), (True, 1, b"Hello")
    ),
    FrameCase("text, 'Hel', more to come", bytes.fromhex("010348656c"), (False, 1, b"Hel")),
    FrameCase("continuation, 'lo', the last", bytes.fromhex("80026c6f"), (True, 0, b"lo")),
    FrameCase("ping, 'Hello'", bytes.fromhex("890548656c6c6f"), (True, 9, b"Hello")),
    FrameCase("pong, masked", bytes.fromhex("8a8537fa213d7f9f4d5158"), (True, 10, b"Hello")),
)

LENGTHS = (
    legal("text, nothing in it", 0x81, b"", "1.1.1"),
    legal("text, 125 octets", 0x81, STAR * 125, "1.1.2"),
    legal("text, 126 octets", 0x81, STAR * 126, "1.1.3"),
    legal("text, 127 octets", 0x81, STAR * 127, "1.1.4"),
    legal("text, 128 octets", 0x81, STAR * 128, "1.1.5"),
    legal("text, 65,535 octets", 0x81, STAR * 65_535, "1.1.6"),
    legal("text, 65,536 octets", 0x81, STAR * 65_536, "1.1.7"),
    legal("binary, nothing in it", 0x82, b"", "1.2.1"),
    legal("binary, 126 octets", 0x82, FE * 126, "1.2.3"),
)

MASKED = (
    legal("text, nothing in it, masked", 0x81, b"", key=KEY),
    legal("binary, 125 octets, masked", 0x82, bytes(range(125)), key=KEY),
    legal("binary, 126 octets, masked", 0x82, bytes(range(126)), key=KEY),
    legal("binary, 65,536 octets, masked", 0x82, bytes(range(256)) * 256, key=KEY),
)

CONTROL = (
    legal("ping, nothing in it", 0x89, b"", "2.1"),
    legal("ping, 125 octets", 0x89, FE * 125, "2.4"),
    legal("pong, nothing in it", 0x8A, b"", "2.7"),
    legal("close, nothing in it", 0x88, b"", "7.3.1"),
    legal("close, 1000", 0x88, b"\x03\xe8", "7.3.3"),
)

_RESERVED_BIT = "no extension gives this reserved bit a meaning (RFC 6455, 5.2)"
_RESERVED_OPCODE = "opcodes 3–7 and 11–15 are reserved (RFC 6455, 5.2)"
_LONG_CONTROL = "a control frame has 125 octets of payload at most (RFC 6455, 5.5)"
_CUT_CONTROL = "a control frame must not be fragmented (RFC 6455, 5.5)"
_MINIMAL = "the fewest octets must be used for the length (RFC 6455, 5.2)"
_TOP_BIT = "the top bit of a 64-bit length must be 0 (RFC 6455, 5.2)"

# Autobahn's cases 3.1 to 3.7 are named for the value of the three bits together.
RESERVED_BITS = tuple(
    illegal(
        f"reserved bits {bits:03b}",
        octets(0x81 | bits << 4, b"Hello, world!"),
        _RESERVED_BIT,
        f"3.{bits}",
    )
    for bits in range(1, 8)
)

RESERVED_OPCODES = tuple(
    illegal(f"opcode {opcode}", octets(0x80 | opcode, b"payload"), _RESERVED_OPCODE, number)
    for opcode, number in (
        *((3 + at, f"4.1.{1 + at}") for at in range(5)),
        *((11 + at, f"4.2.{1 + at}") for at in range(5)),
    )
)

CONTROL_FAULTS = (
    illegal("ping, 126 octets", octets(0x89, FE * 126), _LONG_CONTROL, "2.5"),
    illegal("close, 126 octets", octets(0x88, b"\x03\xe8" + STAR * 124), _LONG_CONTROL, "7.3.6"),
    illegal("ping, more to come", octets(0x09, b"fragment1"), _CUT_CONTROL, "5.1"),
    illegal("pong, more to come", octets(0x0A, b"fragment1"), _CUT_CONTROL, "5.2"),
    illegal("close, more to come", octets(0x08, b"\x03\xe8"), _CUT_CONTROL),
)

LENGTH_FAULTS = (
    illegal("0 octets, length in 16 bits", octets(0x82, b"", size=2), _MINIMAL),
    illegal("125 octets, length in 16 bits", octets(0x82, FE * 125, size=2), _MINIMAL),
    illegal("126 octets, length in 64 bits", octets(0x82, FE * 126, size=8), _MINIMAL),
    illegal("65,535 octets, length in 64 bits", octets(0x82, FE * 65_535, size=8), _MINIMAL),
    illegal("length with the top bit set", b"\x82\x7f" + b"\xff" * 8, _TOP_BIT),
)

# The headers alone: whoever waits for the payload here waits, and collects, for ever.
AT_THE_HEADER = (
    illegal("opcode 3 that announces 1 TiB", b"\x83\x7f" + (2**40).to_bytes(8), _RESERVED_OPCODE),
    illegal("ping that announces 126 octets", b"\x89\x7e\x00\x7e", _LONG_CONTROL),
)

LEGAL = EXAMPLES + LENGTHS + MASKED + CONTROL
ILLEGAL = RESERVED_BITS + RESERVED_OPCODES + CONTROL_FAULTS + LENGTH_FAULTS + AT_THE_HEADER
CASES = LEGAL + ILLEGAL
