"""The exercise `reconcile` calls an answer, lets a client follow by it, and lets bots play."""

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.apps.game import reconcile
from wsdemo.lab.exercises import exercise
from wsdemo.lab.exercises.reconcile import cases

NAME = "reconcile"
RIGHT = exercise(NAME).answer
ADVANCE = "player = advance(player, wish, setting)"


async def test_what_is_given_pulls_back() -> None:
    """One word is changed, so that it counts as an answer."""
    source = exercise(NAME).stub.replace("player, pending\n", "player, pending[:]\n")
    report = await check(NAME, defined(NAME, source))
    wrong = {row.case: row.fault for row in report.rows if row.fault}
    assert "It stays where the server has it" in wrong["some is known"]
    assert "nothing is to move" in wrong["an honest client"]
    assert "where it will not be" in wrong["a game"]


async def test_the_games_own_passes() -> None:
    """What the clients use."""
    report = await check(NAME, reconcile)
    assert report.passed, repr(report)


@pytest.mark.parametrize(
    ("right", "wrong", "case", "fault"),
    [
        ("if wish.seq > player.seq", "if True", "some is known", "Inputs are applied twice"),
        ("if wish.seq > player.seq", "if True", "all is known", "Inputs are applied twice"),
        ("wish.seq > player.seq", "wish.seq >= player.seq", "some is known", "Begin at the player"),
        ("wish.seq > player.seq", "wish.seq > player.seq + 1", "some is known", "One is left out"),
        ("in still", "in still[::-1]", "the order matters", "the oldest comes first"),
        ("in still", "in still[-1:]", "some is known", "Only the last input"),
        ("player, still\n", "player, []\n", "all is still", "What is done again is still pending"),
        ("player, still\n", "player, pending\n", "some is known", "are pending no more"),
        ("player, still\n", "player, still[::-1]\n", "some is known", "the oldest first, and"),
        ("player, still\n", "player\n", "nothing is", "Return two things"),
        ("    still =", "    pending.reverse()\n    still =", "some is known", "belongs to the"),
        (ADVANCE, f"{ADVANCE}[0]", "all is still", "Your code raises"),
    ],
)
async def test_a_mistake_is_named(right: str, wrong: str, case: str, fault: str) -> None:
    """One change to a right answer, and the case that finds it says what to do."""
    assert right in RIGHT
    report = await check(NAME, defined(NAME, RIGHT.replace(right, wrong)))
    row = next(row for row in report.rows if case in row.case)
    assert fault in row.fault, repr(report)


async def test_a_cheat_is_shown_where_it_is() -> None:
    """To go on from where the screen had it would show what the server has refused."""
    source = (
        "from wsdemo.apps.game import advance\nmine = {}\n\n"
        "def reconcile(player, pending, setting):\n"
        "    last = mine.get('seq', 0)\n"
        "    me = mine.get('me', player)\n"
        "    for wish in pending:\n"
        "        if wish.seq > last:\n"
        "            me = advance(me, wish, setting)\n"
        "    mine.update(me=me, seq=max([last, *(wish.seq for wish in pending)]))\n"
        "    return me, [wish for wish in pending if wish.seq > player.seq]\n"
    )
    report = await check(NAME, defined(NAME, source))
    row = next(row for row in report.rows if row.case == "a cheat")
    assert "what the server has refused" in row.fault


async def test_what_is_never_forgotten_is_noticed() -> None:
    """It can be filtered each time, but it grows."""
    source = RIGHT.replace("player, still\n", "player, pending[:]\n")
    report = await check(NAME, defined(NAME, source))
    row = next(row for row in report.rows if row.case == "an honest client")
    assert "grows and grows" in row.fault


def test_the_cases_are_named_apart() -> None:
    """So that a report can be read."""
    names = [case.name for case in cases()]
    assert len(names) == len(set(names)) == 10
