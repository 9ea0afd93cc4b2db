"""A wrong result of a frame parser tells what the parser does."""

from typing import Any

import pytest

from wsdemo.lab.conformance.frames import binary, text
from wsdemo.lab.exercises.answers import Outcome
from wsdemo.lab.exercises.frame_cases import KEY, FrameCase, legal
from wsdemo.lab.exercises.frame_faults import judge, judge_prefix, judge_refusal

HELLO = legal("hello", text("Hello"))
MASKED = legal("masked", binary(bytes(range(130)), masked=True))
LONG = legal("long", binary(bytes(range(200))))


def _never(_: bytearray) -> None:
    """Stand for a parser that waits for ever."""


@pytest.mark.parametrize("case", [HELLO, MASKED, LONG])
def test_the_right_result_has_no_fault(case: FrameCase) -> None:
    """Bytes may come as a bytearray, and the four things as a list."""
    assert case.frame is not None
    fin, opcode, payload = case.frame
    assert not judge(case, (fin, opcode, payload, len(case.data)), _never)
    assert not judge(case, [fin, opcode, bytearray(payload), len(case.data)], _never, 3)


@pytest.mark.parametrize(
    ("case", "changes", "fault"),
    [
        (HELLO, {"fin": 128}, "fin is 128: the right bit"),
        (HELLO, {"fin": False}, "highest bit of the first octet"),
        (HELLO, {"opcode": 0x81}, "the whole first octet"),
        (HELLO, {"opcode": 5}, "last four bits"),
        (HELLO, {"payload": "Hello"}, "is a str"),
        (HELLO, {"payload": [72]}, "of type list"),
        (HELLO, {"payload": b"Hell"}, "has 5 octets, and yours 4"),
        (HELLO, {"payload": b"Hallo"}, "right size and wrong octets"),
        (HELLO, {"used": 5}, "counts the payload only"),
        (HELLO, {"used": 6}, "has to be 7"),
        (MASKED, {"payload": MASKED.data[8:]}, "still masked"),
        (MASKED, {"payload": MASKED.data[4:134]}, "begins with the masking key"),
        (MASKED, {"payload": bytes(a ^ KEY[0] for a in MASKED.data[8:])}, "first octet of the key"),
        (MASKED, {"payload": bytes(130)}, "octet i % 4 of the key"),
        (MASKED, {"payload": MASKED.data[6:132]}, "took 126 for the length"),
        (MASKED, {"used": len(MASKED.data) - 4}, "4 octets of the masking key"),
        (LONG, {"used": len(LONG.data) - 2}, "2 octets of the extended length"),
        (LONG, {"payload": LONG.data[2:128]}, "took 126 for the length, as if the seven bits were"),
        (LONG, {"payload": LONG.data[2:202]}, "begins with the extended length"),
    ],
)
def test_a_wrong_part_is_named(case: FrameCase, changes: dict[str, Any], fault: str) -> None:
    """With what probably led to it."""
    assert case.frame is not None
    right = dict(zip(("fin", "opcode", "payload"), case.frame, strict=True))
    result = {**right, "used": len(case.data), **changes}
    assert fault in judge(case, tuple(result.values()), _never)


@pytest.mark.parametrize("value", [b"Hello", (True, 1, b"Hello"), 7])
def test_another_shape_is_refused(value: object) -> None:
    """Four things are asked for."""
    assert judge(HELLO, value, _never).startswith("Return four things")


def test_the_whole_buffer_is_not_the_frame() -> None:
    """What stands behind it belongs to the next."""
    assert "the whole buffer" in judge(HELLO, (True, 1, b"Hello", 10), _never, followed_by=3)


def _waits_for(extra: int, size: int) -> Any:
    """Make a parser that waits for a payload of its own idea of a length."""

    def parse(data: bytearray) -> Any:
        return (True, 2, bytes(size), extra) if len(data) >= extra else None

    return parse


@pytest.mark.parametrize(
    ("case", "parser", "fault"),
    [
        (LONG, _waits_for(4 + 0xC800, 0xC800), "reads the length from the wrong end"),
        (HELLO, _waits_for(7 + 4, 5), "it waits for a masking key"),
        (LONG, _waits_for(300, 250), "takes the payload to be 250 octets, and it is 200"),
        (HELLO, lambda data: (True, 1, b"Hello", 7) if len(data) > 7 else None, "with `<`"),
        (HELLO, _never, "Is a `return` missing?"),
        (HELLO, lambda data: data[200_000], "and the frame is complete."),
    ],
)
def test_why_a_parser_waits_is_found_out(case: FrameCase, parser: Any, fault: str) -> None:
    """It is given more, and shows what it has waited for."""
    assert fault in judge(case, None, parser)


@pytest.mark.parametrize(
    ("case", "end", "outcome", "fault"),
    [
        (
            HELLO,
            1,
            Outcome(None, "IndexError: no", "Your code raises IndexError."),
            "looks further",
        ),
        (HELLO, 3, Outcome(None, "ValueError", "Your code raises ValueError."), "return None, and"),
        (LONG, 3, Outcome((True, 2, b"", 4)), "half a header, when 3 of 204 octets have come"),
        (HELLO, 4, Outcome((True, 1, b"He", 4)), "half a frame, when 4 of 7 octets have come"),
        (
            LONG,
            130,
            Outcome((True, 2, b"", 4)),
            "waited for 126 octets of payload, as if the seven",
        ),
    ],
)
def test_a_result_that_comes_too_early_is_named(
    case: FrameCase, end: int, outcome: Outcome, fault: str
) -> None:
    """With how much of the frame was there."""
    assert fault in judge_prefix(case, end, outcome)


@pytest.mark.parametrize(
    ("outcome", "fault"),
    [
        (Outcome(ValueError("no")), ""),
        (Outcome(None), "waits for the rest of it, and it is illegal already: for a reason."),
        (Outcome((True, 3, b"", 2)), "accepts it: for a reason."),
        (Outcome(None, "", "Your code raises KeyError."), "Raise ValueError: for a reason."),
    ],
)
def test_only_a_value_error_refuses(outcome: Outcome, fault: str) -> None:
    """Another exception is an accident."""
    told = judge_refusal(FrameCase("x", b"\x83\x00", refused="for a reason"), outcome)
    assert fault in told
    assert bool(told) == bool(fault)
