"""The server's handshake: asked at any split, answered now or later, refused with the reason."""

from collections.abc import Callable

import pytest

from tests.protocol.streams import CHUNKINGS, chunks, request, to_peer
from wsdemo.errors import HandshakeError, StateError
from wsdemo.protocol import (
    Ended,
    Event,
    Failed,
    Limits,
    RequestReceived,
    Response,
    Role,
    ServerEndpoint,
    State,
    Text,
    build_request,
    build_response,
)

REQUEST = request().serialize()
HELLO = to_peer(Role.SERVER, 0x81, b"Hello")


def asked(data: bytes = REQUEST, limits: Limits | None = None) -> ServerEndpoint:
    """Return a server that has received data."""
    server = ServerEndpoint(limits=limits)
    server.receive(data)
    return server


@pytest.mark.parametrize("size", CHUNKINGS)
def test_a_request_is_an_event_once_it_is_complete(size: int | None) -> None:
    """At the last byte of its head, not earlier, and only once."""
    server = ServerEndpoint()
    events: list[Event] = []
    for chunk in chunks(REQUEST, size):
        assert not events
        events = server.receive(chunk)
    (event,) = events
    assert isinstance(event, RequestReceived)
    assert event.request.serialize() == REQUEST
    assert (server.request, server.state) == (event.request, State.CONNECTING)
    assert (server.receive(b""), server.take_output()) == ([], b"")


