"""A guest: what one player has done and shown."""

from __future__ import annotations

from wsdemo.apps.door import JSON
from wsdemo.apps.game import Arena
from wsdemo.apps.game.world import World
from wsdemo.lab.arena.conditions import Conditions
from wsdemo.lab.arena.guest import Guest


def _guest(**conditions: bool) -> tuple[Arena, Guest]:
    given = Conditions(players=2, **conditions)
    arena = Arena(given.setting, tokens=lambda: "token")
    guest = Guest(arena, 1, given, JSON)
    Guest(arena, 2, given, JSON)
    return arena, guest


def test_before_a_snapshot_it_does_nothing() -> None:
    """It does not know where it is."""
    assert _guest()[1].act(0) is None


def test_an_input_is_counted_and_what_was_shown_is_kept() -> None:
    """With the number of the input."""
    arena, guest = _guest()
    arena.tick()
    guest.hear(arena.news(guest.seat), 50_000)
    press = guest.act(60_000)
    assert press is not None
    assert guest.sent == len(JSON.encode_octets(press))
    assert [(shown.at, shown.seq) for shown in guest.shown] == [(60_000, 1)]
    assert (guest.fulls, guest.deltas) == (1, 0)


def test_a_correction_is_kept_unless_nothing_is_predicted() -> None:
    """Then there is nothing to correct."""
    for prediction, kept in ((True, 1), (False, 0)):
        arena, guest = _guest(prediction=prediction)
        arena.tick()
        guest.hear(arena.news(guest.seat), 0)
        me = arena.world.players[1]
        moved = me._replace(x=me.x + 500)
        arena.world = World(arena.world.tick, {**arena.world.players, 1: moved})
        arena.tick()
        guest.hear(arena.news(guest.seat), 33_000)
        assert guest.corrections == [(33_000, 500)] * kept
