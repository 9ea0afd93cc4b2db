"""The exercise `frame_parser` tells which rule a parser misses."""

from typing import Any

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.errors import ProtocolError
from wsdemo.lab.exercises import exercise, frame_parser
from wsdemo.lab.exercises.frame_cases import CASES
from wsdemo.protocol.frames import Frame

RIGHT = exercise("frame_parser").answer

NAIVE = """
def parse_frame(data):
    length = data[1] & 127
    return bool(data[0] & 128), data[0] & 15, data[2 : 2 + length], 2 + length
"""


@pytest.mark.parametrize(
    ("right", "wrong", "case", "fault"),
    [
        ("if len(data) < 2:", "if not data:", "text, 'Hello'", "looks further than the data goes"),
        ("{126: 2, 127: 8}.get(length, 0)", "0", "1.1.3", "took 126 for the length, as if"),
        ("{126: 2, 127: 8}.get(length, 0)", "2 * (length > 125)", "1.1.7", "refuses a legal"),
        ('data[2:start], "big"', 'data[2:start], "little"', "1.1.3", "from the wrong end"),
        ("key[i % 4]", "key[i % 3]", "'Hello', masked", "octet i % 4 of the key"),
        ("key[i % 4]", "0", "'Hello', masked", "The payload is still masked"),
        ("start += 4 * masked", "pass", "'Hello', masked", "begins with the masking key"),
        (
            "    if len(data) < start + length:\n        return None\n",
            "",
            "text, 'Hello'",
            "half a frame, when 2 of 7 octets have come: a slice does not complain",
        ),
        ("len(data) < start + length", "len(data) <= start + length", "text, 'Hello'", "with `<`"),
        (", start + length\n", ", len(data)\n", "text, 'Hello'", "the whole buffer"),
        (", start + length\n", ", length\n", "text, 'Hello'", "counts the payload only"),
        ("bool(data[0] & 0b1000_0000)", "data[0] & 0b1000_0000", "text, 'Hello'", "to be a bool"),
        ("data[0] & 0b0000_1111,", "data[0],", "text, 'Hello'", "refuses a legal"),
        ("if first & 0b0111_0000:", "if False:", "3.1", "accepts it: no extension gives"),
        ("if first & 0b0111_0000:", "if first & 0b0110_0000:", "3.1", "accepts it"),
        ("or opcode > 10", "", "4.2.1", "accepts it: opcodes 3–7 and 11–15 are reserved"),
        ("if opcode >= 8 and not fin:", "if False:", "5.1", "must not be fragmented"),
        ("if opcode >= 8 and length > 125:", "if False:", "2.5", "125 octets of payload at most"),
        ("126 if size == 2 else 65_536", "0", "125 octets, length in 16", "the fewest octets"),
        ("if length >> 63:", "if False:", "the top bit set", "waits for the rest of it"),
        ('ValueError(f"reserved opcode', 'KeyError(f"', "4.1.1", "Raise ValueError: opcodes"),
    ],
)  # fmt: skip
async def test_a_mistake_is_named(right: str, wrong: str, case: str, fault: str) -> None:
    """One change to a right answer, and the case that finds it says what it is."""
    assert right in RIGHT
    report = await check("frame_parser", defined("frame_parser", RIGHT.replace(right, wrong)))
    row = next(row for row in report.rows if case in row.case and not row.ok)
    assert fault in row.fault


async def test_a_naive_parser_is_led_on_from_the_plainest_frame() -> None:
    """Its first fault is that it does not wait."""
    report = await check("frame_parser", defined("frame_parser", NAIVE))
    assert report.failing is not None
    assert report.failing.case == "text, 'Hello'"
    assert "IndexError: bytearray index out of range" in report.failing.came_back
    assert "when 0 of 7 octets have come: check the length, and wait" in report.failing.fault


async def test_judging_the_payload_first_is_found_out() -> None:
    """Whoever waits for what an illegal frame announces can be made to wait for ever."""
    late = RIGHT.replace("    check_header(data[0], fin, opcode, length)\n", "")
    late = late.replace(
        "    payload =", "    check_header(data[0], fin, opcode, length)\n    payload ="
    )
    report = await check("frame_parser", defined("frame_parser", late))
    rows = {row.case: row for row in report.rows}
    assert "illegal already" in rows["23.12 opcode 3 that announces 1 TiB"].fault
    assert rows["4.1.1 reserved data opcode 3"].ok


async def test_taking_octets_off_the_buffer_is_found_out() -> None:
    """The buffer is the connection's."""
    source = RIGHT.replace("    return fin,", "    del data[:start + length]\n    return fin,")
    report = await check("frame_parser", defined("frame_parser", source))
    assert "changes the object it is given" in repr(report)


async def test_always_none_is_a_parser_that_waits() -> None:
    """Something is written, so it is no blank."""
    report = await check("frame_parser", defined("frame_parser", "def parse_frame(d): len(d)"))
    assert "waits for more, and the frame is complete. Is a `return` missing?" in repr(report)


async def test_a_parser_that_hangs_is_stopped() -> None:
    """A loop that waits for octets which nobody brings."""
    source = "def parse_frame(data):\n    while len(data) < 1_000: pass"
    report = await check("frame_parser", defined("frame_parser", source), seconds=0.3)
    assert "Stopped after 0.3 s. A loop that never ends?" in repr(report)


async def test_wsdemos_own_parser_passes() -> None:
    """The exercise asks for nothing that we do not do."""

    def parse_frame(data: bytearray) -> Any:
        try:
            parsed = Frame.parse(data)
            if parsed is not None:
                parsed[0].check(from_client=parsed[0].masking_key is not None)
        except ProtocolError as error:
            raise ValueError from error
        return parsed and (parsed[0].fin, int(parsed[0].opcode), parsed[0].payload, parsed[1])

    report = await check("frame_parser", parse_frame)
    # Frame.parse waits for the payload; FrameReader, which does not, is what connections use.
    assert [row.case for row in report.rows if not row.ok] == [
        "23.13 a ping that announces 126 octets"
    ]


def test_every_chunking_is_one() -> None:
    """Each way to cut is there once, and none loses an octet."""
    stream = b"abcde"
    ways = {tuple(frame_parser._cut(stream, cuts)) for cuts in range(2**4)}
    assert len(ways) == 16
    assert all(b"".join(way) == stream for way in ways)


def test_the_frames_can_be_looked_at() -> None:
    """By the names that the report uses, without the numbers."""
    assert exercise("frame_parser").material.keys() == {case.name for case in CASES}
