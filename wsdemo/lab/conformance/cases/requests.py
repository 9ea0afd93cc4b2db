"""Chapter 20, for servers: requests that open a connection, and requests that must not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from wsdemo.lab.conformance.case import OCTETS, SERVER, Case, Severity, Why
from wsdemo.lab.conformance.cases.tools import rfc6455
from wsdemo.lab.conformance.deflate import NAME, parse
from wsdemo.lab.conformance.frames import text
from wsdemo.lab.conformance.handshake_wants import Declines, head_check
from wsdemo.lab.conformance.opening import Head, Request, accept_for, key_for, options
from wsdemo.lab.conformance.wants import Echo, Look

__all__ = ["cases"]

KEY = "Sec-WebSocket-Key"
VERSION = "Sec-WebSocket-Version"
PROTOCOL = "Sec-WebSocket-Protocol"
EXTENSIONS = "Sec-WebSocket-Extensions"

_ACCEPT = rfc6455(
    "4.2.2",
    "If the server chooses to accept the incoming connection, it MUST reply with a valid HTTP "
    "response indicating the following.",
)
_UPGRADE = rfc6455(
    "4.2.1",
    'An |Upgrade| header field containing the value "websocket", treated as an ASCII '
    "case-insensitive value.",
)
_KEYWORD = rfc6455(
    "4.1",
    "The request MUST contain an |Upgrade| header field whose value MUST include the "
    '"websocket" keyword.',
)
_CONNECTION = rfc6455(
    "4.2.1",
    'A |Connection| header field that includes the token "Upgrade", treated as an ASCII '
    "case-insensitive value.",
)
_KEY = rfc6455(
    "4.2.1",
    "A |Sec-WebSocket-Key| header field with a base64-encoded (see Section 4 of [RFC4648]) value "
    "that, when decoded, is 16 bytes in length.",
)
_ONE_KEY = rfc6455(
    "11.3.1",
    "The |Sec-WebSocket-Key| header field MUST NOT appear more than once in an HTTP request.",
)
_VERSION = rfc6455("4.2.1", "A |Sec-WebSocket-Version| header field, with a value of 13.")
_WHICH = rfc6455(
    "4.2.2",
    "If this version does not match a version understood by the server, the server MUST abort the "
    "WebSocket handshake [...] and instead send an appropriate HTTP error code (such as 426 "
    "Upgrade Required) and a |Sec-WebSocket-Version| header field indicating the version(s) the "
    "server is capable of understanding.",
)
_GET = rfc6455("4.2.1", 'An HTTP/1.1 or higher GET request, including a "Request-URI" [RFC2616]')
_STOP = rfc6455(
    "4.2.1",
    "If the server, while reading the handshake, finds that the client did not send a handshake "
    "that matches the description below [...], the server MUST stop processing the client's "
    "handshake and return an HTTP response with an appropriate error code (such as 400 Bad "
    "Request).",
)
_UNKNOWN = rfc6455("4.2.1", "Unknown header fields are ignored, as per [RFC2616].")
_SUBPROTOCOL = rfc6455(
    "4.2.2",
    "The value chosen MUST be derived from the client's handshake, specifically by selecting one "
    "of the values from the |Sec-WebSocket-Protocol| field that the server is willing to use for "
    "this connection (if any).",
)
_EXTENSIONS = rfc6455(
    "9",
    "A server MUST NOT respond with any extension not requested by the client.",
)
_HOST = Why(
    "RFC 9112, 3.2",
    "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message "
    "that lacks a Host header field and to any request message that contains more than one Host "
    "header field line or a Host header field with an invalid field value.",
)
_COLON = Why(
    "RFC 9112, 5.1",
    "A server MUST reject, with a response status code of 400 (Bad Request), any received request "
    "message that contains whitespace between a header field name and colon.",
)
_FOLD = Why(
    "RFC 9112, 5.2",
    'A server that receives an obs-fold in a request message that is not within a "message/http" '
    "container MUST either reject the message by sending a 400 (Bad Request) [...] or replace each "
    "received obs-fold with one or more SP octets",
)
_LARGE = Why(
    "RFC 6585, 5",
    "The 431 status code indicates that the server is unwilling to process the request because its "
    "header fields are too large.",
)


def cases() -> Iterator[Case]:
    """Yield the cases of the chapter."""
    yield from _accepted()
    yield from _refused()
    yield from _broken()
    yield from _chosen()


def _opens(number: str, name: str, why: Why, request: Request | None = None) -> Case:
    """Make a case in which the connection is opened; without a request the response matters."""
    want = Look(Echo(), lambda _: None, "the connection is open")
    if request is None:
        want = Look(Echo(), head_check(partial(_proper, number)), "a response in order")
    asked = request or Request()
    return Case(number, name, (text("Hello"),), want, why, roles=SERVER, request=asked)


def _proper(number: str, head: Head) -> str:
    """Say what is wrong with a response that opens a connection."""
    if head.all("Sec-WebSocket-Accept") != [accept_for(key_for(number))]:
        return f"wrong Sec-WebSocket-Accept: {head.get('Sec-WebSocket-Accept')!r}"
    if options(head.get("Upgrade")) != ["websocket"]:
        return f"wrong Upgrade: {head.get('Upgrade')!r}"
    if "upgrade" not in options(head.get("Connection")):
        return f"wrong Connection: {head.get('Connection')!r}"
    if not head.start.startswith("HTTP/1.1 101"):
        return f"wrong first line: {head.start!r}"
    return ""


def _accepted() -> Iterator[Case]:
    yield _opens("20.1.1", "a request in order", _ACCEPT)
    yield _opens("20.1.2", "another key, another answer", _ACCEPT)
    yield _opens("20.1.3", "octet by octet", _ACCEPT, Request(piece=OCTETS))
    changed: dict[str, str | None] = {"Upgrade": "WebSocket"}
    yield _opens("20.1.4", "Upgrade: WebSocket", _UPGRADE, Request(change=changed))
    changed = {"Connection": "keep-alive, Upgrade"}
    name = "Connection: keep-alive, Upgrade"
    yield _opens("20.1.5", name, _CONNECTION, Request(change=changed))
    changed = {"Connection": "upgrade"}
    yield _opens("20.1.6", "Connection: upgrade", _CONNECTION, Request(change=changed))
    request = Request(change={VERSION: None}, add=("SEC-WEBSOCKET-VERSION:13",))
    yield _opens("20.1.7", "a field name in capitals, no space", _ACCEPT, request)
    request = Request(add=("X-Unheard-Of: yes", "Cookie: a=b", "Accept: */*"))
    yield _opens("20.1.8", "other fields", _UNKNOWN, request)
    request = Request(add=(f"{EXTENSIONS}: x-unheard-of; a=1",))
    yield _opens("20.1.9", "an extension that nobody knows", _UNKNOWN, request)
    request = Request(add=("Cookie: " + "a" * 4000,))
    yield _opens("20.1.10", "a cookie of 4,000 octets", _ACCEPT, request)
    changed = {"Upgrade": "h2c, websocket"}
    opened = _opens("20.1.11", "Upgrade: h2c, websocket", _KEYWORD, Request(change=changed))
    note = "Rare: a client that asks for a WebSocket wants nothing else. websockets declines it."
    yield replace(opened, severity=Severity.SHOULD, note=note)


def _declines(
    number: str,
    name: str,
    why: Why,
    request: Request,
    *,
    severity: Severity = Severity.MUST,
    want: Declines | None = None,
    note: str = "",
) -> Case:
    asked = want or Declines()
    return Case(number, name, (), asked, why, severity, SERVER, request=request, note=note)


def _refused() -> Iterator[Case]:
    rows: tuple[tuple[str, Why, Request], ...] = (
        ("no Upgrade", _UPGRADE, Request(change={"Upgrade": None})),
        ("Upgrade: h2c", _UPGRADE, Request(change={"Upgrade": "h2c"})),
        ("no Connection", _CONNECTION, Request(change={"Connection": None})),
        ("Connection: keep-alive", _CONNECTION, Request(change={"Connection": "keep-alive"})),
        ("no key", _KEY, Request(change={KEY: None})),
        ("a key of 8 octets", _KEY, Request(change={KEY: "AAAAAAAAAAA="})),
        ("a key that is not base64", _KEY, Request(change={KEY: "?" * 24})),
        ("two keys", _ONE_KEY, Request(add=(f"{KEY}: {key_for('20')}",))),
        ("no version", _VERSION, Request(change={VERSION: None})),
        ("version 8", _VERSION, Request(change={VERSION: "8"})),
        ("version 14", _VERSION, Request(change={VERSION: "14"})),
        ("POST", _GET, Request(start="POST {target} HTTP/1.1", add=("Content-Length: 0",))),
        ("HTTP/1.0", _GET, Request(start="GET {target} HTTP/1.0")),
    )
    for at, (name, why, request) in enumerate(rows, 1):
        yield _declines(f"20.2.{at}", name, why, request)
    rows_ = (
        ("version 8 is answered with the right one", "8"),
        ("version 14 is answered with the right one", "14"),
    )
    want = Declines(fields={VERSION: "13"})
    note = "websockets answers 400 without the field: there has been no other version since 2011."
    for at, (name, version) in enumerate(rows_, 14):
        request = Request(change={VERSION: version})
        yield _declines(
            f"20.2.{at}", name, _WHICH, request, severity=Severity.SHOULD, want=want, note=note
        )
    want = Declines((426,), {"Upgrade": "websocket"})
    why = Why(
        "RFC 9110, 15.5.22",
        "The server MUST send an Upgrade header field in a 426 response to indicate the required "
        "protocol(s)",
    )
    request = Request(change={"Upgrade": None, "Connection": None})
    name = "a browser's plain GET is told to upgrade"
    yield _declines("20.2.16", name, why, request, severity=Severity.MAY, want=want)


def _broken() -> Iterator[Case]:
    silent = Declines(silent=True)
    should = Severity.SHOULD
    note = "The library of a server may leave this to whatever stands before it; websockets does."
    host = {"Host": None}
    hosts = partial(_declines, why=_HOST, severity=should, want=Declines((400,)), note=note)
    yield hosts("20.3.1", "no Host", request=Request(change=host))
    yield hosts("20.3.2", "two Hosts", request=Request(add=("Host: other",)))
    request = Request(add=("X-A : b",))
    yield _declines("20.3.3", "a space before a colon", _COLON, request, want=silent)
    request = Request(add=("X-A: b", " folded"))
    told = "To replace it is allowed, too, and how two programs come to read it in two ways."
    fold = partial(_declines, severity=Severity.MAY, want=silent, note=told)
    yield fold("20.3.4", "a folded line", _FOLD, request)
    yield _declines("20.3.5", "no HTTP at all", _STOP, Request(raw=b"hello\r\n\r\n"), want=silent)
    request = Request(raw=b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + b"\n" * 9 + b"\r\n\r\n")
    yield _declines("20.3.6", "TLS, where none is spoken", _STOP, request, want=silent)
    request = Request(add=tuple(f"X-{at}: {'a' * 1000}" for at in range(200)))
    want = Declines((400, 413, 431), silent=True)
    yield _declines("20.3.7", "200 kB of fields", _LARGE, request, severity=should, want=want)
    request = Request(start="GET {target}#top HTTP/1.1")
    why = rfc6455(
        "3",
        "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be "
        "used on these URIs.",
    )
    yield _declines("20.3.8", "a fragment in the target", why, request, severity=Severity.MAY)


def _chosen() -> Iterator[Case]:
    def no_subprotocol(head: Head) -> str:
        got = head.get(PROTOCOL)
        return f"chose a subprotocol that was not offered: {got!r}" if got else ""

    def one_of(head: Head) -> str:
        got = head.all(PROTOCOL)
        good = not got or (len(got) == 1 and got[0] in ("unheard-of-1", "unheard-of-2"))
        return "" if good else f"chose {', '.join(got)!r} of 'unheard-of-1, unheard-of-2'"

    def no_extension(head: Head) -> str:
        got = head.get(EXTENSIONS)
        return f"accepted an extension that was not offered: {got!r}" if got else ""

    def none_unknown(head: Head) -> str:
        got = [name for name, _ in parse(head.get(EXTENSIONS)) if name != NAME]
        return f"accepted an extension that nobody knows: {', '.join(got)!r}" if got else ""

    offers = Request(add=(f"{PROTOCOL}: unheard-of-1, unheard-of-2",))
    unknown = Request(add=(f"{EXTENSIONS}: x-unheard-of; a=1, {NAME}",))
    rows = (
        ("no subprotocol was offered", no_subprotocol, _SUBPROTOCOL, Request()),
        ("two subprotocols were offered", one_of, _SUBPROTOCOL, offers),
        ("no extension was offered", no_extension, _EXTENSIONS, Request()),
        ("an extension was offered that nobody knows", none_unknown, _EXTENSIONS, unknown),
    )
    for at, (name, look, why, request) in enumerate(rows, 1):
        want = Look(Echo(), head_check(look), "nothing but what was offered")
        moves = (text("Hello"),)
        yield Case(f"20.4.{at}", name, moves, want, why, roles=SERVER, request=request)
