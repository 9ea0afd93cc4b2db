"""The opening handshake against ``websockets``: both ways, good and bad.

Where we differ, the table of cases says how and why; a difference without a reason fails, and
so does a reason without a difference.
"""

import pytest
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)
from websockets.http11 import Request as TheirRequest
from websockets.http11 import Response as TheirResponse
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.uri import parse_uri as parse_their_uri

from tests.protocol.handshake_cases import CASES, Case
from wsdemo.errors import HandshakeError
from wsdemo.protocol.handshake import (
    build_request,
    build_response,
    check_origin,
    check_request,
    check_response,
    choose_subprotocol,
    refusal,
)
from wsdemo.protocol.headers import Headers
from wsdemo.protocol.http import Request, RequestReader, Response, ResponseReader

URIS = [
    "ws://example.com/",
    "wss://example.com:8443/chat?room=1",
    "ws://u:p%40@[::1]:9/",
    "ws://bücher.example/ä?ö",
]
DEFLATE = [("permessage-deflate", [("client_max_window_bits", None)])]


@pytest.mark.parametrize("uri", URIS)
def test_websockets_accepts_our_request_and_we_its_response(uri: str) -> None:
    """Our client, their server: subprotocol and extension agreed on."""
    request = build_request(uri, subprotocols=["b", "a"], extensions=DEFLATE, origin="http://o")
    server = ServerProtocol(subprotocols=["a", "b"], extensions=[ServerPerMessageDeflateFactory()])  # type: ignore[list-item]
    server.receive_data(request.serialize())
    (event,) = server.events_received()
    assert isinstance(event, TheirRequest)
    assert (event.path, list(event.headers.raw_items())) == (
        request.path,
        list(request.headers.items()),
    )
    server.send_response(server.accept(event))
    parsed = Response.parse(b"".join(server.data_to_send()))
    assert parsed is not None
    key = request.headers["Sec-WebSocket-Key"]
    check_response(parsed[0], key=key, subprotocols=["b", "a"], extensions=DEFLATE)
    assert parsed[0].headers["Sec-WebSocket-Protocol"] == "a" == server.subprotocol


@pytest.mark.parametrize("uri", URIS)
def test_we_accept_the_request_of_websockets_and_it_our_response(uri: str) -> None:
    """Their client, our server: the connection is open at their end."""
    client = ClientProtocol(
        parse_their_uri(uri),
        subprotocols=["b", "a"],  # type: ignore[list-item]
        extensions=[ClientPerMessageDeflateFactory()],
    )
    client.send_request(client.connect())
    parsed = Request.parse(b"".join(client.data_to_send()))
    assert parsed is not None
    check_request(parsed[0])
    chosen = choose_subprotocol(parsed[0], ["a"])
    response = build_response(
        parsed[0], subprotocol=chosen, extensions=[("permessage-deflate", [])], date="today"
    )
    client.receive_data(response.serialize())
    assert client.state is State.OPEN
    assert client.subprotocol == "a"
    assert [extension.name for extension in client.extensions] == ["permessage-deflate"]


def test_their_request_to_our_uri_is_our_request() -> None:
    """The same headers with the same values, but for the random key and the order."""
    for uri in URIS:
        client = ClientProtocol(parse_their_uri(uri))
        ours, theirs = build_request(uri, key=client.key), client.connect()
        assert ours.target == theirs.path
        assert sorted(ours.headers.items()) == sorted(theirs.headers.raw_items())


ORIGINS = ["http://o", None]


def our_answer(data: bytes, step: int) -> Response:
    """Return what we answer a request that comes in portions of some octets."""
    reader, request = RequestReader(), None
    try:
        for start in range(0, len(data), step):
            reader.feed(data[start : start + step])
            request = request or reader.read()
        assert request is not None, "we wait for more"
        check_request(request)
        check_origin(request, ORIGINS)
    except HandshakeError as error:
        return refusal(error)
    return build_response(request)


def their_answer(data: bytes) -> int | None:
    """Return the status websockets answers with, or None when it closes in silence."""
    extensions = [ServerPerMessageDeflateFactory()]
    server = ServerProtocol(origins=ORIGINS, extensions=extensions)  # type: ignore[arg-type]
    server.receive_data(data)
    for event in server.events_received():
        assert isinstance(event, TheirRequest)
        return server.accept(event).status_code
    assert server.handshake_exc is not None, "websockets waits for more"
    answer = b"".join(server.data_to_send())
    return int(answer.split()[1]) if answer else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_requests_get_the_status_they_deserve(case: Case) -> None:
    """Whole or octet by octet, from us and from websockets."""
    assert our_answer(case.data, step=len(case.data)).status == case.ours
    assert our_answer(case.data, step=1).status == case.ours
    assert their_answer(case.data) == case.theirs
    assert bool(case.why) == (case.ours != case.theirs)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_our_refusals_can_be_read(case: Case) -> None:
    """By websockets' client and by ours: the same status, the same text."""
    response = our_answer(case.data, step=len(case.data))
    client = ClientProtocol(parse_their_uri("ws://h/"))
    client.receive_data(response.serialize())
    (event,) = client.events_received()
    assert isinstance(event, TheirResponse)
    assert (event.status_code, bytes(event.body)) == (response.status, response.body)
    reader = ResponseReader()
    reader.feed(response.serialize())
    assert reader.read() == response


ANSWER = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": "?"}


@pytest.mark.parametrize(
    ("status", "changes", "accepted"),
    [
        (101, [], True),
        (101, [("Sec-WebSocket-Protocol", "a")], True),
        (101, [("Upgrade", "WEBSOCKET"), ("Connection", "a, upgrade")], True),
        (101, [("Sec-WebSocket-Protocol", "b")], False),
        (101, [("Sec-WebSocket-Protocol", "a, a")], False),
        (101, [("Sec-WebSocket-Extensions", "x")], False),
        (101, [("Sec-WebSocket-Accept", "x")], False),
        (101, [("Sec-WebSocket-Accept", "?"), ("Sec-WebSocket-Accept", "?")], False),
        (101, [("Upgrade", "h2c")], False),
        (101, [("Upgrade", "websocket"), ("Upgrade", "websocket")], False),
        (101, [("Connection", "close")], False),
        (200, [], False),
        (302, [("Location", "/")], False),
        (403, [], False),
        (426, [], False),
    ],
)
def test_answers_get_the_verdict_of_websockets(
    status: int, changes: list[tuple[str, str]], accepted: bool
) -> None:
    """Accepted by both, or refused by both."""
    client = ClientProtocol(parse_their_uri("ws://h/"), subprotocols=["a"])  # type: ignore[list-item]
    good = build_response(build_request("ws://h/", key=client.key)).headers["Sec-WebSocket-Accept"]
    kept = [item for item in ANSWER.items() if item[0] not in dict(changes)]
    lines = [(name, value.replace("?", good)) for name, value in [*kept, *changes]]
    response = Response(status, "Reason", Headers([*lines, ("Content-Length", "0")]))
    client.receive_data(response.serialize())
    assert (client.handshake_exc is None) is accepted
    assert _accepts(response, client.key) is accepted


def _accepts(response: Response, key: str) -> bool:
    try:
        check_response(response, key=key, subprotocols=["a"])
    except HandshakeError:
        return False
    return True
