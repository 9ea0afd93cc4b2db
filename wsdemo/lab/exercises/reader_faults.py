"""What is wrong with what a reader of messages returned: the words for `fast_reader`.

Each usual mistake is made here, one at a time, on the octets that the answer got: the one that
comes to the same is named. Leaves out what is right, which the caller brings.
"""

import enum
from typing import Any

__all__ = ["Flaw", "Result", "judge", "read"]

Result = tuple[list[str | bytes], bytes]

WHOLE = (0x81, 0x82)


class Flaw(enum.Enum):
    """A mistake, and what to say of it."""

    PARTIAL = (
        "It returns a message of which octets are missing: a slice never complains, it is just "
        "shorter. Look at the length of data first."
    )
    UNMASKED = (
        "It reads a frame without a mask. A client must mask all that it sends (RFC 6455, 5.1), "
        "and one that doesn't has to be failed: leave that to the readable path."
    )
    KIND = (
        "It takes for a message what is none: a control frame, a fragment, or a frame with a "
        "reserved bit. Leave those to the readable path."
    )
    MASKED = "The payload is still masked: octet i is to be combined with octet i % 4 of the key."
    SHORT = (
        "It takes 126 or 127 for the length. After 126 the length stands in the next two octets; "
        "a frame with 127 isn't yours."
    )
    MINIMAL = (
        "It reads a length that is not in its shortest form (RFC 6455, 5.2): 16 bits are for 126 "
        "octets and more."
    )
    REPLACED = (
        "It returns text that is not UTF-8, with other characters in the place of what is wrong. "
        "Such a frame has to be failed with 1007: leave it to the readable path."
    )
    IGNORED = (
        "It returns text that is not UTF-8, without what is wrong. Such a frame has to be failed "
        "with 1007: leave it to the readable path."
    )


LOST = (
    "The messages are right, and the rest is lost. What is left of data may be the beginning of "
    "the next frame, or what the readable path has to judge."
)
NOT_UTF8 = " Text that is not UTF-8 is for the readable path: leave it in the rest."


def judge(data: bytes, value: Any, wanted: Result) -> str:
    """Say what is likely wrong with a result; nothing if it is right.

    Args:
        data: what the reader got.
        value: what it returned.
        wanted: what it should have.
    """
    match value:
        case (list() as messages, bytes() as rest):
            if _same(messages, wanted[0]):
                return _of_rest(data, rest, wanted[1])
            for flaw in Flaw:
                if _same(messages, read(data, flaw)[0]):
                    return flaw.value
            return _of_messages(data, messages, wanted[0])
    return "It returns two things: a list of messages, and the rest of data as bytes."


def _same(some: list[Any], others: list[str | bytes]) -> bool:
    return some == others and [*map(type, some)] == [*map(type, others)]


def _of_rest(data: bytes, rest: bytes, wanted: bytes) -> str:
    if rest == wanted:
        return ""
    if not rest:
        return LOST
    if rest == data:
        return "The messages are right, and they are still in the rest: they would be read twice."
    late = len(rest) < len(wanted)
    return f"The messages are right, and the rest begins too {'late' if late else 'early'}."


def _of_messages(data: bytes, messages: list[Any], wanted: list[str | bytes]) -> str:
    kinds = {(type(one), type(other)) for one, other in zip(messages, wanted, strict=False)}
    if (bytes, str) in kinds:
        return "A text message is a str: decode its payload."
    if (str, bytes) in kinds:
        return "A binary message is bytes, whatever it would be as text."
    if len(messages) < len(wanted):
        return f"It stops too early: {len(wanted)} to be read, {len(messages)} returned."
    if len(messages) > len(wanted):
        # What came out is nobody's usual mistake, but there is one that reads on at this place.
        reads_on = (flaw.value for flaw in Flaw if len(read(data, flaw)[0]) > len(wanted))
        too_much = f"It reads too much: {len(wanted)} to be read, {len(messages)} returned."
        return next(reads_on, too_much)
    return "As many messages as there should be, and what is in them is wrong."


def read(data: bytes, flaw: Flaw | None = None) -> Result:
    """Read messages, with one mistake.

    Args:
        data: the octets.
        flaw: the mistake; None for none.
    """
    messages: list[str | bytes] = []
    at = 0
    while at + 2 <= len(data) and (data[at] in WHOLE or flaw is Flaw.KIND):
        masked = data[at + 1] >= 128
        start, size = _length(data, at, flaw)
        end = start + size
        if size < 0 or not (masked or flaw is Flaw.UNMASKED):
            break
        if end > len(data) and flaw is not Flaw.PARTIAL:
            break
        payload = data[start:end]
        if masked and flaw is not Flaw.MASKED:
            key = data[start - 4 : start]
            payload = bytes(o ^ key[i % 4] for i, o in enumerate(payload))
        try:
            messages.append(_decoded(payload, flaw) if data[at] & 0xF == 1 else payload)
        except UnicodeDecodeError:
            break
        at = end
    return messages, data[at:]


def _length(data: bytes, at: int, flaw: Flaw | None) -> tuple[int, int]:
    """Return where a payload begins, and its length; -1 if that is not to be read."""
    size, start = data[at + 1] & 127, at + 2
    if size == 126 and flaw is not Flaw.SHORT:
        size, start = int.from_bytes(data[start : start + 2], "big"), start + 2
        if size < 126 and flaw is not Flaw.MINIMAL:
            size = -1
    elif size == 127 and flaw is not Flaw.SHORT:
        size = -1
    return start + 4 * (data[at + 1] >= 128), size


def _decoded(payload: bytes, flaw: Flaw | None) -> str:
    how = {Flaw.REPLACED: "replace", Flaw.IGNORED: "ignore"}
    return payload.decode(errors=how.get(flaw, "strict") if flaw else "strict")
