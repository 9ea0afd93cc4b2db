"""What a wrong result of a frame parser says about the parser.

The result is compared with what the usual mistakes lead to, such as a length read in the wrong
order of octets. Leaves out the frames themselves (`frame_cases`).
"""

from collections.abc import Iterator
from typing import Any

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.answers import Outcome
from wsdemo.lab.exercises.frame_cases import FrameCase

# More than any length that a frame of the cases can be mistaken for in two octets.
PLENTY = 2**17


def judge(case: FrameCase, value: Any, answer: Any, followed_by: int = 0) -> str:
    """Say what is wrong with the result for a whole, legal frame.

    Args:
        case: The frame.
        value: What came back.
        answer: The parser, to be asked what it waits for.
        followed_by: How many octets stood behind the frame.

    Returns:
        The fault in words; nothing when the result is right.
    """
    if value is None:
        return _waiting(case, answer)
    if not isinstance(value, tuple | list) or len(value) != 4:
        return "Return four things: (fin, opcode, payload, octets_used)."
    fin, opcode, payload, used = value
    return next(
        filter(
            None,
            (
                _judge_first(case, fin, opcode),
                _judge_payload(case, payload),
                _judge_used(case, used, followed_by),
            ),
        ),
        "",
    )


class Form:
    """Where the parts of a legal frame are."""

    def __init__(self, data: bytes) -> None:
        self.short = data[1] & 0x7F
        self.extended = data[2 : 2 + {126: 2, 127: 8}.get(self.short, 0)]
        self.masked = bool(data[1] & 0x80)
        self.payload_at = 2 + len(self.extended) + 4 * self.masked
        self.raw = data[self.payload_at :]

    @property
    def length(self) -> int:
        """The octets of the payload."""
        return len(self.raw)


def _waiting(case: FrameCase, answer: Any) -> str:
    """Name the reason for which a parser waits although the frame is there."""
    form = Form(case.data)
    longer = answers.call(answer, bytearray(case.data + bytes(PLENTY)))
    begin = "Your parser waits for more, and the frame is complete"
    if longer.fault or not isinstance(longer.value, tuple | list) or len(longer.value) != 4:
        return f"{begin}." + (" Is a `return` missing?" if not longer.fault else "")
    missing = longer.value[3] - len(case.data) if isinstance(longer.value[3], int) else 0
    length = len(longer.value[2]) if isinstance(longer.value[2], bytes | bytearray) else -1
    if form.extended and length == int.from_bytes(form.extended, "little"):
        return f"{begin}: it reads the length from the wrong end; network order is `big`."
    if missing == 4 and not form.masked:
        return f"{begin}: it waits for a masking key, and the mask bit is 0."
    if missing == 0:
        return f"{begin}: it asks for more octets than it uses; compare with `<`, not `<=`."
    return f"{begin}: it takes the payload to be {length:,} octets, and it is {form.length:,}."


def _judge_first(case: FrameCase, fin: Any, opcode: Any) -> str:
    assert case.frame is not None
    right_fin, right_opcode, _ = case.frame
    if isinstance(fin, int) and not isinstance(fin, bool) and fin > 1:
        return f"fin is {fin}: the right bit, and it has to be a bool."
    if fin != right_fin:
        return f"fin is {answers.tidy(fin)}: it is the highest bit of the first octet."
    if opcode == case.data[0] and opcode != right_opcode:
        return f"opcode is {opcode}: that is the whole first octet; keep its last four bits."
    if opcode != right_opcode:
        return f"opcode is {answers.tidy(opcode)}: it is the last four bits of the first octet."
    return ""


def _judge_payload(case: FrameCase, payload: Any) -> str:
    assert case.frame is not None
    right, form = case.frame[2], Form(case.data)
    if isinstance(payload, str):
        return "The payload is a str: a frame holds bytes, and only a whole message may be decoded."
    if not isinstance(payload, bytes | bytearray | memoryview):
        return f"The payload has to be bytes, and is of type {type(payload).__name__}."
    payload = bytes(payload)
    if payload == right:
        return ""
    return next(
        (fault for fault, wrong in _wrong_payloads(case.data, form) if payload == wrong),
        _judge_size(form, len(payload)),
    )


