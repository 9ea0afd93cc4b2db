"""Exercise of notebook 03: cut one frame off the beginning of a buffer.

The cases are data (`frame_cases`), and what a wrong result means is told by `frame_faults`. Leaves
out the connection around a parser: who must mask, how frames make a message, limits.
"""

import dataclasses
import functools
import random
from collections.abc import Iterator
from typing import Any

from wsdemo.lab.conformance.frames import Frame, more, text
from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.answers import Outcome
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.exercises.frame_cases import CASES, FrameCase
from wsdemo.lab.exercises.frame_faults import judge, judge_prefix, judge_refusal

STUB = '''\
def parse_frame(data):
    """Return (fin, opcode, payload, octets_used) of the frame that data begins with.

    Return None while octets of it are missing. Raise ValueError if no endpoint may send it.
    """
    ...
'''

RULES = """
**Write `parse_frame(data)`.** It gets what has come from the peer so far, as a `bytearray`, and
looks at the frame that it begins with. Three things can be the case:

- the frame is complete: return `(fin, opcode, payload, octets_used)`, which are a `bool`, an
  `int`, the payload as `bytes`, unmasked if it came masked, and the length of the whole frame.
  What comes after it in `data` is the next frame's business.
- octets are missing: return `None`. You are called again with more, from the beginning.
- the frame is illegal: raise `ValueError`, as soon as the header shows it. Illegal are the three
  reserved bits, the reserved opcodes 3–7 and 11–15, a control frame (opcode 8 and up) with more
  than 125 octets or without `fin`, and a length that is not in its shortest form or has the top bit
  of its 64 set.

`data` belongs to the caller: leave it as it is. Masked or not, both are legal here; which side must
mask is the connection's affair.
"""

HINTS = """
Draw the first two octets, bit by bit: fin, three reserved bits, four of opcode; mask, seven of
length. `data[0] & 0b1000_0000` is one of them, `data[0] & 0b0000_1111` four.

Before each look into `data`, ask whether it is long enough, and return `None` if not: a slice never
complains, it is just too short.

126 and 127 in the seven bits are no lengths. They say that the length stands in the next 2 or 8
octets: `int.from_bytes(data[2:4], "big")`. All else moves back by as many.

A masking key is 4 octets after the length. Octet `i` of the payload is unmasked with octet `i % 4`
of the key: `bytes(octet ^ key[i % 4] for i, octet in enumerate(masked))`.

Judge the header before you wait for the payload: a ping that announces 126 octets is illegal
whether they come or not. The length is in its shortest form if it is at least 126 in two octets,
and at least 65,536 in eight.
"""

EXPLANATION = (
    "Header, judgement, payload, in this order: what is illegal is refused before anybody waits "
    "for it. `wsdemo.protocol.frames` does the same with a type for each idea."
)


def parse_frame(data: bytearray) -> tuple[bool, int, bytes, int] | None:
    """Return (fin, opcode, payload, octets_used) of the frame that data begins with."""
    if len(data) < 2:
        return None
    fin, masked = bool(data[0] & 0b1000_0000), bool(data[1] & 0b1000_0000)
    opcode, length = data[0] & 0b0000_1111, data[1] & 0b0111_1111
    check_header(data[0], fin, opcode, length)
    start = 2 + {126: 2, 127: 8}.get(length, 0)
    if len(data) < start + 4 * masked:
        return None
    if start > 2:
        length = int.from_bytes(data[2:start], "big")
        check_length(length, start - 2)
    key = data[start : start + 4]
    start += 4 * masked
    if len(data) < start + length:
        return None
    payload = bytes(data[start : start + length])
    if masked:
        payload = bytes(octet ^ key[i % 4] for i, octet in enumerate(payload))
    return fin, opcode, payload, start + length


