"""Both endpoints, open: every fault, every way to close, any bytes at any split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.faults import FAULTS, LIMITS, Fault, wrongly_masked
from tests.protocol.odd_frames import contents, first_octets
from tests.protocol.streams import (
    CHUNKINGS,
    KEY,
    ROLES,
    endpoint_in,
    feed,
    frames_of,
    open_endpoint,
    open_pair,
    to_peer,
)  # fmt: skip
from wsdemo.errors import ConnectionClosedError, ConnectionClosedOK, ProtocolError
from wsdemo.protocol import (
    Binary,
    Close,
    Closed,
    Deflate,
    Ended,
    Failed,
    Opcode,
    Ping,
    Pong,
    Role,
    ServerEndpoint,
    State,
    Text,
)  # fmt: skip

GOOD = (0x81, b"Hello")
CLOSES = [(b"", Close(1005)), (b"\x03\xe8", Close(1000)), (b"\x0b\xb8so", Close(3000, "so"))]


def octets(role: Role, *frames: tuple[int, bytes]) -> bytes:
    """Return frames as an endpoint of that role receives them."""
    return b"".join(to_peer(role, *frame) for frame in frames)


@pytest.mark.parametrize("size", CHUNKINGS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault(fault: Fault, role: Role, size: int | None) -> None:
    """The right code, the value named, a close frame out, and nothing read afterwards."""
    codec = Deflate() if fault.compressed else None
    endpoint = open_endpoint(role, LIMITS, codec)
    data = octets(role, GOOD) + fault.octets(role) + octets(role, GOOD, (0x89, b"x"))
    events = feed(endpoint, data, size)
    assert events[0] == Text("Hello")
    last = events[-1]
    assert isinstance(last, Failed)
    assert isinstance(last.error, ProtocolError)
    assert last.error.code == fault.code
    assert str(last.error).startswith(fault.message)
    assert not [event for event in events if event == Ping(b"x")]
    (frame,) = frames_of(endpoint.take_output())
    assert Close.parse(frame.payload).code == fault.code
    assert (endpoint.state, endpoint.wants_eof) == (State.DRAINING, True)
    assert (endpoint.close_code, endpoint.close_reason, endpoint.rcvd) == (1006, "", None)


@pytest.mark.parametrize("role", ROLES)
def test_masked_by_the_wrong_side(role: Role) -> None:
    """RFC 6455, 5.1, with the code that it suggests."""
    data, message = wrongly_masked(role)
    (event,) = (endpoint := open_endpoint(role)).receive(data)
    assert isinstance(event, Failed)
    assert str(event.error) == message
    assert endpoint.sent == Close(1002, message)


@pytest.mark.parametrize("role", ROLES)
def test_too_big_is_known_before_the_payload_comes(role: Role) -> None:
    """So is everything else that a header tells: no payload is waited for."""
    endpoint = open_endpoint(role, LIMITS)
    (event,) = endpoint.receive(to_peer(role, 0x82, b"", length=b"\x7e\x03\xe9"))
    assert isinstance(event, Failed)
    assert str(event.error) == "frame of 1001 bytes, over 1000"


@pytest.mark.parametrize("role", ROLES)
def test_a_fault_after_our_close_frame_ends_without_another(role: Role) -> None:
    """The connection is failed, and says nothing twice."""
    endpoint = endpoint_in(State.LOCAL_CLOSING, role)
    (event,) = endpoint.receive(octets(role, (0x80, b"")))
    assert isinstance(event, Failed)
    assert (endpoint.take_output(), endpoint.sent) == (b"", Close(1000))
    assert (endpoint.state, endpoint.wants_eof) == (State.DRAINING, True)


@pytest.mark.parametrize("size", CHUNKINGS)
@pytest.mark.parametrize("role", ROLES)
def test_messages_with_control_frames_between_their_fragments(role: Role, size: int | None) -> None:
    """RFC 6455, 5.4; the pong leaves at once, with the ping's data."""
    endpoint = open_endpoint(role)
    sent = octets(
        role, (0x01, b"caf\xc3"), (0x89, b"p"), (0x80, b"\xa9"), (0x8A, b"q"), (0x82, b"b")
    )
    assert feed(endpoint, sent, size) == [Ping(b"p"), Text("café"), Pong(b"q"), Binary(b"b")]
    (pong,) = frames_of(endpoint.take_output())
    assert (pong.opcode, pong.payload) == (Opcode.PONG, b"p")


