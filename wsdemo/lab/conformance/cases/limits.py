"""Chapters 9, 10 and 26: long messages, many fragments, and what nobody should wait for.

A limit of one's own is allowed, and has a close code: 1009. Long messages are compared octet for
octet, which their length alone does not tell.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from wsdemo.lab.conformance.case import Case, Severity
from wsdemo.lab.conformance.cases.tools import rfc6455
from wsdemo.lab.conformance.frames import bad, binary, more, text
from wsdemo.lab.conformance.moves import blob, words
from wsdemo.lab.conformance.wants import Echo, Refusal

__all__ = ["cases", "letters", "octets"]

KIB, MIB = 2**10, 2**20
SIZES = {1: 64 * KIB, 2: 256 * KIB, 3: MIB, 4: 4 * MIB}
FRAGMENTS = {3: KIB, 4: 4 * KIB, 6: 64 * KIB, 8: MIB}  # octets in each, by Autobahn's number
TOO_BIG = (1009,)
SEED = 6455
PRINTABLE = bytes(32 + octet % 95 for octet in range(256))

_LARGE = rfc6455(
    "5.2",
    "If 127, the following 8 bytes interpreted as a 64-bit unsigned integer (the most "
    "significant bit MUST be 0) are the payload length.",
)
_FRAGMENTED = rfc6455(
    "5.4",
    "Clients and servers MUST support receiving both fragmented and unfragmented messages.",
)
_PROTECT = rfc6455(
    "10.4",
    "Implementations that have implementation- and/or platform-specific limitations regarding the "
    "frame size or total message size after reassembly from multiple frames MUST protect "
    "themselves against exceeding those limits.",
)


@cache
def _noise() -> bytes:
    return random.Random(SEED).randbytes(4 * MIB)


def octets(size: int) -> bytes:
    """Return noise, the same in every run: what is lost, doubled or moved shows."""
    return _noise()[:size]


def letters(size: int) -> bytes:
    """Return the same as text: printable characters of ASCII."""
    return _noise()[:size].translate(PRINTABLE)


def cases() -> Iterator[Case]:
    """Yield the cases of the three chapters."""
    echo = Echo(or_codes=TOO_BIG)
    for at, size in SIZES.items():
        name = f"{size // KIB:,} KiB"
        moves = (text(letters(size)),)
        yield Case(f"9.1.{at}", f"text, {name}", moves, echo, _LARGE, alone=True)
        yield Case(
            f"9.2.{at}", f"binary, {name}", (binary(octets(size)),), echo, _LARGE, alone=True
        )
    for at, part in FRAGMENTS.items():
        name = f"4 MiB in fragments of {part // KIB:,} KiB"
        moves_ = (words(letters(4 * MIB), part=part, packed=False),)
        yield Case(f"9.3.{at}", f"text, {name}", moves_, echo, _FRAGMENTED, alone=True)
        moves_ = (blob(octets(4 * MIB), part=part, packed=False),)
        yield Case(f"9.4.{at}", f"binary, {name}", moves_, echo, _FRAGMENTED, alone=True)
    for group, frame in (("9.5", text(letters(MIB))), ("9.6", binary(octets(MIB)))):
        kind = "text" if group == "9.5" else "binary"
        name = f"{kind}, 1 MiB in pieces of 2,048"
        yield Case(f"{group}.6", name, (frame,), echo, _LARGE, piece=2048, alone=True)
    moves_ = (words(b"*" * 65_536, part=1300, packed=False),)
    name = "text, 64 KiB in fragments of 1,300"
    yield Case("10.1.1", name, moves_, Echo(), _FRAGMENTED)
    yield from _ours()


def _ours() -> Iterator[Case]:
    yield Case(
        "26.1",
        "a frame that announces 4 EiB",
        (bad(binary(b"\0" * 64, announced=2**62)),),
        Refusal(TOO_BIG),
        _PROTECT,
        Severity.SHOULD,
        note="Whoever has a limit can tell at the header; whoever has none, waits.",
    )
    yield Case(
        "26.2",
        "4,000 empty fragments",
        (text("a", fin=False), *(more(fin=False) for _ in range(4000)), more("b")),
        Echo(or_codes=(1008, 1009)),
        _PROTECT,
        Severity.SHOULD,
        note="Each is free to send and costs work: no limit on the size of a message sees them.",
    )
