"""Chapter 6: text is UTF-8, and what is not is refused, as soon as it shows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from wsdemo.lab.conformance.case import Case, Severity
from wsdemo.lab.conformance.cases.tools import GO_ON, GO_ON_READING, echoes, refuses, rfc6455
from wsdemo.lab.conformance.cases.utf8_octets import GROUPS
from wsdemo.lab.conformance.frames import Frame, bad, more, text
from wsdemo.lab.conformance.moves import Listen, Part
from wsdemo.lab.conformance.wants import FailsFast

__all__ = ["cases"]

GREETING = "Hello-µ@ßöäüàá-UTF-8!!".encode()
KOSME = bytes.fromhex("cebae1bdb9cf83cebcceb5")  # Greek, with U+1F79 of three octets in it
SURROGATE = KOSME + bytes.fromhex("eda080") + b"edited"
TOO_HIGH = KOSME + bytes.fromhex("f4908080") + b"edited"  # U+110000 would be one too many

_TEXT = rfc6455("5.6", 'The "Payload data" is text data encoded as UTF-8.')
_PARTIAL = rfc6455(
    "5.6",
    "Note that a particular text frame might include a partial UTF-8 sequence; however, the whole "
    "message MUST contain valid UTF-8.",
)
_INVALID = rfc6455(
    "8.1",
    "When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream is "
    "not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the WebSocket Connection_.",
)


def cases() -> Iterator[Case]:
    """Yield the cases of the chapter."""
    yield echoes("6.1.1", "text, nothing in it", text(), why=_TEXT)
    empty = text(fin=False), more(fin=False), more()
    yield echoes("6.1.2", "text in three fragments, nothing in them", *empty, why=_PARTIAL)
    middle = text(fin=False), more("middle frame payload", fin=False), more()
    yield echoes("6.1.3", "text in three fragments, all in the middle", *middle, why=_PARTIAL)
    yield echoes("6.2.1", "text with umlauts", text(GREETING), why=_TEXT)
    halves = text(GREETING[:15], fin=False), more(GREETING[15:])
    yield echoes("6.2.2", "the same, cut between characters", *halves, why=_PARTIAL)
    yield echoes("6.2.3", "the same, a fragment an octet", *_shred(GREETING), why=_PARTIAL)
    yield echoes("6.2.4", "Greek, a fragment an octet", *_shred(KOSME), why=_PARTIAL)
    invalid = partial(refuses, codes=(1007,), behind=GO_ON_READING, why=_INVALID)
    yield invalid("6.3.1", "a surrogate amid text", bad(text(SURROGATE)))
    shred = list(_shred(SURROGATE))
    shred[12] = bad(shred[12])  # behind ED only 80 to 9F may come
    yield invalid("6.3.2", "the same, a fragment an octet", *shred)
    yield from _fail_fast()
    for group, (name, rows) in GROUPS.items():
        for at, octets in enumerate(rows, 1):
            words = f"{name}: {octets.hex(' ') if len(octets) < 9 else f'{len(octets)} octets'}"
            made = partial(echoes, why=_TEXT) if is_utf8(octets) else invalid
            frame = text(octets) if is_utf8(octets) else bad(text(octets))
            yield made(f"6.{group}.{at}", words, frame)


def is_utf8(octets: bytes) -> bool:
    """Whether octets are UTF-8, by Python's strict decoder, which follows RFC 3629."""
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def _shred(payload: bytes) -> Iterator[Frame]:
    """Cut a text message into fragments of one octet, and an empty one at the end."""
    yield text(payload[:1], fin=False)
    yield from (more(payload[at : at + 1], fin=False) for at in range(1, len(payload)))
    yield more()


def _fail_fast() -> Iterator[Case]:
    """Yield cases whose message never ends: who waits for its end shows it.

    Where a frame is whole, a ping may follow, and its pong says that the fault was not noticed;
    within a frame there is nothing but to wait.
    """
    cut = len(KOSME)
    by_frame = "an impossible character in the second fragment, the last of three never sent"
    for at, (first, second) in enumerate(((cut, cut + 4), (cut + 1, cut + 2)), 1):
        part = text(TOO_HIGH[:first], fin=False), bad(more(TOO_HIGH[first:second], fin=False))
        yield Case(
            f"6.4.{at}",
            by_frame + (", cut within it" if at == 2 else ""),
            (*part, GO_ON),
            FailsFast((1007,)),
            _INVALID,
            Severity.SHOULD,
            note="The RFC does not say when. To find it early keeps what is wrong out of memory.",
        )
    frame = text(TOO_HIGH)
    for at, (first, second) in enumerate(((cut, cut + 4), (cut + 1, cut + 2)), 3):
        begun = Part(frame, 0, first), Part(frame, first, second)
        yield Case(
            f"6.4.{at}",
            "an impossible character in the middle of a frame"
            + (", cut within it" if at == 4 else ""),
            (*begun, Listen(), Part(frame, second, len(TOO_HIGH))),
            FailsFast((1007,)),
            _INVALID,
            Severity.MAY,
            note="To look into a frame before it is whole is good against large ones, and rare.",
        )