@pytest.mark.parametrize("size", CHUNKINGS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("payload", "close"), CLOSES)
def test_the_peer_closes_first(payload: bytes, close: Close, role: Role, size: int | None) -> None:
    """Its close frame is answered with the same, and what it sends after it is not read."""
    endpoint = open_endpoint(role)
    data = octets(role, (0x01, b"half"), (0x88, payload), (0x89, b"x"), (0x83, b""))
    assert feed(endpoint, data, size) == [Closed(close)]
    (answer,) = frames_of(endpoint.take_output())
    assert (answer.opcode, answer.payload) == (Opcode.CLOSE, payload)
    assert (endpoint.rcvd, endpoint.sent, endpoint.rcvd_then_sent) == (close, close, True)
    assert (endpoint.close_code, endpoint.close_reason) == (close.code, close.reason)
    assert (endpoint.state, endpoint.wants_eof) == (State.DRAINING, role is Role.SERVER)
    assert endpoint.receive_eof() == [Ended()]
    assert (endpoint.state, endpoint.wants_eof) == (State.CLOSED, True)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("payload", "close"), CLOSES)
def test_we_close_first(payload: bytes, close: Close, role: Role) -> None:
    """What was under way still comes, pings are still answered, and then comes the close frame."""
    endpoint = open_endpoint(role)
    endpoint.close(1001, "bye")
    endpoint.take_output()
    data = octets(role, GOOD, (0x89, b"p"), (0x88, payload), GOOD)
    assert endpoint.receive(data) == [Text("Hello"), Ping(b"p"), Closed(close)]
    assert [frame.opcode for frame in frames_of(endpoint.take_output())] == [Opcode.PONG]
    assert (endpoint.rcvd, endpoint.sent) == (close, Close(1001, "bye"))
    assert endpoint.rcvd_then_sent is False
    assert (endpoint.close_code, endpoint.close_reason) == (close.code, close.reason)


def test_both_close_at_once() -> None:
    """RFC 6455, 7.1.5: each sees the code that the other has sent."""
    server, client = open_pair()
    server.close(1001)
    client.close(4000, "enough")
    to_client, to_server = server.take_output(), client.take_output()
    server.receive(to_server)
    client.receive(to_client)
    assert (server.close_code, client.close_code) == (4000, 1001)
    assert (server.take_output(), client.take_output()) == (b"", b"")
    assert (server.wants_eof, client.wants_eof) == (True, False)


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ((), "the connection ended without a close frame"),
        (((0x01, b"Hel"),), "the connection ended amid a fragmented message"),
    ],
)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", [State.OPEN, State.LOCAL_CLOSING])
def test_eof_without_a_close_frame(
    state: State, role: Role, frames: tuple[tuple[int, bytes], ...], message: str
) -> None:
    """1006: the peer is told nothing, we are told where it broke off."""
    endpoint = endpoint_in(state, role)
    endpoint.receive(octets(role, *frames))
    failed, ended = endpoint.receive_eof()
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, ProtocolError)
    assert (failed.error.code, str(failed.error), ended) == (1006, message, Ended())
    assert (endpoint.state, endpoint.close_code, endpoint.take_output()) == (
        State.CLOSED,
        1006,
        b"",
    )


@pytest.mark.parametrize("role", ROLES)
def test_eof_at_every_byte_of_a_frame(role: Role) -> None:
    """How far the frame had come is told."""
    data = octets(role, (0x82, bytes(200)))
    for i in range(1, len(data)):
        endpoint = open_endpoint(role)
        endpoint.receive(data[:i])
        failed, _ = endpoint.receive_eof()
        assert isinstance(failed, Failed)
        assert str(failed.error) == f"the connection ended {i} bytes into a frame"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", [State.DRAINING, State.REMOTE_CLOSING])
def test_eof_when_it_is_due(state: State, role: Role) -> None:
    """After a close frame or a failure the end of TCP is nobody's fault."""
    assert endpoint_in(state, role).receive_eof() == [Ended()]


@pytest.mark.parametrize("role", ROLES)
def test_what_comes_after_the_end_is_nothing(role: Role) -> None:
    """A transport may tell of its end twice, and late bytes are not read."""
    endpoint = endpoint_in(State.CLOSED, role)
    assert endpoint.receive_eof() == []
    assert endpoint.receive(octets(role, GOOD)) == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", [State.REMOTE_CLOSING, State.DRAINING])
def test_nothing_is_read_in_states_in_which_nothing_is_received(state: State, role: Role) -> None:
    """RFC 6455, 1.4 and 7.1.7: what comes is discarded, and is no fault."""
    endpoint = endpoint_in(state, role)
    assert endpoint.receive(octets(role, GOOD, (0x83, b""), (0x88, b""))) == []
    assert (endpoint.state, endpoint.take_output()) == (state, b"")


