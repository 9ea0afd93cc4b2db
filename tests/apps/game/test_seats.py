"""Seats: inputs in order, once, and never more than there were ticks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdemo.apps.game.seats import BUFFER, CATCH_UP, Seat, claimed
from wsdemo.apps.game.world import Input


def _sent(seat: Seat, *seqs: int) -> list[str | None]:
    return [seat.accept(Input(seq), 0) for seq in seqs]


def _due(seat: Seat) -> list[int]:
    return [wish.seq for wish in seat.due()]


def test_an_input_is_due_at_the_next_tick_once() -> None:
    """And the one after it at the tick after that."""
    seat = Seat(1, "ada")
    assert _sent(seat, 1) == [None]
    assert (_due(seat), _due(seat)) == ([1], [])


def test_who_was_late_catches_up_by_two() -> None:
    """The ticks that went by without an input are credit."""
    seat = Seat(1, "ada")
    assert [_due(seat) for _ in range(3)] == [[], [], []]
    _sent(seat, 1, 2, 3, 4)
    assert [_due(seat) for _ in range(3)] == [[1, 2], [3, 4], []]


def test_a_replay_is_refused() -> None:
    """Whatever it holds, and one that was refused for its speed can't come again either."""
    seat = Seat(1, "ada")
    assert _sent(seat, 1, 2, 2, 1, 3) == [None, None, "replay", "replay", None]


def test_more_inputs_than_the_buffer_holds_are_speed() -> None:
    """They are not applied later, either."""
    seat = Seat(1, "ada")
    assert _sent(seat, *range(1, BUFFER + 3)) == [None] * BUFFER + ["speed"] * 2
    assert [seq for _ in range(20) for seq in _due(seat)] == list(range(1, BUFFER + 1))


@given(st.lists(st.integers(0, 4), max_size=200))
def test_nobody_gets_more_inputs_than_ticks(arrivals: list[int]) -> None:
    """However they come; and in order, and two a tick at most."""
    seat, sent = Seat(1, "ada"), 0
    applied: list[int] = []
    for tick, count in enumerate(arrivals, 1):
        _sent(seat, *range(sent + 1, sent + count + 1))
        sent += count
        due = _due(seat)
        applied += due
        assert len(due) <= CATCH_UP
        assert len(applied) <= tick
    assert applied == sorted(set(applied))


@given(st.lists(st.integers(0, BUFFER - 1), min_size=1, max_size=50))
def test_an_honest_client_loses_nothing_to_jitter(delays: list[int]) -> None:
    """An input a tick, each held up by less than the buffer holds; then some time to catch up."""
    arrival, comes = 0, dict[int, list[int]]()
    for seq, late in enumerate(delays, 1):
        arrival = max(arrival, seq + late)  # nothing overtakes
        comes.setdefault(arrival, []).append(seq)
    seat, applied = Seat(1, "ada"), list[int]()
    for tick in range(1, len(delays) + 2 * BUFFER):
        assert _sent(seat, *comes.get(tick, [])) == [None] * len(comes.get(tick, []))
        applied += _due(seat)
    assert applied == list(range(1, len(delays) + 1))


def test_a_lost_connection_takes_its_inputs_along() -> None:
    """The player stands still; who comes back has no snapshot yet, and goes on counting."""
    seat = Seat(1, "ada")
    seat.accept(Input(5), 77)
    seat.lose(tick=9)
    assert (_due(seat), seat.lost) == ([], 9)
    seat.find()
    assert (seat.lost, seat.ack, _sent(seat, 5, 6)) == (None, 0, ["replay", None])


@pytest.mark.parametrize(
    ("fields", "cheat"),
    [
        ({"type": "input", "x": 1}, "teleport"),
        ({"type": "input", "health": 100}, "teleport"),
        ({"type": "input", "player": 2}, "identity"),
        ({"type": "input", "hat": "red"}, "malformed"),
        ({"type": "join", "x": 1}, "malformed"),
        ({7: 1, "type": "input"}, "malformed"),
        ([1, 2], "malformed"),
        (None, "malformed"),
    ],
)
def test_what_is_claimed_has_a_name(fields: object, cheat: str) -> None:
    """By the field that no message has."""
    assert claimed(fields) == cheat
