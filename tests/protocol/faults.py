"""Everything a peer can do wrong once the connection is open, each with what it earns.

The data is apart from the tests that run through it, so that engines and links can be tried
with the same bytes.
"""

from dataclasses import dataclass

from tests.protocol.streams import KEY, to_peer
from wsdemo.protocol import Deflate, Limits, Role, apply_mask

LIMITS = Limits(message_size=1000, fragments=3)

# A raw frame: its first octet, its payload, and its length fields if they are not the right ones.
Raw = tuple[int, bytes] | tuple[int, bytes, bytes]


@dataclass(frozen=True)
class Fault:
    """What a peer does wrong.

    Attributes:
        name: in a few words.
        frames: the last one is the fault.
        code: with which the connection has to be failed.
        message: what the error has to say.
        compressed: whether it takes permessage-deflate.
    """

    name: str
    frames: tuple[Raw, ...]
    code: int
    message: str
    compressed: bool = False

    def octets(self, role: Role) -> bytes:
        """Return the bytes, as an endpoint of that role receives them."""
        return b"".join(_octets(role, *frame) for frame in self.frames)


def _octets(role: Role, first: int, payload: bytes, length: bytes | None = None) -> bytes:
    return to_peer(role, first, payload, length=length)


def _length(form: int, value: int) -> bytes:
    return bytes((form,)) + value.to_bytes(2 if form == 126 else 8, "big")


def _close(code: int, reason: bytes = b"") -> tuple[Raw]:
    return ((0x88, code.to_bytes(2, "big") + reason),)


RESERVED_OPCODES = (0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF)
UNSENDABLE_CODES = (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)

FAULTS = (
    Fault("RSV1", ((0xC1, b"a"),), 1002, "reserved bit RSV1 set in a TEXT frame"),
    Fault("RSV2", ((0xA2, b"a"),), 1002, "reserved bit RSV2 set in a BINARY frame"),
    Fault("RSV3", ((0x99, b"a"),), 1002, "reserved bit RSV3 set in a PING frame"),
    Fault(
        "RSV on a close", ((0xB8, b""),), 1002, "reserved bits RSV2 and RSV3 set in a CLOSE frame"
    ),
    *(
        Fault(f"opcode {bits:X}", ((0x80 | bits, b"a"),), 1002, f"reserved opcode 0x{bits:X}")
        for bits in RESERVED_OPCODES
    ),
    Fault("fragmented close", ((0x08, b""),), 1002, "fragmented CLOSE frame"),
    Fault("fragmented ping", ((0x09, b""),), 1002, "fragmented PING frame"),
    Fault("fragmented pong", ((0x0A, b""),), 1002, "fragmented PONG frame"),
    Fault("long ping", ((0x89, bytes(126)),), 1002, "PING frame of 126 bytes, over 125"),
    Fault(
        "long close",
        ((0x88, b"\x03\xe8" + b"a" * 200),),
        1002,
        "CLOSE frame of 202 bytes, over 125",
    ),
    Fault(
        "nothing to continue",
        ((0x80, b"a"),),
        1002,
        "CONTINUATION frame without a message to continue",
    ),
    Fault(
        "continued after its end",
        ((0x01, b"a"), (0x80, b"b"), (0x80, b"c")),
        1002,
        "CONTINUATION frame without a message to continue",
    ),
    Fault(
        "text amid binary",
        ((0x02, b"a"), (0x81, b"b")),
        1002,
        "TEXT frame amid a fragmented BINARY message",
    ),
    Fault(
        "length in 2 octets",
        ((0x82, b"a" * 125, _length(126, 125)),),
        1002,
        "payload length 125 written in 2 extra bytes",
    ),
    Fault(
        "length in 8 octets",
        ((0x82, b"a" * 126, _length(127, 126)),),
        1002,
        "payload length 126 written in 8 extra bytes",
    ),
    Fault(
        "top bit of the length",
        ((0x82, b"", _length(127, 2**63)),),
        1002,
        "payload length 0x8000000000000000 with its top bit set",
    ),
    Fault("no UTF-8", ((0x81, b"abc\xff"),), 1007, "text is not UTF-8: byte 3 is 0xff"),
    Fault(
        "half a character", ((0x81, b"\xe2\x82"),), 1007, "text is not UTF-8: it ends after e2 82"
    ),
    Fault(
        "no UTF-8, in a fragment",
        ((0x01, b"caf\xc3"), (0x00, b"(")),
        1007,
        "text is not UTF-8: byte 4 is 0x28",
    ),
    Fault(
        "surrogate, cut",
        ((0x01, b"\xed"), (0x00, b"\xa0")),
        1007,
        "text is not UTF-8: byte 1 is 0xa0",
    ),
    Fault("close of 1 byte", ((0x88, b"\x03"),), 1002, "close frame with a 1-byte payload: 0x03"),
    *(
        Fault(f"close code {code}", _close(code), 1002, f"close code {code}")
        for code in UNSENDABLE_CODES
    ),
    Fault("close reason", _close(1000, b"\xff"), 1007, "close reason is not UTF-8: byte 0 is 0xff"),
    Fault("too big", ((0x82, bytes(1001)),), 1009, "frame of 1001 bytes, over 1000"),
    Fault(
        "much too big",
        ((0x82, b"", _length(127, 2**62)),),
        1009,
        f"frame of {2**62} bytes, over 1000",
    ),
    Fault(
        "too big together",
        ((0x02, bytes(600)), (0x00, bytes(401))),
        1009,
        "message of 1001 bytes, over 1000",
    ),
    Fault(
        "too many fragments",
        ((0x01, b""), (0x00, b""), (0x00, b""), (0x00, b"")),
        1009,
        "message of 4 frames, over 3",
    ),
    Fault(
        "bomb",
        ((0xC2, Deflate().compress(bytes(10_000))),),
        1009,
        "the message inflates to more than the 1000 bytes left for it",
        compressed=True,
    ),
    Fault(
        "corrupt deflate",
        ((0xC1, b"\xff\xff\xff"),),
        1007,
        "the compressed data is corrupt",
        compressed=True,
    ),
    Fault(
        "RSV1 on a continuation",
        ((0x01, b"a"), (0xC0, b"b")),
        1002,
        "reserved bit RSV1 set in a CONTINUATION frame",
        compressed=True,
    ),
    Fault(
        "RSV1 on a ping",
        ((0xC9, b""),),
        1002,
        "reserved bit RSV1 set in a PING frame",
        compressed=True,
    ),
)


def wrongly_masked(role: Role) -> tuple[bytes, str]:
    """Return a frame that is masked just when it may not be, and what is to be said of it."""
    if role is Role.SERVER:
        return b"\x81\x05Hello", "unmasked TEXT frame from a client"
    return b"\x81\x85" + KEY + apply_mask(b"Hello", KEY), "masked TEXT frame from a server"
