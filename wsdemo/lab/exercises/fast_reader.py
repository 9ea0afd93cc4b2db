"""Exercise of notebook 18: make a slow reader of messages fast, and break nothing.

What is given is right and slow. Slowness is counted, and not timed: how often a function of Python
is called for each message. Rightness is tried first, on frames of the conformance suite, legal and
illegal, cut in two at every place; what the given reader does there is what is expected.

Leaves out the connection around it: what the reader leaves is for the readable path to judge.
"""

import functools
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from wsdemo.lab.conformance.frames import Frame, binary, text
from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.answers import Outcome
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.exercises.frame_cases import ILLEGAL
from wsdemo.lab.exercises.reader_faults import NOT_UTF8, Result, judge

STUB = """\
def read_one(data):
    first, size, start = data[0], data[1] - 128, 6
    if size == 126:
        size, start = int.from_bytes(data[2:4], "big"), 8
    sizes = range(126) if start == 6 else range(126, 65_536)
    if first not in (0x81, 0x82) or size not in sizes or len(data) < start + size:
        raise ValueError
    payload = bytes(data[start + at] ^ data[start - 4 + at % 4] for at in range(size))
    return payload.decode() if first == 0x81 else payload, start + size


def read_messages(data):
    messages = []
    try:
        while True:
            message, end = read_one(data)
            messages.append(message)
            data = data[end:]
    except (IndexError, ValueError):  # not for us to read
        return messages, data
"""

RULES = """
**Make `read_messages(data)` fast.** What is given is right: it returns the messages that `data`
begins with, as a list of `str` and `bytes`, and the rest of `data`, which is for somebody else.

- A message is one frame, text (`0x81`) or binary (`0x82`), masked, complete, with a length of 7 or
  16 bits in its shortest form, and UTF-8 if it is text.
- The rest begins with the first octet that belongs to no such message, and goes to the end.

For 64 messages that come in one read, at most **two calls of Python functions for each message**
are allowed. What is written in C (`int.from_bytes`, `bytes.decode`) isn't counted; each octet that
a generator yields is.
"""

HINTS = """
Where do the calls come from? For a message of 64 octets, the generator in `bytes(...)` is resumed
65 times, and each time counts as a call. Begin there.

An exclusive or of two long integers is one operation: `int.from_bytes(masked, "big") ^
int.from_bytes(stretched, "big")`, where the key is stretched to as many octets, and back with
`.to_bytes(size, "big")`. Or take `apply_mask(masked, key)` from `wsdemo.scratch.masking`.

That is enough for the count. To go further, write out what is called: one `while` loop over a
position `at`, which moves to the end of each frame; `data[at]` instead of `data[0]`, and no copies.

Leave the loop with `break` wherever `read_one` raises, look at the length of `data` before you look
into it, and return `messages, data[at:]` at one place, at the end.
"""

EXPLANATION = (
    "One loop, a position instead of copies, and every reason to stop is the same `break`. "
    "`wsdemo.protocol.whole` does it like this."
)