def test_accept() -> None:
    """RFC 6455, 1.3: the response to its example, with the accept key it gives."""
    server = asked()
    response = server.accept()
    assert response.headers["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert server.take_output() == response.serialize()
    assert (server.response, server.state) == (response, State.OPEN)
    assert server.receive(HELLO) == [Text("Hello")]


def test_accept_with_what_was_agreed_upon() -> None:
    """What goes out is what the endpoint remembers."""
    offer = ("permessage-deflate", [("client_max_window_bits", None)])
    question = build_request("ws://localhost/", subprotocols=["a", "b"], extensions=[offer])
    server = asked(question.serialize())
    answer = ("permessage-deflate", [("client_max_window_bits", "12")])
    response = server.accept(subprotocol="b", extensions=[answer], headers=[("X-Room", "1")])
    assert (server.subprotocol, server.extensions) == ("b", (answer,))
    assert response.headers["Sec-WebSocket-Protocol"] == "b"
    assert response.headers["X-Room"] == "1"


def test_what_was_not_offered_cannot_be_agreed_upon() -> None:
    """Our fault, a ValueError; the request still waits for an answer."""
    server = asked()
    with pytest.raises(ValueError, match="chat"):
        server.accept(subprotocol="chat")
    assert (server.state, server.take_output()) == (State.CONNECTING, b"")
    server.accept()


def test_a_request_for_something_else_is_not_accepted() -> None:
    """A plain GET is an event too: whoever serves pages answers it, others reject it."""
    server = asked(b"GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n")
    with pytest.raises(HandshakeError) as caught:
        server.accept()
    error = caught.value
    assert (error.status, server.state) == (426, State.CONNECTING)
    server.reject(error.status, str(error), error.headers)
    assert server.take_output().startswith(b"HTTP/1.1 426 Upgrade Required\r\n")


def test_reject() -> None:
    """The answer says why, and the connection ends after it."""
    server = asked()
    response = server.reject(403, "not you", [("X-Why", "because")])
    assert server.take_output() == response.serialize()
    assert response.body == b"not you"
    assert (server.state, server.wants_eof) == (State.DRAINING, True)
    assert server.receive(HELLO) == []
    assert server.receive_eof() == [Ended()]


def test_a_request_that_takes_too_long_is_rejected_without_being_read() -> None:
    """Whoever has a clock does not wait for the rest."""
    server = asked(REQUEST[:20])
    server.reject(408)
    assert server.take_output().startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert server.receive(REQUEST[20:]) == []


@pytest.mark.parametrize(
    ("status", "state"), [(101, State.OPEN), (200, State.DRAINING), (503, State.DRAINING)]
)
def test_respond_sends_what_it_is_given(status: int, state: State) -> None:
    """101 opens the connection, anything else ends it."""
    server = asked()
    assert server.request is not None
    response = build_response(server.request)
    if status != 101:
        response = Response(status, "As you like")
    server.respond(response)
    assert server.take_output() == response.serialize()
    assert (server.state, server.response) == (state, response)


CALLS: dict[str, Callable[[ServerEndpoint], object]] = {
    "accept": lambda server: server.accept(),
    "reject": lambda server: server.reject(403),
    "respond": lambda server: server.respond(Response(403, "Forbidden")),
}


@pytest.mark.parametrize("first", CALLS)
@pytest.mark.parametrize("second", CALLS)
def test_a_request_is_answered_once(first: str, second: str) -> None:
    """A second answer, of whatever kind, is a StateError and sends nothing."""
    server = asked()
    CALLS[first](server)
    server.take_output()
    with pytest.raises(StateError, match=r"cannot \w+ the opening handshake: the connection is"):
        CALLS[second](server)
    assert server.take_output() == b""


def test_nothing_can_be_accepted_before_it_is_asked_for() -> None:
    """There is no key to answer."""
    with pytest.raises(StateError, match="no request has come"):
        ServerEndpoint().accept()


@pytest.mark.parametrize("size", CHUNKINGS)
def test_what_comes_early_waits_for_the_answer(size: int | None) -> None:
    """Frames that came with the request are read after it was accepted, in order."""
    server = ServerEndpoint()
    for chunk in chunks(REQUEST + HELLO + HELLO[:4], size):
        server.receive(chunk)
    server.accept()
    assert server.receive(b"") == [Text("Hello")]
    assert server.receive(HELLO[4:]) == [Text("Hello")]


def test_what_comes_early_is_limited() -> None:
    """A client that never waits for the answer does not fill our memory."""
    server = asked(limits=Limits(handshake_size=1000))
    assert server.receive(bytes(1000)) == []
    (event,) = server.receive(b"\x00")
    assert isinstance(event, Failed)
    assert str(event.error) == "1001 bytes before the handshake was answered, over 1000"
    assert server.take_output().startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert server.wants_eof


@pytest.mark.parametrize("size", CHUNKINGS)
@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
    ],
)
def test_what_is_no_request_is_refused(data: bytes, status: int, size: int | None) -> None:
    """The reason goes back as HTTP, and nothing is read afterwards."""
    server = ServerEndpoint()
    events = [event for chunk in chunks(data, size) for event in server.receive(chunk)]
    (event,) = events
    assert isinstance(event, Failed)
    assert isinstance(event.error, HandshakeError)
    assert (event.error.status, server.error) == (status, event.error)
    output = server.take_output()
    assert output.startswith(b"HTTP/1.1 %d " % status)
    assert str(event.error).encode() in output
    assert (server.state, server.wants_eof) == (State.DRAINING, True)


def test_eof_at_every_byte_of_a_request() -> None:
    """A request that breaks off is nobody's request, and gets no answer."""
    for i in range(len(REQUEST) + 1):
        server = asked(REQUEST[:i])
        failed, ended = server.receive_eof()
        assert isinstance(failed, Failed)
        assert isinstance(failed.error, HandshakeError)
        assert ended == Ended()
        assert (server.state, server.close_code, server.wants_eof) == (State.CLOSED, 1006, True)
        assert server.take_output() == b""
        with pytest.raises(StateError):
            server.accept()


def test_every_answer_bears_the_date() -> None:
    """The clock is the owner's; without one there is no Date."""
    date = "Sun, 06 Nov 1994 08:49:37 GMT"
    for data, answer in ((REQUEST, "accept"), (REQUEST, "reject"), (b"\x16", None)):
        server = ServerEndpoint(date=lambda: date)
        server.receive(data)
        if answer is not None:
            CALLS[answer](server)
        assert server.response is not None
        assert server.response.headers["Date"] == date
    assert "Date" not in asked().accept().headers
