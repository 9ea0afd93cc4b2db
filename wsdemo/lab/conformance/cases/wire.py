"""Chapters 22 and 23: how the endpoint's own frames look, and masks, lengths and reserved bits.

Of the receiver of a length that is not in its shortest form the RFC demands nothing; to take one is
how two programs come to read the same octets in two ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from wsdemo.lab.conformance.case import CLIENT, SERVER, Case, Severity
from wsdemo.lab.conformance.cases.tools import GO_ON, echoes, refuses, rfc6455
from wsdemo.lab.conformance.frames import (
    Frame,
    Seen,
    bad,
    binary,
    close,
    more,
    other,
    ping,
    pong,
    text,
)
from wsdemo.lab.conformance.transcript import Complaint, Transcript
from wsdemo.lab.conformance.wants import Echo, Look, Refusal

__all__ = ["cases"]

HELLO = "Hello, world!"
STAR, FE = b"*", b"\xfe"

_MASK = rfc6455(
    "5.1",
    "To avoid confusing network intermediaries (such as intercepting proxies) and for security "
    "reasons [...], a client MUST mask all frames that it sends to the server [...].",
)
_NO_MASK = rfc6455("5.1", "A server MUST NOT mask any frames that it sends to the client.")
_UNMASKED = rfc6455(
    "5.1",
    "The server MUST close the connection upon receiving a frame that is not masked.",
)
_MASKED = rfc6455("5.1", "A client MUST close a connection if it detects a masked frame.")
_FRESH = rfc6455(
    "5.3",
    "When preparing a masked frame, the client MUST pick a fresh masking key from the set of "
    "allowed 32-bit values.",
)
_MINIMAL = rfc6455(
    "5.2",
    "Note that in all cases, the minimal number of bytes MUST be used to encode the length, for "
    "example, the length of a 124-byte-long string can't be encoded as the sequence 126, 0, 124.",
)
_TOP = rfc6455(
    "5.2",
    "If 127, the following 8 bytes interpreted as a 64-bit unsigned integer (the most "
    "significant bit MUST be 0) are the payload length.",
)
_RSV = rfc6455(
    "5.2",
    "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values.",
)
_ORDER = rfc6455(
    "5.4",
    "The fragments of one message MUST NOT be interleaved between the fragments of another "
    "message unless an extension has been negotiated that can interpret the interleaving.",
)
_SOON = rfc6455("5.5.2", "It SHOULD respond with Pong frame as soon as is practical.")
_TEXT = rfc6455("5.6", 'The "Payload data" is text data encoded as UTF-8.')
_OPCODE = rfc6455(
    "5.2",
    "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket "
    "Connection_.",
)
_CONTROL = rfc6455(
    "5.5",
    "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be "
    "fragmented.",
)


def cases() -> Iterator[Case]:
    """Yield the cases of the two chapters."""
    yield from _own_frames()
    yield from _masks()
    yield from _lengths()
    yield from _headers()
    yield from _bits()


def each(look: Callable[[Seen], str]) -> Callable[[Transcript], Complaint | None]:
    """Make a check that looks at every frame; `look` returns what is wrong."""

    def check(seen: Transcript) -> Complaint | None:
        for frame in seen.frames:
            if words := look(frame):
                return Complaint(f"{words}: {frame}", theirs=frame.end)
        return None

    return check


def _own_frames() -> Iterator[Case]:
    some = text(HELLO), ping("payload"), binary(STAR * 126)
    check = each(lambda frame: "" if frame.masked else "not masked")
    want = Look(Echo(), check, "every frame masked")
    yield Case("22.1", "a client masks its frames", some, want, _MASK, roles=CLIENT)
    sixteen = tuple(text(f"message {at}") for at in range(16))
    want = Look(Echo(), fresh_keys, "another masking key for every frame")
    yield Case("22.2", "a client's masking keys", sixteen, want, _FRESH, roles=CLIENT)
    check = each(lambda frame: "masked" if frame.masked else "")
    want = Look(Echo(), check, "no frame masked")
    yield Case("22.3", "a server masks nothing", some, want, _NO_MASK, roles=SERVER)
    sizes = tuple(binary(STAR * size) for size in (0, 125, 126, 65_535, 65_536))
    want = Look(Echo(), each(_long_form), "every length in its shortest form")
    yield Case("22.4", "the lengths of its frames", sizes, want, _MINIMAL)
    check = each(lambda frame: "reserved bits" if frame.rsv else "")
    want = Look(Echo(), check, "no reserved bit")
    yield Case("22.5", "the reserved bits of its frames", some, want, _RSV)
    begun = text("fragment1", fin=False), ping("payload")
    moves = *begun, more("fragment2"), text(STAR * 4000), text(HELLO)
    want = Look(Echo(), in_order, "messages one after the other")
    yield Case("22.6", "the fragments of its messages", moves, want, _ORDER)
    name, should = "a pong before the message is over that the ping is amid", Severity.SHOULD
    note = "Whoever answers between messages only is taken for dead while a long one is on its way."
    want = Look(Echo(), prompt, "a pong among it")
    yield Case("22.7", name, begun, want, _SOON, should, note=note)
    yield echoes("22.8", "U+FEFF at the start of a text", text("\ufeff" + HELLO), why=_TEXT)


def _long_form(frame: Seen) -> str:
    length = len(frame.payload)
    shortest = 0 if length < 126 else 2 if length < 65_536 else 8
    return f"a length of {length:,} in {frame.size} octets" if frame.size != shortest else ""


def fresh_keys(seen: Transcript) -> Complaint | None:
    """Find a masking key that comes again: by chance one in thirty million runs has one."""
    keys: set[bytes] = set()
    for frame in seen.frames:
        if frame.key and frame.key in keys:
            words = f"the masking key {frame.key.hex()} again"
            return Complaint(words, theirs=frame.end)
        keys.add(frame.key)
    return None


def in_order(seen: Transcript) -> Complaint | None:
    """Find a continuation of nothing, or a message that begins amid another one."""
    open_message = False
    for frame in seen.frames:
        if frame.control:
            continue
        if open_message != (frame.opcode == 0):
            return Complaint(f"a fragment out of order: {frame}", theirs=frame.end)
        open_message = not frame.fin
    return None


def prompt(seen: Transcript) -> Complaint | None:
    """Complain of an endpoint that has not answered a ping by now."""
    end = seen.end_of(seen.moves[-1]) if isinstance(seen.moves[-1], Frame) else None
    return None if seen.pongs else Complaint("no pong", ours=end)


def _masks() -> Iterator[Case]:
    frames = text(HELLO), ping("payload"), close(1000)
    for at, frame in enumerate(frames, 1):
        name = "is not masked"
        faulty = bad(replace(frame, masked=False))
        yield refuses(f"23.{at}", f"a frame that {name}", faulty, why=_UNMASKED, roles=SERVER)
    for at, frame in enumerate(frames, 4):
        faulty = bad(replace(frame, masked=True))
        yield refuses(f"23.{at}", "a frame that is masked", faulty, why=_MASKED, roles=CLIENT)


def _lengths() -> Iterator[Case]:
    rows = ((0, 2), (125, 2), (126, 8), (65_535, 8))
    note = "The rule binds the sender. websockets reads such lengths; RFC 6455 lets it."
    for at, (length, size) in enumerate(rows, 7):
        name = f"{length:,} octets, length in {size * 8} bits"
        faulty = bad(binary(FE * length, size=size))
        severity = Severity.SHOULD
        yield refuses(f"23.{at}", name, faulty, why=_MINIMAL, severity=severity, note=note)
    top = bad(binary(announced=2**64 - 1))
    want = Refusal((1002, 1009))
    yield Case("23.11", "a length with the top bit set", (top,), want, _TOP)


def _headers() -> Iterator[Case]:
    """Yield headers alone: what they announce never comes."""
    note = "The header tells. Whoever waits for the payload waits, and collects, for ever."
    rows = (
        ("opcode 3 that announces 1 TiB", other(3, announced=2**40), _OPCODE),
        ("a ping that announces 126 octets", ping(announced=126), _CONTROL),
    )
    for at, (name, frame, why) in enumerate(rows, 12):
        moves, want = (bad(frame),), Refusal((1002,))
        yield Case(f"23.{at}", name, moves, want, why, Severity.SHOULD, note=note)


def _bits() -> Iterator[Case]:
    rows: tuple[tuple[str, tuple[Frame, ...]], ...] = (
        ("a ping with reserved bits 100", (bad(ping(rsv=4)),)),
        ("a pong with reserved bits 010", (bad(pong(rsv=2)),)),
        ("a close frame with reserved bits 001", (bad(close(1000, rsv=1)),)),
        ("a continuation with reserved bits 100", (text("a", fin=False), bad(more("b", rsv=4)))),
    )
    for at, (name, moves) in enumerate(rows, 14):
        yield Case(f"23.{at}", name, (*moves, GO_ON), Refusal((1002,)), _RSV)
    # In 5.2 a continuation of nothing follows, which is refused by whoever lets the pong pass.
    yield refuses("23.18", "a pong with more to come", bad(pong("a", fin=False)), why=_CONTROL)
    name = "a length with the top bit set, and what it says without"
    top = bad(binary(STAR * 65_536, announced=2**63 + 65_536))
    yield refuses("23.19", name, top, codes=(1002, 1009), why=_TOP)