def read_messages(data: bytes) -> tuple[list[str | bytes], bytes]:
    """Return the messages that data begins with, and the rest of it."""
    messages: list[str | bytes] = []
    at, available = 0, len(data)
    while at + 6 <= available:
        first, size, start = data[at], data[at + 1] - 128, at + 6
        if first not in (0x81, 0x82) or not 0 <= size <= 126:
            break
        if size == 126:
            size, start = data[at + 2] << 8 | data[at + 3], at + 8
            if size < 126:
                break
        if start + size > available:
            break
        key = (data[start - 4 : start] * (size // 4 + 1))[:size]
        mixed = int.from_bytes(data[start : start + size], "big") ^ int.from_bytes(key, "big")
        payload = mixed.to_bytes(size, "big")
        try:
            messages.append(payload.decode() if first == 0x81 else payload)
        except UnicodeDecodeError:
            break
        at = start + size
    return messages, data[at:]


AT_ONCE = 64  # messages, and octets in each
CALLS = 2  # for each message
SHORT = 24  # octets: what is shown
# Streams up to this long are cut everywhere; from there on, around what matters.
EVERYWHERE = 300

HELLO = text("Hello", masked=True).serialize()
GRUSS = text("Grüße", masked=True).serialize()


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="fast_reader",
        notebook="18_make_it_fast",
        subject="read_messages",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[read_messages],
        make_cases=lambda: list(cases()),
    )


def streams() -> Iterator[tuple[str, bytes]]:
    """Yield what is tried, by name: the plainest first."""
    yield "one text message", HELLO
    yield "nothing in it", text(masked=True).serialize() + HELLO
    yield "two messages in one read", HELLO + GRUSS
    yield "binary", binary(bytes(range(8)), masked=True).serialize() + HELLO
    for size in (125, 126, 127, 65_535):
        yield f"{size:,} octets", binary(bytes(size), masked=True).serialize() + HELLO
    yield "65,536 octets, in a length of 64 bits", _strange(binary(bytes(65_536)))
    yield "126 octets, unmasked", HELLO + binary(bytes(126)).serialize() + HELLO
    yield "a text message, unmasked", HELLO + text("Hello").serialize() + HELLO
    yield "text that is not UTF-8", _strange(text(b"\xce\xba\xe1"))
    yield "a ping between two messages", _strange(Frame(9, b"Hello"))
    yield "a message in two fragments", _strange(text("Hel", fin=False)) + HELLO
    for case in ILLEGAL:
        yield case.title, HELLO + _masked(case.data) + HELLO


def _strange(frame: Frame) -> bytes:
    """Put a frame between two messages, as a client sends it."""
    return HELLO + frame.serialize(masked=True) + HELLO


def _masked(data: bytes) -> bytes:
    """Set the mask bit of a frame, with a key of zeros, which leaves the payload as it is."""
    start = 2 + {126: 2, 127: 8}.get(data[1] & 127, 0)
    return data[:1] + bytes((data[1] | 128,)) + data[2:start] + bytes(4) + data[start:]


def cases() -> Iterator[Case]:
    """Make one case for each stream, and one that counts."""
    for name, data in streams():
        told = _told(read_messages(data))
        yield Case(name, _hex(data), told, functools.partial(examine, data))
    sent = f"{AT_ONCE} messages of {AT_ONCE} octets"
    yield Case("calls", sent, f"{CALLS * AT_ONCE} calls at most", examine_calls)


def examine(data: bytes, answer: Any) -> Verdict:
    """Try an answer on a stream, whole and cut in two at every place."""
    outcome = answers.call(answer, data)
    if outcome.value is None and not outcome.fault:
        answers.refuse_blank(answer)
    wanted = read_messages(data)
    if fault := _fault(data, outcome, wanted):
        return Verdict(outcome.came_back, fault)
    for at in _places(len(data)):
        verdict = _cut(data, at, answer)
        if verdict.fault:
            return verdict
    return Verdict(_told(wanted))


def _cut(data: bytes, at: int, answer: Any) -> Verdict:
    """Give an answer the first octets, and then its rest with the others."""
    first = answers.call(answer, data[:at])
    where = f"{first.came_back}\nwhen a read ends after {at} of {len(data):,} octets"
    if fault := _fault(data[:at], first, read_messages(data[:at])):
        return Verdict(where, fault)
    have = first.value[1] + data[at:]
    then = answers.call(answer, have)
    where = f"{then.came_back}\nfor the others, after a read of {at} of {len(data):,} octets"
    return Verdict(where, _fault(have, then, read_messages(have)))


def _fault(data: bytes, outcome: Outcome, wanted: Result) -> str:
    if outcome.came_back.startswith("UnicodeDecodeError"):
        return outcome.fault + NOT_UTF8
    return outcome.fault or judge(data, outcome.value, wanted)


def _places(size: int) -> Iterator[int]:
    """Where to cut: everywhere, or in and after the headers of something long."""
    ends = (*range(SHORT), size // 2, *range(size - SHORT, size))
    yield from range(size) if size <= EVERYWHERE else ends


def examine_calls(answer: Any) -> Verdict:
    """Count the calls of Python functions for many messages in one read."""
    messages = [f"{number:0{AT_ONCE}}" for number in range(AT_ONCE)]
    data = b"".join(text(each, masked=True).serialize() for each in messages)
    outcome, calls = counted(lambda: answers.call(answer, data))
    if outcome.fault:
        return Verdict(outcome.came_back, outcome.fault)
    if fault := judge(data, outcome.value, ([*messages], b"")):
        return Verdict(outcome.came_back, fault)
    # What the checker itself calls is the same around the solution, which calls nothing.
    return _too_many(calls - counted(lambda: answers.call(read_messages, data))[1])


def _too_many(calls: int) -> Verdict:
    if calls <= CALLS * AT_ONCE:
        return Verdict(f"at most {CALLS} calls for each message")
    each = calls / AT_ONCE
    fault = f"That is {each:.0f} calls for each message; {CALLS} are allowed."
    if each > AT_ONCE:
        fault += " As many as it has octets: a function or a generator runs for each of them."
    else:
        fault += " Write out what the functions do, in one loop."
    return Verdict(f"{calls:,} calls", fault)


def counted(function: Callable[[], Any]) -> tuple[Any, int]:
    """Call a function, and count the calls of Python functions that this leads to.

    Each resumption of a generator counts as a call, which is what it costs.

    Args:
        function: takes nothing.

    Returns:
        What it returned, and the number of calls, that of itself not among them.
    """
    calls = -1

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        value = function()
    finally:
        sys.setprofile(before)
    return value, calls


def _told(result: Result) -> str:
    """Write what a reader returns: short."""
    messages, rest = result
    each = (f"{len(one):,} octets" if len(one) > SHORT else repr(one) for one in messages)
    left = f"{len(rest):,} octet{'' if len(rest) == 1 else 's'} of rest" if rest else "no rest"
    return f"[{', '.join(each)}], {left}"


def _hex(data: bytes) -> str:
    if len(data) <= SHORT:
        return data.hex(" ")
    return f"{data[:SHORT].hex(' ')} … [{len(data):,} octets]"
