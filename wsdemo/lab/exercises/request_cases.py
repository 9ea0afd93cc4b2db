"""Opening handshakes to try a parser on, good and bad, as data.

Each bad one has a single fault, so that its status is beyond doubt. Where two statuses can be
defended, the first is the one that wsdemo answers with. Leaves out limits of size and time, and
what RFC 9110 says about bodies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455, 1.3

LINES = (
    "GET /chat HTTP/1.1",
    "Host: server.example.com",
    "Upgrade: websocket",
    "Connection: Upgrade",
    f"Sec-WebSocket-Key: {KEY}",
    "Sec-WebSocket-Version: 13",
)


@dataclass(frozen=True, slots=True)
class RequestCase:
    """One request, and what becomes of it.

    A good one has `path` and `headers` (of which those that matter are listed). A bad one has
    `statuses`, the best one first, and `why`. `shown` are the lines that make the case (… for those
    of the first), and `nudge` is for those who judge it wrongly.
    """

    name: str
    shown: str
    data: bytes
    nudge: str
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    statuses: Sequence[int] = ()
    why: str = ""

    @property
    def expected(self) -> str:
        """What should come back, in words."""
        if not self.statuses:
            return f"({self.path!r}, headers)"
        others = ", ".join(map(str, self.statuses[1:]))
        return f"{self.statuses[0]}{f' (or {others})' if others else ''}: {self.why}"


def request(lines: Sequence[str]) -> bytes:
    """Write lines as HTTP does."""
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def changed(old: str, *new: str) -> list[str]:
    """Put other lines in the place of the one that begins with `old`; none, to leave it out."""
    at = next(at for at, line in enumerate(LINES) if line.startswith(old))
    return [*LINES[:at], *new, *LINES[at + 1 :]]


def good(name: str, lines: Sequence[str], shown: str, nudge: str, **headers: str) -> RequestCase:
    """Build a case that must be accepted."""
    wanted = {key.replace("_", "-"): value for key, value in headers.items()}
    path = lines[0].split(" ")[1]
    return RequestCase(name, shown, request(lines), nudge, path=path, headers=wanted)


def bad(
    name: str, change: tuple[str, ...], statuses: Sequence[int], *, why: str, nudge: str
) -> RequestCase:
    """Build a case with one line changed, which must be refused.

    `change` is how the line begins, and what stands there instead.
    """
    old, *new = change
    shown = "\n".join([*new, "…"]) if new else f"no {old}"
    data = request(changed(old, *new))
    return RequestCase(name, shown, data, nudge, statuses=statuses, why=why)


def alien(name: str, data: bytes, shown: str, nudge: str) -> RequestCase:
    """Build a case that is no request at all."""
    why = "these bytes are no HTTP request"
    return RequestCase(name, shown, data, nudge, statuses=(400,), why=why)


GOOD = (
    good(
        "a plain handshake",
        LINES,
        "\n".join(LINES),
        "It is the plainest one there is.",
        host="server.example.com",
        upgrade="websocket",
        sec_websocket_key=KEY,
        sec_websocket_version="13",
    ),
    good(
        "as Firefox sends it",
        [
            "GET /chat?room=1 HTTP/1.1",
            *changed("Connection", "Connection: keep-alive, Upgrade")[1:],
        ],
        "GET /chat?room=1 HTTP/1.1\nConnection: keep-alive, Upgrade\n…",
        "Connection is a list of words: look for one that is `upgrade`, not for the whole value.",
        connection="keep-alive, Upgrade",
    ),
    good(
        "in small letters, with odd spaces",
        [
            LINES[0],
            "HOST:server.example.com",
            "upgrade:\tWebSocket",
            "connection: upgrade  ",
            f"sec-websocket-key:{KEY}",
            "sec-websocket-version:   13",
        ],
        "HOST:server.example.com\nupgrade:\\tWebSocket\nconnection: upgrade··\n"
        "sec-websocket-version:···13\n…",
        "Names of headers, `websocket` and `upgrade` may be in any case, and space around a value "
        "does not belong to it.",
        host="server.example.com",
        upgrade="WebSocket",
        connection="upgrade",
        sec_websocket_version="13",
    ),
    good(
        "one list on two lines",
        [*LINES, "Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: superchat"],
        "…\nSec-WebSocket-Protocol: chat\nSec-WebSocket-Protocol: superchat",
        "Some headers may be there twice: those that are lists (RFC 6455, 11.3.4).",
        sec_websocket_protocol="chat, superchat",
    ),
)

BAD = (
    bad(
        "POST",
        ("GET", "POST /chat HTTP/1.1"),
        (405,),
        why="the method must be GET (RFC 6455, 4.1)",
        nudge="Look at the first word of the request line.",
    ),
    bad(
        "HTTP/1.0",
        ("GET", "GET /chat HTTP/1.0"),
        (505,),
        why="the version must be 1.1 at least (RFC 6455, 4.1)",
        nudge="Look at the last word of the request line.",
    ),
    bad(
        "no Host",
        ("Host",),
        (400,),
        why="a request needs a Host (RFC 9112, 3.2)",
        nudge="One server may have many names, and Host says which one is meant.",
    ),
    bad(
        "two Hosts",
        ("Host", "Host: server.example.com", "Host: bank.example.com"),
        (400,),
        why="there must be one Host (RFC 9112, 3.2)",
        nudge="A dict keeps one of the two; the program behind the next door may keep the other.",
    ),
    bad(
        "no Upgrade",
        ("Upgrade",),
        (426, 400),
        why="this is a plain GET, and here WebSocket is spoken (RFC 9110, 15.5.22)",
        nudge="Without Upgrade it is a request for a page.",
    ),
    bad(
        "Upgrade to something else",
        ("Upgrade", "Upgrade: h2c"),
        (426, 400),
        why="Upgrade must name websocket (RFC 6455, 4.2.1)",
        nudge="Upgrade is there, but what does it ask for?",
    ),
    bad(
        "Connection without upgrade",
        ("Connection", "Connection: keep-alive"),
        (426, 400),
        why="Connection must name upgrade (RFC 6455, 4.2.1)",
        nudge="A proxy that does not know WebSocket drops Upgrade and rewrites Connection.",
    ),
    bad(
        "Connection with a word like it",
        ("Connection", "Connection: no-upgrade"),
        (426, 400),
        why="`no-upgrade` is another word than `upgrade` (RFC 6455, 4.2.1)",
        nudge="`in` on a str finds parts of words: split the list first.",
    ),
    bad(
        "no key",
        ("Sec-WebSocket-Key",),
        (400,),
        why="a handshake needs a Sec-WebSocket-Key (RFC 6455, 4.2.1)",
        nudge="What would you compute the accept key from?",
    ),
    bad(
        "two keys",
        (
            "Sec-WebSocket-Key",
            f"Sec-WebSocket-Key: {KEY}",
            "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==",
        ),
        (400,),
        why="the key must not be there twice (RFC 6455, 11.3.1)",
        nudge="A dict keeps the last of two equal names: look before you store.",
    ),
    bad(
        "a key of 15 octets",
        ("Sec-WebSocket-Key", "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4P"),
        (400,),
        why="the key must be 16 octets when decoded (RFC 6455, 4.2.1)",
        nudge="Decode it and count.",
    ),
    bad(
        "a key that is no base64",
        ("Sec-WebSocket-Key", "Sec-WebSocket-Key: *dGhlIHNhbXBsZSBub25jZQ=="),
        (400,),
        why="the key must be base64 (RFC 6455, 4.2.1)",
        nudge="b64decode skips what it does not know, unless it is told to validate.",
    ),
    bad(
        "version 8",
        ("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8"),
        (426,),
        why="only version 13 is spoken here, and the answer says so (RFC 6455, 4.4)",
        nudge="Version 8 is a draft of 2011, with other close codes.",
    ),
    bad(
        "no version",
        ("Sec-WebSocket-Version",),
        (400, 426),
        why="a handshake needs a Sec-WebSocket-Version (RFC 6455, 4.2.1)",
        nudge="The oldest drafts had none, and another handshake.",
    ),
    bad(
        "a line without a colon",
        ("Host", "Host: server.example.com", "Cookie"),
        (400,),
        why="a header line is a name, a colon and a value (RFC 9112, 5)",
        nudge="Look for the colon before you take the line apart.",
    ),
    bad(
        "a space before the colon",
        ("Host", "Host : server.example.com"),
        (400,),
        why="no space may stand before the colon (RFC 9112, 5.1)",
        nudge="Programs differ in what they make of it, and requests have been smuggled that way.",
    ),
    alien(
        "another protocol",
        b"EHLO client.example.com\r\n\r\n",
        "EHLO client.example.com",
        "The request line has three words, and the last begins with HTTP/.",
    ),
    alien(
        "TLS, sent to a plain port",
        bytes.fromhex("16030100050100000103") + b"\r\n\r\n",
        "16 03 01 00 05 01 00 00 01 03",
        "Somebody wrote wss:// for ws://. Nothing here is text.",
    ),
)

CASES = GOOD + BAD
