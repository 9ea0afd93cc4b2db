"""What an endpoint says: every call in every state, and the bytes that leave."""

from collections.abc import Callable
from itertools import product

import pytest

from tests.protocol.streams import ROLES, endpoint_in, frames_of, open_endpoint
from wsdemo.errors import StateError
from wsdemo.protocol import TRANSITIONS, Close, Cue, Endpoint, Frame, Opcode, Role, State

# Every call, and what it is in the table of states.
CALLS: dict[str, tuple[Cue, Callable[[Endpoint], None]]] = {
    "send_text": (Cue.SEND_DATA, lambda endpoint: endpoint.send_text("a")),
    "send_binary": (Cue.SEND_DATA, lambda endpoint: endpoint.send_binary(b"a")),
    "ping": (Cue.SEND_PING, lambda endpoint: endpoint.ping(b"a")),
    "pong": (Cue.SEND_PING, lambda endpoint: endpoint.pong(b"a")),
    "close": (Cue.SEND_CLOSE, lambda endpoint: endpoint.close()),
    "fail": (Cue.FAIL, lambda endpoint: endpoint.fail()),
}
PAIRS = list(product(State, CALLS, ROLES))


@pytest.mark.parametrize(("state", "call", "role"), PAIRS)
def test_every_call_in_every_state(state: State, call: str, role: Role) -> None:
    """What the table allows is done, and what it does not allow changes nothing."""
    cue, make = CALLS[call]
    endpoint = endpoint_in(state, role)
    if (state, cue) in TRANSITIONS:
        make(endpoint)
        assert endpoint.state is TRANSITIONS[state, cue]
    else:
        with pytest.raises(StateError, match=f"cannot {cue.value}: .* is {state.value}"):
            make(endpoint)
        assert endpoint.state is state
        assert endpoint.take_output() == b""


@pytest.mark.parametrize("end", ["close", "fail"])
def test_a_message_cannot_go_on_after_our_close_frame(end: str) -> None:
    """RFC 6455, 5.5.1: no more data frames; a message under way is no exception."""
    server = open_endpoint(Role.SERVER)
    server.send_text("Hel", fin=False)
    CALLS[end][1](server)
    server.take_output()
    with pytest.raises(StateError, match="cannot send data"):
        server.send_continuation("lo")
    assert server.take_output() == b""


@pytest.mark.parametrize("role", ROLES)
def test_only_a_client_masks(role: Role) -> None:
    """RFC 6455, 5.1, for frames of every kind."""
    endpoint = open_endpoint(role)
    endpoint.send_text("a", fin=False)
    endpoint.send_continuation("b")
    endpoint.send_binary(b"c")
    endpoint.ping(b"d")
    endpoint.pong(b"e")
    endpoint.close(1001, "f")
    for frame in frames_of(endpoint.take_output()):
        frame.check(from_client=role is Role.CLIENT)


def test_what_is_said_is_framed() -> None:
    """The server's frames, which nothing hides."""
    server = open_endpoint(Role.SERVER)
    server.send_text("é", fin=False)
    server.ping()
    server.send_continuation("!")
    server.send_binary(b"\x00")
    assert frames_of(server.take_output()) == [
        Frame(Opcode.TEXT, b"\xc3\xa9", fin=False),
        Frame(Opcode.PING),
        Frame(Opcode.CONTINUATION, b"!"),
        Frame(Opcode.BINARY, b"\x00"),
    ]


def test_a_fault_of_ours_changes_nothing() -> None:
    """After a bad argument or a call out of turn the connection goes on."""
    server = open_endpoint(Role.SERVER)
    with pytest.raises(StateError, match="none is under way"):
        server.send_continuation("a")
    with pytest.raises(ValueError, match="PING payload of 126 bytes"):
        server.ping(bytes(126))
    with pytest.raises(ValueError, match="close code 1006"):
        server.close(1006)
    with pytest.raises(UnicodeEncodeError):
        server.send_text("\ud800")
    assert (server.state, server.take_output(), server.sent) == (State.OPEN, b"", None)


@pytest.mark.parametrize(
    ("code", "reason", "octets"),
    [
        (1000, "", "8802 03e8"),
        (1001, "bye", "8805 03e9 627965"),
        (4999, "", "8802 1387"),
        (1005, "", "8800"),
    ],
)
def test_close(code: int, reason: str, octets: str) -> None:
    """The frame, and what is remembered of it; 1005 leaves the code out."""
    server = open_endpoint(Role.SERVER)
    server.close(code, reason)
    assert server.take_output() == bytes.fromhex(octets)
    assert server.sent == Close(code, reason)
    assert (server.state, server.wants_eof) == (State.LOCAL_CLOSING, False)


def test_fail_says_why_as_far_as_a_close_frame_holds_it() -> None:
    """A reason that is too long is cut: the code matters more."""
    server = open_endpoint(Role.SERVER)
    server.fail(1011, "x" * 200)
    (frame,) = frames_of(server.take_output())
    assert Close.parse(frame.payload) == Close(1011, "x" * 120 + "…")
    assert server.sent == Close(1011, "x" * 120 + "…")
    assert server.wants_eof


@pytest.mark.parametrize("role", ROLES)
def test_fail_on_a_lost_transport_sends_nothing(role: Role) -> None:
    """1006 is never sent (RFC 6455, 7.4.1), and nobody would read it."""
    endpoint = open_endpoint(role)
    endpoint.fail(1006)
    assert (endpoint.take_output(), endpoint.sent) == (b"", None)
    assert (endpoint.state, endpoint.close_code) == (State.DRAINING, 1006)


@pytest.mark.parametrize("role", ROLES)
def test_fail_does_not_close_twice(role: Role) -> None:
    """Who waits in vain for the peer's close frame ends TCP without another of its own."""
    endpoint = open_endpoint(role)
    endpoint.close(1001)
    endpoint.take_output()
    endpoint.fail(1002)
    assert (endpoint.take_output(), endpoint.sent) == (b"", Close(1001))
    assert endpoint.wants_eof


def test_a_client_leaves_the_end_of_tcp_to_the_server() -> None:
    """RFC 6455, 7.1.1, unless it fails the connection, or gives up waiting."""
    client = open_endpoint(Role.CLIENT)
    client.close()
    client.receive(Frame(Opcode.CLOSE).serialize())
    assert (client.state, client.wants_eof) == (State.DRAINING, False)
    client.fail()
    assert client.wants_eof


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", State)
def test_our_side_ends_tcp_when_nothing_is_left_to_do(state: State, role: Role) -> None:
    """After a failure, and after the peer has ended its side; never before."""
    over = state in (State.DRAINING, State.CLOSED)
    assert endpoint_in(state, role).wants_eof is over
