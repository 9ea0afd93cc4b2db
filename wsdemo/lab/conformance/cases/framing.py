"""Chapters 1, 3 and 4: what one frame may look like, and what it may not."""

from __future__ import annotations

from collections.abc import Iterator

from wsdemo.lab.conformance.case import FRAMES, OCTETS, Case
from wsdemo.lab.conformance.cases.tools import echoes, refuses, rfc6455
from wsdemo.lab.conformance.frames import bad, binary, close, other, ping, text

__all__ = ["cases"]

STAR, FE = b"*", b"\xfe"  # Autobahn's payloads of text and binary
SIZES = (0, 125, 126, 127, 128, 65_535, 65_536)
HELLO = "Hello, world!"
OCTETS_8 = bytes.fromhex("00fffefdfcfb00ff")

_LENGTH = rfc6455(
    "5.2",
    'The length of the "Payload data", in bytes: if 0-125, that is the payload length.',
)
_LENGTH_16 = rfc6455(
    "5.2",
    "If 126, the following 2 bytes interpreted as a 16-bit unsigned integer are the payload "
    "length.",
)
_LENGTH_64 = rfc6455(
    "5.2",
    "If 127, the following 8 bytes interpreted as a 64-bit unsigned integer (the most "
    "significant bit MUST be 0) are the payload length.",
)
_RSV = rfc6455(
    "5.2",
    "If a nonzero value is received and none of the negotiated extensions defines the meaning of "
    "such a nonzero value, the receiving endpoint MUST _Fail the WebSocket Connection_.",
)
_OPCODE = rfc6455(
    "5.2",
    "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket "
    "Connection_.",
)


def cases() -> Iterator[Case]:
    """Yield the cases of the three chapters."""
    for at, size in enumerate(SIZES, 1):
        why = _LENGTH if size < 126 else _LENGTH_16 if size < 65_536 else _LENGTH_64
        yield echoes(f"1.1.{at}", f"text, {size:,} octets", text(STAR * size), why=why)
        yield echoes(f"1.2.{at}", f"binary, {size:,} octets", binary(FE * size), why=why)
    name = "65,536 octets, in pieces of 997"
    yield echoes("1.1.8", f"text, {name}", text(STAR * 65_536), why=_LENGTH_64, piece=997)
    yield echoes("1.2.8", f"binary, {name}", binary(FE * 65_536), why=_LENGTH_64, piece=997)
    yield from _reserved_bits()
    yield from _reserved_opcodes()


def _reserved_bits() -> Iterator[Case]:
    for rsv, piece in ((1, None), (2, None), (3, FRAMES), (4, OCTETS)):
        faulty = bad(text(HELLO, rsv=rsv))
        moves = (faulty,) if rsv == 1 else (text(HELLO), faulty, ping())
        name = f"text with reserved bits {rsv:03b}"
        yield refuses(f"3.{rsv}", name, *moves, why=_RSV, piece=piece)
    faulty = bad(binary(OCTETS_8, rsv=5))
    yield refuses("3.5", "binary with reserved bits 101", faulty, why=_RSV)
    faulty = bad(binary(HELLO, rsv=6))
    yield refuses("3.6", "binary with reserved bits 110", faulty, why=_RSV)
    yield refuses("3.7", "close with reserved bits 111", bad(close(rsv=7)), why=_RSV)


def _reserved_opcodes() -> Iterator[Case]:
    for group, first, kind in (("4.1", 3, "data"), ("4.2", 11, "control")):
        payloads = ("", "reserved opcode payload", "", HELLO, HELLO)
        for at, payload in enumerate(payloads):
            faulty = bad(other(first + at, payload))
            # From the third on, a message goes before, and a ping follows.
            moves = (faulty,) if at < 2 else (text(HELLO), faulty, ping())
            name = f"reserved {kind} opcode {first + at}"
            piece = OCTETS if at == 4 else None
            yield refuses(f"{group}.{at + 1}", name, *moves, why=_OPCODE, piece=piece)
