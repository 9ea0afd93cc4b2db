"""Exercise of notebook 01: the polling interval at which WebSocket and polling cost the same.

A wrong value is compared with what the usual mistakes give, so that the learner is told which one
it is. Leaves out what a silent connection costs (`choose_a_way`).
"""

import functools
import math
from collections.abc import Iterator
from typing import Any

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.protocol.frames import Frame, Opcode

STUB = '''\
import math


def break_even(heads, payload, rate):
    """Return the polling interval, in seconds, at which polling and WebSocket cost the same.

    heads: octets of one poll beside its payload: request and response head together.
    payload: octets of one update, which a server sends in one frame.
    rate: updates per second.
    """
    ...
'''

SOLUTION = '''\
def break_even(heads, payload, rate):
    """Return the polling interval, in seconds, at which polling and WebSocket cost the same."""
    if rate == 0:
        return math.inf  # WebSocket sends nothing, so any polling costs more
    length = 0 if payload < 126 else 2 if payload < 65_536 else 8
    frame = 2 + length + payload
    return (heads + payload) / (rate * frame)
'''

RULES = """
**Write `break_even(heads, payload, rate)`.** It returns the polling interval, in seconds, at which
polling and WebSocket cost the same number of octets per second. Below it WebSocket is cheaper.

- A poll is answered with the latest update, and costs `heads + payload` octets.
- WebSocket sends every update, `rate` of them a second, each in one frame from the server.
- The opening handshake and pings are not counted.
- If there never is an update (`rate` is 0), WebSocket is cheaper at any interval: `math.inf`.
"""

HINTS = """
Write down two costs, each in octets per second: one depends on the interval, the other on the rate.
Where are they equal?

Polling costs `(heads + payload) / interval`; WebSocket costs `rate * frame`. How long is a frame?

A server doesn't mask, so its frame has a header of 2, 4 or 10 octets: up to 125 octets of payload,
up to 65,535, and above (notebook 03 shows why).

Solved for the interval: `(heads + payload) / (rate * frame)`. A rate of 0 comes first, since nobody
can divide by it.
"""

EXPLANATION = "Two costs per second, set equal, and solved for the interval."

FIRST = (300, 31, 1)
VECTORS: tuple[tuple[str, tuple[int, int, float]], ...] = (
    ("a price, once a second", FIRST),
    ("a longer one, twenty times a second", (300, 60, 20)),
    ("a price, every ten minutes", (300, 31, 1 / 600)),
    ("a browser's request, 125 octets", (666, 125, 2)),
    ("one octet more", (666, 126, 2)),
    ("a page, 65,535 octets", (666, 65_535, 0.5)),
    ("one octet more", (666, 65_536, 0.5)),
    ("silence", (300, 31, 0)),
)


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="break_even",
        notebook="01_compare_four_ways_to_get_news",
        subject="break_even",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[SOLUTION],
        make_cases=lambda: [_case(name, given) for name, given in VECTORS],
    )


def _case(name: str, given: tuple[int, int, float]) -> Case:
    sent = "heads={}, payload={}, rate={:g}".format(*given)
    return Case(name, sent, _seconds(right(*given)), functools.partial(examine, given))


def right(heads: int, payload: int, rate: float) -> float:
    """Compute the interval with the frames of the engine itself, in seconds."""
    return (heads + payload) / (rate * _frame(payload)) if rate else math.inf


def examine(given: tuple[int, int, float], answer: Any) -> Verdict:
    """Try an answer on one set of numbers."""
    outcome = answers.call(answer, *given)
    if outcome.fault:
        divided = outcome.came_back.startswith("ZeroDivisionError")
        hint = " Without updates WebSocket wins at any interval: math.inf." if divided else ""
        return Verdict(outcome.came_back, outcome.fault + hint)
    value = outcome.value
    if value is None:
        answers.refuse_blank(answer)
        return Verdict("None", "Your function returns None: is a `return` missing?")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Verdict(outcome.came_back, "The interval is a number of seconds.")
    return Verdict(_seconds(value), _judge(given, value))


def _judge(given: tuple[int, int, float], value: float) -> str:
    """Say what is wrong with a value; nothing when it is right."""
    wanted = right(*given)
    if _same(value, wanted):
        return ""
    if math.isinf(wanted):
        return "Without updates WebSocket sends nothing, and wins at any interval: math.inf."
    unknown = "That is not the interval at which (heads + payload) / interval = rate * frame."
    return next((fault for guess, fault in mistakes(*given) if _same(value, guess)), unknown)


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6)


def _seconds(value: float) -> str:
    return f"{value:.6g} s"


def _frame(payload: int) -> int:
    return len(Frame(Opcode.TEXT, bytes(payload)).serialize())


def mistakes(heads: int, payload: int, rate: float) -> Iterator[tuple[float, str]]:
    """Yield the values that the usual mistakes give, and what to say of each.

    Args:
        heads: Octets of one poll beside its payload.
        payload: Octets of one update.
        rate: Updates per second; not 0.
    """
    poll, frame = heads + payload, _frame(payload)
    yield poll / (rate * payload), "The frame has a header too: 2 octets and more."
    size = "The header has 2 octets up to a payload of 125, 4 up to 65,535, and 10 above."
    yield poll / (rate * (payload + 2)), size
    yield poll / (rate * (payload + 4)), size
    masked = "You add a masking key: only clients mask, and these frames are a server's."
    yield poll / (rate * (frame + 4)), masked
    yield heads / (rate * frame), "A poll brings the payload too, not only heads."
    alone = "A frame carries the payload too, not only a header."
    yield poll / (rate * (frame - payload)), alone
    yield rate * frame / poll, "That is upside down: polls per second, not seconds per poll."
    side = "The rate is on the wrong side: more updates make WebSocket dearer."
    yield rate * poll / frame, side
    yield poll / frame, "The rate is missing: WebSocket sends every update."
    yield 1000 * poll / (rate * frame), "That is in milliseconds."
    around = "The poll's answer is HTTP: there is no frame around its payload."
    yield (poll + frame - payload) / (rate * frame), around
    yield right(*FIRST), "That is the answer for the first example, whatever is given."
