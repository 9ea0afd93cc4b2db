"""Exercise of notebook 09: an outbox that keeps a slow client current, in bounded memory.

The answer is a class. What is put into it is a simulated stream, the same in every run, and what
comes out is compared (`watched_outbox`). In the last case it stands between a real server and its
clients (`current_stage`).

Leaves out several rooms, and messages without a key, which `wsdemo.hub` has.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.exercises.current_stage import SYMBOLS, Heard, perform
from wsdemo.lab.exercises.watched_outbox import MOST_TAKEN, Faulty, Watched

STUB = '''\
class Outbox:
    """What waits for one client of a feed."""

    def __init__(self):
        self.waiting = []

    def put(self, symbol, update):
        """Take an update: the newest price of a symbol."""
        self.waiting.append(update)

    def take(self):
        """Return the update to be sent next; None if nothing waits."""
        return self.waiting.pop(0) if self.waiting else None
'''

RULES = """
**Change the class `Outbox`** so that a slow client is kept current. The server calls
`put(symbol, update)` for every change of a price, and a task of this client's calls `take()`
whenever the client can be sent something.

- Of each symbol, only the newest update waits. An older one is forgotten, and its memory is free.
- An update takes the place of the older one in the line; it doesn't go to the end. So every symbol
  is sent in its turn, however fast another one changes.
- A client that keeps up gets every update, in order.
- `take()` returns `None` if nothing waits. Neither of the two waits for anything.
"""

HINTS = """
What is given keeps everything. How many updates may wait at most, if there are five symbols?

Something that holds one value for each symbol is a `dict`: `self.waiting[symbol] = update`. What
happens there to the older update?

And the order? A `dict` is gone over in the order in which its keys came in. A key that is there
already keeps its place when it gets another value, which is just what is wanted here.

