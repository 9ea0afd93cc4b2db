"""Opening handshakes, good and bad: our answer, that of ``websockets``, and why they differ."""

from dataclasses import dataclass

GOOD = {
    "Host": "server.example.com",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


def head(start: str = "GET / HTTP/1.1", *extra: str, **changes: str | None) -> bytes:
    """Write the head of a request: good headers, changed or left out, and extra lines."""
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    fields = {**GOOD, **named}
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([start, *lines, *extra, "", ""]).encode("latin-1")


@dataclass(frozen=True)
class Case:
    """A request, our answer, theirs (None: closed in silence), and why they differ."""

    name: str
    data: bytes
    ours: int
    theirs: int | None
    why: str = ""


SILENT = "what it can't read, websockets answers by closing; a status tells the client more"
STRICTER = "RFC 9112 demands it of a server"
CASES = [
    Case("good", head(), 101, 101),
    Case("connection in two lines", head("GET / HTTP/1.1", "Connection: close"), 101, 101),
    Case("extra header", head(Cookie="a=b"), 101, 101),
    Case("content length 0", head(Content_Length="0"), 101, 101),
    Case("plain GET", head(Upgrade=None, Connection=None), 426, 426),
    Case("no Upgrade", head(Upgrade=None), 426, 426),
    Case("no Connection", head(Connection=None), 426, 426),
    Case("another Upgrade", head(Upgrade="h2c"), 426, 426),
    Case("another Connection", head(Connection="close"), 426, 426),
    Case("bad Upgrade", head(Upgrade="a b"), 400, 400),
    Case("bad Connection", head(Connection="a;b"), 400, 400),
    Case("POST", head("POST / HTTP/1.1"), 405, 405),
    Case("HTTP/1.0", head("GET / HTTP/1.0"), 505, 505),
    Case("no key", head(Sec_WebSocket_Key=None), 400, 400),
    Case("key too short", head(Sec_WebSocket_Key="AAAA"), 400, 400),
    Case("key not base64", head(Sec_WebSocket_Key="?" * 24), 400, 400),
    Case("two keys", head("GET / HTTP/1.1", f"Sec-WebSocket-Key: {'A' * 22}=="), 400, 400),
    Case("no version", head(Sec_WebSocket_Version=None), 400, 400),
    Case("no number", head(Sec_WebSocket_Version="x"), 400, 400),
    Case("two versions", head("GET / HTTP/1.1", "Sec-WebSocket-Version: 13"), 400, 400),
    Case("bad subprotocol", head(Sec_WebSocket_Protocol="a b"), 400, 400),
    Case("empty subprotocol", head(Sec_WebSocket_Protocol=""), 400, 400),
    Case("bad extension", head(Sec_WebSocket_Extensions="a;;"), 400, 400),
    Case("bad origin", head(Origin="http://evil.example"), 403, 403),
    Case("two origins", head("GET / HTTP/1.1", "Origin: http://o", Origin="http://o"), 400, 400),
    Case("long target", head(f"GET /{'a' * 8192} HTTP/1.1"), 414, 414),
    Case("long header", head(Cookie="a" * 8192), 431, 431),
    Case("many headers", head("GET / HTTP/1.1", *["A: b"] * 130), 431, 431),
    Case(
        "version 8",
        head(Sec_WebSocket_Version="8"),
        426,
        400,
        'RFC 6455, 4.2.2, 4: "an appropriate HTTP error code (such as 426 Upgrade Required)"',
    ),
    Case(
        "two upgrades",
        head("GET / HTTP/1.1", "Upgrade: websocket"),
        400,
        426,
        "it does ask for the upgrade, only twice; websockets counts anything but one as none",
    ),
    Case(
        "upgrade list",
        head(Upgrade="h2c, websocket"),
        101,
        426,
        'RFC 6455, 4.2.1, 3: a field "containing the value", and Upgrade is a list',
    ),
    Case(
        "upgrade said twice",
        head("GET / HTTP/1.1", "Connection: Upgrade"),
        400,
        101,
        "legal as a list, and a sign of two programs that wrote one request",
    ),
    Case(
        "subprotocol twice",
        head(Sec_WebSocket_Protocol="a, a"),
        400,
        101,
        "RFC 6455, 4.1, 10: they MUST all be unique strings",
    ),
    Case("no Host", head(Host=None), 400, 101, STRICTER),
    Case("bad Host", head(Host="a b"), 400, 101, STRICTER),
    Case("two Hosts", head("GET / HTTP/1.1", "Host: other"), 400, 101, STRICTER),
    Case("a fragment", head("GET /#top HTTP/1.1"), 400, 101, "RFC 6455, 3: MUST NOT be used"),
    Case("target is no path", head("GET chat HTTP/1.1"), 400, 101, "RFC 9112, 3.2: no form of it"),
    Case(
        "HTTP/1.2",
        head("GET / HTTP/1.2"),
        101,
        None,
        'RFC 6455, 4.2.1, 1: "An HTTP/1.1 or higher GET request"',
    ),
    Case("empty line first", b"\r\n" + head(), 101, None, "RFC 9112, 2.2: SHOULD be ignored"),
    Case("large head", head("GET / HTTP/1.1", *["A: " + "b" * 4000] * 5), 431, 101, "our limit"),
    Case("a body", head(Content_Length="5") + b"hello", 400, None, SILENT),
    Case("chunked body", head(Transfer_Encoding="chunked"), 400, None, SILENT),
    Case("TLS", bytes.fromhex("16030100c8010000c40303") + b"\n" * 9, 400, None, SILENT),
    Case("garbage", b"hello\r\n\r\n", 400, None, SILENT),
    Case("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, None, SILENT),
    Case("bare LF", head().replace(b"\r\n", b"\n"), 400, None, SILENT),
    Case("folded", head("GET / HTTP/1.1", " folded"), 400, None, SILENT),
    Case("space before colon", head("GET / HTTP/1.1", "A : b"), 400, None, SILENT),
    Case("no colon", head("GET / HTTP/1.1", "A"), 400, None, SILENT),
    Case("bad name", head("GET / HTTP/1.1", "A(: b"), 400, None, SILENT),
    Case("bad value", head("GET / HTTP/1.1", "A: b\0"), 400, None, SILENT),
    Case("bare CR", head("GET / HTTP/1.1", "A: b\rc"), 400, None, SILENT),
    Case("bad target", head("GET /\xe4 HTTP/1.1"), 400, None, SILENT),
    Case("two spaces", head("GET  / HTTP/1.1"), 400, None, SILENT),
    Case("long method", head(f"{'A' * 40} / HTTP/1.1"), 501, 405, "RFC 9112, 3: SHOULD be 501"),
]
