"""The exercise `keep_them_current` fills an outbox, empties it, and lets a server use it."""

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.hub import Conflate
from wsdemo.hub.outbox import Outbox, Post
from wsdemo.lab.exercises import exercise
from wsdemo.lab.exercises.keep_them_current import cases

NAME = "keep_them_current"
RIGHT = exercise(NAME).answer
HEAD = "class Outbox:\n    def __init__(self):\n        self.waiting = {}\n\n"
KEEP = "self.waiting[symbol] = update"
FIRST = "next(iter(self.waiting))"
PUT = "    def put(self, symbol, update):\n"
TAKE = "    def take(self):\n"


async def test_what_is_given_keeps_everything() -> None:
    """One word is changed, so that it counts as an answer."""
    source = exercise(NAME).stub.replace("self.waiting = []", "self.waiting = list()")
    report = await check(NAME, defined(NAME, source))
    wrong = {row.case: row.fault for row in report.rows if row.fault}
    assert "only the newest waits" in wrong["one symbol, nobody takes"]
    assert "1,000 updates are still held for 5 symbols" in wrong["memory"]
    assert "The slow one gets fewer" in wrong["live"]


async def test_the_hub_does_it_too() -> None:
    """What a server uses passes."""

    class Hubs:
        def __init__(self) -> None:
            self._outbox = Outbox(Conflate(), messages=100, octets=2**20)

        def put(self, symbol: str, update: str) -> None:
            self._outbox.put(Post(update, len(update), slot=("room", symbol)))

        def take(self) -> str | bytes | None:
            return self._outbox.take().message if len(self._outbox) else None

    report = await check(NAME, Hubs)
    assert report.passed, repr(report)


TO_THE_END = "self.waiting.pop(symbol, None); self.waiting[symbol] = update"
EMPTY = "        if not self.waiting:\n            return None\n"


@pytest.mark.parametrize(
    ("right", "wrong", "case", "fault"),
    [
        (KEEP, TO_THE_END, "a place in the line", "doesn't go to the end"),
        (KEEP, TO_THE_END, "one that changes", "F waits and waits"),
        (FIRST, "list(self.waiting)[-1]", "three symbols", "Each symbol has one"),
        (f"pop({FIRST})", f"get({FIRST})", "keeps up", "An update is lost"),
        (KEEP, "self.waiting.setdefault(symbol, update)", "five symbols", "the newest, and"),
        (KEEP, "self.waiting = {symbol: update}", "three symbols", "Each symbol has one"),
        (f"pop({FIRST})", "popitem()", "keeps up", "the update itself; this is tuple"),
        (EMPTY, "", "keeps up", "Your code raises StopIteration"),
        (KEEP, f"{KEEP}; raise KeyError(symbol)", "live", "Your code raises KeyError"),
    ],
)
async def test_a_mistake_is_named(right: str, wrong: str, case: str, fault: str) -> None:
    """One change to a right answer, and the case that finds it says what to do."""
    assert right in RIGHT
    report = await check(NAME, defined(NAME, RIGHT.replace(right, wrong)))
    row = next(row for row in report.rows if case in row.case)
    assert fault in row.fault, repr(report)


async def test_what_was_seen_is_no_reason_to_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some remember what they have sent, and never send that symbol again."""
    monkeypatch.setattr("wsdemo.lab.exercises.current_stage.PATIENCE", 0.3)
    seen = "        if symbol not in self.seen:\n            self.waiting[symbol] = update\n"
    source = HEAD.replace("= {}", "= {}\n        self.seen = set()") + PUT + seen + TAKE
    source += "        if not self.waiting:\n            return None\n"
    source += "        symbol = next(iter(self.waiting))\n        self.seen.add(symbol)\n"
    report = await check(NAME, defined(NAME, f"{source}        return self.waiting.pop(symbol)\n"))
    row = next(row for row in report.rows if row.case == "once more")
    assert "what comes later is new" in row.fault


async def test_old_updates_that_are_skipped_later_are_still_held() -> None:
    """To sort out at the end what could be forgotten at once costs memory without a bound."""
    source = HEAD + PUT + "        self.waiting.setdefault(symbol, []).append(update)\n\n" + TAKE
    source += "        if not self.waiting:\n            return None\n"
    source += "        return self.waiting.pop(next(iter(self.waiting)))[-1]\n"
    report = await check(NAME, defined(NAME, source))
    assert [row.case for row in report.rows if row.fault] == ["memory"]


async def test_what_is_no_outbox_is_told_so() -> None:
    """It has to have both methods."""
    report = await check(NAME, defined(NAME, f"{HEAD}{PUT}        pass\n"))
    assert "has to give something with `put` and `take`" in report.rows[0].fault


@pytest.mark.parametrize("body", ["...", "pass", "return ...", "raise NotImplementedError"])
async def test_empty_methods_are_not_done_yet(body: str) -> None:
    """A class around nothing."""
    source = f"class Outbox:\n{PUT}        {body}\n{TAKE}        {body}\n"
    assert repr(await check(NAME, defined(NAME, source))).startswith("not done yet: ")


def test_the_cases_are_named_apart() -> None:
    """So that a report can be read."""
    names = [case.name for case in cases()]
    assert len(names) == len(set(names)) == 9