To take out the first one: `symbol = next(iter(self.waiting))`, then `self.waiting.pop(symbol)`; and
before that, look whether there is any.
"""

EXPLANATION = (
    "A dict is a line in which each key stands once, at the place where it came in. The outbox of "
    "`wsdemo.hub` does the same for `Conflate`, and counts what it leaves out."
)

SOLUTION = '''\
class Outbox:
    """What waits for one client of a feed."""

    def __init__(self):
        self.waiting = {}

    def put(self, symbol, update):
        """Take an update: the newest price of a symbol."""
        self.waiting[symbol] = update  # at the place of the older one

    def take(self):
        """Return the update to be sent next; None if nothing waits."""
        if not self.waiting:
            return None
        return self.waiting.pop(next(iter(self.waiting)))
'''

MANY = 1_000  # updates that nobody takes


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="keep_them_current",
        notebook="09_push_live_data",
        subject="Outbox",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[SOLUTION],
        make_cases=lambda: list(cases()),
        time_limit=20.0,  # the last case is live
    )


def cases() -> Iterator[Case]:
    """Make the cases: simulated ones, and one that is live."""
    yield _case("a client that keeps up", "A1, taken; A2, taken; B1, taken", keeping_up)
    yield _case("three symbols at once", "A1, B1, C1", three_at_once)
    yield _case("one symbol, nobody takes", f"A1 … A{MANY}", one_symbol)
    yield _case("five symbols, nobody takes", f"{MANY} updates of A … E in turn", five_symbols)
    yield _case("memory", f"{MANY} updates of A … E in turn", memory)
    yield _case("once more", "A1, A2, taken; A3, taken", once_more)
    yield _case("a place in the line", "A1, B1, C1, A2", place_in_line)
    yield _case("one that changes all the time", "F before each take; A, B, C after theirs", fair)
    live = f"a server, two that read, one that doesn't, updates of {', '.join(SYMBOLS)}"
    expected = "all updates to the two, the newest to the third"
    yield Case("live", live, expected, functools.partial(_survive, on_stage))


Scene = Callable[[Any], Verdict]
EXPECTED = {
    "keeping_up": "A1, A2, B1, then None",
    "three_at_once": "A1, B1, C1, then None",
    "one_symbol": f"A{MANY}, then None",
    "five_symbols": "A200, B200, C200, D200, E200, then None",
    "memory": "5 updates are held",
    "once_more": "A2, then A3, then None",
    "place_in_line": "A2, B1, C1, then None",
    "fair": "F within the first four",
}


def _case(name: str, sent: str, scene: Scene) -> Case:
    return Case(name, sent, EXPECTED[scene.__name__], functools.partial(_survive, scene))


def _survive(scene: Scene, answer: Any) -> Verdict:
    try:
        return scene(answer)
    except Faulty as faulty:
        return faulty.verdict


def keeping_up(answer: Any) -> Verdict:
    """Take each update as it comes."""
    box = Watched(answer)
    taken = []
    for symbol in "AAB":
        box.put(symbol)
        taken.append(box.take())
    return _judge([*taken, *box.take_all()], ["A1", "A2", "B1"], "An update is lost.")


def three_at_once(answer: Any) -> Verdict:
    """Put three before anything is taken."""
    box = _filled(answer, "ABC")
    return _judge(box.take_all(), ["A1", "B1", "C1"], "Each symbol has one that waits.")


def one_symbol(answer: Any) -> Verdict:
    """Put many of one."""
    box = _filled(answer, "A" * MANY)
    return _judge(box.take_all(), [f"A{MANY}"], "Of one symbol, only the newest waits.")


def five_symbols(answer: Any) -> Verdict:
    """Put many of five."""
    box = _filled(answer, "ABCDE" * (MANY // 5))
    wanted = [f"{symbol}{MANY // 5}" for symbol in "ABCDE"]
    return _judge(box.take_all(), wanted, "Of each symbol the newest, and nothing else.")


def memory(answer: Any) -> Verdict:
    """Count what is still held, whatever it is held in."""
    alive = _filled(answer, "ABCDE" * (MANY // 5)).alive
    if alive > 5:
        fault = f"{alive:,} updates are still held for 5 symbols: forget the older one in `put`."
        return Verdict(f"{alive:,} updates are held", fault)
    return Verdict(f"{alive} updates are held")


def once_more(answer: Any) -> Verdict:
    """Put a symbol again after it was taken."""
    box = _filled(answer, "AA")
    taken = [box.take()]
    box.put("A")
    fault = "What was taken waits no more, and what comes later is new."
    return _judge([*taken, *box.take_all()], ["A2", "A3"], fault)


def place_in_line(answer: Any) -> Verdict:
    """Put a symbol again while it waits at the head."""
    fault = "A newer update takes the place of the older one, and doesn't go to the end."
    return _judge(_filled(answer, "ABCA").take_all(), ["A2", "B1", "C1"], fault)


def fair(answer: Any) -> Verdict:
    """Let one symbol change before each take, and the others as soon as they were sent."""
    box = _filled(answer, "ABCF")
    taken = []
    for _ in range(8):
        box.put("F")
        taken.append(box.take() or "None")
        if taken[-1][0] in "ABC":
            box.put(taken[-1][0])
    shown = f"{', '.join(taken)} …"
    for symbol in "FABC":
        if symbol not in {update[0] for update in taken[:4]}:
            fault = f"{symbol} waits and waits while others are sent again: keep to the line."
            return Verdict(shown, fault)
    return Verdict("F within the first four")


def on_stage(answer: Any) -> Verdict:
    """Put it between a server and its clients."""
    Watched(answer)  # that can be made, and is no blank
    try:
        heard = asyncio.run(perform(answer))
    except TimeoutError:
        return Verdict("an update never came", "Who keeps up gets every update.")
    except Exception as error:
        outcome = answers.raised(error, answer)
        return Verdict(outcome.came_back, outcome.fault)
    return _judge_live(heard)


def _judge_live(heard: Heard) -> Verdict:
    if heard.missed:
        return Verdict(f"{heard.missed} updates missed", "Who keeps up gets every update.")
    if not heard.current:
        return Verdict("old prices in the end", "Who was slow ends with the newest of each.")
    if not heard.fewer:
        return Verdict("all updates to all three", "The slow one gets fewer: the newest only.")
    return Verdict("all updates to the two, the newest to the third")


def _filled(answer: Any, symbols: str) -> Watched:
    box = Watched(answer)
    for symbol in symbols:
        box.put(symbol)
    return box


def _judge(taken: Sequence[str | None], wanted: list[str], fault: str) -> Verdict:
    several = [str(update) for update in taken]
    if len(several) > MOST_TAKEN:
        return Verdict(f"{', '.join(several[:3])} … and more than {MOST_TAKEN} in all", fault)
    shown = ", ".join([*several, "then None"])
    return Verdict(answers.tidy_text(shown), "" if taken == wanted else fault)
