"""The client's handshake: the request first, then the answer, at any split and of any kind."""

from collections.abc import Sequence

import pytest

from tests.protocol.streams import CHUNKINGS, chunks, fixed_key, frames_of, request
from wsdemo.errors import HandshakeError
from wsdemo.protocol import (
    Accepted,
    ClientEndpoint,
    Deflate,
    Ended,
    Event,
    ExtensionItem,
    Failed,
    Rejected,
    State,
    Text,
    agree_deflate,
    build_request,
    build_response,
    offer_deflate,
)

ANSWER = build_response(request()).serialize()
HELLO = b"\x81\x05Hello"


def fed(client: ClientEndpoint, data: bytes, size: int | None = None) -> list[Event]:
    """Give data to a client in chunks, and return all events."""
    return [event for chunk in chunks(data, size) for event in client.receive(chunk)]


def test_the_request_is_in_the_first_output() -> None:
    """Nothing has to be called for it."""
    client = ClientEndpoint(request())
    assert client.take_output() == request().serialize()
    assert (client.state, client.take_output()) == (State.CONNECTING, b"")


@pytest.mark.parametrize("size", CHUNKINGS)
def test_accepted_and_the_first_message_behind_it(size: int | None) -> None:
    """The 101 and the frames after it may come in one piece, or in many."""
    client = ClientEndpoint(request())
    accepted, text = fed(client, ANSWER + HELLO, size)
    assert isinstance(accepted, Accepted)
    assert (accepted.response, text) == (client.response, Text("Hello"))
    assert (client.state, client.subprotocol, client.extensions) == (State.OPEN, None, ())


def test_what_was_agreed_upon_is_remembered() -> None:
    """Subprotocol and extensions of the response; the codec works from now on."""
    question = build_request("ws://localhost/", subprotocols=["a"], extensions=offer_deflate())
    agreed = ("permessage-deflate", [("client_max_window_bits", "10")])
    response = build_response(question, subprotocol="a", extensions=[agreed])
    client = ClientEndpoint(question, agree=agree_deflate, masking=fixed_key)
    client.receive(response.serialize())
    assert (client.subprotocol, client.extensions) == ("a", (agreed,))
    client.take_output()
    client.send_text("Hello, Hello, Hello")
    (frame,) = frames_of(client.take_output())
    assert frame.rsv1
    assert Deflate().decompress(frame.payload) == b"Hello, Hello, Hello"


def test_whoever_offered_an_extension_has_to_agree() -> None:
    """An answer that does not fit the offer is a rejection."""

    def disagree(extensions: Sequence[ExtensionItem]) -> None:
        raise HandshakeError(f"not so: {extensions[0][0]}")

    question = build_request("ws://localhost/", extensions=offer_deflate())
    response = build_response(question, extensions=[("permessage-deflate", [])])
    client = ClientEndpoint(question, agree=disagree)
    (event,) = client.receive(response.serialize())
    assert isinstance(event, Rejected)
    assert str(event.error) == "not so: permessage-deflate"


def test_an_offer_needs_somebody_who_can_keep_it() -> None:
    """Otherwise the first compressed message would look like the server's fault."""
    question = build_request("ws://localhost/", extensions=offer_deflate())
    response = build_response(question, extensions=[("permessage-deflate", [])])
    (event,) = ClientEndpoint(question).receive(response.serialize())
    assert isinstance(event, Rejected)
    assert "permessage-deflate, which we offered and cannot do" in str(event.error)


@pytest.mark.parametrize("size", CHUNKINGS)
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\n\r\nnot you", "the server answered 403"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "the server answered 204"),
        (ANSWER.replace(b"s3pP", b"AAAA"), "Sec-WebSocket-Accept"),
        (ANSWER.replace(b"Upgrade: websocket\r\n", b""), "Upgrade"),
        (ANSWER[:-2] + b"Sec-WebSocket-Protocol: chat\r\n\r\n", "Sec-WebSocket-Protocol"),
        (ANSWER[:-2] + b"Sec-WebSocket-Extensions: x\r\n\r\n", "extension"),
    ],
)
def test_rejected(data: bytes, message: str, size: int | None) -> None:
    """Anything but the right 101: it can be looked at, and nothing is read after it."""
    client = ClientEndpoint(request())
    (event,) = fed(client, data + HELLO, size)
    assert isinstance(event, Rejected)
    assert message in str(event.error)
    assert (event.response, event.error) == (client.response, client.error)
    assert (client.state, client.wants_eof) == (State.DRAINING, True)
    assert client.receive_eof() == [Ended()]


def test_a_refusal_that_is_ended_by_eof() -> None:
    """Its body is complete when TCP is."""
    client = ClientEndpoint(request())
    assert client.receive(b"HTTP/1.0 503 Service Unavailable\r\n\r\ncome back") == []
    rejected, ended = client.receive_eof()
    assert isinstance(rejected, Rejected)
    assert (rejected.response.status, rejected.response.body) == (503, b"come back")
    assert (ended, client.state, client.close_code) == (Ended(), State.CLOSED, 1006)


@pytest.mark.parametrize("size", CHUNKINGS)
@pytest.mark.parametrize(
    "data", [b"\x15\x03\x01\x00\x02", b"220 mail.example.com\r\n", b"HTTP/2.0 200\r\n"]
)
def test_what_is_no_response_fails_the_connection(data: bytes, size: int | None) -> None:
    """There is nobody to tell, so nothing is sent."""
    client = ClientEndpoint(request())
    client.take_output()
    (event,) = fed(client, data, size)
    assert isinstance(event, Failed)
    assert isinstance(event.error, HandshakeError)
    assert (client.state, client.wants_eof, client.take_output()) == (State.DRAINING, True, b"")


def test_eof_at_every_byte_of_the_answer() -> None:
    """A response that breaks off fails the connection."""
    for i in range(len(ANSWER)):
        client = ClientEndpoint(request())
        client.receive(ANSWER[:i])
        failed, ended = client.receive_eof()
        assert isinstance(failed, Failed)
        assert isinstance(failed.error, HandshakeError)
        assert (ended, client.state, client.close_code) == (Ended(), State.CLOSED, 1006)


def test_the_masking_key_is_taken_for_each_frame() -> None:
    """From where the owner says, four octets at a time."""
    sizes: list[int] = []

    def masking(size: int) -> bytes:
        sizes.append(size)
        return fixed_key(size)

    client = ClientEndpoint(request(), masking=masking)
    client.receive(ANSWER)
    client.take_output()
    client.send_text("Hello")
    client.ping()
    assert client.take_output() == bytes.fromhex("8185 37fa213d 7f9f4d5158 8980 37fa213d")
    assert sizes == [4, 4]


def test_by_default_every_key_is_another() -> None:
    """Out of os.urandom."""
    client = ClientEndpoint(request())
    client.receive(ANSWER)
    client.take_output()
    for _ in range(20):
        client.ping()
    keys = {frame.masking_key for frame in frames_of(client.take_output())}
    assert len(keys) == 20


def test_the_answer_of_the_rfc() -> None:
    """RFC 6455, 1.3, word by word."""
    client = ClientEndpoint(request())
    (event,) = client.receive(
        b"HTTP/1.1 101 Switching Protocols\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
    )
    assert isinstance(event, Accepted)