@pytest.mark.parametrize("role", ROLES)
def test_close_code_is_known_when_nothing_can_change_it(role: Role) -> None:
    """None before, 1006 as soon as no close frame can come any more."""
    known = {state: endpoint_in(state, role).close_code for state in State}
    assert known == {
        State.CONNECTING: None, State.OPEN: None, State.LOCAL_CLOSING: None,
        State.REMOTE_CLOSING: 1000, State.DRAINING: 1006, State.CLOSED: 1006,
    }  # fmt: skip
    assert endpoint_in(State.OPEN, role).close_reason is None
    assert endpoint_in(State.CLOSED, role).close_reason == ""


@pytest.mark.parametrize(("code", "ok"), [(1000, True), (1001, True), (1005, True), (1011, False)])
def test_the_error_for_calls_that_come_too_late(code: int, ok: bool) -> None:
    """OK when both said goodbye, of whatever kind; an error otherwise."""
    server, client = open_pair()
    server.close(code)
    client.receive(server.take_output())
    error = client.connection_closed()
    assert type(error) is (ConnectionClosedOK if ok else ConnectionClosedError)
    assert (error.code, error.rcvd, error.sent) == (code, Close(code), Close(code))


def test_the_error_names_what_the_peer_did() -> None:
    """The cause of the end is the cause of the error."""
    server = open_endpoint(Role.SERVER)
    (failed,) = server.receive(to_peer(Role.SERVER, 0x83))
    assert isinstance(failed, Failed)
    error = server.connection_closed()
    assert isinstance(error, ConnectionClosedError)
    assert error.__cause__ is server.error is failed.error


def test_a_mask_may_be_brought_along() -> None:
    """An engine that has a faster one passes it in."""
    calls: list[int] = []

    def mask(data: bytes, key: bytes) -> bytes:
        calls.append(len(data))
        return data

    server = ServerEndpoint(apply_mask=mask)
    server.state = State.OPEN
    assert server.receive(b"\x81\x82" + KEY + b"hi") == [Text("hi")]
    assert calls == [2]


# Properties

raw_frames = st.lists(st.tuples(first_octets, contents), max_size=8)


@given(st.sampled_from(ROLES), st.binary(max_size=60))
def test_garbage_never_raises(role: Role, data: bytes) -> None:
    """Whatever comes, it is an event."""
    endpoint = open_endpoint(role, codec=Deflate())
    events = feed(endpoint, data, 1)
    assert all(isinstance(event, Failed) for event in events[-1:]) or endpoint.error is None
    endpoint.receive_eof()
    assert endpoint.state is State.CLOSED


@given(st.sampled_from(ROLES), raw_frames, st.binary(max_size=3), st.sampled_from(CHUNKINGS))
def test_any_stream_at_any_split_means_the_same(
    role: Role, sent: list[tuple[int, bytes]], trailing: bytes, size: int | None
) -> None:
    """Events, state and output depend on the bytes alone."""
    data = octets(role, *sent) + trailing
    whole, cut = open_endpoint(role, LIMITS), open_endpoint(role, LIMITS)
    assert str(feed(whole, data)) == str(feed(cut, data, size))
    assert (whole.state, whole.rcvd, whole.sent) == (cut.state, cut.rcvd, cut.sent)
    assert whole.take_output() == cut.take_output()


messages = st.one_of(st.text(max_size=300), st.binary(max_size=300))


@given(st.lists(st.tuples(messages, st.integers(1, 100)), max_size=5), st.booleans())
def test_what_one_endpoint_says_the_other_hears(
    said: list[tuple[str | bytes, int]], compressed: bool
) -> None:
    """In whatever fragments, with or without compression, both ways."""
    codecs = (Deflate(), Deflate()) if compressed else (None, None)
    server, client = open_pair(None, *codecs)
    for speaker, hearer in ((server, client), (client, server)):
        for message, size in said:
            pieces = [message[i : i + size] for i in range(0, len(message), size)]
            begin, *rest = pieces or [message]
            if isinstance(begin, str):
                speaker.send_text(begin, fin=not rest)
            else:
                speaker.send_binary(begin, fin=not rest)
            for i, piece in enumerate(rest, 1):
                speaker.send_continuation(piece, fin=i == len(rest))
        heard = hearer.receive(speaker.take_output())
        assert [getattr(event, "data", event) for event in heard] == [text for text, _ in said]
