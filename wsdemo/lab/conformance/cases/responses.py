"""Chapter 21, for clients: what a request says, and responses that must not be believed."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from wsdemo.lab.conformance.case import CLIENT, OCTETS, Case, Severity, Why
from wsdemo.lab.conformance.cases.tools import GO_ON, rfc6455, rfc7692
from wsdemo.lab.conformance.deflate import NAME, parse
from wsdemo.lab.conformance.frames import text
from wsdemo.lab.conformance.handshake_wants import GivesUp, head_check
from wsdemo.lab.conformance.opening import Head, Response, options
from wsdemo.lab.conformance.transcript import Complaint, Transcript
from wsdemo.lab.conformance.wants import Echo, Look

__all__ = ["cases"]

ACCEPT = "Sec-WebSocket-Accept"
EXTENSIONS = "Sec-WebSocket-Extensions"
FLAGS = ("server_no_context_takeover", "client_no_context_takeover")
HELLO = (text("Hello"),)
CAPITALS, CONNECT = {"Upgrade": None, "Connection": None}, "CONNECTION: Upgrade"

_REQUEST = rfc6455(
    "4.1",
    "The handshake consists of an HTTP Upgrade request, along with a list of required and optional "
    "header fields.",
)
_NONCE = rfc6455("4.1", "The nonce MUST be selected randomly for each connection.")
_BELIEVED = rfc6455(
    "4.1",
    "If the server's response is validated as provided for above, it is said that _The WebSocket "
    "Connection is Established_ and that the WebSocket Connection is in the OPEN state.",
)
_WAIT = rfc6455(
    "4.1",
    "Once the client's opening handshake has been sent, the client MUST wait for a response from "
    "the server before sending any further data.",
)
_OPEN = rfc6455("4.2.2", "At this point, the server may begin sending (and receiving) data.")
_STATUS = rfc6455(
    "4.1",
    "If the status code received from the server is not 101, the client handles the response per "
    "HTTP [RFC2616] procedures.",
)
_UPGRADE = rfc6455(
    "4.1",
    "If the response lacks an |Upgrade| header field or the |Upgrade| header field contains a "
    'value that is not an ASCII case-insensitive match for the value "websocket", the client MUST '
    "_Fail the WebSocket Connection_.",
)
_CONNECTION = rfc6455(
    "4.1",
    "If the response lacks a |Connection| header field or the |Connection| header field doesn't "
    'contain a token that is an ASCII case-insensitive match for the value "Upgrade", the client '
    "MUST _Fail the WebSocket Connection_.",
)
_ACCEPT = rfc6455(
    "4.1",
    "If the response lacks a |Sec-WebSocket-Accept| header field or the |Sec-WebSocket-Accept| "
    "contains a value other than the base64-encoded SHA-1 of the concatenation of the "
    "|Sec-WebSocket-Key| [...] but ignoring any leading and trailing whitespace, the client MUST "
    "_Fail the WebSocket Connection_.",
)
_EXTENSION = rfc6455(
    "4.1",
    "If the response includes a |Sec-WebSocket-Extensions| header field and this header field "
    "indicates the use of an extension that was not present in the client's handshake (the server "
    "has indicated an extension not requested by the client), the client MUST _Fail the WebSocket "
    "Connection_.",
)
_SUBPROTOCOL = rfc6455(
    "4.1",
    "If the response includes a |Sec-WebSocket-Protocol| header field and this header field "
    "indicates the use of a subprotocol that was not present in the client's handshake (the server "
    "has indicated a subprotocol not requested by the client), the client MUST _Fail the WebSocket "
    "Connection_.",
)
_OFFER = rfc7692(
    "7.1.2.2",
    "This parameter has no value or a decimal integer value without leading zeroes between 8 to 15 "
    "inclusive indicating the base-2 logarithm of the LZ77 sliding window size.",
)
_PARAMETERS = rfc7692(
    "7",
    "A client MUST _Fail the WebSocket Connection_ if the peer server accepted an extension "
    "negotiation offer for this extension with an extension negotiation response meeting any of "
    "the following conditions",
)


def cases() -> Iterator[Case]:
    """Yield the cases of the chapter."""
    yield from _requests()
    yield from _believed()
    yield from _doubted()
    yield from _parameters()


def _requests() -> Iterator[Case]:
    rows = (
        ("its first line", _first_line, _REQUEST),
        ("its Host", _host, _REQUEST),
        ("its Upgrade and Connection", _upgrade, _REQUEST),
        ("its key", _key, _REQUEST),
        ("its version", _version, _REQUEST),
    )
    for at, (name, look, why) in enumerate(rows, 1):
        want = Look(Echo(), head_check(look), "a request in order")
        yield Case(f"21.1.{at}", name, HELLO, want, why, roles=CLIENT)
    want = Look(Echo(), _fresh, "another key than before")
    yield Case("21.1.6", "its key is another one each time", HELLO, want, _NONCE, roles=CLIENT)
    want = Look(Echo(), _patient, "nothing before the response")
    yield Case("21.1.7", "it waits for the response", HELLO, want, _WAIT, roles=CLIENT)


def _first_line(head: Head) -> str:
    words = head.start.split(" ")
    good = len(words) == 3 and words[0] == "GET" and words[2] == "HTTP/1.1"
    return "" if good and words[1].startswith("/") else f"wrong first line: {head.start!r}"


def _host(head: Head) -> str:
    return "" if len(head.all("Host")) == 1 and head.get("Host") else f"Host: {head.get('Host')!r}"


def _upgrade(head: Head) -> str:
    if options(head.get("Upgrade")) != ["websocket"]:
        return f"wrong Upgrade: {head.get('Upgrade')!r}"
    if "upgrade" not in options(head.get("Connection")):
        return f"wrong Connection: {head.get('Connection')!r}"
    return ""


def _key(head: Head) -> str:
    key = head.get("Sec-WebSocket-Key")  # two keys make a list, which is no base64
    try:
        nonce = base64.b64decode(key, validate=True)
    except ValueError:  # no base64, or not even ASCII
        nonce = b""
    return "" if len(nonce) == 16 else f"a key that is not 16 octets in base64: {key!r}"


def _version(head: Head) -> str:
    got = head.all("Sec-WebSocket-Version")
    return "" if got == ["13"] else f"wrong Sec-WebSocket-Version: {', '.join(got)!r}"


def _fresh(seen: Transcript) -> Complaint | None:
    assert seen.head is not None
    key = seen.head.get("Sec-WebSocket-Key")
    return Complaint(f"the key {key} again", theirs=0) if key in seen.earlier_keys else None


def _patient(seen: Transcript) -> Complaint | None:
    return Complaint("did not wait for the response", theirs=seen.hasty) if seen.hasty else None


def _believed() -> Iterator[Case]:
    rows = (
        ("a response in order", Response()),
        ("octet by octet", Response(piece=OCTETS)),
        ("Upgrade: WebSocket", Response(change={"Upgrade": "WebSocket"})),
        ("Connection: keep-alive, Upgrade", Response(change={"Connection": "keep-alive, Upgrade"})),
        ("other fields, one in capitals", Response(add=("SERVER: x", "X-Unheard-Of: yes"))),
        ("another reason phrase", Response("HTTP/1.1 101 Web Socket Protocol Handshake")),
        ("a message in the same write as the response", Response(joined=True)),
        ("field names in capitals", Response(change=CAPITALS, add=("UPGRADE: websocket", CONNECT))),
    )
    want = Look(Echo(), lambda _: None, "the connection is open")
    for at, (name, response) in enumerate(rows, 1):
        why = _OPEN if response.joined else _BELIEVED
        yield Case(f"21.2.{at}", name, HELLO, want, why, roles=CLIENT, response=response)


def _doubted() -> Iterator[Case]:
    rows: tuple[tuple[str, Why, Response], ...] = (
        ("200 instead of 101", _STATUS, Response("HTTP/1.1 200 OK", add=("Content-Length: 0",))),
        ("no Upgrade", _UPGRADE, Response(change={"Upgrade": None})),
        ("Upgrade: h2c", _UPGRADE, Response(change={"Upgrade": "h2c"})),
        ("no Connection", _CONNECTION, Response(change={"Connection": None})),
        ("Connection: close", _CONNECTION, Response(change={"Connection": "close"})),
        ("no accept", _ACCEPT, Response(change={ACCEPT: None})),
        ("the accept of another key", _ACCEPT, Response(change={ACCEPT: "A" * 27 + "="})),
        ("a subprotocol nobody asked for", _SUBPROTOCOL, _with("Sec-WebSocket-Protocol: x-chat")),
        ("an extension nobody asked for", _EXTENSION, _with(f"{EXTENSIONS}: x-unheard-of")),
        ("the accept in the other case", _ACCEPT, Response(accept=str.swapcase)),
    )
    for at, (name, why, response) in enumerate(rows, 1):
        yield _doubt(f"21.3.{at}", name, why, response)


def _doubt(number: str, name: str, why: Why, response: Response, **rest: object) -> Case:
    moves = (*HELLO, GO_ON)
    return Case(number, name, moves, GivesUp(), why, roles=CLIENT, response=response, **rest)  # type: ignore[arg-type]


def _with(line: str) -> Response:
    return Response(add=(line,))


def _parameters() -> Iterator[Case]:
    """Yield answers that no offer of permessage-deflate allows, and none without an offer."""
    rows = (
        "unheard_of",
        "server_max_window_bits=7",
        "server_max_window_bits=16",
        "client_max_window_bits=08",
        "client_max_window_bits",
        "server_no_context_takeover=1",
        "server_no_context_takeover; server_no_context_takeover",
    )
    for at, parameters in enumerate(rows, 1):
        response = _with(f"{EXTENSIONS}: permessage-deflate; {parameters}")
        yield _doubt(f"25.6.{at}", f"an answer with {parameters}", _PARAMETERS, response)
    response = _with(f"{EXTENSIONS}: permessage-deflate, permessage-deflate")
    yield _doubt("25.6.8", "two answers", _PARAMETERS, response, severity=Severity.SHOULD)
    want = Look(Echo(), head_check(_offer), "parameters that are allowed")
    yield Case("25.8.1", "its offer of permessage-deflate", HELLO, want, _OFFER, roles=CLIENT)


def _offer(head: Head) -> str:
    """Say what is wrong with the parameters of an offer (RFC 7692, 7.1)."""
    for name, params in parse(head.get(EXTENSIONS)):
        for key, value in params.items() if name == NAME else ():
            if key in ("server_max_window_bits", "client_max_window_bits"):
                bare = value is None and key.startswith("client")
                good = bare or value in [str(number) for number in range(8, 16)]
            else:
                good = key in FLAGS and value is None
            if not good:
                return f"{name} with {key}{'' if value is None else f'={value}'}"
    return ""