def check_header(first: int, fin: bool, opcode: int, length: int) -> None:
    """Raise ValueError for what the first two octets show to be illegal."""
    if first & 0b0111_0000:
        raise ValueError(f"reserved bits {first >> 4 & 0b111:03b}")
    if opcode in range(3, 8) or opcode > 10:
        raise ValueError(f"reserved opcode {opcode}")
    if opcode >= 8 and not fin:
        raise ValueError("fragmented control frame")
    if opcode >= 8 and length > 125:
        raise ValueError("control frame over 125 octets")


def check_length(length: int, size: int) -> None:
    """Raise ValueError for a length that is not written as it must be."""
    if length >> 63:
        raise ValueError("length with the top bit set")
    if length < (126 if size == 2 else 65_536):
        raise ValueError(f"length {length} in {size} octets")


SEED = 6455
RANDOM_FRAMES = 200
SHORT = 16  # octets: what is shown of a payload or a frame
# Two frames of 2 and 7 octets: 8 places to cut, 256 ways to do it.
STREAM = text(fin=False).serialize() + more("!", masked=True, key=b"abcd").serialize()
STREAM_FRAMES = [(False, 1, b""), (True, 0, b"!")]


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="frame_parser",
        notebook="03_read_and_write_frames",
        subject="parse_frame",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[parse_frame, check_header, check_length],
        make_cases=lambda: list(cases()),
        material={case.name: case.data for case in CASES},
    )


def cases() -> Iterator[Case]:
    """Make one case a frame, then those that need several."""
    for case in CASES:
        examine = examine_legal if case.frame else examine_illegal
        expected = _wanted(case) if case.frame else f"ValueError: {case.refused}"
        yield Case(case.title, _shown(case.data), expected, functools.partial(examine, case))
    shown, ways = _shown(STREAM), 2 ** (len(STREAM) - 1)
    yield Case(f"two frames, cut in all {ways:,} ways", shown, "both frames", examine_cuts)
    name = f"{RANDOM_FRAMES} random frames"
    yield Case(name, f"random.Random({SEED})", "what websockets reads", examine_random)


def examine_legal(case: FrameCase, answer: Any) -> Verdict:
    """Try an answer on a whole frame, on its beginnings, and with the next frame behind it."""
    outcome = _call(answer, case.data)
    if outcome.value is None and not outcome.fault:
        answers.refuse_blank(answer)
    if outcome.came_back.startswith("ValueError"):
        return Verdict(outcome.came_back, "Your parser refuses a legal frame.")
    if fault := outcome.fault or judge(case, outcome.value, answer):
        return Verdict(outcome.came_back, fault)
    for end in _ends(len(case.data)):
        begun = _call(answer, case.data[:end])
        if begun.fault or begun.value is not None:
            came_back = f"{begun.came_back}\nafter {end} of {len(case.data)} octets"
            return Verdict(came_back, judge_prefix(case, end, begun))
    followed = _call(answer, case.data + STREAM)
    if fault := followed.fault or judge(case, followed.value, answer, followed_by=len(STREAM)):
        return Verdict(f"{followed.came_back}\nwith the next frame behind it", fault)
    return Verdict(outcome.came_back)


def _call(answer: Any, data: bytes, expected: type[Exception] | None = None) -> Outcome:
    """Call an answer as a connection does, and keep what came back short."""
    outcome = answers.call(answer, bytearray(data), expected=expected)
    match outcome.value:
        case (fin, opcode, bytes() | bytearray() as payload, used) if len(payload) > SHORT:
            begin = f"({fin!r}, {opcode!r}, {bytes(payload[:4])!r} … {len(payload):,} octets"
            return dataclasses.replace(outcome, came_back=f"{begin}, {used!r})")
    return outcome


