"""Handshakes, frames and exchanges that the tests of the displays draw."""

from wsdemo.lab.chunks import Direction, Kind
from wsdemo.lab.entries import End, Entry, Fault, What
from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.protocol.http import Request, Response

UP, DOWN = Direction.UP, Direction.DOWN
KEY = bytes.fromhex("37fa213d")  # RFC 6455, 5.7
HELLO = Frame(Opcode.TEXT, b"Hello", masking_key=KEY)

REQUEST = (
    b"GET /chat HTTP/1.1\r\n"
    b"Host: 127.0.0.1:43567\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"User-Agent: Python/3.11 websockets/17.4\r\n"
    b"\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Date: Sun, 22 Nov 2026 17:46:00 GMT\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)


def entry(
    direction: Direction, what: What, raw: bytes = b"", *, time: float = 0.0, connection: int = 1
) -> Entry:
    """Build an entry; a frame brings its own bytes."""
    octets = what.serialize() if isinstance(what, Frame) and not raw else raw
    return Entry(time, connection, direction, octets, what)


def text(message: str, direction: Direction = UP) -> Entry:
    """Build the entry of a text frame, masked if the client sends it."""
    key = KEY if direction is UP else None
    return entry(direction, Frame(Opcode.TEXT, message.encode(), masking_key=key))


def opening(request: bytes = REQUEST, response: bytes = RESPONSE) -> list[Entry]:
    """Build the entries of an opening handshake."""
    asked, answered = Request.parse(request), Response.parse(response)
    assert asked is not None
    assert answered is not None
    return [entry(UP, asked[0], request), entry(DOWN, answered[0], response)]


def conversation() -> list[Entry]:
    """Build an exchange with a bit of everything."""
    return [
        *opening(),
        text("Hello"),
        text("Pong", DOWN),
        entry(DOWN, Frame(Opcode.PING, b"\x01\x02")),
        entry(UP, Fault("reserved opcode 0x3", 1002), b"\x83\x80abcd"),
        entry(DOWN, Frame(Opcode.CLOSE, b"\x03\xea")),
        entry(DOWN, End(Kind.EOF)),
        entry(UP, End(Kind.EOF)),
    ]
