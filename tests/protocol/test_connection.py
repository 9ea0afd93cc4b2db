"""The table of states: every pair of a state and a cue, against a second table made by hand."""

from itertools import product

import pytest

from wsdemo.errors import StateError
from wsdemo.protocol.connection import TRANSITIONS, Cue, State, advance

# One row for each cue, one column for each state that it starts from; "-" cannot happen.
EXPECTED = """
                CONNECTING  OPEN            LOCAL_CLOSING  REMOTE_CLOSING  DRAINING  CLOSED
ACCEPT          OPEN        -               -              -               -         -
REJECT          DRAINING    -               -              -               -         -
SEND_DATA       -           OPEN            -              REMOTE_CLOSING  -         -
RECEIVE_DATA    -           OPEN            LOCAL_CLOSING  -               -         -
SEND_PING       -           OPEN            LOCAL_CLOSING  REMOTE_CLOSING  -         -
RECEIVE_PING    -           OPEN            LOCAL_CLOSING  -               -         -
SEND_CLOSE      -           LOCAL_CLOSING   -              DRAINING        -         -
RECEIVE_CLOSE   -           REMOTE_CLOSING  DRAINING       -               -         -
FAIL            DRAINING    DRAINING        DRAINING       DRAINING        DRAINING  -
END             CLOSED      CLOSED          CLOSED         CLOSED          CLOSED    -
"""


def _expected() -> dict[tuple[State, Cue], str]:
    head, *rows = [line.split() for line in EXPECTED.strip().splitlines()]
    return {
        (State[state], Cue[cue]): outcome
        for cue, *outcomes in rows
        for state, outcome in zip(head, outcomes, strict=True)
    }


@pytest.mark.parametrize(
    ("state", "cue"), list(product(State, Cue)), ids=lambda member: member.name
)
def test_every_pair(state: State, cue: Cue) -> None:
    """A legal pair leads where the table says, any other is a StateError that names both."""
    outcome = _expected()[state, cue]
    if outcome != "-":
        assert advance(state, cue) is State[outcome]
    else:
        with pytest.raises(StateError) as caught:
            advance(state, cue)
        assert str(caught.value) == f"cannot {cue.value}: the connection is {state.value}"


def test_every_connection_can_end() -> None:
    """Wherever a connection stands, the end of TCP closes it; nothing follows that."""
    for state in set(State) - {State.CLOSED}:
        assert advance(state, Cue.END) is State.CLOSED
    assert not [cue for state, cue in TRANSITIONS if state is State.CLOSED]


def test_every_state_is_reached() -> None:
    """Beginning with CONNECTING, no state is there for nothing."""
    assert {*TRANSITIONS.values(), State.CONNECTING} == set(State)


def test_the_table_cannot_be_changed() -> None:
    """Nobody can teach one connection what then holds for all."""
    with pytest.raises(TypeError):
        TRANSITIONS[State.CLOSED, Cue.ACCEPT] = State.OPEN  # type: ignore[index]
