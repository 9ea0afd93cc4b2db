"""Exercise of notebook 01: decide two scenarios, and back the decision with a number.

A choice without its number could be a guess, so each answer is a pair. Leaves out the sizes of
payloads and the break-even itself (`break_even`).
"""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.news.clients import Way

STUB = """\
choices = {
    "A": (..., ...),
    "B": (..., ...),
}
"""

RULES = """
**Decide two scenarios: fill in `choices`** with a pair for each letter. The first half is the way
that meets the demands with the fewest octets: `"polling"`, `"long polling"`,
`"server-sent events"` or `"WebSocket"`. The second half is what it costs: octets per hour at one
client, both directions together, within 2 %.

Count with these sizes. One request over HTTP, answered: 300 octets of heads, and the payload of
whatever it carries either way. A long poll is held for 30 s. An event: 22 octets around the
payload, and in silence a comment of 8 octets every 15 s. A frame: 2 octets around the payload from
a server, 6 from a client; a ping and its pong every 20 s are 16 octets. What is opened once and
stays open costs nothing here; where frames or events flow, leave out pings and comments.

- **A, a sign at a bus stop.** It shows the temperature. A new value comes every 10 minutes and has
  31 octets; it may be shown up to 10 minutes late. The sign pays for mobile data.
- **B, a whiteboard.** Each client gets 20 strokes a second, and draws 5 a second itself, 30 octets
  each. A stroke must be on the other boards within 0.1 s.
"""

HINTS = """
For A, work out all four, in octets per hour. What does each of them send while the temperature
stays as it is?

At the sign a poll every 10 minutes is allowed: six in an hour, with heads and payload each. The
other ways have to keep a connection alive, 120 or 180 or 240 times an hour.

For B, polling would have to ask ten times a second, and every stroke that a client draws would be a
request of its own. Which way has two directions?

A client's frame of 30 octets has 36, because it is masked; a server's has 32. An hour has 3,600
seconds.
"""

EXPLANATION = (
    "Count what is sent while nothing happens, and count both directions: that decides more often "
    "than what is sent when something does."
)

HOUR = 3600  # seconds
TOLERANCE = 0.02
HEADS = 300  # octets


@dataclass(frozen=True, slots=True)
class Scenario:
    """One decision.

    `by_way` tells why a wrong way is wrong, `by_octets` which mistake gives which wrong number.
    """

    letter: str
    story: str
    way: Way
    octets: int
    because: str
    by_way: Mapping[Way, str]
    by_octets: tuple[tuple[int, str], ...]


SIGN = Scenario(
    letter="A",
    story="a sign at a bus stop",
    way=Way.POLLING,
    octets=6 * (HEADS + 31),
    because="6 polls an hour, and nothing in between",
    by_way={
        Way.WEBSOCKET: "Count what its silence costs: a ping and a pong every 20 s, all hour.",
        Way.EVENTS: "Close, but count the comments that keep the stream alive: 240 in an hour.",
        Way.LONG_POLLING: "A request that is held for 30 s is repeated 120 times an hour.",
    },
    by_octets=(
        (6 * HEADS, "Each poll brings the payload too."),
        (6 * 31, "Each poll has its heads too, request and response."),
        (10 * (HEADS + 31), "Every 10 minutes is 6 times an hour, not 10 times."),
        (HEADS + 31, "That is one poll; an hour has 6 of them."),
        (12 * (HEADS + 31), "A poll every 5 minutes is more than is asked for: 10 will do."),
        (60 * (HEADS + 31), "A poll a minute is more than is asked for: every 10 will do."),
    ),
)

BOARD = Scenario(
    letter="B",
    story="a whiteboard",
    way=Way.WEBSOCKET,
    octets=(20 * (30 + 2) + 5 * (30 + 6)) * HOUR,
    because="both directions on one connection, at 2 and 6 octets a stroke",
    by_way={
        Way.POLLING: "Within 0.1 s means ten polls a second, and a request for each stroke drawn.",
        Way.LONG_POLLING: "Nearly every stroke would be a request and a response of its own.",
        Way.EVENTS: "Events go one way: each of the client's strokes is a request with heads.",
    },
    by_octets=(
        ((20 + 5) * (30 + 2) * HOUR, "A client masks: 6 octets around its payload, not 2."),
        ((20 + 5) * (30 + 6) * HOUR, "A server doesn't mask: 2 octets around its payload, not 6."),
        (20 * (30 + 2) * HOUR, "The client draws too: count both directions."),
        ((20 + 5) * 30 * HOUR, "A stroke has a frame around it: 2 octets or 6."),
        (20 * 32 + 5 * 36, "That is per second; octets per hour are asked for."),
        ((20 * 32 + 5 * 36) * 60, "That is per minute; octets per hour are asked for."),
    ),
)
SCENARIOS = (SIGN, BOARD)


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="choose_a_way",
        notebook="01_compare_four_ways_to_get_news",
        subject="choices",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[solved()],
        make_cases=lambda: [_case(scenario) for scenario in SCENARIOS],
    )


def solved() -> str:
    """Write the stub with the answers filled in, and the reasons beside them."""
    lines = [
        f'    "{each.letter}": ("{each.way}", {each.octets:_}),  # {each.because}'
        for each in SCENARIOS
    ]
    return "\n".join(["choices = {", *lines, "}"])


def _case(scenario: Scenario) -> Case:
    examine_this = functools.partial(examine, scenario)
    return Case(scenario.letter, scenario.story, "a way, and its octets per hour", examine_this)


def examine(scenario: Scenario, given: Mapping[str, Any]) -> Verdict:
    """Judge the answer about one scenario."""
    answer: Any = given.get(scenario.letter)
    came_back = "nothing yet" if answers.empty(answer) else answers.tidy(answer)
    if fault := _form(answer):
        return Verdict(came_back, fault)
    way, octets = answer
    if way != scenario.way:
        return Verdict(came_back, scenario.by_way[Way(way)])
    if fault := _judge(scenario, octets):
        return Verdict(came_back, fault)
    return Verdict(f"{came_back}: {scenario.because}")


def _form(answer: Any) -> str:
    """Say what is wrong with the form of an answer."""
    if answers.empty(answer):
        return "There is no answer yet."
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        return 'An answer is a pair, such as ("polling", 1000).'
    way, octets = answer
    if way is ... or octets is ...:
        return "One half of the answer is missing."
    if not isinstance(way, str) or way not in list(Way):
        return f"The first half is one of {', '.join(repr(str(each)) for each in Way)}."
    if isinstance(octets, bool) or not isinstance(octets, int | float):
        return "The second half is a number: octets per hour."
    return ""


def _judge(scenario: Scenario, octets: float) -> str:
    if _near(octets, scenario.octets):
        return ""
    known = (fault for wrong, fault in scenario.by_octets if _near(octets, wrong))
    side = "few" if octets < scenario.octets else "many"
    return next(known, f"The way is right, and its octets are too {side}.")


def _near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=TOLERANCE)
