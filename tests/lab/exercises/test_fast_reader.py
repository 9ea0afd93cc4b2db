"""The exercise `fast_reader` counts calls, and names what got lost on the way to few of them."""

import pytest

from tests.lab.exercises.wrong import check, defined
from tests.protocol.streams import open_endpoint
from wsdemo.lab.exercises import exercise
from wsdemo.lab.exercises.fast_reader import CALLS, counted, read_messages, streams
from wsdemo.protocol import Role

NAME = "fast_reader"
RIGHT = exercise(NAME).answer


def test_what_is_given_is_right() -> None:
    """On every stream, it returns what the solution does: slow is all that it is."""
    given = exercise(NAME).given()
    for name, data in streams():
        assert given(data) == read_messages(data), name


def test_what_is_wanted_is_what_the_engine_does() -> None:
    """Its fast path takes the same messages, and leaves the same octets."""
    for name, data in streams():
        endpoint = open_endpoint(Role.SERVER)
        messages, _, rest = endpoint.messages(data)
        assert (messages, bytes(rest) + endpoint._rest) == read_messages(data), name


async def test_what_is_given_is_too_slow() -> None:
    """One word is changed, so that it counts as an answer; only the count is wrong then."""
    source = exercise(NAME).stub.replace("messages = []", "messages = list()")
    report = await check(NAME, defined(NAME, source))
    assert report.failing is report.rows[-1]
    assert "66 calls for each message; 2 are allowed." in report.rows[-1].fault
    assert "a generator runs for each of them" in report.rows[-1].fault


async def test_functions_that_are_left_are_counted() -> None:
    """Three calls for each message are one too many; two are not."""
    for calls in (CALLS, CALLS + 1):
        first = f"first, size, start = {'same(' * calls}data[at]{')' * calls}"
        source = RIGHT.replace("first, size, start = data[at]", first)
        helper = "def same(octet): return octet\n\n\n"
        report = await check(NAME, defined(NAME, helper + source))
        assert report.passed is (calls == CALLS)
    assert "3 calls for each message" in report.rows[-1].fault
    assert "in one loop" in report.rows[-1].fault


def test_calls_are_counted_exactly() -> None:
    """Of functions, and each resumption of a generator; not of what is written in C."""
    assert counted(lambda: len("x")) == (1, 0)
    assert counted(lambda: sum(n for n in range(3))) == (3, 3 + 1)


@pytest.mark.parametrize(
    ("right", "wrong", "case", "fault"),
    [
        ("if start + size > available:", "if False:", "binary", "of which octets are missing"),
        ("messages, data[at:]", 'messages, b""', "one text", "the rest is lost"),
        ("messages, data[at:]", "messages, data", "one text", "they would be read twice"),
        ("messages, data[at:]", "messages, data[max(at - 1, 0) :]", "one text", "too early"),
        ("data[at + 1] - 128", "data[at + 1] & 127", "126 octets, unm", "without a mask"),
        ("if size == 126:", "if False:", "126 octets", "126 or 127 for the length"),
        ("<= 126:", "<= 127:", "65,536", "126 or 127 for the length"),
        ("if size < 126:", "if False:", "23.7", "not in its shortest form"),
        ("decode()", 'decode(errors="replace")', "not UTF-8", "with other characters"),
        ("decode()", 'decode(errors="ignore")', "not UTF-8", "without what is wrong"),
        ("except UnicodeDecodeError", "except OSError", "not UTF-8", "is for the readable path"),
        ("first not in (0x81, 0x82) or ", "", "a ping", "a control frame, a fragment"),
        ("mixed.to_bytes(size,", "data[start : start + size] or (", "one text", "still masked"),
        ("payload.decode() if first == 0x81 else payload", "payload", "one text", "is a str"),
        ("if first == 0x81 else payload", "", "binary", "A binary message is bytes"),
        ("at + 6 <=", "at + 7 <=", "nothing in it", "It stops too early"),
        ("mixed.to_bytes(size", "(mixed ^ 1).to_bytes(size", "binary", "what is in them is wrong"),
        ("return messages, data[at:]", "return messages", "one text", "returns two things"),
    ],
)  # fmt: skip
async def test_a_mistake_is_named(right: str, wrong: str, case: str, fault: str) -> None:
    """One change to a right answer, and the case that finds it says what it is."""
    assert right in RIGHT
    report = await check(NAME, defined(NAME, RIGHT.replace(right, wrong)))
    row = next(row for row in report.rows if case in row.case)
    assert fault in row.fault, repr(report)
