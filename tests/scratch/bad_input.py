"""Every kind of bad input, by name: what is sent, and how it must end.

A server's ``Handshake`` ends in an HTTP status, a ``Bad`` stream of frames in a close code. The
frames are written as a client's; ``unmasked`` makes a server's of them.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from tests.scratch.raw import KEY, MASK, REQUEST, masked
from wsdemo.protocol.frames import Frame, Opcode
from wsdemo.protocol.masking import apply_mask

TEXT, BINARY, CONT = Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION
CLOSE, PING = Opcode.CLOSE, Opcode.PING

MAX_SIZE = 1000
MAX_FRAGMENTS = 10


@dataclass(frozen=True)
class Handshake:
    """A bad request."""

    name: str
    status: int
    data: bytes

    def __str__(self) -> str:
        return self.name


def changed(old: bytes, new: bytes) -> bytes:
    """Return the good request with one thing changed."""
    assert old in REQUEST
    return REQUEST.replace(old, new)


def without(name: bytes) -> bytes:
    """Return the good request without a header."""
    lines = REQUEST.split(b"\r\n")
    kept = [line for line in lines if not line.startswith(name + b":")]
    assert len(kept) < len(lines)
    return b"\r\n".join(kept)


def twice(name: bytes) -> bytes:
    """Return the good request with a header repeated."""
    line = next(line for line in REQUEST.split(b"\r\n") if line.startswith(name + b":"))
    return changed(line, line + b"\r\n" + line)


VERSION = b"Sec-WebSocket-Version"
SECRET = b"Sec-WebSocket-Key"

HANDSHAKES = [
    Handshake("no HTTP at all", 400, b"\x00\x01\x02\x03\r\n\r\n"),
    Handshake("a line that is no request", 400, b"hello, is this the server?\r\n\r\n"),
    Handshake("TLS to a plain port", 400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    Handshake("HTTP/2 without asking", 505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    Handshake("HTTP/1.0", 505, changed(b"HTTP/1.1", b"HTTP/1.0")),
    Handshake("POST", 405, changed(b"GET", b"POST")),
    Handshake("a header without a colon", 400, changed(b"Host:", b"Host")),
    Handshake("a control character in a header", 400, changed(b"server.", b"ser\x00ver.")),
    Handshake("a line that never ends", 431, b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000),
    Handshake("a target that never ends", 414, b"GET /" + b"x" * 20_000),
    Handshake("too many headers", 431, changed(b"Host", b"X: y\r\n" * 200 + b"Host")),
    Handshake("too long altogether", 431, changed(b"Host", b"X: %b\r\n" % (b"y" * 8000) * 3)),
    Handshake("a body", 400, changed(b"Host:", b"Content-Length: 5\r\nHost:")),
    Handshake("no Host", 400, without(b"Host")),
    Handshake("two Hosts", 400, twice(b"Host")),
    Handshake("no Upgrade", 426, without(b"Upgrade")),
    Handshake("another Upgrade", 426, changed(b"websocket\r\n", b"h2c\r\n")),
    Handshake("no Connection", 426, without(b"Connection")),
    Handshake("another Connection", 426, changed(b"Connection: Upgrade", b"Connection: close")),
    Handshake("no key", 400, without(SECRET)),
    Handshake("two keys", 400, twice(SECRET)),
    Handshake("a key that is no base64", 400, changed(KEY.encode(), b"!" * 24)),
    Handshake("a key of 15 octets", 400, changed(KEY.encode(), b"QUFBQUFBQUFBQUFBQUFB")),
    Handshake("no version", 400, without(VERSION)),
    Handshake("two versions", 400, twice(VERSION)),
    Handshake("version 8", 426, changed(b"Version: 13", b"Version: 8")),
    Handshake("a version that is no number", 400, changed(b"Version: 13", b"Version: x")),
]


@dataclass(frozen=True)
class Bad:
    """A bad stream of frames."""

    name: str
    code: int
    data: bytes
    compressed: bool = False

    def __str__(self) -> str:
        return self.name


def header(first: int, second: int, *rest: int) -> bytes:
    """Return the octets of a header, as they are, with a mask of zeros."""
    return bytes([first, second | 0x80, *rest]) + bytes(4)


def deflated(data: bytes) -> bytes:
    """Return the payload of a compressed message."""
    compressor = zlib.compressobj(wbits=-15)
    return (compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


def rsv1(payload: bytes, *, fin: bool = True) -> bytes:
    """Return a compressed text frame."""
    return Frame(TEXT, payload, fin, rsv1=True, masking_key=MASK).serialize()


BAD_UTF8 = "κόσμε".encode() + b"\xed\xa0\x80" + b"edited"  # a surrogate, as in Autobahn's tests

STREAMS = [
    Bad("rsv1 without an extension", 1002, header(0xC1, 0)),
    Bad("rsv2", 1002, header(0xA1, 0)),
    Bad("rsv3", 1002, header(0x91, 0)),
    *(
        Bad(f"reserved opcode {opcode}", 1002, header(0x80 | opcode, 0))
        for opcode in (3, 7, 11, 15)
    ),
    Bad("a fragmented ping", 1002, masked(PING, b"x", fin=False)),
    Bad("a fragmented close", 1002, masked(CLOSE, fin=False)),
    Bad("a ping of 126 bytes", 1002, masked(PING, bytes(126))),
    Bad("a close of 126 bytes", 1002, masked(CLOSE, b"\x03\xe8" + b"x" * 124)),
    Bad("a continuation of nothing", 1002, masked(CONT, b"x")),
    Bad("a text amid a message", 1002, masked(TEXT, b"x", fin=False) + masked(TEXT, b"y")),
    Bad("16 bits for a length of 125", 1002, header(0x82, 126, 0, 125)),
    Bad("64 bits for a length of 65535", 1002, header(0x82, 127, 0, 0, 0, 0, 0, 0, 255, 255)),
    Bad("a length with its top bit set", 1002, header(0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0)),
    Bad("text that is not UTF-8", 1007, masked(TEXT, BAD_UTF8)),
    Bad("text that is cut short", 1007, masked(TEXT, "κ".encode()[:1])),
    Bad("a close of 1 byte", 1002, masked(CLOSE, b"\x03")),
    *(
        Bad(f"close code {code}", 1002, masked(CLOSE, struct.pack("!H", code)))
        for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535)
    ),
    Bad("a close reason that is not UTF-8", 1007, masked(CLOSE, b"\x03\xe8\xff")),
    Bad("a frame too big", 1009, masked(BINARY, bytes(MAX_SIZE + 1))),
    Bad("a frame said to be too big", 1009, header(0x82, 127, 0x7F, *[255] * 7)),
    Bad(
        "a message too big",
        1009,
        masked(BINARY, bytes(MAX_SIZE), fin=False) + masked(CONT, b"x"),
    ),
    Bad(
        "a message in too many fragments",
        1009,
        masked(BINARY, fin=False) + masked(CONT, fin=False) * MAX_FRAGMENTS,
    ),
    Bad("a deflate bomb", 1009, rsv1(deflated(bytes(10_000_000))), compressed=True),
    Bad("corrupt deflate data", 1007, rsv1(b"\xff\xff\xff"), compressed=True),
    Bad("compressed text that is not UTF-8", 1007, rsv1(deflated(BAD_UTF8)), compressed=True),
    *(
        Bad(
            f"text that is not UTF-8, split at {split}",
            1007,
            masked(TEXT, BAD_UTF8[:split], fin=False) + masked(CONT, BAD_UTF8[split:]),
        )
        for split in range(len(BAD_UTF8) + 1)
    ),
]

FROM_A_CLIENT = [*STREAMS, Bad("an unmasked frame", 1002, Frame(TEXT, b"Hello").serialize())]


def unmasked(stream: bytes) -> bytes:
    """Return the frames of a client as those of a server, as far as they are frames at all."""
    output, position = b"", 0
    while position < len(stream):
        first, second = stream[position : position + 2]
        size = 2 + {126: 2, 127: 8}.get(second & 0x7F, 0)
        length = (
            int.from_bytes(stream[position + 2 : position + size]) if size > 2 else second & 0x7F
        )
        head = stream[position : position + size]
        key = stream[position + size : position + size + 4]
        payload = stream[position + size + 4 : position + size + 4 + length]
        output += bytes([first, second & 0x7F]) + head[2:] + apply_mask(payload, key)
        position += size + 4 + length
    return output


FROM_A_SERVER = [
    *(Bad(bad.name, bad.code, unmasked(bad.data), bad.compressed) for bad in STREAMS),
    Bad("a masked frame", 1002, masked(TEXT, b"Hello")),
]
