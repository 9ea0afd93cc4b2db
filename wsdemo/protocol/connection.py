"""The states of a connection, as a table.

Everything that may happen to a WebSocket connection is a *cue*; the table says which cues a
state allows and where they lead. A pair that is not in the table cannot happen: we refuse to
do it (``StateError``), and what a peer sends when it may not is never
read. The diagram in the course is drawn from this very table.

    CONNECTING      the opening handshake is under way
    OPEN            both sides may send
    LOCAL_CLOSING   our close frame is sent, theirs has not come
    REMOTE_CLOSING  their close frame has come, ours is not sent
    DRAINING        nothing is sent or read any more; only the end of TCP is awaited
    CLOSED          TCP has ended

RFC 6455 names CONNECTING, OPEN, CLOSING and CLOSED. CLOSING is three states here because
three different things are allowed in it.

Left out: what is in the frames, and everything that needs a memory beyond the state.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from wsdemo.errors import StateError


class State(enum.Enum):
    """Where a connection stands."""

    CONNECTING = "connecting"
    OPEN = "open"
    LOCAL_CLOSING = "local closing"
    REMOTE_CLOSING = "remote closing"
    DRAINING = "draining"
    CLOSED = "closed"

    # One object per state: its identity is its hash, and a lookup costs a tenth of what the hash
    # of the name would.
    __hash__ = object.__hash__


class Cue(enum.Enum):
    """What may happen to a connection; the value completes "cannot ..."."""

    ACCEPT = "accept the opening handshake"
    REJECT = "reject the opening handshake"
    SEND_DATA = "send data"
    RECEIVE_DATA = "receive data"
    SEND_PING = "send a ping or pong"
    RECEIVE_PING = "receive a ping or pong"
    SEND_CLOSE = "send a close frame"
    RECEIVE_CLOSE = "receive a close frame"
    FAIL = "fail the connection"
    END = "end"

    __hash__ = object.__hash__


TRANSITIONS: Mapping[tuple[State, Cue], State] = MappingProxyType(
    {
        (State.CONNECTING, Cue.ACCEPT): State.OPEN,
        (State.CONNECTING, Cue.REJECT): State.DRAINING,
        (State.CONNECTING, Cue.FAIL): State.DRAINING,
        (State.CONNECTING, Cue.END): State.CLOSED,
        (State.OPEN, Cue.SEND_DATA): State.OPEN,
        (State.OPEN, Cue.RECEIVE_DATA): State.OPEN,
        (State.OPEN, Cue.SEND_PING): State.OPEN,
        (State.OPEN, Cue.RECEIVE_PING): State.OPEN,
        (State.OPEN, Cue.SEND_CLOSE): State.LOCAL_CLOSING,
        (State.OPEN, Cue.RECEIVE_CLOSE): State.REMOTE_CLOSING,
        (State.OPEN, Cue.FAIL): State.DRAINING,
        (State.OPEN, Cue.END): State.CLOSED,
        # RFC 6455, 5.5.1: "The application MUST NOT send any more data frames after sending a
        # Close frame." Hence no SEND_DATA; but what the peer had already sent still arrives,
        # and 5.5.2: "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in
        # response, unless it already received a Close frame."
        (State.LOCAL_CLOSING, Cue.RECEIVE_DATA): State.LOCAL_CLOSING,
        (State.LOCAL_CLOSING, Cue.SEND_PING): State.LOCAL_CLOSING,
        (State.LOCAL_CLOSING, Cue.RECEIVE_PING): State.LOCAL_CLOSING,
        (State.LOCAL_CLOSING, Cue.RECEIVE_CLOSE): State.DRAINING,
        (State.LOCAL_CLOSING, Cue.FAIL): State.DRAINING,
        (State.LOCAL_CLOSING, Cue.END): State.CLOSED,
        # RFC 6455, 5.5.1: "An endpoint MAY delay sending a Close frame until its current
        # message is sent". Ours never does, so this state lasts for one instant; the table
        # allows it because the RFC does. Nothing is received here, by 1.4: "after receiving
        # a control frame indicating the connection should be closed, a peer discards any
        # further data received."
        (State.REMOTE_CLOSING, Cue.SEND_DATA): State.REMOTE_CLOSING,
        (State.REMOTE_CLOSING, Cue.SEND_PING): State.REMOTE_CLOSING,
        (State.REMOTE_CLOSING, Cue.SEND_CLOSE): State.DRAINING,
        (State.REMOTE_CLOSING, Cue.FAIL): State.DRAINING,
        (State.REMOTE_CLOSING, Cue.END): State.CLOSED,
        # To fail a connection that has failed already, or is done, changes nothing.
        (State.DRAINING, Cue.FAIL): State.DRAINING,
        (State.DRAINING, Cue.END): State.CLOSED,
    }
)


def staying(cue: Cue) -> frozenset[State]:
    """Return the states that a cue leaves as they are: to ask once is to ask every time."""
    return frozenset(
        state for (state, each), after in TRANSITIONS.items() if each is cue and after is state
    )


def advance(state: State, cue: Cue) -> State:
    """Take one step through the table.

    Args:
        state: where the connection stands.
        cue: what is about to happen.

    Returns:
        Where it stands afterwards.

    Raises:
        StateError: the state does not allow it.
    """
    try:
        return TRANSITIONS[state, cue]
    except KeyError:
        raise StateError(f"cannot {cue.value}: the connection is {state.value}") from None
