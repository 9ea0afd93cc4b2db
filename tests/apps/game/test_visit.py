"""A visit: what is answered to what, without a connection."""

from __future__ import annotations

from typing import Any

import pytest

from tests.apps.game.worlds import setting
from wsdemo.apps.door import BUDGET, JSON, MESSAGE_PACK, BudgetSpent, Error
from wsdemo.apps.game.arena import Arena
from wsdemo.apps.game.messages import Ask, Join, Leave, Press, Welcome
from wsdemo.apps.game.seats import Seat
from wsdemo.apps.game.visit import ALLOWED, Flood, Visit

INPUT = '{"type":"input","seq":%d,"move":1,"aim":[0,0],"fire":false,"seen":0,"ack":0%s}'


def _visit(arena: Arena | None = None, now: Any = lambda: 0.0, codec: Any = JSON) -> Visit:
    seated: list[Seat] = []
    made = arena or Arena(setting(), players=2)
    return Visit(made, codec, now, seated=seated.append, stats=lambda re: ("stats", re))


def _say(visit: Visit, message: Any) -> Any:
    return visit.hear(visit.codec.encode(message))


def test_a_join_is_welcomed() -> None:
    """With everything that a client has to know."""
    visit = _visit()
    welcome = _say(visit, Join(7, "ada"))
    assert isinstance(welcome, Welcome)
    assert (welcome.re, welcome.player, welcome.rate, welcome.seq) == (7, 1, 30, 0)
    assert visit.seat is not None


def test_a_token_brings_the_player_back() -> None:
    """With the number of the last input that was taken."""
    arena = Arena(setting())
    visit = _visit(arena)
    token = _say(visit, Join(1, "ada")).token
    _say(visit, Press(41, 0, (0, 0), False, 0, 0))
    again = _say(_visit(arena), Join(2, "another name", token))
    assert (again.player, again.token, again.seq) == (1, token, 41)
    assert arena.tick().players[1].name == "ada"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ([Press(1, 0, (0, 0), False, 0, 0)], "early"),
        ([Join(1, "ada"), Join(2, "ada")], "joined"),
        ([Join(1, "ada", "guessed")], "token"),
        ([Join(1, "ada"), Press(1, 0, (0, 0), False, 0, 0), Press(1, 0, (0, 0), False, 0, 0)],
         "replay"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_an_error(said: list[Any], code: str) -> None:
    """And says which."""
    visit = _visit()
    *_, reply = [_say(visit, message) for message in said]
    assert isinstance(reply, Error)
    assert reply.code == code


def test_inputs_before_the_join_cost_nothing() -> None:
    """They may be left over from a connection that was lost."""
    visit = _visit()
    early = [_say(visit, Press(seq, 0, (0, 0), False, 0, 0)).code for seq in range(1, 30)]
    assert set(early) == {"early"}
    assert isinstance(_say(visit, Join(1, "ada")), Welcome)


def test_a_third_player_of_two_is_told_so() -> None:
    """The connection stays, and may ask again."""
    arena = Arena(setting(), players=1)
    _say(_visit(arena), Join(1, "ada"))
    reply = _say(_visit(arena), Join(5, "bob"))
    assert (reply.code, reply.re) == ("full", 5)


@pytest.mark.parametrize(
    ("more", "cheat"),
    [(',"x":1', "teleport"), (',"player":2', "identity"), (',"a":1', "malformed")],
)
def test_a_field_that_is_not_there_is_refused_and_counted(more: str, cheat: str) -> None:
    """The error names it; the input is not taken."""
    arena = Arena(setting())
    visit = _visit(arena)
    _say(visit, Join(1, "ada"))
    reply = visit.hear(INPUT % (1, more))
    assert reply.code == "invalid"
    assert "unknown field" in reply.reason
    assert arena.refused == {cheat: 1}
    assert arena.tick().players[1].seq == 0


@pytest.mark.parametrize("message", ["{", b"\xff", "[1]", '"join"', "null"])
def test_what_is_no_message_is_malformed(message: str | bytes) -> None:
    """Neither of ours nor of anybody's."""
    arena = Arena(setting())
    assert isinstance(_visit(arena).hear(message), Error)
    assert arena.refused == {"malformed": 1}


def test_binary_messages_are_read_where_they_are_spoken() -> None:
    """MessagePack, and a teleport in it."""
    arena = Arena(setting())
    visit = _visit(arena, codec=MESSAGE_PACK)
    assert isinstance(_say(visit, Join(1, "ada")), Welcome)
    assert _say(visit, {"type": "input", "x": 7}).code == "invalid"
    assert arena.refused == {"teleport": 1}


def test_the_budget_of_bad_messages_ends() -> None:
    """The last one is counted, too."""
    arena = Arena(setting())
    visit = _visit(arena)
    for _ in range(BUDGET):
        visit.hear("{")
    with pytest.raises(BudgetSpent):
        visit.hear("{")
    assert arena.refused["malformed"] == BUDGET + 1


def test_a_flood_is_the_end() -> None:
    """Good messages too are too many, four times as often as a client has a use for."""
    arena, now = Arena(setting()), [0.0]
    visit = _visit(arena, lambda: now[0])
    for number in range(ALLOWED * 30):
        assert visit.hear(JSON.encode(Ask(number))) == ("stats", number)
    with pytest.raises(Flood):
        visit.hear(JSON.encode(Ask(1)))
    assert arena.refused == {"flood": 1}


def test_an_honest_pace_is_no_flood() -> None:
    """One for each tick, for a minute."""
    now = [0.0]
    visit = _visit(now=lambda: now[0])
    _say(visit, Join(1, "ada"))
    for seq in range(1, 1800):
        now[0] = seq / 30
        assert visit.hear(INPUT % (seq, "")) is None


def test_who_leaves_may_join_again() -> None:
    """As another player; to leave twice is nothing."""
    visit = _visit()
    _say(visit, Join(1, "ada"))
    assert _say(visit, Leave()) is None
    assert visit.seat is None
    assert _say(visit, Leave()) is None
    assert _say(visit, Join(2, "ada")).player == 2