def _judge_size(form: Form, size: int) -> str:
    if size != form.length:
        return f"The payload has {form.length:,} octets, and yours {size:,}."
    if form.masked:
        return "The payload is unmasked wrongly: octet i goes with octet i % 4 of the key."
    return "The payload has the right size and wrong octets."


def _wrong_payloads(data: bytes, form: Form) -> Iterator[tuple[str, bytes]]:
    """What goes wrong, and the payload that comes of it."""
    if form.extended:
        # Whoever forgets the extended length slices `short` octets from where it stands.
        start = 2 + 4 * form.masked
        seven_bits = data[start : start + form.short]
        where = f"the length stands in the next {len(form.extended)} octets"
        fault = (
            f"Your parser took {form.short} for the length, as if the seven bits were all: "
            f"{form.short} says that {where}."
        )
        yield fault, seven_bits
        yield fault, _unmask(seven_bits, data[2:6])
        skipped = data[2 + 4 * form.masked :][: form.length]
        yield f"Your payload begins with the extended length: {where}, so skip them.", skipped
    if form.masked:
        yield "The payload is still masked.", form.raw
        key_at = form.payload_at - 4
        key, from_key = data[key_at:][:4], data[key_at:][: form.length]
        fault = "Your payload begins with the masking key, which is 4 octets before it."
        yield fault, from_key
        yield fault, _unmask(from_key, key)
        yield (
            "You unmask with the first octet of the key only.",
            _unmask(form.raw, key[:1]),
        )
    yield "You take the rest of the buffer for the payload.", data[form.payload_at :]


def _unmask(data: bytes, key: bytes) -> bytes:
    return bytes(octet ^ key[at % len(key)] for at, octet in enumerate(data)) if key else data


def _judge_used(case: FrameCase, used: Any, followed_by: int) -> str:
    form, size = Form(case.data), len(case.data)
    if used == size:
        return ""
    if followed_by and used == size + followed_by:
        return "octets_used counts the whole buffer: what comes after the frame is not the frame's."
    if used == form.length:
        return "octets_used counts the payload only: the header is to be taken off the buffer, too."
    if form.masked and used == size - 4:
        return "octets_used leaves out the 4 octets of the masking key."
    if form.extended and used == size - len(form.extended):
        return f"octets_used leaves out the {len(form.extended)} octets of the extended length."
    return f"octets_used has to be {size}, the length of the whole frame."


def judge_prefix(case: FrameCase, end: int, outcome: Outcome) -> str:
    """Say what is wrong with a result other than None for the beginning of a legal frame.

    Args:
        case: The frame.
        end: How many octets of it were there.
        outcome: What came back.
    """
    form = Form(case.data)
    there = f"when {end} of {len(case.data)} octets have come"
    if outcome.fault and outcome.came_back.startswith(("IndexError", "struct.error")):
        return f"Your parser looks further than the data goes {there}: check the length, and wait."
    if outcome.fault:
        return f"{outcome.fault} That is {there}: return None, and wait."
    if end < form.payload_at:
        return f"Your parser finds a frame in half a header, {there}."
    if form.extended and end >= 2 + form.short:
        return (
            f"Your parser waited for {form.short} octets of payload, as if the seven bits were the "
            f"length: the length stands in the next {len(form.extended)}."
        )
    return f"Your parser returns half a frame, {there}: a slice does not complain, so check first."


def judge_refusal(case: FrameCase, outcome: Outcome) -> str:
    """Say what is wrong with the result for an illegal frame; nothing when it was refused.

    Args:
        case: The frame.
        outcome: What came back; a ValueError counts as a value here.
    """
    if isinstance(outcome.value, ValueError):
        return ""
    if outcome.fault:
        return f"{outcome.fault} Raise ValueError: {case.refused}."
    if outcome.value is None:
        return f"Your parser waits for the rest of it, and it is illegal already: {case.refused}."
    return f"Your parser accepts it: {case.refused}."
