"""Deltas: added to their base they give the world, whatever has happened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.game.worlds import WALLED, at, played, setting, turns, world
from wsdemo.apps.door import Codec
from wsdemo.apps.game.delta import FIELDS, difference, patched, whole
from wsdemo.apps.game.messages import CODECS, Delta
from wsdemo.apps.game.world import Input, World

players = st.dictionaries(
    st.integers(1, 5),
    st.builds(
        lambda x, seq, health: at(1, x, 2, seq=seq, health=health),
        st.integers(1, 30),
        st.integers(0, 9),
        st.integers(0, 100),
    ),
)
worlds = st.builds(
    lambda tick, them: World(tick, {id_: one._replace(id=id_) for id_, one in them.items()}),
    st.integers(1, 999),
    players,
)


@given(worlds, worlds)
def test_a_delta_makes_the_world_out_of_its_base(base: World, after: World) -> None:
    """Of any two: with players who came, went and changed."""
    assert patched(base, difference(base, after)) == after


@given(turns, st.sampled_from(list(CODECS.values())))
def test_a_game_by_deltas_is_the_game(wanted: list[dict[int, list[Input]]], codec: Codec) -> None:
    """Tick for tick, over the wire."""
    (known, _), *rest = played(wanted, setting(WALLED))
    for now, shots in rest:
        sent = codec.encode(difference(known, now, shots))
        known = patched(known, codec.decoder(Delta)(sent))
        assert known == now


def test_what_stays_is_not_sent() -> None:
    """Nobody moved, nothing is listed."""
    still = world(at(1, 5, 5), tick=3)
    assert difference(still, still._replace(tick=4)) == Delta(4, 3)


def test_a_change_is_an_id_a_mask_and_values() -> None:
    """As documented: x is 1, vx is 4, seq is 2048."""
    before, after = world(at(3, 1, 5)), world(at(3, 2, 5, vx=45, seq=7), tick=1)
    assert difference(before, after).changed == ((3, 2053, 2048, 45, 7),)
    assert [FIELDS.index(name) for name in ("x", "vx", "seq")] == [0, 2, 11]


def test_another_player_of_the_same_id_is_new() -> None:
    """A name is not in the mask, so who has another one comes whole."""
    after = world(at(1, 5, 5)._replace(name="other"), tick=1)
    assert difference(world(at(1, 5, 5)), after).came == tuple(after.players.values())


def test_a_delta_against_another_world_is_refused() -> None:
    """It would give a world that never was."""
    with pytest.raises(ValueError, match="against tick 3, not 2"):
        patched(World(2, {}), Delta(4, 3))


def test_the_whole_needs_no_base() -> None:
    """Everybody is in it."""
    assert whole(world(at(1, 5, 5), at(2, 6, 6), tick=3)).players == (at(1, 5, 5), at(2, 6, 6))
