"""The exercise `interpolate` asks for moments, and lets bots play who see each other so."""

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.apps.game import interpolate
from wsdemo.lab.exercises import exercise
from wsdemo.lab.exercises.interpolate import cases

NAME = "interpolate"
RIGHT = exercise(NAME).answer
GLIDES = "player.health > 0 and player.deaths == later.deaths"
WHOLE = "(new.tick - old.tick) * 16"
X = "(later.x - player.x) * part // whole"


async def test_what_is_given_jumps() -> None:
    """One word is changed, so that it counts as an answer."""
    source = exercise(NAME).stub.replace("dict(worlds[-1].players)", "{**worlds[-1].players}")
    report = await check(NAME, defined(NAME, source))
    wrong = {row.case: row.fault for row in report.rows if row.fault}
    assert "each is halfway" in wrong["in the middle"]
    assert "not as it would be" in wrong["a game"]
    assert "2.00 ×" in next(row.came_back for row in report.rows if row.case == "a game")


async def test_the_games_own_passes() -> None:
    """What the clients use, and the server."""
    report = await check(NAME, interpolate)
    assert report.passed, repr(report)


@pytest.mark.parametrize(
    ("right", "wrong", "case", "fault"),
    [
        ("<= moment", "< moment - 16", "in the middle", "halfway"),
        (X, "(later.x - player.x) * part / whole", "in the middle", "divide with //"),
        (X, "(later.x - player.x) // whole * part", "a little later", "Multiply first"),
        (f"{X}\n", f"{X} + 1\n", "on a snapshot", "where that one says"),
        (WHOLE, "16", "a tick is missing", "32 sixteenths"),
        ("later is not None and ", "", "somebody leaves", "Your code raises AttributeError"),
        (GLIDES, "player.deaths == later.deaths", "somebody rises", "doesn't glide to where"),
        (GLIDES, "player.health > 0", "somebody falls", "fell in between"),
        ("dict(old.players)", "dict(new.players)", "somebody comes", "and nobody else"),
        ("player._replace(", "later._replace(", "a recorded game", "It should be"),
        ("else -1]", "else 0]", "after the last", "nothing newer"),
        ("[0 if", "[-1 if", "before the first", "nothing older"),
        ("    return shown", "    return list(shown)", "on a snapshot", "Return a dict"),
        ("return shown", "return {i: p.x for i, p in shown.items()}", "on a", "Return a dict"),
        ("    part, whole", "    worlds.pop()\n    part, whole", "in the middle", "belongs to the"),
    ],
)
async def test_a_mistake_is_named(right: str, wrong: str, case: str, fault: str) -> None:
    """One change to a right answer, and the case that finds it says what to do."""
    assert right in RIGHT
    report = await check(NAME, defined(NAME, RIGHT.replace(right, wrong)))
    row = next(row for row in report.rows if case in row.case)
    assert fault in row.fault, repr(report)


async def test_what_else_there_is_of_a_player_stays() -> None:
    """Who is in the right place may still be another."""
    source = RIGHT.replace("x=x, y=y)", "x=x, y=y, score=7)")
    report = await check(NAME, defined(NAME, source))
    row = next(row for row in report.rows if row.case == "in the middle")
    assert "Only x and y change" in row.fault


def test_the_cases_are_named_apart() -> None:
    """So that a report can be read."""
    names = [case.name for case in cases()]
    assert len(names) == len(set(names)) == 12