def _ends(size: int) -> Iterator[int]:
    """Where to cut a frame: everywhere if it is short, else in and after its header, and late."""
    yield from range(size) if size < 200 else (*range(20), 125, 126, 130, size // 2, size - 1)


def examine_illegal(case: FrameCase, answer: Any) -> Verdict:
    """Try an answer on a frame that it must refuse."""
    outcome = _call(answer, case.data, expected=ValueError)
    return Verdict(outcome.came_back, judge_refusal(case, outcome))


def examine_cuts(answer: Any) -> Verdict:
    """Feed two frames as a connection does, in pieces of every size."""
    for cuts in range(2 ** (len(STREAM) - 1)):
        frames, fault = _feed(answer, _cut(STREAM, cuts))
        if fault or frames != STREAM_FRAMES:
            pieces = " | ".join(piece.hex(" ") for piece in _cut(STREAM, cuts))
            return Verdict(answers.tidy(frames), fault or f"Cut like this, it fails: {pieces}.")
    return Verdict("both frames")


def _cut(data: bytes, cuts: int) -> list[bytes]:
    """Cut after octet `i` where bit `i` of `cuts` is set."""
    ends = [at + 1 for at in range(len(data) - 1) if cuts >> at & 1]
    return [data[a:b] for a, b in zip([0, *ends], [*ends, len(data)], strict=True)]


def _feed(answer: Any, pieces: list[bytes]) -> tuple[list[Any], str]:
    """Play the connection: add each piece to the buffer, and take frames off it while there are."""
    buffer, frames = bytearray(), []
    for piece in pieces:
        buffer += piece
        while (outcome := answers.call(answer, buffer)).value is not None:
            if outcome.fault or not outcome.value[3]:
                break
            *frame, used = outcome.value
            frames.append((*frame[:2], bytes(frame[2])))
            del buffer[:used]
        if outcome.fault:
            return frames, outcome.fault
    return frames, ""


def examine_random(answer: Any) -> Verdict:
    """Compare an answer with the parser of `websockets`."""
    draw = random.Random(SEED)
    for _ in range(RANDOM_FRAMES):
        case = _random_case(draw)
        outcome = _call(answer, case.data)
        if fault := outcome.fault or judge(case, outcome.value, answer):
            return Verdict(outcome.came_back, f"{fault} The frame is {_shown(case.data)}.")
    return Verdict("what websockets reads")


def _random_case(draw: random.Random) -> FrameCase:
    """Draw a legal frame, and let `websockets` say what is in it."""
    opcode = draw.choice((0, 1, 2, 8, 9, 10))
    fin = opcode >= 8 or draw.random() < 0.5
    size = draw.choice((draw.randrange(126), draw.randrange(126 if opcode >= 8 else 2_000)))
    masked, key, payload = draw.random() < 0.5, draw.randbytes(4), draw.randbytes(size)
    data = Frame(opcode, payload, fin, masked=masked, key=key).serialize()
    return FrameCase("a random frame", data, read_with_websockets(data))


def read_with_websockets(data: bytes) -> tuple[bool, int, bytes]:
    """Read one frame with the parser of `websockets`."""
    from websockets.frames import Frame as TheirFrame
    from websockets.streams import StreamReader

    reader = StreamReader()
    reader.feed_data(data)
    steps = TheirFrame.parse(reader.read_exact, mask=bool(data[1] & 0x80))
    try:
        next(steps)
    except StopIteration as result:
        frame: TheirFrame = result.value
        return frame.fin, int(frame.opcode), bytes(frame.data)
    raise AssertionError("websockets waits for more of a whole frame")


def _shown(data: bytes) -> str:
    """Write the beginning of a frame as hex digits."""
    if len(data) <= SHORT:
        return data.hex(" ")
    return f"{data[:10].hex(' ')} … [{len(data):,} octets]"


def _wanted(case: FrameCase) -> str:
    assert case.frame is not None
    fin, opcode, payload = case.frame
    shown = repr(payload) if len(payload) <= SHORT else f"{len(payload):,} octets"
    return f"({fin}, {opcode}, {shown}, {len(case.data)})"
