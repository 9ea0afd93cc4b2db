"""``websockets`` as the other opinion, and as the other end, without a network.

Where the two differ, the difference stands here as data, with its reason.
"""

import re
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)
from websockets.http11 import Request as TheirRequest
from websockets.protocol import Protocol
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from tests.protocol.faults import FAULTS, LIMITS, Fault, wrongly_masked
from tests.protocol.odd_frames import contents, first_octets
from tests.protocol.oracle import Oracle, verdict
from tests.protocol.streams import ROLES, frames_of, open_endpoint, to_peer
from wsdemo.protocol import (
    ClientEndpoint,
    Endpoint,
    Event,
    Limits,
    Opcode,
    Role,
    ServerEndpoint,
    accept_deflate,
    agree_deflate,
    build_request,
    offer_deflate,
    offered_extensions,
)

# The faults for which websockets has another code, or none, and why we have ours.
OTHER_CODES = {
    "length in 2 octets": (None, "RFC 6455, 5.2: the minimal number of bytes MUST be used"),
    "length in 8 octets": (None, "RFC 6455, 5.2: the minimal number of bytes MUST be used"),
    "top bit of the length": (1009, "RFC 6455, 5.2: it MUST be 0, whatever the size"),
    "too many fragments": (None, "its limit on fragments is not in its sans-I/O layer"),
    "surrogate, cut": (None, "RFC 6455, 8.1: no third byte can help; Python's decoder awaits it"),
    "corrupt deflate": (1002, "RFC 7692 names no code; the frames are right, their content is not"),
}

# The same for streams made up by hypothesis: what our error says where we are stricter, ...
STRICTER = (
    r"payload length \d+ written in",
    r"with its top bit set",
    r"text is not UTF-8: byte \d+ is 0x[ab]",
)
# ... what its close frame says where we are looser, since RFC 6455, 5.4, lets a control frame,
# and a close frame is one, stand amid a fragmented message ...
LOOSER = (r"incomplete fragmented message",)
# ... and our code and its code where a frame has two faults, of which it finds the size first.
OTHER_FAULT_FIRST = (1002, 1009)

# A frame's first octet, its payload, and what writes its length.
OddFrame = tuple[int, bytes, Callable[[int], bytes | None]]
LENGTHS: tuple[Callable[[int], bytes | None], ...] = (
    lambda size: None,
    lambda size: bytes((126,)) + size.to_bytes(2, "big"),
    lambda size: bytes((127,)) + size.to_bytes(8, "big"),
    lambda size: bytes((127, 128)) + size.to_bytes(7, "big"),
)
lengths = st.just(LENGTHS[0]) | st.sampled_from(LENGTHS)
odd_frames = st.lists(st.tuples(first_octets, contents, lengths), max_size=8)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_websockets_refuses_we_refuse_with_the_same_code(fault: Fault, role: Role) -> None:
    """And what it does not refuse stands above."""
    oracle = Oracle(role, LIMITS.message_size, deflate=fault.compressed)
    oracle.receive(fault.octets(role))
    _, code = oracle.verdict()
    assert code == OTHER_CODES.get(fault.name, (fault.code, ""))[0]


@pytest.mark.parametrize("role", ROLES)
def test_masks_are_judged_alike(role: Role) -> None:
    """Wrongly masked is 1002, though RFC 6455, 5.1, would leave it at closing."""
    oracle = Oracle(role)
    oracle.receive(wrongly_masked(role)[0])
    assert oracle.verdict() == ([], 1002)


@settings(max_examples=250)
@given(st.sampled_from(ROLES), odd_frames)
def test_any_stream_is_judged_alike(role: Role, sent: list[OddFrame]) -> None:
    """The same messages, the same close code, the same answers, but for what is listed."""
    endpoint, oracle = open_endpoint(role, Limits(message_size=130)), Oracle(role, 130)
    events: list[Event] = []
    for first, payload, length in sent:
        data = to_peer(role, first, payload, length=length(len(payload)))
        events += endpoint.receive(data)
        oracle.receive(data)
    (ours, our_code), (theirs, their_code) = verdict(endpoint, events), oracle.verdict()
    if matches(endpoint.error, STRICTER) or (our_code, their_code) == OTHER_FAULT_FIRST:
        assert theirs[: len(ours)] == ours
    elif matches(oracle.reason, LOOSER):
        assert ours[: len(theirs)] == theirs
    else:
        assert (ours, our_code) == (theirs, their_code)
        assert said(endpoint.take_output()) == said(oracle.output())


def matches(complaint: object, patterns: Iterable[str]) -> bool:
    """Tell whether a complaint is one of those that are explained."""
    return any(re.search(pattern, str(complaint)) for pattern in patterns)


def said(data: bytes) -> list[tuple[Opcode, bytes]]:
    """Return opcodes and payloads; of close frames the code, since reasons are free."""
    return [
        (frame.opcode, frame.payload[:2] if frame.opcode is Opcode.CLOSE else frame.payload)
        for frame in frames_of(data)
    ]


# Conversations, from the first octet to the last

Pair = tuple[Endpoint, Protocol, Oracle]


