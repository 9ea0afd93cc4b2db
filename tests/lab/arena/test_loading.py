"""The load: a real server in a process of its own, for a moment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wsdemo.lab.arena.loading import Load, load

MEASURED = Load(
    players=100,
    tick=30,
    seconds=4.0,
    engine="websockets",
    subprotocol="game.v1.msgpack",
    ticks=120,
    overruns=0,
    skipped=0,
    p50=8.0,
    p99=12.0,
    cores=0.4,
    up=1200.0,
    down=36_000.0,
    snapshots=30.0,
    own_error=0.0,
    others_error=0.8,
    rss=40 * 2**20,
)


@pytest.mark.parametrize("engine", ["websockets", "scratch"])
async def test_a_few_players_are_served_and_measured(engine: str) -> None:
    """Everybody plays, and everything that is measured has been."""
    measured = await load(players=4, tick=10, seconds=1.0, engine=engine, witnesses=1)
    assert (measured.players, measured.engine) == (4, engine)
    assert measured.ticks > 0
    assert measured.down > measured.snapshots > 0
    assert measured.up > 0
    assert measured.p99 >= measured.p50 > 0
    assert measured.rss > 0


async def test_somebody_has_to_look() -> None:
    """Walkers don't."""
    with pytest.raises(ValueError, match="0 witnesses among 4"):
        await load(players=4, witnesses=0)


def test_it_reads_as_a_table() -> None:
    """With units."""
    text = repr(MEASURED)
    assert "100 players, 30 ticks/s, websockets, game.v1.msgpack" in text
    assert "120 of 120" in text
    assert "36.0 kB/s" in text


def test_one_core_is_enough_or_not() -> None:
    """By the CPU time of a tick; that ticks were late may be another program's doing."""
    assert MEASURED.work == pytest.approx(1000 * 0.4 / 30)
    assert MEASURED.fits
    assert replace(MEASURED, p99=90.0, overruns=20, skipped=3).fits
    assert not replace(MEASURED, ticks=40).fits