def our_client(deflate: bool) -> Pair:
    """Connect our client to their server."""
    offers = offer_deflate() if deflate else []
    ours = ClientEndpoint(
        build_request("ws://localhost/chat", subprotocols=["chat"], extensions=offers),
        agree=agree_deflate,
    )
    factories = [ServerPerMessageDeflateFactory()] if deflate else None
    theirs = ServerProtocol(subprotocols=["chat"], extensions=factories)  # type: ignore[list-item]
    theirs.receive_data(ours.take_output())
    (request,) = theirs.events_received()
    assert isinstance(request, TheirRequest)
    theirs.send_response(theirs.accept(request))
    ours.receive(b"".join(theirs.data_to_send()))
    return ours, theirs, Oracle(Role.SERVER, protocol=theirs)


def our_server(deflate: bool) -> Pair:
    """Connect their client to our server."""
    factories = [ClientPerMessageDeflateFactory()] if deflate else None
    theirs = ClientProtocol(
        parse_uri("ws://localhost/chat"),
        subprotocols=["chat"],  # type: ignore[list-item]
        extensions=factories,
    )
    theirs.send_request(theirs.connect())
    ours = ServerEndpoint()
    ours.receive(b"".join(theirs.data_to_send()))
    assert ours.request is not None
    accepted = accept_deflate(offered_extensions(ours.request)) if deflate else None
    item, codec = accepted or (None, None)
    ours.accept(subprotocol="chat", extensions=[item] if item else [], codec=codec)
    theirs.receive_data(ours.take_output())
    theirs.events_received()
    return ours, theirs, Oracle(Role.CLIENT, protocol=theirs)


MAKERS = (our_client, our_server)
messages = st.lists(st.text(max_size=300) | st.binary(max_size=300), max_size=5)


def pieces(message: str | bytes, size: int) -> Iterator[tuple[str | bytes, bool]]:
    """Cut a message into fragments, each with its FIN."""
    for i in range(0, max(len(message), 1), size):
        yield message[i : i + size], i + size >= len(message)


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("make", MAKERS)
def test_opening_handshake(make: Callable[[bool], Pair], deflate: bool) -> None:
    """Both sides end up with the same subprotocol and the same extensions."""
    ours, theirs, _ = make(deflate)
    assert ours.subprotocol == theirs.subprotocol == "chat"
    assert [name for name, _ in ours.extensions] == ["permessage-deflate"] * deflate
    assert [extension.name for extension in theirs.extensions] == ["permessage-deflate"] * deflate


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("make", MAKERS)
@given(said=messages, size=st.integers(1, 200))
def test_websockets_hears_what_we_say(
    make: Callable[[bool], Pair], deflate: bool, said: list[str | bytes], size: int
) -> None:
    """Message for message, whole and in fragments, plain and compressed."""
    ours, _, oracle = make(deflate)
    for message in said:
        for i, (piece, fin) in enumerate(pieces(message, size)):
            if i:
                ours.send_continuation(piece, fin)
            elif isinstance(piece, str):
                ours.send_text(piece, fin)
            else:
                ours.send_binary(piece, fin)
    oracle.receive(ours.take_output())
    assert oracle.seen == [("message", message) for message in said]


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("make", MAKERS)
@given(said=messages, size=st.integers(1, 200))
def test_we_hear_what_websockets_says(
    make: Callable[[bool], Pair], deflate: bool, said: list[str | bytes], size: int
) -> None:
    """Its fragments are cut by octets, within characters too."""
    ours, theirs, oracle = make(deflate)
    for message in said:
        data = message.encode() if isinstance(message, str) else message
        for i, (piece, fin) in enumerate(pieces(data, size)):
            assert isinstance(piece, bytes)
            if i:
                theirs.send_continuation(piece, fin)
            elif isinstance(message, str):
                theirs.send_text(piece, fin)
            else:
                theirs.send_binary(piece, fin)
    events = ours.receive(oracle.output())
    assert verdict(ours, events) == ([("message", message) for message in said], None)


@pytest.mark.parametrize("we_begin", [True, False])
@pytest.mark.parametrize("code", [1000, 1001, 4000, None])
@pytest.mark.parametrize("make", MAKERS)
def test_closing_handshake(make: Callable[[bool], Pair], code: int | None, we_begin: bool) -> None:
    """Whoever begins: the same code and reason at both ends, and TCP is ended by the server."""
    ours, theirs, oracle = make(False)
    reason = "" if code is None else "bye"
    if we_begin:
        ours.close(code or 1005, reason)
        oracle.receive(ours.take_output())
        ours.receive(oracle.output())
    else:
        theirs.send_close(code, reason)
        ours.receive(oracle.output())
        oracle.receive(ours.take_output())
    assert ours.wants_eof is (ours.role is Role.SERVER)
    ours.receive_eof()
    theirs.receive_eof()
    assert (ours.close_code, ours.close_reason) == (code or 1005, reason)
    assert (theirs.close_code, theirs.close_reason) == (code or 1005, reason)


@pytest.mark.parametrize("make", MAKERS)
def test_pings_and_pongs(make: Callable[[bool], Pair]) -> None:
    """Each answers the other's, and hears the answer to its own."""
    ours, theirs, oracle = make(False)
    ours.ping(b"ours")
    theirs.send_ping(b"theirs")
    events = ours.receive(oracle.output())
    oracle.receive(ours.take_output())
    events += ours.receive(oracle.output())
    assert verdict(ours, events)[0] == [("ping", b"theirs"), ("pong", b"ours")]
    assert oracle.seen == [("ping", b"ours"), ("pong", b"theirs")]
